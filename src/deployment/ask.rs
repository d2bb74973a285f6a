//! Can somebody of a plan or template do it?
//!
//! In: a subject and a goal. Out: a [`Verdict`], with the values of unknowns that a request needs.
//! Soundness: unreachable is said only if it holds of the wide reading of every document, for every account and partition
//! that the documents name and for one that they do not, under no resource policy and under each one of the file; whatever the unknowns
//! are, the documents then allow no more. Reachable is said only of documents with values put in, replayed by the evaluator.

use std::str::FromStr;
use std::time::Instant;

use crate::deployment::Deployment;
use crate::deployment::node::{Piece, Sort, UnknownId};
use crate::deployment::parts::{Held, HolderKind, Policy, perhaps};
use crate::deployment::reading::{Read, Reader, Reading, Shared, Values};
use crate::deployment::subject::{Of, Subject, What};
use crate::deployment::witness::{capture, captured};
use crate::deployment::world::World;
use crate::diagnostic::{Findings, Refusal};
use crate::goal::Goal;
use crate::json;
use crate::policy::{self, Document, DocumentKind};
use crate::query::reach::{Options, ReachError, goal_is_meant, reach};
use crate::scenario::{Layer, ResourceAccount, Scenario};
use crate::source::{Source, Spanned};
use crate::verdict::{Answer, Assumption, Counterexample, Unknown, Verdict};
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::ruling::Rulings;

/// What a principal, a bucket or anything else that is not known may be called.
const NAMES: [&str; 3] = ["unknown", "arn:aws:iam::999999999999:role/unknown", "*"];

/// What a question about somebody came to.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The verdict.
    pub verdict: Verdict,
    /// Who was asked about, under which layers.
    pub scenario: Scenario,
    /// The resource policy that was looked at, where one was.
    pub under: Option<String>,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Documents cannot be read.
    #[error("{0}")]
    Documents(#[from] Refusal),
    /// The question cannot be asked, or the engines disagree.
    #[error("{0}")]
    Reach(#[from] ReachError),
}

/// One question of several about a subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'d> {
    pub(super) principal: Asks<'d>,
    pub(super) identity: Option<&'d [Held]>,
    pub(super) boundary: Option<&'d Held>,
    /// A policy that is asked about as one of its own kind.
    pub(super) policy: Option<&'d Policy>,
    /// Whether resources may have any policy of their own: the question is about what limits that.
    pub(super) any_resource: bool,
}

/// How the documents of a question are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lens<'a> {
    pub(super) reading: Reading<'a>,
    /// The account that it is deployed to.
    pub(super) account: Option<&'a str>,
    /// What both sides of a comparison have, layer by layer.
    pub(super) shared: Option<&'a SharedLayers>,
}

/// What both sides of a comparison have and is not known.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedLayers {
    pub(super) identity: Shared,
    pub(super) boundary: Shared,
    pub(super) policy: Shared,
}

