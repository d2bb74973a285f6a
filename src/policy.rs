//! Policy documents: read exactly as S1 to S4 say, with spans and every error at once.
//!
//! In: JSON of a policy document and its kind. Out: [`Document`], whose patterns and values are typed. Trusted for:
//! refusing what IAM refuses and losing nothing of what it keeps; what a statement means is the engines' business.

pub mod condition;
pub mod document;
pub mod kind;
pub mod operator;
pub mod parse;
pub mod principal;

pub use condition::{ArnPattern, BoolValue, Condition, Values};
pub use document::{Clause, Document, Effect, PrincipalClause, Statement, Version};
pub use kind::DocumentKind;
pub use operator::{Base, Comparison, Operator, Qualifier};
pub use parse::{parse, parse_conditions, parse_json};
pub use principal::PrincipalEntry;
