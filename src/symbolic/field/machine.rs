//! The automata of a question, run together.
//!
//! In: the globs of the positive languages, the negative languages. Out: [`Machine`], which takes a state and a
//! character to the next state. A state is a set of positions in all globs, one bit each, so that a step is a few
//! operations a block of 64; each positive language has blocks of its own.
//! Trusted: the steps; a conflict rests on them.

use crate::symbolic::conflict::{Literal, Literals};
use crate::symbolic::field::alphabet::{Alphabet, Symbol};
use crate::symbolic::field::words::Words;
use crate::symbolic::language::CharClass;
use crate::symbolic::language::fold::{fold, variants};
use crate::symbolic::language::{Glob, Language, Piece};

/// A character and what it does to each position.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) symbol: Symbol,
    /// Positions of positive globs that wait for just this character.
    waiting: Vec<u64>,
    /// Positions it leads to the next.
    step: Vec<u64>,
    /// Positions it may be read at again and again.
    stay: Vec<u64>,
}

/// What is known of a state.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// The text read so far answers the question.
    Accepted,
    /// It does not, but a longer one may; at least so many characters are missing.
    Open(u32),
    /// No longer text does either.
    Dead,
}

/// The automata of a question.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) letters: Vec<Letter>,
    positive: Vec<Part>,
    negative: Part,
    /// Positions that may be left without reading.
    passing: Vec<u64>,
    /// Positions of runs.
    runs: Vec<u64>,
    accepting: Vec<u64>,
    /// Positions from which every text is accepted.
    universal: Vec<u64>,
    /// By position: what it belongs to.
    positions: Vec<Position>,
    starts: Vec<usize>,
    exact: Words,
    folded: Words,
}

/// The blocks of one positive language, or of all negative ones.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    first: usize,
    count: usize,
    /// A position from which every text is accepted.
    universal: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Position {
    language: usize,
    /// How many characters are missing at least.
    rest: u32,
    /// Of a run: from here on, earlier positions of the glob accept no text that this one does not.
    covers: usize,
}

impl Machine {
    /// Builds the automata; languages are numbered by their places in the lists.
    pub(super) fn new(positive: &[Vec<&Glob>], negative: &[&Language]) -> Self {
        let mut machine = Self {
            letters: Vec::new(),
            positive: Vec::new(),
            negative: Part::default(),
            passing: Vec::new(),
            runs: Vec::new(),
            accepting: Vec::new(),
            universal: Vec::new(),
            positions: Vec::new(),
            starts: Vec::new(),
            exact: Words::default(),
            folded: Words::default(),
        };
        let alphabet = Alphabet::new(positive, negative);
        let mut placed: Vec<(usize, &Glob)> = Vec::new();
        for (language, globs) in positive.iter().enumerate() {
            let part = machine.place(globs.iter().map(|glob| (language, *glob)), &mut placed);
            machine.positive.push(part);
        }
        let waiting = placed.len();
        let forbidden = negative.iter().enumerate();
        machine.negative = machine.place(
            forbidden.clone().flat_map(|(language, all)| all.globs().iter().map(move |glob| (language, glob))),
            &mut placed,
        );
        for (language, all) in forbidden {
            all.words().iter().for_each(|word| machine.exact.insert(word, language));
            all.folded_words().iter().for_each(|word| machine.folded.insert(word, language));
        }
        for symbol in alphabet.symbols {
            machine.letters.push(machine.letter(symbol, &placed, waiting));
        }
        machine
    }

