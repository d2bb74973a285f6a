//! Definitions of a law with every name resolved.
//!
//! In: nothing. Out: the data that the reader makes and `Law::apply` unfolds.

/// One function.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) inputs: Vec<String>,
    pub(super) body: Term,
    pub(super) size: Size,
}

/// A Boolean term.
#[derive(Debug, Clone)]
pub(super) enum Term {
    Constant(bool),
    /// By its position among the inputs.
    Input(usize),
    Connect(Operator, Vec<Self>),
    /// By the position of the definition in the law.
    Call(usize, Vec<Self>),
}

/// The connectives of SMT-LIB's theory Core that a law may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Not,
    And,
    Or,
    Implies,
    Xor,
    Equal,
    Ite,
}

impl Operator {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "not" => Self::Not,
            "and" => Self::And,
            "or" => Self::Or,
            "=>" => Self::Implies,
            "xor" => Self::Xor,
            "=" => Self::Equal,
            "ite" => Self::Ite,
            _ => return None,
        })
    }

    /// How many arguments: at least, and whether more are as good.
    pub(super) fn arity(self) -> (usize, bool) {
        match self {
            Self::Not => (1, false),
            Self::Ite => (3, false),
            Self::And | Self::Or | Self::Implies | Self::Xor | Self::Equal => (2, true),
        }
    }
}

/// How much a term becomes when all calls in it are unfolded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) depth: usize,
    pub(super) terms: usize,
}

impl Size {
    /// Far beyond any readable law; keeps recursion and time bounded whatever a file defines.
    const LARGEST: Self = Self { depth: 1_000, terms: 200_000 };

    pub(super) fn too_large(self) -> bool {
        self.depth > Self::LARGEST.depth || self.terms > Self::LARGEST.terms
    }

    /// A term of this size around the parts, which stand beside each other.
    pub(super) fn around(self, parts: impl IntoIterator<Item = Self>) -> Self {
        let inner = parts.into_iter().fold(Self::default(), |all, part| Self {
            depth: all.depth.max(part.depth),
            terms: all.terms.saturating_add(part.terms),
        });
        Self { depth: self.depth + inner.depth + 1, terms: self.terms.saturating_add(inner.terms).saturating_add(1) }
    }
}