/// Who calls.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asks<'d> {
    Arn(&'d [Piece]),
    /// Any user of the account.
    Users,
    Word(&'static str),
}

impl Deployment {
    /// Whether somebody can send any request of a goal.
    ///
    /// # Errors
    /// A document is refused, the goal cannot be meant, or the engines disagree.
    pub fn ask(&self, subject: &Subject, goal: &Goal, options: &Options, rulings: Rulings) -> Result<Asked, AskError> {
        let started = Instant::now();
        let mut worst: Option<Asked> = None;
        let worlds = self.worlds(None);
        'asking: for question in self.questions(subject) {
            let Some(goal) = narrowed(goal, question.policy) else { continue };
            let goal = if subject.what == What::Granted { without_root(goal) } else { goal };
            for world in &worlds {
                let left = options.timeout.map(|most| most.saturating_sub(started.elapsed()));
                let options = Options { timeout: left, ..options.clone() };
                let asked = self.answer(subject, question, &goal, world, &options, rulings)?;
                let weight = |answer| match answer {
                    Answer::Vacuous => 0,
                    Answer::Unreachable => 1,
                    Answer::Unknown => 2,
                    Answer::Reachable => 3,
                };
                let heavier = |known: &Asked| weight(asked.verdict.answer) > weight(known.verdict.answer);
                if worst.as_ref().is_none_or(heavier) {
                    worst = Some(asked);
                }
                if worst.as_ref().is_some_and(|own| own.verdict.answer == Answer::Reachable) {
                    break 'asking;
                }
            }
        }
        let mut asked = match worst {
            Some(asked) => asked,
            None => self.beside(goal, rulings)?,
        };
        asked.verdict.elapsed = started.elapsed();
        Ok(asked)
    }

    /// The answer where a goal has nothing of what a resource's policy is about.
    fn beside(&self, goal: &Goal, rulings: Rulings) -> Result<Asked, AskError> {
        goal_is_meant(&[], goal)?;
        let question = Question {
            principal: Asks::Word("any"),
            identity: Some(&[]),
            boundary: None,
            policy: None,
            any_resource: false,
        };
        let scenario = self.scenario(
            question,
            Lens { reading: Reading::Wide(&Values::new()), account: None, shared: None },
            rulings,
        )?;
        let scenario = scenario.ok_or_else(|| ReachError::Internal("a wide reading is sure".to_owned()))?;
        let mut verdict = Verdict::new(Answer::Unreachable);
        verdict.notes.push("the policy is about no action of the goal".to_owned());
        Ok(Asked { verdict, scenario, under: None })
    }

    /// What is asked about a subject.
    pub(super) fn questions(&self, subject: &Subject) -> Vec<Question<'_>> {
        let alone = |word, identity, policy| {
            let principal = Asks::Word(word);
            Question { principal, identity, boundary: None, policy, any_resource: false }
        };
        match subject.of {
            Of::Policy(index) => {
                let policy = self.policies.get(index);
                match subject.what {
                    // By the policy alone, and from outside, where identity policies are not the account's.
                    What::Granted => vec![alone("any", Some(&[]), policy), alone("outside", None, policy)],
                    What::Bounded => vec![alone("any", None, policy)],
                    // Service control policies bind root users (S8.2); the others bind whoever asks.
                    What::Governed => {
                        let mut questions = vec![alone("any", None, policy), alone("root", Some(&[]), policy)];
                        if policy.is_some_and(|policy| policy.kind != DocumentKind::Scp) {
                            questions.push(alone("outside", None, policy));
                            questions.iter_mut().for_each(|question| question.any_resource = true);
                        }
                        questions
                    }
                    _ => vec![alone("any", Some(&[]), policy)],
                }
            }
            Of::Holder(index) => {
                let Some(holder) = self.holders.get(index) else { return Vec::new() };
                let principal = match holder.kind {
                    HolderKind::Group => Asks::Users,
                    HolderKind::User | HolderKind::Role => Asks::Arn(&holder.arn),
                };
                let own = Question {
                    principal,
                    identity: Some(&holder.identity),
                    boundary: holder.boundary.as_ref(),
                    policy: None,
                    any_resource: false,
                };
                let of_resources =
                    self.policies.iter().filter(|own| matches!(own.kind, DocumentKind::Resource | DocumentKind::Trust));
                [own].into_iter().chain(of_resources.map(|policy| Question { policy: Some(policy), ..own })).collect()
            }
        }
    }

    /// The answer in one world.
    fn answer(
        &self,
        subject: &Subject,
        question: Question<'_>,
        goal: &Goal,
        world: &World,
        options: &Options,
        rulings: Rulings,
    ) -> Result<Asked, AskError> {
        let (known, account) = (self.in_world(world), world.account.as_deref());
        // That a resource's policy has nothing to do with the goal is no slip of whoever asks.
        let passes_over_vacuity = options.passes_over_vacuity || question.policy.is_some();
        let options = &Options { passes_over_vacuity, ..options.clone() };
        let under = question.policy.map(|policy| policy.address.clone());
        let wide = self.scenario(question, Lens { reading: Reading::Wide(&known), account, shared: None }, rulings)?;
        let scenario = wide.ok_or_else(|| ReachError::Internal("a wide reading is sure".to_owned()))?;
        let verdict = reach(&scenario, goal, options)?;
        let mut open = self.open(question);
        open.retain(|id| !known.contains_key(id));
        let mut asked = Asked { verdict, scenario, under };
        let Some(found) = asked.verdict.counterexample.clone().filter(|_| !open.is_empty()) else {
            self.assume(&mut asked.verdict, subject, &known);
            return Ok(asked);
        };
        for values in self.candidates(question, &open, &found, &known) {
            // Not a name that a document cannot have at that place.
            let filled =
                self.scenario(question, Lens { reading: Reading::With(&values), account, shared: None }, rulings);
            let Ok(Some(scenario)) = filled else { continue };
            let verdict = reach(&scenario, goal, options)?;
            if verdict.answer == Answer::Reachable {
                let under = asked.under.take();
                let mut asked = Asked { verdict, scenario, under };
                self.assume(&mut asked.verdict, subject, &values);
                return Ok(asked);
            }
        }
        let all: Vec<_> = self.unknowns.iter().collect();
        let name = |id: &UnknownId| all.iter().find(|(own, _)| own == id).map(|(_, own)| format!("`{}`", own.name));
        let names: Vec<String> = open.iter().filter_map(name).collect();
        let reason = format!("it depends on what is not known before it is deployed: {}", names.join(", "));
        let verdict = Verdict { unknown: Some(Unknown::Gave(reason)), counterexample: None, ..asked.verdict };
        asked.verdict = Verdict { answer: Answer::Unknown, ..verdict };
        self.assume(&mut asked.verdict, subject, &known);
        Ok(asked)
    }

    /// What was taken for granted besides the layers.
    fn assume(&self, verdict: &mut Verdict, subject: &Subject, values: &Values) {
        let mut assume = |name: &str, value: &str| {
            let (name, value) = (name.to_owned(), value.to_owned());
            verdict.assumptions.push(Assumption { name, value, flips: None });
        };
        if matches!(subject.what, What::User | What::Role | What::Member) {
            assume("other-policies", "none: the file holds every policy of its principals");
        }
        if verdict.answer != Answer::Reachable {
            return;
        }
        for (id, unknown) in self.unknowns.iter().filter(|(_, own)| own.sort != Sort::Account) {
            if let Some(value) = values.get(&id) {
                assume(&format!("`{}`", unknown.name), value);
            }
        }
    }

    /// What is not known in the documents of a question. A document of which nothing is known is any: the engine says where it
    /// leans on that.
    pub(super) fn open(&self, question: Question<'_>) -> Vec<UnknownId> {
        let mut open = Vec::new();
        let unknowns = |policy: &Policy| if policy.is_unknown() { Vec::new() } else { policy.unknowns() };
        for held in question.identity.into_iter().flatten().chain(question.boundary) {
            match held {
                Held::Own(policy) => open.extend(self.policies.get(*policy).map(unknowns).unwrap_or_default()),
                Held::Perhaps(policy, whether) => {
                    open.push(whether.condition);
                    open.extend(self.policies.get(*policy).map(unknowns).unwrap_or_default());
                }
                Held::Unknown(_) => {}
            }
        }
        open.extend(question.policy.map(unknowns).unwrap_or_default());
        open.sort_unstable();
        open.dedup();
        open
    }

    /// Values to try, those that the request shows first.
    pub(super) fn candidates(
        &self,
        question: Question<'_>,
        open: &[UnknownId],
        found: &Counterexample,
        known: &Values,
    ) -> Vec<Values> {
        let mut shown = known.clone();
        let texts: Vec<String> = found.caller.issuer.iter().chain([&found.caller.arn]).cloned().collect();
        if let Asks::Arn(pieces) = question.principal {
            captured(pieces, &texts, &mut shown);
        }
        for held in question.identity.into_iter().flatten().chain(question.boundary) {
            if let Held::Own(policy) | Held::Perhaps(policy, _) = held
                && let Some(policy) = self.policies.get(*policy)
            {
                capture(&policy.node, found, &mut shown);
            }
        }
        if let Some(policy) = question.policy {
            capture(&policy.node, found, &mut shown);
        }
        let choices = NAMES.into_iter().flat_map(|name| [(name, "true"), (name, "false")]);
        choices.map(|(name, holds)| self.told(open, &shown, name, holds)).collect()
    }

    /// Names that nothing else has.
    pub(super) fn placeholders(&self, open: &[UnknownId], known: &Values) -> Values {
        self.told(open, known, "unknown", "true")
    }

    /// The values that are known, and a name for what is not; of conditions whether they hold.
    fn told(&self, open: &[UnknownId], known: &Values, name: &str, holds: &str) -> Values {
        let mut values = known.clone();
        for id in open {
            let value = match self.unknowns.sort(*id) {
                Sort::Condition => holds.to_owned(),
                Sort::Account => "111122223333".to_owned(),
                Sort::Partition => "aws".to_owned(),
                Sort::Word => "us-east-1".to_owned(),
                Sort::Any if name == "unknown" => format!("unknown-{}", id.number()),
                Sort::Any => name.to_owned(),
            };
            values.entry(*id).or_insert(value);
        }
        values
    }

    /// The layers of a question by a reading; none where a narrow reading is sure of nothing.
    pub(super) fn scenario(
        &self,
        question: Question<'_>,
        lens: Lens<'_>,
        rulings: Rulings,
    ) -> Result<Option<Scenario>, Refusal> {
        let Lens { reading, shared, account } = lens;
        let reader = Reader { unknowns: &self.unknowns, reading, shared: shared.map(|shared| &shared.identity) };
        let principal = match question.principal {
            Asks::Word(word) => word.to_owned(),
            Asks::Users => "arn:*:iam::*:user/*".to_owned(),
            Asks::Arn(pieces) => self.pattern(pieces, reading),
        };
        let mut scenario = Scenario::from_str(&serde_json::json!({ "principal": principal }).to_string())?;
        scenario.rulings = rulings;
        scenario.identity = match question.identity {
            None => Layer::Any,
            Some(held) => match self.layer(held, DocumentKind::Identity, reader)? {
                Some(layer) => layer,
                None => return Ok(None),
            },
        };
        if let Some(held) = question.boundary {
            let reader = Reader { shared: shared.map(|shared| &shared.boundary), ..reader };
            match self.layer(std::slice::from_ref(held), DocumentKind::Boundary, reader)? {
                Some(layer) => scenario.boundary = layer,
                None => return Ok(None),
            }
        }
        if question.any_resource {
            scenario.resource = Layer::Any;
        }
        let Some(policy) = question.policy else { return Ok(Some(scenario)) };
        // What the file's policies are of, is where the file is deployed.
        if let Some(account) = account.filter(|_| matches!(question.principal, Asks::Word(_))) {
            scenario.resource_account = ResourceAccount::Id(account.to_owned());
        }
        let reader = Reader { shared: shared.map(|shared| &shared.policy), ..reader };
        let own = match self.document(policy, &policy.node, policy.kind, reader)? {
            Read::Any => Layer::Any,
            Read::Nothing | Read::Empty => Layer::None,
            Read::Document(document) => Layer::Given(vec![document]),
            Read::Unsure => return Ok(None),
        };
        match policy.kind {
            DocumentKind::Resource | DocumentKind::Trust => scenario.resource = own,
            DocumentKind::Scp => scenario.scps = level(own, "scps")?,
            DocumentKind::Endpoint => scenario.endpoint = own,
            DocumentKind::Rcp => scenario.rcps = level(own, "rcps")?,
            DocumentKind::Boundary => scenario.boundary = own,
            DocumentKind::Identity | DocumentKind::Session => scenario.identity = own,
        }
        Ok(Some(scenario))
    }

    /// The ARN of a principal, what is not known of it as a wildcard.
    fn pattern(&self, pieces: &[Piece], reading: Reading<'_>) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Known(text) => text.clone(),
            Piece::Unknown(id) => reading.values().get(id).cloned().unwrap_or_else(|| "*".to_owned()),
        };
        pieces.iter().map(text).collect()
    }

    fn layer(
        &self,
        all: &[Held],
        kind: DocumentKind,
        reader: Reader<'_>,
    ) -> Result<Option<Layer<Vec<Document>>>, Refusal> {
        let mut documents = Vec::new();
        for held in all {
            let (policy, node) = match (held, reader.shared) {
                // Any policies: the engine says what it leans on.
                (Held::Unknown(_), None) => return Ok(Some(Layer::Any)),
                // Of a policy that both sides have: it applies to a request, or not.
                (Held::Unknown(_), Some(shared)) if shared.applies && kind == DocumentKind::Identity => {
                    documents.extend(everything()?);
                    continue;
                }
                (Held::Unknown(_), Some(_)) => continue,
                (Held::Own(policy), _) => match self.policies.get(*policy) {
                    Some(policy) => (policy, policy.node.clone()),
                    None => continue,
                },
                (Held::Perhaps(policy, whether), _) => match self.policies.get(*policy) {
                    Some(policy) => (policy, perhaps(&policy.node, *whether)),
                    None => continue,
                },
            };
            match self.document(policy, &node, kind, reader)? {
                Read::Any if kind == DocumentKind::Identity && reader.shared.is_some_and(|own| own.applies) => {
                    documents.extend(everything()?);
                }
                Read::Any => return Ok(Some(Layer::Any)),
                Read::Nothing | Read::Empty => {}
                Read::Document(document) => documents.push(document),
                Read::Unsure => return Ok(None),
            }
        }
        Ok(Some(if documents.is_empty() { Layer::None } else { Layer::Given(documents) }))
    }

    fn document(
        &self,
        policy: &Policy,
        node: &crate::deployment::node::Node,
        kind: DocumentKind,
        reader: Reader<'_>,
    ) -> Result<Read<Document>, Refusal> {
        let fence =
            matches!(kind, DocumentKind::Boundary | DocumentKind::Scp | DocumentKind::Rcp | DocumentKind::Endpoint);
        let json = match reader.document(node, fence) {
            Read::Any => return Ok(Read::Any),
            Read::Nothing => return Ok(Read::Nothing),
            Read::Unsure => return Ok(Read::Unsure),
            // A boundary without a statement that allows lets nothing pass.
            Read::Empty if kind == DocumentKind::Boundary => return Ok(Read::Document(nothing()?)),
            // Whether something else allows beside it is not known.
            Read::Empty if fence && matches!(reader.reading, Reading::Narrow(_)) => return Ok(Read::Unsure),
            Read::Empty => return Ok(Read::Empty),
            Read::Document(json) => json,
        };
        let mut findings = Findings::default();
        let document = policy::parse_json(&json, &policy.source, "", kind, &mut findings);
        // The name of a text of the file says where it is; AWS's own stand among others.
        let title = policy.address.starts_with("arn:").then(|| policy.address.as_str().into());
        let (document, _) = findings.finish(document.map(|document| Document { title, ..document }))?;
        Ok(Read::Document(document))
    }
}

