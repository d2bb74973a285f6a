//! Given, none or any: the three things a layer can be (open world, design section 2).

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
