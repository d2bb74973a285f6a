//! Values that another solver found, taken for the fields of a request.
//!
//! In: literals, values by field. Out: the values that the literals want, if they satisfy each of them and the relations
//! between keys. Nothing is taken on trust: a value that does not fit is no proof of anything.

use std::collections::BTreeMap;

use crate::symbolic::atom::Field;
use crate::symbolic::realise::sample::is_of_declared_type;
use crate::symbolic::realise::{Draft, FieldValue, Setting, attempt, questions, relation};

/// The values that the literals want; none if they break one of them.
pub fn adopt(literals: &[(u32, bool)], found: &BTreeMap<Field, FieldValue>, setting: Setting<'_>) -> Option<Draft> {
    let questions = questions(literals, setting);
    let mut values: BTreeMap<Field, FieldValue> = BTreeMap::new();
    for (field, question) in questions.iter().filter(|(field, question)| question.is_valued(**field, setting)) {
        let (name, value) = (setting.atoms.field_name(*field), found.get(field)?);
        let of_type = |text: &String| !setting.realism || is_of_declared_type(name, text);
        let typed = match value {
            FieldValue::One(text) => of_type(text),
            FieldValue::List(_) => true,
        };
        if !typed || !question.accepts(name, value, setting) {
            return None;
        }
        values.insert(*field, value.clone());
    }
    let fits = relation::settle(&mut values, &questions, setting) && attempt::verified(&questions, &values, setting);
    let named = |(field, value): (Field, FieldValue)| (setting.atoms.field_name(field).to_owned(), value);
    fits.then(|| values.into_iter().map(named).collect())
}