/// An identity policy that allows everything.
fn everything() -> Result<Vec<Document>, Refusal> {
    let text = r#"{"identityPolicies": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}"#;
    Ok(Scenario::from_str(text)?.identity.given().cloned().unwrap_or_default())
}

/// A boundary that lets nothing pass.
fn nothing() -> Result<Document, Refusal> {
    let source = Source::new("<boundary>", r#"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#);
    Ok(policy::parse(&source, DocumentKind::Boundary)?.0)
}

/// A policy of an organization, with what every level has beside it.
fn level(own: Layer<Vec<Document>>, field: &str) -> Result<Layer<Vec<Vec<Document>>>, Refusal> {
    let Layer::Given(mut documents) = own else {
        return Ok(if own.is_any() { Layer::Any } else { Layer::None });
    };
    let allows = |document: &Document| document.statements.iter().any(|own| own.effect == policy::Effect::Allow);
    // Where it only denies, something else allows; where it allows, it may be the only one.
    if !documents.iter().any(allows) {
        let principal = if field == "rcps" { r#""Principal": "*", "# } else { "" };
        let full = format!(
            r#"{{"{field}": [[{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", {principal}"Action": "*", "Resource": "*"}}}}]]}}"#
        );
        let scenario = Scenario::from_str(&full)?;
        let full = if field == "rcps" { scenario.rcps } else { scenario.scps };
        documents.extend(full.given().into_iter().flatten().flatten().cloned());
    }
    Ok(Layer::Given(vec![documents]))
}

/// A goal where a resource's policy is looked at, which is asked by the resource's own service about its own actions: what
/// of the goal these are. None where nothing of it is.
pub(super) fn narrowed(goal: &Goal, policy: Option<&Policy>) -> Option<Goal> {
    let service = match policy {
        Some(Policy { kind: DocumentKind::Trust, .. }) => Some("sts"),
        Some(Policy { kind: DocumentKind::Resource, service, .. }) => *service,
        _ => None,
    };
    let Some(service) = service else { return Some(goal.clone()) };
    let mut actions = Vec::new();
    for action in &goal.actions {
        match action.value.kind() {
            ActionPatternKind::Every => {
                actions.push(Spanned::new(ActionPattern::parse(&format!("{service}:*")).ok()?, action.span));
            }
            ActionPatternKind::Of { prefix, .. } if prefix == service => actions.push(action.clone()),
            ActionPatternKind::Of { .. } => {}
        }
    }
    (!actions.is_empty()).then(|| Goal { actions, ..goal.clone() })
}

/// The goal without the root user, whom no policy of the account limits.
pub(super) fn without_root(goal: Goal) -> Goal {
    let source = Source::new("<goal>", r#"{"ArnNotLike": {"aws:PrincipalArn": "arn:*:iam::*:root"}}"#);
    let mut findings = Findings::default();
    let json = json::read(&source, &mut findings);
    let mut when = goal.when.clone();
    when.extend(json.iter().flat_map(|json| policy::parse_conditions(json, &source, &mut findings)));
    Goal { when, ..goal }
}
