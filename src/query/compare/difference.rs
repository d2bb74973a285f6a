//! Where a document can grant what another does not: the actions of the statements that differ.
//!
//! In: two documents. Out: a [`Goal`], or none where nothing can be gained, and of both documents what bears on it.
//!
//! Argument. A request that NEW grants and OLD does not is (1) matched by an Allow of NEW and by no Allow of OLD, or
//! (2) matched by a Deny of OLD and by no Deny of NEW. A statement that both have, as sets of effect, actions, resources,
//! principals and conditions, applies to the same requests on both sides, whatever the reading: so the Allow of (1) is
//! one that OLD lacks, and the Deny of (2) one that NEW lacks. It applies through one entry of its Resource: if another
//! statement of the same effect on the other side has that entry too, or a wider one, and principals and conditions that
//! hold wherever the differing statement's do, the request's action is none of the other's actions: what it names is
//! taken from what the differing statement names there. The goal is the union of what is left, so that every gained
//! request meets it; where nothing is left, nothing is gained. Where nothing is left of (2), the Allows of NEW count only
//! as far as something is left of them. Statements without an action of the goal apply to no request of it, and neither
//! do the single patterns of a list.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use serde_json::json;

use crate::deadline::is_over;
use crate::goal::Goal;
use crate::policy::{Clause, Document, Effect, Statement};
use crate::query::compare::meaning::{Meaning, resource};
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

/// The time is over.
pub(super) struct Late;

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

    /// The statements of an effect.
    fn of(&self, effect: Effect) -> impl Iterator<Item = &(&'a Statement, Meaning)> {
        self.statements.iter().filter(move |(statement, _)| statement.effect == effect)
    }

    /// What is left of the statements of an effect that another document lacks.
    fn beyond(&self, other: &Self, effect: Effect, deadline: Option<Instant>) -> Result<Vec<Left<'a>>, Late> {
        let meanings: HashSet<&Meaning> = other.of(effect).map(|(_, meaning)| meaning).collect();
        let differing: Vec<_> = self.of(effect).filter(|(_, meaning)| !meanings.contains(meaning)).collect();
        if differing.is_empty() {
            return Ok(Vec::new());
        }
        let theirs: Vec<Other<'a, '_>> =
            other.of(effect).map(|(statement, meaning)| Other { statement, meaning, names: OnceCell::new() }).collect();
        let mut held = 0;
        let left = differing.into_iter().map(|(statement, meaning)| {
            held += theirs.len() * meaning.rest.entries().map_or(1, BTreeSet::len);
            if is_over(deadline) {
                return Err(Late);
            }
            let theirs = if held <= HELD { theirs.as_slice() } else { &[] };
            Ok(Left::new(statement, meaning, theirs))
        });
        left.filter(|left| left.as_ref().map_or(true, |left| !left.regions.is_empty())).collect()
    }
}

/// What is left of a differing statement.
struct Left<'a> {
    statement: &'a Statement,
    /// The actions that are left, resource by resource.
    regions: Vec<Region<'a>>,
    /// The entries of its Resource with something left; none: it has no such list.
    resources: Option<BTreeSet<String>>,
}

impl<'a> Left<'a> {
    fn new(statement: &'a Statement, meaning: &Meaning, others: &[Other<'a, '_>]) -> Self {
        let others: Vec<&Other<'a, '_>> =
            others.iter().filter(|other| other.meaning.rest.follows_from(&meaning.rest)).collect();
        let left_at = |entry: Option<&str>| {
            let reaching = others.iter().copied().filter(|other| other.meaning.rest.reaches(&meaning.rest, entry));
            Some(Region::left(statement, reaching)).filter(|region| !region.include.is_empty())
        };
        let Some(entries) = meaning.rest.entries() else {
            return Self { statement, regions: left_at(None).into_iter().collect(), resources: None };
        };
        let mut regions: Vec<Region<'a>> = Vec::new();
        let mut resources = BTreeSet::new();
        for entry in entries {
            let Some(region) = left_at(Some(entry)) else { continue };
            resources.insert(entry.clone());
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        Self { statement, regions, resources: Some(resources) }
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
#[derive(PartialEq, Eq)]
struct Region<'a> {
    include: Vec<&'a ActionPattern>,
    exclude: Vec<&'a ActionPattern>,
}

impl<'a> Region<'a> {
    /// What a statement names without what others name.
    fn left<'o>(statement: &'a Statement, others: impl Iterator<Item = &'o Other<'a, 'o>>) -> Self
    where
        'a: 'o,
    {
        let mut region = match statement.actions.negated {
            false => Self { include: entries(statement).collect(), exclude: Vec::new() },
            true => Self { include: EVERY.iter().collect(), exclude: entries(statement).collect() },
        };
        for other in others {
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
    pub(super) fn new<'a>(
        new: &Read<'a>,
        old: &Read<'a>,
        dialect: &Dialect,
        deadline: Option<Instant>,
    ) -> Result<Option<Self>, Late> {
        let allows = new.beyond(old, Effect::Allow, deadline)?;
        let denies = old.beyond(new, Effect::Deny, deadline)?;
        let regions: Vec<&Region<'_>> = allows.iter().chain(&denies).flat_map(|left| &left.regions).collect();
        if regions.is_empty() {
            return Ok(None);
        }
        let goal = goal(&regions, new.document, dialect);
        if is_over(deadline) {
            return Err(Late);
        }
        let asked = Names::new(goal.actions.iter().map(|pattern| &pattern.value));
        let by_place: HashMap<usize, &Left<'_>> = allows.iter().map(|left| (left.statement.index, left)).collect();
        let granting = denies.is_empty().then_some(&by_place);
        let (new, old) = (narrowed(new.document, &goal, &asked, granting), narrowed(old.document, &goal, &asked, None));
        Ok(Some(Self { goal, new, old }))
    }
}

/// The requests of some regions.
fn goal(regions: &[&Region<'_>], document: &Document, dialect: &Dialect) -> Goal {
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
        let named = Names::new([pattern]);
        let out = |region: &&Region<'_>| {
            region.exclude.iter().any(|own| own.kind() == pattern.kind()) || !named.meets_any(&region.include)
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

/// The statements of a document that bear on a goal, their lists without patterns that do not; of its Allows only what
/// is left, where it is told.
fn narrowed(
    document: &Document,
    goal: &Goal,
    asked: &Names<'_>,
    granting: Option<&HashMap<usize, &Left<'_>>>,
) -> Document {
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
        let left = granting.filter(|_| statement.effect == Effect::Allow);
        let left = left.map(|granting| granting.get(&statement.index));
        // That a key holds a list is known from conditions, wherever they stand.
        let tells = statement.conditions.iter().any(tells_a_list);
        let mut resources = statement.resources.clone();
        if let (Some(clause), Some(Some(Left { resources: Some(kept), .. }))) = (&mut resources, left) {
            clause.entries.retain(|entry| kept.contains(&resource(&entry.value)));
        }
        let counts = bears && !matches!(left, Some(None));
        (counts || tells).then(|| Statement {
            actions: Clause { entries, ..*clause },
            sid: statement.sid.clone(),
            principal: statement.principal.clone(),
            resources,
            conditions: statement.conditions.clone(),
            ..*statement
        })
    });
    Document { statements: kept.collect::<Vec<_>>().into(), ..document.clone() }
}

fn entries(statement: &Statement) -> impl Iterator<Item = &ActionPattern> {
    statement.actions.entries.iter().map(|entry| &entry.value)
}
