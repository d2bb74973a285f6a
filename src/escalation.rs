//! Sequences of requests: can a principal of an account ever get there, by changing the account on the way?
//!
//! In: accounts, a goal, whose credentials are held. Out: [`Outcome`]: a trace of requests that the evaluator has
//! replayed one by one in the account as each of them leaves it, or an invariant that no request leads out of. The model
//! is a transition system whose transitions are data ([`transition`]).

mod aim;
mod apart;
pub mod attacker;
mod calls;
pub mod command;
mod determined;
mod face;
mod facts;
pub mod fix;
mod ground;
mod guard;
mod missing;
pub mod model;
mod moves;
mod names;
mod object;
pub mod outcome;
mod pin;
mod questions;
mod quick;
mod relevant;
mod rule;
mod saturate;
mod search;
mod slice;
mod state;
mod trace;
pub mod transition;
mod words;

pub use attacker::{Attacker, Limits};
pub use model::{EscalateError, Model};
pub use outcome::{Fact, Outcome, Reached, Step};
pub use questions::Questions;
