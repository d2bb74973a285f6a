//! From the text of a law file to definitions with every name resolved.
//!
//! In: one file and the definitions before it. Out: its definitions, or the first thing that a law must not contain.

use indexmap::IndexMap;

use super::term::{Definition, Operator, Size, Term};
use super::{LawError, LawFault};
use crate::symbolic::sexpr::{self, Sexpr, Shape};

/// A fault and its line.
type Refused = (usize, LawFault);

/// Names that a definition may not take: SMT-LIB's reserved words, the connectives and the constants of its theory
/// Core.
const RESERVED: [&str; 20] = [
    "!", "_", "as", "let", "exists", "forall", "match", "par", "Bool", "true", "false", "not", "and", "or", "=>",
    "xor", "=", "distinct", "ite", "assert",
];

/// Adds the definitions of one file.
pub(super) fn read_file(
    definitions: &mut IndexMap<String, Definition>,
    file: &str,
    text: &str,
) -> Result<(), LawError> {
    let expressions = sexpr::read(text).map_err(|source| LawError::Text { file: file.to_owned(), source })?;
    for expression in &expressions {
        let (name, definition) = read_definition(definitions, expression)
            .map_err(|(line, fault)| LawError::Definition { file: file.to_owned(), line, fault })?;
        definitions.insert(name, definition);
    }
    Ok(())
}

fn read_definition(known: &IndexMap<String, Definition>, expression: &Sexpr) -> Result<(String, Definition), Refused> {
    let not_a_definition = || (expression.line, LawFault::NotADefinition(expression.excerpt()));
    let Some([keyword, name, inputs, result, body]) = expression.list() else { return Err(not_a_definition()) };
    if keyword.symbol() != Some("define-fun") {
        return Err(not_a_definition());
    }
    let function = new_name(name)?;
    if known.contains_key(&function) {
        return Err((name.line, LawFault::Redefined(function)));
    }
    let inputs = read_inputs(known, &function, inputs)?;
    expect_bool(result)?;
    let (body, size) = Scope { known, function: &function, inputs: &inputs }.read_term(body)?;
    if size.too_large() {
        return Err((name.line, LawFault::TooLarge(function)));
    }
    Ok((function, Definition { inputs, body, size }))
}

fn read_inputs(
    known: &IndexMap<String, Definition>,
    function: &str,
    expression: &Sexpr,
) -> Result<Vec<String>, Refused> {
    let fault = |expression: &Sexpr| (expression.line, LawFault::NotADefinition(expression.excerpt()));
    let mut inputs = Vec::new();
    for input in expression.list().ok_or_else(|| fault(expression))? {
        let Some([name, sort]) = input.list() else { return Err(fault(input)) };
        expect_bool(sort)?;
        let name_read = new_name(name)?;
        // An input that hides a function would be read rightly by solvers and wrongly by people.
        if name_read == function || known.contains_key(&name_read) || inputs.contains(&name_read) {
            return Err((name.line, LawFault::Redefined(name_read)));
        }
        inputs.push(name_read);
    }
    Ok(inputs)
}

fn new_name(expression: &Sexpr) -> Result<String, Refused> {
    let refuse = |fault: fn(String) -> LawFault| Err((expression.line, fault(expression.excerpt())));
    match expression.symbol() {
        None => refuse(LawFault::NotADefinition),
        // SMT-LIB leaves `@` and `.` to solvers; `$` is kept for the names that formulas are printed with.
        Some(name) if RESERVED.contains(&name) || name.starts_with(['@', '.', '$']) => refuse(LawFault::Reserved),
        Some(name) => Ok(name.to_owned()),
    }
}

fn expect_bool(expression: &Sexpr) -> Result<(), Refused> {
    match expression.symbol() {
        Some("Bool") => Ok(()),
        _ => Err((expression.line, LawFault::NotBool(expression.excerpt()))),
    }
}

/// What a body can name.
struct Scope<'a> {
    known: &'a IndexMap<String, Definition>,
    function: &'a str,
    inputs: &'a [String],
}

impl Scope<'_> {
    fn read_term(&self, expression: &Sexpr) -> Result<(Term, Size), Refused> {
        match &expression.shape {
            Shape::Symbol(name) => self.read_symbol(name, &[], expression.line),
            Shape::Literal(_) => Err((expression.line, LawFault::NotATerm(expression.excerpt()))),
            Shape::List(members) => match members.split_first().map(|(head, rest)| (head.symbol(), rest)) {
                // In SMT-LIB a function without inputs is written without parentheses.
                Some((Some(name), arguments)) if !arguments.is_empty() => {
                    self.read_symbol(name, arguments, expression.line)
                }
                _ => Err((expression.line, LawFault::NotATerm(expression.excerpt()))),
            },
        }
    }

    fn read_symbol(&self, name: &str, arguments: &[Sexpr], line: usize) -> Result<(Term, Size), Refused> {
        let arity = |least: usize, more: bool| {
            let found = arguments.len();
            if found == least || (more && found > least) {
                return Ok(());
            }
            let plural = if least == 1 { "argument" } else { "arguments" };
            let wanted = format!("{least}{} {plural}", if more { " or more" } else { "" });
            Err((line, LawFault::Arity { name: name.to_owned(), wanted, found }))
        };
        if let Some(value) = constant(name) {
            arity(0, false)?;
            return Ok((Term::Constant(value), Size::default().around([])));
        }
        if let Some(index) = self.inputs.iter().position(|input| input == name) {
            arity(0, false)?;
            return Ok((Term::Input(index), Size::default().around([])));
        }
        if let Some(operator) = Operator::named(name) {
            let (least, more) = operator.arity();
            arity(least, more)?;
            let (terms, sizes) = self.read_terms(arguments)?;
            return Ok((Term::Connect(operator, terms), Size::default().around(sizes)));
        }
        if let Some((index, _, definition)) = self.known.get_full(name) {
            arity(definition.inputs.len(), false)?;
            let (terms, sizes) = self.read_terms(arguments)?;
            return Ok((Term::Call(index, terms), definition.size.around(sizes)));
        }
        let fault = if name == self.function { LawFault::Recursion } else { LawFault::Unknown };
        Err((line, fault(name.to_owned())))
    }

    fn read_terms(&self, expressions: &[Sexpr]) -> Result<(Vec<Term>, Vec<Size>), Refused> {
        expressions.iter().map(|expression| self.read_term(expression)).collect()
    }
}

fn constant(name: &str) -> Option<bool> {
    match name {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
