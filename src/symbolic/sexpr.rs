//! S-expressions: the reader of SMT-LIB text.
//!
//! In: text made of lists, symbols, literals and `;` comments. Out: a tree with line numbers. Trusted: that it splits
//! text into commands as an SMT-LIB solver does. Quoted symbols are not read, since nothing here writes them.

use std::str::CharIndices;

use thiserror::Error;

/// Lists nested deeper than this are refused, so that trees can be walked by recursion.
pub const DEEPEST: usize = 256;

/// One expression of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sexpr {
    /// The line on which the expression begins, from 1.
    pub line: usize,
    /// What it is.
    pub shape: Shape,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A symbol.
    Symbol(String),
    /// A numeral, keyword or string literal, as written.
    Literal(String),
    /// `( … )`.
    List(Vec<Sexpr>),
}

/// Why text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct SexprError {
    /// The line of the fault, from 1.
    pub line: usize,
    /// What was found there.
    pub reason: SexprFault,
}

/// What can be wrong with the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SexprFault {
    /// A list without its end; the line is that of its beginning.
    #[error("`(` is never closed")]
    Unclosed,
    /// An end without its list.
    #[error("`)` closes nothing")]
    Unopened,
    /// Too many lists within one another.
    #[error("lists nested more than {DEEPEST} deep")]
    TooDeep,
    /// A string literal without its end; the line is that of its beginning.
    #[error("a string is never closed")]
    UnclosedString,
    /// A character that begins no expression.
    #[error("unexpected character {0:?}")]
    Unexpected(char),
}

impl Sexpr {
    /// The name, if this is a symbol.
    pub fn symbol(&self) -> Option<&str> {
        match &self.shape {
            Shape::Symbol(name) => Some(name),
            Shape::Literal(_) | Shape::List(_) => None,
        }
    }

    /// The members, if this is a list.
    pub fn list(&self) -> Option<&[Self]> {
        match &self.shape {
            Shape::List(members) => Some(members),
            Shape::Symbol(_) | Shape::Literal(_) => None,
        }
    }

    /// A short text of it for messages: of a list only the beginning.
    pub fn excerpt(&self) -> String {
        match &self.shape {
            Shape::Symbol(text) | Shape::Literal(text) => text.clone(),
            Shape::List(members) => match members.first().map(|member| &member.shape) {
                None => "()".to_owned(),
                Some(Shape::Symbol(text) | Shape::Literal(text)) => format!("({text} …)"),
                Some(Shape::List(_)) => "((…) …)".to_owned(),
            },
        }
    }
}

/// Reads all expressions of a text.
pub fn read(text: &str) -> Result<Vec<Sexpr>, SexprError> {
    let mut line = 1;
    let mut open: Vec<(usize, Vec<Sexpr>)> = Vec::new();
    let mut done = Vec::new();
    let mut rest = text.char_indices();
    let mut next = rest.next();
    while let Some((start, character)) = next {
        let fault = |reason| SexprError { line, reason };
        next = rest.next();
        let finished = match character {
            '\n' => {
                line += 1;
                continue;
            }
            ' ' | '\t' | '\r' => continue,
            ';' => {
                while next.is_some_and(|(_, character)| character != '\n') {
                    next = rest.next();
                }
                continue;
            }
            '(' => {
                if open.len() == DEEPEST {
                    return Err(fault(SexprFault::TooDeep));
                }
                open.push((line, Vec::new()));
                continue;
            }
            ')' => {
                let (line, members) = open.pop().ok_or(fault(SexprFault::Unopened))?;
                Sexpr { line, shape: Shape::List(members) }
            }
            '"' => {
                let end = end_of_string(&mut next, &mut rest).ok_or(fault(SexprFault::UnclosedString))?;
                let literal = text.get(start..end).unwrap_or_default().to_owned();
                let read = Sexpr { line, shape: Shape::Literal(literal) };
                line += text.get(start..end).unwrap_or_default().matches('\n').count();
                read
            }
            _ if character == ':' || character == '#' || in_symbol(character) => {
                while next.is_some_and(|(_, character)| in_symbol(character)) {
                    next = rest.next();
                }
                let end = next.map_or(text.len(), |(end, _)| end);
                let word = text.get(start..end).unwrap_or_default().to_owned();
                let literal = matches!(character, ':' | '#') || character.is_ascii_digit();
                Sexpr { line, shape: if literal { Shape::Literal(word) } else { Shape::Symbol(word) } }
            }
            _ => return Err(fault(SexprFault::Unexpected(character))),
        };
        match open.last_mut() {
            Some((_, members)) => members.push(finished),
            None => done.push(finished),
        }
    }
    match open.last() {
        Some((line, _)) => Err(SexprError { line: *line, reason: SexprFault::Unclosed }),
        None => Ok(done),
    }
}

/// Goes past the closing quotation mark; a doubled one is part of the string.
fn end_of_string(next: &mut Option<(usize, char)>, rest: &mut CharIndices<'_>) -> Option<usize> {
    loop {
        let (index, character) = (*next)?;
        *next = rest.next();
        if character == '"' {
            match *next {
                Some((_, '"')) => *next = rest.next(),
                _ => return Some(index + 1),
            }
        }
    }
}

/// The characters of an SMT-LIB simple symbol.
fn in_symbol(character: char) -> bool {
    character.is_ascii_alphanumeric() || "~!@$%^&*_-+=<>.?/".contains(character)
}
