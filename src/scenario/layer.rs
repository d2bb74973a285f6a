//! Given, none or any: the three things a layer can be (open world, design section 2).

use crate::vocabulary::layer::LayerKind;

/// A layer of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer<T> {
    /// These documents are attached.
    Given(T),
    /// Nothing is attached.
    None,
    /// Unknown: whatever it could be.
    Any,
}

/// The place of a layer in a scenario: each level of an organization is one of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// Which layer.
    pub kind: LayerKind,
    /// Of SCPs and RCPs the level, from 0 in the order given; otherwise 0.
    pub level: usize,
}

impl<T> Layer<T> {
    /// What is attached, if it is known and something.
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::None | Self::Any => None,
        }
    }

    /// Whether nothing is attached.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether the layer is unknown.
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }
}

impl<T> Layer<Vec<T>> {
    /// The same, without owning what is attached.
    pub fn as_slices(&self) -> Layer<&[T]> {
        match self {
            Self::Given(own) => Layer::Given(own.as_slice()),
            Self::None => Layer::None,
            Self::Any => Layer::Any,
        }
    }
}
