//! The law of a dialect: how layers combine into a decision, read from its SMT-LIB files.
//!
//! In: the files of `encodings/<dialect>/law/`, in load order. Out: a [`Law`] whose functions can be applied to
//! formulas. Trusted: that the files say what the semantics says, which the lemmas and the comparison with the
//! concrete evaluator test. Anything but a `define-fun` over Booleans is refused.

use std::io;
use std::path::PathBuf;

use indexmap::IndexMap;
use thiserror::Error;

use super::formula::{Formula, Formulas};
use super::sexpr::SexprError;
use term::{Definition, Operator, Term};

mod files;
mod reader;
mod term;

pub use files::{comparison, lemmas};

/// Why a law cannot be had, or not be applied.
#[derive(Debug, Error)]
pub enum LawError {
    /// The text is not a list of expressions.
    #[error("{file}: {source}")]
    Text {
        /// The file.
        file: String,
        /// What is wrong with it.
        source: SexprError,
    },
    /// An expression is not a definition as a law may have it.
    #[error("{file}: line {line}: {fault}")]
    Definition {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        fault: LawFault,
    },
    /// No law of that dialect is part of this program.
    #[error("there is no dialect `{0}`; known are aws, astran")]
    UnknownDialect(String),
    /// A folder holds a file of which it is not known when to load it.
    #[error("{}: not a file of a law; in load order they are {}", .0.display(), files::LOAD_ORDER.join(", "))]
    StrayFile(PathBuf),
    /// A file cannot be read.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The law defines no function of that name.
    #[error("the law defines no function `{0}`")]
    UnknownFunction(String),
    /// A function has an input that the caller does not know.
    #[error("`{function}` of the law has an input `{input}` that nothing is known about")]
    UnknownInput {
        /// The function applied.
        function: String,
        /// Its input.
        input: String,
    },
}

/// What a law must not contain.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LawFault {
    /// Not a `define-fun`.
    #[error("found `{0}`; a law consists of `(define-fun name ((input Bool) …) Bool body)` only")]
    NotADefinition(String),
    /// Not a Boolean.
    #[error("found `{0}`; inputs and results of a law are Bool")]
    NotBool(String),
    /// A name that SMT-LIB or this reader keeps for itself.
    #[error("`{0}` cannot be a name")]
    Reserved(String),
    /// A function or input is defined already.
    #[error("`{0}` is defined twice")]
    Redefined(String),
    /// A function is used in its own body.
    #[error("`{0}` is used in its own definition")]
    Recursion(String),
    /// No earlier function, input or connective is called so.
    #[error("`{0}` is neither an input nor defined before")]
    Unknown(String),
    /// Too many or too few arguments.
    #[error("`{name}` wants {wanted}, found {found}")]
    Arity {
        /// The function or connective.
        name: String,
        /// What it wants.
        wanted: String,
        /// The number found.
        found: usize,
    },
    /// Not a term.
    #[error("found `{0}`; a term is true, false, an input, or a function or connective with its arguments")]
    NotATerm(String),
    /// Functions that use functions that use functions.
    #[error("`{0}` unfolds to too much")]
    TooLarge(String),
}

/// The functions of one dialect, in load order.
#[derive(Debug, Clone, Default)]
pub struct Law {
    definitions: IndexMap<String, Definition>,
    text: String,
}

