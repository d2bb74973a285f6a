//! Where a document can grant what another does not: the actions of the statements that differ.
//!
//! In: two documents. Out: a [`Goal`], or none where nothing can be gained, and of both documents what bears on it.
//!
//! Argument. A request that NEW grants and OLD does not is (1) matched by an Allow of NEW and by no Allow of OLD, or
//! (2) matched by a Deny of OLD and by no Deny of NEW. A statement that both have, as sets of effect, actions, resources,
//! principals and conditions, applies to the same requests on both sides, whatever the reading: so the Allow of (1) is
//! one that OLD lacks, and the Deny of (2) one that NEW lacks. If another statement of the same effect on the other side
//! has a rest (principals, resources, conditions) that holds wherever the differing statement's rest does, the request's
//! action is none of the other's actions: what it names is taken from what the differing statement names. The goal is the
//! union of what is left, so that every gained request meets it; where nothing is left, nothing is gained. Statements
//! without an action of the goal apply to no request of it, and neither do the single patterns of a list.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use serde_json::json;

use crate::goal::Goal;
use crate::policy::{Clause, Document, Effect, Statement};
use crate::query::compare::meaning::Meaning;
use crate::query::compare::names::Names;
use crate::source::{Span, Spanned};
use crate::symbolic::encode::tells_a_list;
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::dialect::{Dialect, ExceptionKind};

/// How many pairs of statements are held against each other. From then on a differing statement counts for all that it
/// names, which only asks about more.
const HELD: usize = 1 << 20;

/// How many patterns that no differing statement means are looked for.
const EXCLUDED: usize = 64;

static EVERY: LazyLock<Option<ActionPattern>> = LazyLock::new(|| ActionPattern::parse("*").ok());

/// A document with the meanings of its statements.
pub(super) struct Read<'a> {
    document: &'a Document,
    statements: Vec<(&'a Statement, Meaning)>,
}

impl<'a> Read<'a> {
    /// Reads a document.
    pub(super) fn new(document: &'a Document) -> Self {
        let statements = document.statements.iter().map(|statement| (statement, Meaning::of(statement))).collect();
        Self { document, statements }
    }

    /// What the statements of an effect name that another document lacks.
    fn beyond(&self, other: &Self, effect: Effect) -> Vec<Region<'a>> {
        let of_effect = |read: &'_ Self| -> Vec<usize> {
            let places = read.statements.iter().enumerate();
            places.filter(|(_, (statement, _))| statement.effect == effect).map(|(place, _)| place).collect()
        };
        let theirs: Vec<&(&'a Statement, Meaning)> =
            of_effect(other).into_iter().filter_map(|place| other.statements.get(place)).collect();
        let meanings: HashSet<&Meaning> = theirs.iter().map(|(_, meaning)| meaning).collect();
        let own = of_effect(self).into_iter().filter_map(|place| self.statements.get(place));
        let differing: Vec<_> = own.filter(|(_, meaning)| !meanings.contains(meaning)).collect();
        if differing.is_empty() {
            return Vec::new();
        }
        let theirs: Vec<Other<'a, '_>> = theirs
            .into_iter()
            .map(|(statement, meaning)| Other { statement, meaning, names: OnceCell::new() })
            .collect();
        let held = HELD / theirs.len().max(1);
        let regions = differing.into_iter().enumerate().map(|(place, (statement, meaning))| {
            let theirs = if place < held { theirs.as_slice() } else { &[] };
            Region::left(statement, meaning, theirs)
        });
        regions.filter(|region| !region.include.is_empty()).collect()
    }
}

/// A statement of the other side.
struct Other<'a, 'm> {
    statement: &'a Statement,
    meaning: &'m Meaning,
    names: OnceCell<Names<'a>>,
}

impl<'a> Other<'a, '_> {
    /// The patterns of its list.
    fn names(&self) -> &Names<'a> {
        self.names.get_or_init(|| Names::new(entries(self.statement)))
    }
}

/// Actions: those that one list names and another does not.
struct Region<'a> {
    include: Vec<&'a ActionPattern>,
    exclude: Vec<&'a ActionPattern>,
}

impl<'a> Region<'a> {
    /// What a statement names without what others name whose rest holds wherever its own does.
    fn left(statement: &'a Statement, meaning: &Meaning, others: &[Other<'a, '_>]) -> Self {
        let mut region = match statement.actions.negated {
            false => Self { include: entries(statement).collect(), exclude: Vec::new() },
            true => Self { include: EVERY.iter().collect(), exclude: entries(statement).collect() },
        };
        for other in others.iter().filter(|other| other.meaning.rest.follows_from(&meaning.rest)) {
            match other.statement.actions.negated {
                false => {
                    let names = other.names();
                    region.include.retain(|pattern| !names.cover(pattern));
                    let wild: Vec<&ActionPattern> = region
                        .include
                        .iter()
                        .copied()
                        .filter(|pattern| pattern.as_str().contains(['*', '?']))
                        .collect();
                    if !wild.is_empty() {
                        let wild = Names::new(wild);
                        region.exclude.extend(entries(other.statement).filter(|pattern| wild.meet(pattern)));
                    }
                }
                // What it does not name are the patterns of its list.
                true => match region.include.iter().any(|pattern| *pattern.kind() == ActionPatternKind::Every) {
                    true => region.include = entries(other.statement).collect(),
                    false => region.include.retain(|pattern| other.names().meet(pattern)),
                },
            }
            if region.include.is_empty() {
                break;
            }
        }
        if !region.exclude.is_empty() {
            let names = Names::new(region.exclude.iter().copied());
            region.include.retain(|pattern| !names.cover(pattern));
        }
        region
    }
}