    /// Gives globs their positions, and keeps where each starts.
    fn place<'a>(
        &mut self,
        globs: impl Iterator<Item = (usize, &'a Glob)>,
        placed: &mut Vec<(usize, &'a Glob)>,
    ) -> Part {
        let first = self.passing.len();
        self.positions.resize(first * 64, Position::default());
        let mut universal = None;
        for (language, glob) in globs {
            let start = self.positions.len();
            self.starts.push(start);
            placed.push((start, glob));
            let pieces = glob.pieces();
            self.resize(start + pieces.len() + 1);
            let missing = pieces.iter().filter(|piece| !matches!(piece, Piece::Many(_))).count();
            let mut rest = u32::try_from(missing).unwrap_or(u32::MAX);
            for (index, piece) in pieces.iter().enumerate() {
                let position = start + index;
                let mut covers = position;
                if let Piece::Many(class) = piece {
                    set(&mut self.passing, position);
                    set(&mut self.runs, position);
                    let before = pieces.iter().take(index).rev();
                    covers -= before.take_while(|earlier| within(**earlier, *class, glob.is_folded())).count();
                    if *class == CharClass::Anything && index + 1 == pieces.len() {
                        set(&mut self.universal, position);
                        universal = universal.or(Some(position));
                    }
                }
                self.positions.push(Position { language, rest, covers });
                rest -= u32::from(!matches!(piece, Piece::Many(_)));
            }
            set(&mut self.accepting, start + pieces.len());
            self.positions.push(Position { language, rest: 0, covers: start + pieces.len() });
        }
        Part { first, count: self.passing.len() - first, universal }
    }

    fn resize(&mut self, positions: usize) {
        let blocks = positions.div_ceil(64);
        for bits in [&mut self.passing, &mut self.runs, &mut self.accepting, &mut self.universal] {
            bits.resize(blocks, 0);
        }
    }

    fn letter(&self, symbol: Symbol, placed: &[(usize, &Glob)], waiting: usize) -> Letter {
        let none = || vec![0; self.passing.len()];
        let mut letter = Letter { symbol, waiting: none(), step: none(), stay: none() };
        let (exact, folded) = (symbol.character, fold(symbol.character));
        for (number, (start, glob)) in placed.iter().enumerate() {
            let compared = if glob.is_folded() { folded } else { exact };
            for (position, piece) in (*start..).zip(glob.pieces()) {
                match piece {
                    Piece::Literal(character) if *character == compared => {
                        set(&mut letter.step, position);
                        if number < waiting {
                            set(&mut letter.waiting, position);
                        }
                    }
                    Piece::One(class) if class.contains(exact) => set(&mut letter.step, position),
                    Piece::Many(class) if class.contains(exact) => set(&mut letter.stay, position),
                    _ => {}
                }
            }
        }
        letter
    }

    /// How many numbers a state has.
    pub(super) fn width(&self) -> usize {
        self.passing.len() + 1
    }

    /// The state before the first character.
    pub(super) fn start(&self) -> Vec<u64> {
        let mut state = vec![0; self.passing.len()];
        self.starts.iter().for_each(|start| set(&mut state, *start));
        self.pass(&mut state);
        state.push(u64::from(self.exact.start()) << 32 | u64::from(self.folded.start()));
        state
    }

    /// Whether the letter may lead somewhere that no other letter leads to.
    pub(super) fn tries(&self, state: &[u64], letter: &Letter) -> bool {
        letter.symbol.always || state.iter().zip(&letter.waiting).any(|(block, waiting)| block & waiting != 0)
    }

    /// The state after one more letter.
    pub(super) fn step(&self, state: &[u64], letter: &Letter, next: &mut Vec<u64>) {
        next.clear();
        let mut carry = 0;
        for ((block, step), stay) in state.iter().zip(&letter.step).zip(&letter.stay) {
            let moved = block & step;
            next.push(moved << 1 | carry | block & stay);
            carry = moved >> 63;
        }
        self.pass(next);
        let (exact, folded) = places(state);
        let character = letter.symbol.character;
        let exact = self.exact.step(exact, character);
        let folded = self.folded.step(folded, fold(character));
        next.push(u64::from(exact) << 32 | u64::from(folded));
    }

    /// Adds the positions reached without reading, and drops those that a later run of their glob makes needless:
    /// states that accept the same texts become the same state.
    fn pass(&self, state: &mut [u64]) {
        let mut carry = 0;
        for (block, passing) in state.iter_mut().zip(&self.passing) {
            *block |= carry;
            loop {
                let more = (*block & passing) << 1 & !*block;
                if more == 0 {
                    break;
                }
                *block |= more;
            }
            carry = (*block & passing) >> 63;
        }
        for (number, runs) in self.runs.iter().enumerate() {
            let mut live = state.get(number).copied().unwrap_or(0) & runs;
            while live != 0 {
                let position = number * 64 + live.trailing_zeros() as usize;
                live &= live - 1;
                if let Some(Position { covers, .. }) = self.positions.get(position) {
                    (*covers..position).for_each(|earlier| unset(state, earlier));
                }
            }
        }
    }

    /// The states that together stand for this one, each with one position of each positive language and what is
    /// reached from it without reading: a text is accepted from the state if it is from one of them.
    pub(super) fn alternatives(&self, state: &[u64]) -> Vec<Vec<u64>> {
        let mut all = vec![state.to_vec()];
        for part in &self.positive {
            let live: Vec<usize> =
                (part.first..).zip(blocks(state, *part)).flat_map(|(number, block)| bits(number, block)).collect();
            // A position right behind a run comes with the run.
            let passed = |position: usize| get(&self.passing, position) && live.binary_search(&position).is_ok();
            let kernel = live.iter().filter(|position| !position.checked_sub(1).is_some_and(passed));
            let mut next = Vec::new();
            for position in kernel {
                for state in &all {
                    let mut alternative = state.clone();
                    alternative.iter_mut().skip(part.first).take(part.count).for_each(|block| *block = 0);
                    set(&mut alternative, *position);
                    (*position..)
                        .take_while(|passed| get(&self.passing, *passed))
                        .for_each(|passed| set(&mut alternative, passed + 1));
                    next.push(alternative);
                }
            }
            all = next;
        }
        all
    }

    /// Judges a state and makes positive languages that are done with look alike. A literal that keeps the state from
    /// being an answer goes into the core; one that is there already is preferred.
    pub(super) fn judge(&self, state: &mut [u64], core: &mut Literals) -> Status {
        let mut blame = Blame { core, first: None, known: false };
        for (language, part) in self.positive.iter().enumerate() {
            if blocks(state, *part).all(|block| block == 0) {
                blame.on(Literal::Positive(language));
            }
        }
        for (number, block) in (self.negative.first..).zip(blocks(state, self.negative)) {
            let hit = block & self.universal.get(number).copied().unwrap_or(0);
            self.blame_negative(number, hit, &mut blame);
        }
        if blame.settle() {
            return Status::Dead;
        }
        self.finish(state);
        let mut missing = 0;
        let mut blame = Blame { core, first: None, known: false };
        for (language, part) in self.positive.iter().enumerate() {
            let mut least = u32::MAX;
            let mut accepted = false;
            for (number, block) in (part.first..).zip(blocks(state, *part)) {
                accepted |= block & self.accepting.get(number).copied().unwrap_or(0) != 0;
                for position in bits(number, block) {
                    least = least.min(self.positions.get(position).map_or(0, |position| position.rest));
                }
            }
            if !accepted {
                blame.on(Literal::Positive(language));
                // A run may have to be left only after one more character.
                missing = missing.max(least.max(1));
            }
        }
        for (number, block) in (self.negative.first..).zip(blocks(state, self.negative)) {
            let hit = block & self.accepting.get(number).copied().unwrap_or(0);
            self.blame_negative(number, hit, &mut blame);
        }
        let (exact, folded) = places(state);
        for language in self.exact.end(exact).into_iter().chain(self.folded.end(folded)) {
            blame.on(Literal::Negative(language));
        }
        if blame.settle() { Status::Open(missing) } else { Status::Accepted }
    }

    fn blame_negative(&self, number: usize, hit: u64, blame: &mut Blame<'_>) {
        for position in bits(number, hit) {
            if let Some(position) = self.positions.get(position) {
                blame.on(Literal::Negative(position.language));
            }
        }
    }

    /// A positive language that accepts whatever follows keeps one position only.
    fn finish(&self, state: &mut [u64]) {
        for part in &self.positive {
            let Some(canonical) = part.universal else { continue };
            let done = (part.first..)
                .zip(blocks(state, *part))
                .any(|(number, block)| block & self.universal.get(number).copied().unwrap_or(0) != 0);
            if done {
                state.iter_mut().skip(part.first).take(part.count).for_each(|block| *block = 0);
                set(state, canonical);
                set(state, canonical + 1);
            }
        }
    }
}

/// Who keeps a state from being an answer.
struct Blame<'a> {
    core: &'a mut Literals,
    first: Option<Literal>,
    known: bool,
}