impl Law {
    /// Reads files, each a name for messages and a text, in this order.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, LawError> {
        Self::default().extended(files)
    }

    /// This law with further files behind it, such as lemmas.
    pub fn extended(&self, files: &[(&str, &str)]) -> Result<Self, LawError> {
        let mut law = self.clone();
        for (file, text) in files {
            reader::read_file(&mut law.definitions, file, text)?;
            law.text.push_str(text);
            if !text.ends_with('\n') {
                law.text.push('\n');
            }
        }
        Ok(law)
    }

    /// The names of the functions, in load order.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.definitions.keys().map(String::as_str)
    }

    /// The inputs of a function, in order.
    pub fn inputs(&self, function: &str) -> Option<&[String]> {
        self.definitions.get(function).map(|definition| definition.inputs.as_slice())
    }

    /// All files in load order: the prefix of an exported script.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The formula of a function, with `input` giving each of its inputs by name.
    pub fn apply(
        &self,
        formulas: &mut Formulas,
        function: &str,
        mut input: impl FnMut(&str) -> Option<Formula>,
    ) -> Result<Formula, LawError> {
        let definition =
            self.definitions.get(function).ok_or_else(|| LawError::UnknownFunction(function.to_owned()))?;
        let unknown = |name: &String| LawError::UnknownInput { function: function.to_owned(), input: name.clone() };
        let arguments: Vec<Formula> =
            definition.inputs.iter().map(|name| input(name).ok_or_else(|| unknown(name))).collect::<Result<_, _>>()?;
        Ok(self.unfold(formulas, &definition.body, &arguments))
    }

    /// Recursion and time are bounded by what the reader admits, see [`term::Size`].
    fn unfold(&self, formulas: &mut Formulas, term: &Term, inputs: &[Formula]) -> Formula {
        match term {
            Term::Constant(value) => formulas.constant(*value),
            // The reader resolved both indices, so neither fallback is taken.
            Term::Input(index) => inputs.get(*index).copied().unwrap_or(Formula::FALSE),
            Term::Call(index, terms) => {
                let arguments: Vec<Formula> = terms.iter().map(|term| self.unfold(formulas, term, inputs)).collect();
                let definition = self.definitions.get_index(*index).map(|(_, definition)| definition);
                definition.map_or(Formula::FALSE, |definition| self.unfold(formulas, &definition.body, &arguments))
            }
            Term::Connect(operator, terms) => match (operator, terms.as_slice()) {
                // A branch that is not taken is not unfolded: of four kinds of grant a question asks for one.
                (Operator::Ite, [condition, then, otherwise]) => match self.unfold(formulas, condition, inputs) {
                    Formula::TRUE => self.unfold(formulas, then, inputs),
                    Formula::FALSE => self.unfold(formulas, otherwise, inputs),
                    condition => {
                        let [then, otherwise] = [then, otherwise].map(|term| self.unfold(formulas, term, inputs));
                        formulas.ite(condition, then, otherwise)
                    }
                },
                (operator, terms) => {
                    let mut arguments = Vec::with_capacity(terms.len());
                    for term in terms {
                        let argument = self.unfold(formulas, term, inputs);
                        if operator.deciding() == Some(argument) {
                            return argument;
                        }
                        arguments.push(argument);
                    }
                    operator.connect(formulas, &arguments)
                }
            },
        }
    }
}

impl Operator {
    /// The argument that decides, whatever the others are.
    fn deciding(self) -> Option<Formula> {
        match self {
            Self::And => Some(Formula::FALSE),
            Self::Or => Some(Formula::TRUE),
            Self::Not | Self::Ite | Self::Implies | Self::Xor | Self::Equal => None,
        }
    }

    /// Follows the theory Core of SMT-LIB: `=>` groups to the right, `xor` to the left, `=` is chained.
    fn connect(self, formulas: &mut Formulas, arguments: &[Formula]) -> Formula {
        match (self, arguments) {
            (Self::Not, [inner]) => formulas.not(*inner),
            (Self::Ite, [condition, then, otherwise]) => formulas.ite(*condition, *then, *otherwise),
            (Self::And, _) => formulas.and(arguments.iter().copied()),
            (Self::Or, _) => formulas.or(arguments.iter().copied()),
            (Self::Implies, [premises @ .., conclusion]) => {
                premises.iter().rev().fold(*conclusion, |rest, premise| formulas.implies(*premise, rest))
            }
            (Self::Xor, [first, rest @ ..]) => rest.iter().fold(*first, |left, right| formulas.xor(left, *right)),
            (Self::Equal, [_, rest @ ..]) => {
                let pairs: Vec<Formula> =
                    arguments.iter().zip(rest).map(|(left, right)| formulas.iff(*left, *right)).collect();
                formulas.and(pairs)
            }
            // The reader has counted the arguments.
            (Self::Not | Self::Ite | Self::Implies | Self::Xor | Self::Equal, _) => Formula::FALSE,
        }
    }
}
