//! Values for all fields at once, where patterns with variables and the parts of a caller tie fields together.
//!
//! Two orders are tried: variables first, their patterns then filled; and the patterned field first, the variables read
//! off its value. A failure of one order proves nothing, so the outcome is undecided if both fail.

use std::collections::BTreeMap;

use crate::symbolic::atom::{Field, Template, TemplatePiece};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::realise::Holds;
use crate::symbolic::realise::question::{Answer, Question};
use crate::symbolic::realise::relation;
use crate::symbolic::realise::{Draft, FieldValue, Realised, Setting};
use crate::symbolic::shape::{PRINCIPAL_ARN, SESSION, USERNAME};
use crate::symbolic::user_id::{USER_ID, session_of};
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;

type Questions = BTreeMap<Field, Question>;
type Values = BTreeMap<Field, FieldValue>;

pub(super) fn solve(questions: &Questions, setting: Setting<'_>) -> Realised {
    for variables_first in [true, false] {
        match in_order(questions, setting, variables_first) {
            Outcome::Values(values) => {
                let named = |(field, value): (Field, FieldValue)| (setting.atoms.field_name(field).to_owned(), value);
                return Realised::Request(values.into_iter().map(named).collect::<Draft>());
            }
            Outcome::Conflict(literals, holds) => return Realised::Conflict { literals, holds },
            Outcome::Failed => {}
        }
    }
    Realised::Undecided
}

enum Outcome {
    Values(Values),
    Conflict(Vec<(u32, bool)>, Holds),
    Failed,
}

fn in_order(questions: &Questions, setting: Setting<'_>, variables_first: bool) -> Outcome {
    let valued: Vec<Field> = questions
        .iter()
        .filter(|(field, question)| question.is_valued(**field, setting))
        .map(|(field, _)| *field)
        .collect();
    let mut values = Values::new();
    // Texts read off the value of a patterned field, for its variables.
    let mut read_off: BTreeMap<Field, String> = BTreeMap::new();
    let mut pending = valued.clone();
    let rank = |field: &Field| {
        let name = setting.atoms.field_name(*field);
        let host = questions.get(field).is_some_and(|question| !question.matches.is_empty());
        // The names inside an ARN come before it, or after.
        let whole = usize::from(name == PRINCIPAL_ARN);
        if variables_first { usize::from(host) + 2 * whole } else { 3 - usize::from(host) - 2 * whole }
    };
    pending.sort_by_key(rank);
    for field in &pending {
        let Some(question) = questions.get(field) else { continue };
        if values.contains_key(field) {
            continue;
        }
        let group = equals(*field, questions, setting);
        let mut extra: Vec<Language> = Vec::new();
        let mut joined = question.clone();
        for other in group.iter().filter(|other| *other != field) {
            let Some(own) = questions.get(other) else { continue };
            joined.inside.extend(own.inside.iter().copied());
            joined.matches.extend(own.matches.iter().copied());
            extra.extend(super::question::domain(setting.atoms.field_name(*other), setting));
        }
        for member in &group {
            extra.extend(linked(setting.atoms.field_name(*member), &values, setting));
            extra.extend(read_off.get(member).map(|text| Language::new([Glob::literal(text)])));
        }
        let filled: Vec<(Language, bool)> = joined
            .matches
            .iter()
            .filter_map(|(template, truth, _)| {
                let template = setting.atoms.template(*template)?;
                if equal_to(template).is_some_and(|other| group.contains(&other)) {
                    return truth.then_some((Language::universal(), true)).or(Some((Language::universal(), false)));
                }
                let glob = template.filled(|variable| match values.get(&variable) {
                    Some(FieldValue::One(text)) => Some(text.as_str()),
                    _ => None,
                });
                match (glob, *truth) {
                    (Some(glob), truth) => Some((Language::new([glob]), truth)),
                    (None, true) => Some((Language::new([template.widest()]), true)),
                    // A variable without value: the pattern is not asked.
                    (None, false) => None,
                }
            })
            .collect();
        let value = match joined.answer(*field, setting, &extra, Some(&filled)) {
            Answer::Value(value) => value,
            Answer::Contradiction((literals, holds)) if extra.is_empty() && filled.is_empty() && group.len() == 1 => {
                return Outcome::Conflict(literals, holds);
            }
            Answer::Contradiction(_) | Answer::Undecided | Answer::Exhausted => return Outcome::Failed,
        };
        if let FieldValue::One(text) = &value {
            for (template, truth, _) in &joined.matches {
                if let (true, Some(template)) = (*truth, setting.atoms.template(*template)) {
                    let fixed = |variable| match values.get(&variable) {
                        Some(FieldValue::One(text)) => Some(text.clone()),
                        _ => read_off.get(&variable).cloned(),
                    };
                    let Some(found) = capture(template, text, fixed) else { return Outcome::Failed };
                    read_off.extend(found);
                }
            }
        }
        for member in group {
            values.insert(member, value.clone());
        }
    }
    if relation::settle(&mut values, questions, setting) && verified(questions, &values, setting) {
        Outcome::Values(values)
    } else {
        Outcome::Failed
    }
}

