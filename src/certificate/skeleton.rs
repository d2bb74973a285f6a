//! The skeleton of a proof: the law, what each place comes to, and the lemmas, over Booleans only.
//!
//! In: a run that found no request. Out: a script that another solver must find unsatisfiable, and one for each lemma
//! that it rests on. Trusted: that the formulas say what the policies say; the law stands there as its files have it.

use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::clause;
use crate::certificate::lemma;
use crate::certificate::name::{Names, place_symbol};
use crate::certificate::script::{Expected, Script};
use crate::certificate::term::{Inexpressible, any};
use crate::policy::Statement;
use crate::query::reach::{self, Ground, Lemma, ReachError, Run};
use crate::solve::session::{Session, apart};
use crate::symbolic::formula::{Formula, Formulas};
use crate::verdict::Place;

/// The skeleton of a run and its lemmas; files of lemmas are counted on from `first`, and `reading` is what the run is
/// about, if it is not about all of them.
///
/// # Errors
/// The solver does not refute the skeleton again.
pub(super) fn scripts(
    run: &Run,
    statements: &[(Place, &Statement)],
    file: String,
    first: usize,
    reading: Option<&str>,
) -> Result<Vec<Script>, ReachError> {
    let names = Names::new(run, statements);
    let used = used(run)?;
    let mut lemmas = Vec::new();
    let mut lines = vec![run.law.text().to_owned()];
    declarations(&names, &used, &mut lines);
    places(&names, &mut lines);
    let mut grouped: BTreeMap<(usize, bool), Vec<(&Lemma, usize)>> = BTreeMap::new();
    for lemma in &used {
        match &lemma.ground {
            Ground::Actions { place, statement, holds } => {
                grouped.entry((*statement, *holds)).or_default().push((lemma, *place));
            }
            Ground::Fields(limits) => {
                let name = lemma_file(first + lemmas.len());
                let script = lemma::script(&names, lemma, limits, name);
                lines.push(format!("; {}: {}", script.file, script.about));
                lines.push(assertion(&names, lemma));
                lemmas.push(script);
            }
        }
    }
    for ((statement, holds), members) in grouped {
        let places: Vec<usize> = members.iter().map(|(_, place)| *place).collect();
        let script = clause::script(&names, statement, holds, &places, lemma_file(first + lemmas.len()));
        lines.push(format!("; {}: {}", script.file, script.about));
        lines.extend(members.iter().map(|(lemma, _)| assertion(&names, lemma)));
        lemmas.push(script);
    }
    let reading = reading.map_or_else(String::new, |reading| format!("; under {reading}"));
    let (places, function) = (run.places.len(), run.function);
    let about =
        format!("no request of {places} places is {function}, as the law says and {} lemmas{reading}", lemmas.len());
    let skeleton = Script::new(file, Expected::Unsat, about, "QF_UF", Ok::<_, Inexpressible>(lines));
    Ok(std::iter::once(skeleton).chain(lemmas).collect())
}

fn lemma_file(number: usize) -> String {
    format!("lemma-{number:03}.smt2")
}

/// The lemmas that are needed.
fn used(run: &Run) -> Result<Vec<&Lemma>, ReachError> {
    let mut formulas: Formulas = run.formulas.clone();
    let mut places = Vec::with_capacity(run.places.len());
    for place in &run.places {
        let [shape, own] = [place.shape_atom, place.place_atom].map(|atom| formulas.atom(atom));
        places.push(formulas.and([shape, own, place.whole]));
    }
    let whole = formulas.or(places);
    if whole == Formula::FALSE {
        return Ok(Vec::new());
    }
    let clauses: Vec<Vec<(u32, bool)>> = run.lemmas.iter().map(|lemma| lemma.clause.clone()).collect();
    let core = apart(|| Session::new().map(|mut session| session.core(&formulas, whole, &clauses)));
    let core = core.map_err(|error| ReachError::Internal(error.to_string()))?;
    let core =
        core.ok_or_else(|| ReachError::Internal("the lemmas do not refute the question a second time".to_owned()))?;
    Ok(core.into_iter().filter_map(|place| run.lemmas.get(place)).collect())
}

/// One constant for each atom.
fn declarations(names: &Names<'_>, used: &[&Lemma], lines: &mut Vec<String>) {
    let run = names.run;
    let mut atoms: BTreeSet<u32> = used.iter().flat_map(|lemma| &lemma.clause).map(|(atom, _)| *atom).collect();
    for place in &run.places {
        atoms.extend([place.shape_atom, place.place_atom]);
        atoms.extend(place.parts().flat_map(|(_, formula)| run.formulas.atoms_of(formula)));
    }
    lines.push("; what is open of a request".to_owned());
    for atom in atoms {
        names.explain(atom, lines);
        lines.push(format!("(declare-const {} Bool)", names.symbol(atom)));
    }
}

/// That one of the places has a request.
fn places(names: &Names<'_>, lines: &mut Vec<String>) {
    let all: Vec<usize> = (0..names.run.places.len()).collect();
    let requests = definitions(names, &all, lines);
    lines.push("; one of the places has a request".to_owned());
    lines.push(format!("(assert {})", any(requests)));
}

/// What some places come to: the symbol of each one's request.
pub(super) fn definitions(names: &Names<'_>, numbers: &[usize], lines: &mut Vec<String>) -> Vec<String> {
    let places: Vec<(usize, &reach::Place)> =
        numbers.iter().filter_map(|number| Some((*number, names.run.places.get(*number)?))).collect();
    let mut roots = Vec::new();
    for (_, place) in &places {
        roots.extend(place.parts());
    }
    let formulas: Vec<Formula> = roots.iter().map(|(_, formula)| *formula).collect();
    let (shared, terms) = names.run.formulas.to_smt_terms(&formulas, |atom| names.symbol(atom));
    lines.push("; what occurs more than once".to_owned());
    for (formula, term) in shared {
        lines.extend(names.statements_of(formula).map(|statements| format!("; {statements}")));
        lines.push(format!("(define-fun $n{} () Bool {term})", formula.index()));
    }
    let mut terms = roots.iter().zip(terms);
    let mut requests = Vec::with_capacity(places.len());
    for (number, place) in places {
        let symbol = place_symbol(number);
        lines.push(format!("; {symbol}: {}", names.place(number)));
        for ((name, _), term) in terms.by_ref().take(place.parts().count()) {
            lines.push(format!("(define-fun {symbol}.{name} () Bool {term})"));
        }
        lines.push(format!("(define-fun {symbol}.request () Bool {})", request(names, number)));
        requests.push(format!("{symbol}.request"));
    }
    requests
}

/// That a place has a request.
fn request(names: &Names<'_>, number: usize) -> String {
    let symbol = place_symbol(number);
    let Some(place) = names.run.places.get(number) else { return "false".to_owned() };
    let guards = [place.shape_atom, place.place_atom].map(|atom| names.symbol(atom)).join(" ");
    let function = names.run.function;
    let decided = match names.run.law.inputs(function).filter(|_| !place.inputs.is_empty()) {
        Some(inputs) => {
            let inputs: Vec<String> = inputs.iter().map(|input| format!("{symbol}.{input}")).collect();
            format!(" ({function} {})", inputs.join(" "))
        }
        None => String::new(),
    };
    format!("(and {guards} {symbol}.goal {symbol}.facts{decided})")
}

fn assertion(names: &Names<'_>, lemma: &Lemma) -> String {
    let literals: Vec<String> = lemma.clause.iter().map(|literal| names.literal(*literal)).collect();
    format!("(assert {})", any(literals))
}
