//! What a question comes to: verdict, counterexample, core, assumptions.
//!
//! Data only: `query` makes it, `report` writes it.

pub mod comparison;

use std::time::Duration;

use crate::policy::{Document, Statement};
use crate::request::Request;
use crate::scenario::Caller;
use crate::vocabulary::layer::LayerKind;

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// No request of the goal is allowed, under every reading.
    Unreachable,
    /// A request of the goal is allowed; it was replayed.
    Reachable,
    /// It could not be decided, or depends on the reading.
    Unknown,
    /// No request of the principal meets the goal, whatever policies say.
    Vacuous,
}

impl Answer {
    /// Every answer, in the order in which messages list them.
    pub const ALL: [Self; 4] = [Self::Unreachable, Self::Reachable, Self::Unknown, Self::Vacuous];

    /// The word of the contract: `unreachable`, `reachable`, `unknown` or `vacuous`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Reachable => "reachable",
            Self::Unknown => "unknown",
            Self::Vacuous => "vacuous",
        }
    }

    /// The answer that [`as_str`](Self::as_str) writes so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == text)
    }
}

/// What decides whether the fields of a request have values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum EngineName {
    /// Automata and intervals, asked about the atoms of a model.
    #[default]
    Atoms,
    /// Z3's theory of strings, asked about the whole formula: the cross-check, and the baseline of figures of speed.
    Strings,
}

impl EngineName {
    /// Every engine, the default first.
    pub const ALL: [Self; 2] = [Self::Atoms, Self::Strings];

    /// The word that `--engine` takes: `atoms` or `strings`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Atoms => "atoms",
            Self::Strings => "strings",
        }
    }

    /// The engine that [`as_str`](Self::as_str) writes so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.as_str() == text)
    }
}

/// Why an answer is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// The readings of the law disagree (S14): the name of each, with its answer.
    Depends(Vec<(String, Answer)>),
    /// The time was up, a cap was hit or the solver gave up; in words.
    Gave(String),
}

/// A statement of a replayed request's trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The layer the statement is in.
    pub layer: LayerKind,
    /// `Allow` or `Deny`; none where the entry is about a whole layer.
    pub effect: Option<&'static str>,
    /// The file, or the batch and its line.
    pub file: String,
    /// The line, from 1; none for a layer that is assumed and has no document.
    pub line: Option<usize>,
    /// JSON pointer inside the file, for inline documents.
    pub at: Option<String>,
    /// The statement's Sid.
    pub sid: Option<String>,
    /// What the policy is called where it is kept; none for a file of its own.
    pub policy: Option<String>,
}

impl Place {
    /// Where a statement stands.
    pub fn of(layer: LayerKind, document: &Document, statement: &Statement) -> Self {
        let pointer = &document.pointer;
        Self {
            effect: Some(statement.effect.as_str()),
            line: Some(document.source.line_of(statement.span.start)),
            at: (!pointer.is_empty()).then(|| format!("{pointer}/Statement/{}", statement.index)),
            sid: statement.sid.clone(),
            ..Self::of_document(layer, Some(document))
        }
    }

    /// Where a whole document stands; none for a layer that has none.
    pub fn of_document(layer: LayerKind, document: Option<&Document>) -> Self {
        Self {
            layer,
            effect: None,
            file: document.map_or_else(String::new, |document| document.source.name().to_owned()),
            line: document.map(|document| document.source.line_of(document.span.start)),
            at: document.map(|document| document.pointer.clone()).filter(|pointer| !pointer.is_empty()),
            sid: None,
            policy: document.and_then(|document| document.title.as_deref()).map(str::to_owned),
        }
    }
}

/// A request that meets the goal and is allowed, as replayed by the evaluator.
#[derive(Debug, Clone)]
pub struct Counterexample {
    /// Who sends it: one user, session, root user or service.
    pub caller: Caller,
    /// What is sent: action, resource and context keys, concrete.
    pub request: Request,
    /// Whether the catalogue lists the action.
    pub listed: bool,
    /// The id of the account that owns the resource (S8.5).
    pub resource_account: String,
    /// The statements that decided, layer by layer, and the layers that were assumed to grant.
    pub trace: Vec<Place>,
    /// Layers that were unknown (`any`) and had to grant for this request: the answer leans on them.
    pub assumed: Vec<LayerKind>,
}

/// What a statement or layer contributes to an unreachable verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A Deny that is needed.
    Denies,
    /// A layer whose statements allow nothing of it.
    DoesNotAllow,
}

impl Role {
    /// The word of the contract: `denies` or `does-not-allow`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denies => "denies",
            Self::DoesNotAllow => "does-not-allow",
        }
    }
}

/// Something the verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreEntry {
    /// What it contributes.
    pub role: Role,
    /// Where it stands.
    pub place: Place,
}

/// Something that was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// Its name, such as `resource-policies`.
    pub name: String,
    /// Its value, such as `none`.
    pub value: String,
    /// Whether the verdict would be another with it flipped; none where that was not computed.
    pub flips: Option<bool>,
}

impl Verdict {
    /// A verdict without what explains it.
    pub fn new(answer: Answer) -> Self {
        Self {
            answer,
            unknown: None,
            counterexample: None,
            core: None,
            assumptions: Vec::new(),
            notes: Vec::new(),
            engine: EngineName::default(),
            formulas: 0,
            elapsed: Duration::ZERO,
        }
    }
}

/// What a question came to.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The answer; the fields below say why.
    pub answer: Answer,
    /// Why it is unknown, where it is.
    pub unknown: Option<Unknown>,
    /// The request that shows a reachable answer, allowed by the evaluator too.
    pub counterexample: Option<Counterexample>,
    /// The statements and layers that an unreachable answer rests on, none of which can be spared; none where that was not
    /// computed: it is asked by `explain` of the options.
    pub core: Option<Vec<CoreEntry>>,
    /// What was taken for granted, layer by layer, and whether the answer hangs on it.
    pub assumptions: Vec<Assumption>,
    /// Remarks without which the answer could be misread, each a sentence with its rule.
    pub notes: Vec<String>,
    /// Which engine decided.
    pub engine: EngineName,
    /// How many formulas there were to solve, those for what explains it aside; none where slicing decided.
    pub formulas: usize,
    /// Time for slicing, encoding, solving, decoding and replay: not for reading the policies, nor the set-up that all
    /// questions of a process share.
    pub elapsed: Duration,
}