impl Blame<'_> {
    fn on(&mut self, literal: Literal) {
        if !self.known {
            self.known = self.core.contains(literal);
            self.first = self.first.or(Some(literal));
        }
    }

    /// Puts the first into the core if none is there; says whether there was any.
    fn settle(self) -> bool {
        let Some(first) = self.first else { return false };
        if !self.known {
            self.core.insert(first);
        }
        true
    }
}

fn places(state: &[u64]) -> (u32, u32) {
    let both = state.last().copied().unwrap_or(u64::MAX);
    ((both >> 32) as u32, both as u32)
}

fn blocks(state: &[u64], part: Part) -> impl Iterator<Item = u64> {
    state.iter().copied().skip(part.first).take(part.count)
}

fn bits(number: usize, mut block: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (block != 0).then(|| number * 64 + block.trailing_zeros() as usize)?;
        block &= block - 1;
        Some(bit)
    })
}

fn get(bits: &[u64], index: usize) -> bool {
    bits.get(index / 64).is_some_and(|block| block >> (index % 64) & 1 == 1)
}

fn set(bits: &mut [u64], index: usize) {
    if let Some(block) = bits.get_mut(index / 64) {
        *block |= 1 << (index % 64);
    }
}

fn unset(bits: &mut [u64], index: usize) {
    if let Some(block) = bits.get_mut(index / 64) {
        *block &= !(1 << (index % 64));
    }
}

/// Whether all that a piece stands for is made of characters of the class.
fn within(piece: Piece, class: CharClass, folded: bool) -> bool {
    match piece {
        Piece::Literal(character) if folded => variants(character).iter().all(|one| class.contains(*one)),
        Piece::Literal(character) => class.contains(character),
        Piece::One(other) | Piece::Many(other) | Piece::Some(other) => other.is_subset(class),
    }
}