/// The fields that must have the same value: those tied by `${key}` alone.
fn equals(field: Field, questions: &Questions, setting: Setting<'_>) -> Vec<Field> {
    let mut group = vec![field];
    let mut ties: Vec<(Field, Field)> = Vec::new();
    for (own, question) in questions {
        for (template, truth, _) in &question.matches {
            if let (true, Some(template)) = (*truth, setting.atoms.template(*template)) {
                ties.extend(equal_to(template).map(|other| (*own, other)));
            }
        }
    }
    let mut place = 0;
    while let Some(member) = group.get(place).copied() {
        for (left, right) in &ties {
            for (from, to) in [(left, right), (right, left)] {
                if *from == member && !group.contains(to) {
                    group.push(*to);
                }
            }
        }
        place += 1;
    }
    group
}

/// The field of a pattern that is one variable and nothing else.
fn equal_to(template: &Template) -> Option<Field> {
    match (template.folded, &template.pieces[..]) {
        (false, [TemplatePiece::Field(field)]) => Some(*field),
        _ => None,
    }
}

/// What the parts of a symbolic caller say of each other: the name inside an ARN, the role of a session.
fn linked(name: &str, values: &Values, setting: Setting<'_>) -> Option<Language> {
    if setting.shape.exact.is_some() {
        return None;
    }
    let value_of = |wanted: &str| {
        values.iter().find(|(field, _)| setting.atoms.field_name(**field) == wanted).and_then(
            |(_, value)| match value {
                FieldValue::One(text) => Some(text.as_str()),
                FieldValue::List(_) => None,
            },
        )
    };
    let shape = setting.shape;
    match (name, shape.kind) {
        (PRINCIPAL_ARN, CallerKind::User) => value_of(USERNAME).map(|own| shape.named("user/", own)),
        (PRINCIPAL_ARN, CallerKind::RoleSession) => {
            let session = Arn::parse(value_of(SESSION)?)?.resource_of("assumed-role")?;
            Some(shape.named("role/", session.split('/').next()?))
        }
        (PRINCIPAL_ARN, CallerKind::Federated) => {
            let prefix = shape.prefix("sts", "federated-user/");
            let name = session_of(value_of(USER_ID)?)?.chars().map(Piece::Literal);
            Some(Language::new([Glob::new(prefix.into_iter().chain(name))]))
        }
        (USER_ID, CallerKind::RoleSession) => shape.user_ids_of(value_of(SESSION)?),
        (USER_ID, CallerKind::Federated) => shape.user_ids_of(value_of(PRINCIPAL_ARN)?),
        (SESSION, _) if value_of(USER_ID).is_some() && value_of(PRINCIPAL_ARN).is_none() => {
            let name = session_of(value_of(USER_ID)?)?.chars().map(Piece::Literal);
            let role = [Piece::Some(CharClass::NameCharacters), Piece::Literal('/')];
            let prefix = shape.prefix("sts", "assumed-role/");
            Some(Language::new([Glob::new(prefix.into_iter().chain(role).chain(name))]))
        }
        (USERNAME, _) => {
            let arn = Arn::parse(value_of(PRINCIPAL_ARN)?)?;
            Some(Language::new([Glob::literal(friendly_name(arn.resource))]))
        }
        (SESSION, _) => {
            let role = friendly_name(Arn::parse(value_of(PRINCIPAL_ARN)?)?.resource);
            let prefix = shape.prefix("sts", &format!("assumed-role/{role}/"));
            let open = vec![Piece::One(CharClass::NameCharacters), Piece::Some(CharClass::NameCharacters)];
            let told = value_of(USER_ID).and_then(session_of);
            let name = told.map_or(open, |name| name.chars().map(Piece::Literal).collect());
            Some(Language::new([Glob::new(prefix.into_iter().chain(name))]))
        }
        _ => None,
    }
}

