//! A reproducible source of choices.
//!
//! The seed of a run is the variable RINGFENCE_SEED, or 1: the same seed makes the same scenarios.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

/// The seed of this run.
pub(crate) fn seed() -> u64 {
    std::env::var("RINGFENCE_SEED").map_or(1, |text| text.parse().unwrap())
}

/// A reproducible source of choices.
pub(crate) struct Dice(TestRng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % bound
    }

    /// True in so many of a hundred throws.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(crate) fn some(&mut self, from: &[&str], most: usize) -> Vec<String> {
        (0..=self.below(most)).map(|_| self.pick(from).to_owned()).collect()
    }

    /// One text bare, several as a list.
    pub(crate) fn one_or_more(&mut self, from: &[&str], most: usize) -> Value {
        let values = self.some(from, most);
        if values.len() == 1 && self.percent(50) { json!(values[0]) } else { json!(values) }
    }
}