/// Where something may be gained.
pub(super) struct Difference {
    /// The requests to ask about.
    pub(super) goal: Goal,
    /// What bears on them of the new document.
    pub(super) new: Document,
    /// What bears on them of the old document.
    pub(super) old: Document,
}

impl Difference {
    /// Where `new` may grant what `old` does not; none: nowhere.
    pub(super) fn new<'a>(new: &Read<'a>, old: &Read<'a>, dialect: &Dialect) -> Option<Self> {
        let mut regions = new.beyond(old, Effect::Allow);
        regions.extend(old.beyond(new, Effect::Deny));
        if regions.is_empty() {
            return None;
        }
        let goal = goal(&regions, new.document, dialect);
        let asked = Names::new(goal.actions.iter().map(|pattern| &pattern.value));
        let (new, old) = (narrowed(new.document, &goal, &asked), narrowed(old.document, &goal, &asked));
        Some(Self { goal, new, old })
    }
}

/// The requests of some regions.
fn goal(regions: &[Region<'_>], document: &Document, dialect: &Dialect) -> Goal {
    let mut seen = HashSet::new();
    let included = regions.iter().flat_map(|region| &region.include).copied();
    let mut actions: Vec<ActionPattern> = included.filter(|pattern| seen.insert(pattern.kind())).cloned().collect();
    // Goals leave out what needs no permission unless they name it; a document says something of it all the same.
    let free = dialect.exceptions().iter().filter(|exception| {
        matches!(exception.kind, ExceptionKind::NeedsNoPermission | ExceptionKind::ByAccountSetting)
    });
    let asked = Names::new(&actions);
    let free: Vec<ActionPattern> =
        free.map(|exception| &exception.action).filter(|action| asked.meet(action)).cloned().collect();
    actions.extend(free);
    let mut except: Vec<ActionPattern> = Vec::new();
    let excluded = regions.iter().flat_map(|region| &region.exclude).copied();
    for pattern in excluded.take(EXCLUDED) {
        let out = |region: &Region<'_>| {
            region.exclude.iter().any(|own| own.kind() == pattern.kind())
                || !Names::new([pattern]).meets_any(&region.include)
        };
        if regions.iter().all(out) && !except.contains(pattern) {
            except.push(pattern.clone());
        }
    }
    let written = |patterns: &[ActionPattern]| patterns.iter().map(|p| p.as_str().to_owned()).collect::<Vec<_>>();
    let written = json!({ "action": written(&actions), "except": written(&except) });
    let placed = |patterns: Vec<ActionPattern>| {
        patterns.into_iter().map(|pattern| Spanned::new(pattern, Span::default())).collect::<Vec<_>>()
    };
    Goal {
        actions: placed(actions),
        except: placed(except),
        resource: None,
        within: None,
        without: Vec::new(),
        when: Vec::new(),
        written,
        source: Arc::clone(&document.source),
    }
}

/// The statements of a document that bear on a goal, their lists without patterns that do not.
fn narrowed(document: &Document, goal: &Goal, asked: &Names<'_>) -> Document {
    let kept = document.statements.iter().filter_map(|statement| {
        let clause = &statement.actions;
        let entries: Vec<_> = clause.entries.iter().filter(|entry| asked.meet(&entry.value)).cloned().collect();
        let bears = match clause.negated {
            false => !entries.is_empty(),
            true => {
                let names = Names::new(entries.iter().map(|entry| &entry.value));
                !goal.actions.iter().all(|pattern| names.cover(&pattern.value))
            }
        };
        // That a key holds a list is known from conditions, wherever they stand.
        let tells = statement.conditions.iter().any(tells_a_list);
        (bears || tells).then(|| Statement {
            actions: Clause { entries, ..*clause },
            sid: statement.sid.clone(),
            principal: statement.principal.clone(),
            resources: statement.resources.clone(),
            conditions: statement.conditions.clone(),
            ..*statement
        })
    });
    Document { statements: kept.collect::<Vec<_>>().into(), ..document.clone() }
}

fn entries(statement: &Statement) -> impl Iterator<Item = &ActionPattern> {
    statement.actions.entries.iter().map(|entry| &entry.value)
}