/// Values of a pattern's variables with which it matches a text, by trying every split; short patterns only.
fn capture(
    template: &Template,
    text: &str,
    fixed: impl Fn(Field) -> Option<String>,
) -> Option<BTreeMap<Field, String>> {
    let characters: Vec<char> = text.chars().collect();
    let mut steps = 200_000_usize;
    let mut found = BTreeMap::new();
    split(&template.pieces, &characters, template.folded, &fixed, &mut found, &mut steps).then_some(found)
}

fn split(
    pieces: &[TemplatePiece],
    text: &[char],
    folded: bool,
    fixed: &impl Fn(Field) -> Option<String>,
    found: &mut BTreeMap<Field, String>,
    steps: &mut usize,
) -> bool {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty() };
    match first {
        TemplatePiece::Piece(Piece::Literal(wanted)) => match text.split_first() {
            Some((own, after)) => {
                let same = own == wanted || (folded && own.to_lowercase().eq(wanted.to_lowercase()));
                same && split(rest, after, folded, fixed, found, steps)
            }
            None => false,
        },
        TemplatePiece::Piece(Piece::One(class)) => match text.split_first() {
            Some((own, after)) => class.contains(*own) && split(rest, after, folded, fixed, found, steps),
            None => false,
        },
        TemplatePiece::Piece(Piece::Many(class) | Piece::Some(class)) => {
            let least = usize::from(matches!(first, TemplatePiece::Piece(Piece::Some(_))));
            let run = text.iter().take_while(|own| class.contains(**own)).count();
            (least..=run)
                .any(|length| text.get(length..).is_some_and(|after| split(rest, after, folded, fixed, found, steps)))
        }
        TemplatePiece::Field(field) => {
            let known = found.get(field).cloned().or_else(|| fixed(*field));
            if let Some(known) = known {
                let known: Vec<char> = known.chars().collect();
                return text.starts_with(&known)
                    && text.get(known.len()..).is_some_and(|after| split(rest, after, folded, fixed, found, steps));
            }
            // A value that reads as one is preferred to an empty one.
            (1..=text.len()).chain([0]).any(|length| {
                let Some((own, after)) = text.split_at_checked(length) else { return false };
                found.insert(*field, own.iter().collect());
                let matched = split(rest, after, folded, fixed, found, steps);
                if !matched {
                    found.remove(field);
                }
                matched
            })
        }
    }
}

/// Whether the values satisfy the patterns with variables and the ties between a caller's parts.
pub(super) fn verified(questions: &Questions, values: &Values, setting: Setting<'_>) -> bool {
    let text_of = |field: Field| match values.get(&field) {
        Some(FieldValue::One(text)) => Some(text.as_str()),
        _ => None,
    };
    let patterns = questions.iter().all(|(field, question)| {
        let Some(own) = text_of(*field) else { return question.matches.iter().all(|(_, truth, _)| !truth) };
        question.matches.iter().all(|(template, truth, _)| {
            let filled = setting.atoms.template(*template).and_then(|template| template.filled(text_of));
            match filled {
                Some(glob) => glob.contains(own) == *truth,
                None => !truth,
            }
        })
    });
    patterns
        && values.keys().all(|field| {
            let (name, own) = (setting.atoms.field_name(*field), text_of(*field));
            linked(name, values, setting).is_none_or(|language| own.is_some_and(|own| language.contains(own)))
        })
}
