//! What plans and templates have in common: principals, policies, and who has which.
//!
//! In: what a reader of plans or templates finds. Out: [`Parts`], linked by names: a policy is a principal's if it is attached
//! under the principal's name, and a managed policy is meant by its ARN; names and ARNs may have unknowns in them. Trusted
//! for: a policy whose principal is not known may be any principal's of that kind.

use std::sync::Arc;

use crate::deployment::node::{Content, Node, Piece, Sort, UnknownId, Unknowns};
use crate::policy::DocumentKind;
use crate::source::{Source, Span};

/// A policy document of a plan or template.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Where it is kept: `aws_iam_role.ci.assume_role_policy`, `Role.Policies.0.PolicyDocument`.
    pub address: String,
    /// What it is for.
    pub kind: DocumentKind,
    /// The addresses of those who have it.
    pub held_by: Vec<String>,
    /// The text it stands in.
    pub source: Arc<Source>,
    /// Of a resource policy, the service whose resources it is about.
    pub(super) service: Option<&'static str>,
    /// The document.
    pub(super) node: Node,
}

impl Policy {
    /// The line that it starts on.
    pub fn line(&self) -> usize {
        self.source.line_of(self.node.span.start)
    }

    /// Whether nothing of it is known.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.node.content, Content::Unknown(_))
    }

    /// What in it is not known.
    pub fn unknowns(&self) -> Vec<UnknownId> {
        let mut unknowns = Vec::new();
        self.node.unknowns(&mut unknowns);
        unknowns.sort_unstable();
        unknowns.dedup();
        unknowns
    }
}

/// A user, role or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderKind {
    /// A user.
    User,
    /// A role, by any of its sessions.
    Role,
    /// A group: whoever is in it.
    Group,
}

impl HolderKind {
    /// The word of its ARN.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Group => "group",
        }
    }
}

/// A policy that somebody has.
#[derive(Debug, Clone)]
pub(super) enum Held {
    /// One of the plan's or template's own, by its number.
    Own(usize),
    /// The same, where that depends.
    Perhaps(usize, Whether),
    /// One that the plan or template does not hold.
    Unknown(UnknownId),
}

/// That something is there if a condition is true, or if it is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whether {
    pub(super) condition: UnknownId,
    pub(super) is: bool,
}

/// A principal of a plan or template.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    pub(super) address: String,
    pub(super) kind: HolderKind,
    pub(super) name: Vec<Piece>,
    pub(super) arn: Vec<Piece>,
    pub(super) identity: Vec<Held>,
    pub(super) boundary: Option<Held>,
    /// The ARNs of managed policies that it names itself.
    pub(super) attached: Vec<(Vec<Piece>, Option<Whether>)>,
    /// The ARN of its boundary.
    pub(super) bounded_by: Option<Vec<Piece>>,
    /// Groups by name, of a user.
    pub(super) groups: Vec<Vec<Piece>>,
}

/// A managed policy.
#[derive(Debug, Clone)]
pub(super) struct Managed {
    pub(super) arn: Vec<Piece>,
    pub(super) policy: usize,
}

/// That something is attached to a principal from outside.
#[derive(Debug, Clone)]
pub(super) struct Attachment {
    pub(super) kind: HolderKind,
    pub(super) name: Vec<Piece>,
    pub(super) what: Attached,
    /// The address of what attaches it.
    pub(super) address: String,
}

/// What is attached.
#[derive(Debug, Clone)]
pub(super) enum Attached {
    /// A document, by its number.
    Policy(usize),
    /// A managed policy by its ARN.
    Arn(Vec<Piece>),
    /// A group, to a user, by its name.
    Group(Vec<Piece>),
}

/// What a plan or template says of policies.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) policies: Vec<Policy>,
    pub(super) holders: Vec<Holder>,
    pub(super) managed: Vec<Managed>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) unknowns: Unknowns,
    pub(super) notes: Vec<String>,
}

/// Finds the document behind the ARN of an AWS managed policy.
pub(super) type Library<'a> = &'a dyn Fn(&str) -> Option<(Arc<Source>, Span, Node)>;

impl Parts {
    /// Keeps a document.
    pub(super) fn policy(&mut self, address: String, kind: DocumentKind, source: &Arc<Source>, node: Node) -> usize {
        let (held_by, source) = (Vec::new(), Arc::clone(source));
        self.policies.push(Policy { address, kind, held_by, source, service: None, node });
        self.policies.len() - 1
    }

    /// Gives everybody what is attached to them.
    pub(super) fn link(&mut self, library: Library<'_>) {
        for attachment in std::mem::take(&mut self.attachments) {
            self.attach(&attachment, library);
        }
        self.join_groups(library);
        for index in 0..self.holders.len() {
            let Some(holder) = self.holders.get(index) else { continue };
            let (attached, bounded_by) = (holder.attached.clone(), holder.bounded_by.clone());
            let attached: Vec<Held> =
                attached.iter().map(|(arn, whether)| self.attached(arn, *whether, library)).collect();
            let boundary = bounded_by.map(|arn| self.by_arn(&arn, library, DocumentKind::Boundary));
            if let Some(holder) = self.holders.get_mut(index) {
                holder.identity.extend(attached);
                holder.boundary = holder.boundary.take().or(boundary);
            }
        }
        for holder in &self.holders {
            for held in holder.identity.iter().chain(&holder.boundary) {
                let (Held::Own(policy) | Held::Perhaps(policy, _)) = held else { continue };
                if let Some(policy) = self.policies.get_mut(*policy)
                    && !policy.held_by.contains(&holder.address)
                {
                    policy.held_by.push(holder.address.clone());
                }
            }
        }
    }

    fn attach(&mut self, attachment: &Attachment, library: Library<'_>) {
        let targets: Vec<(usize, bool)> = self.targets(attachment);
        if targets.is_empty() {
            let reader = shown(&attachment.name, &self.unknowns);
            self.notes.push(format!(
                "`{}` attaches a policy to the {} `{reader}`, which is not here: what else that one has is not known",
                attachment.address,
                attachment.kind.as_str()
            ));
        }
        for (index, sure) in targets {
            let held = match &attachment.what {
                Attached::Policy(policy) => Held::Own(*policy),
                Attached::Arn(arn) => self.by_arn(arn, library, DocumentKind::Identity),
                Attached::Group(name) if sure => {
                    if let Some(holder) = self.holders.get_mut(index) {
                        holder.groups.push(name.clone());
                    }
                    continue;
                }
                // What a group denies, is not denied for sure to whom may not be in it.
                Attached::Group(name) => {
                    let text = format!("{} in group {}", self.address(index), shown(name, &self.unknowns));
                    Held::Unknown(self.unknowns.get(&text, "who is in the group, is not known", Sort::Any))
                }
            };
            let held = match held {
                Held::Own(policy) if !sure => {
                    let name = format!("{} is attached to {}", attachment.address, self.address(index));
                    let why = "whom it is attached to is not known";
                    let condition = self.unknowns.get(&name, why, Sort::Condition);
                    Held::Perhaps(policy, Whether { condition, is: true })
                }
                held => held,
            };
            if let Some(holder) = self.holders.get_mut(index) {
                holder.identity.push(held);
            }
        }
    }

    fn address(&self, holder: usize) -> &str {
        self.holders.get(holder).map_or("", |own| own.address.as_str())
    }

    /// Whom an attachment is for, and whether that is sure.
    fn targets(&self, attachment: &Attachment) -> Vec<(usize, bool)> {
        let of_kind = || self.holders.iter().enumerate().filter(|(_, own)| own.kind == attachment.kind);
        let named: Vec<_> =
            of_kind().filter(|(_, own)| own.name == attachment.name).map(|(index, _)| (index, true)).collect();
        if !named.is_empty() || attachment.name.iter().all(|piece| matches!(piece, Piece::Known(_))) {
            return named;
        }
        of_kind().map(|(index, _)| (index, false)).collect()
    }

    /// A managed policy that a principal names.
    fn attached(&mut self, arn: &[Piece], whether: Option<Whether>, library: Library<'_>) -> Held {
        match (self.by_arn(arn, library, DocumentKind::Identity), whether) {
            (Held::Own(policy), Some(whether)) => Held::Perhaps(policy, whether),
            (held, _) => held,
        }
    }

    /// The policy behind an ARN.
    fn by_arn(&mut self, arn: &[Piece], library: Library<'_>, kind: DocumentKind) -> Held {
        if let Some(own) = self.managed.iter().find(|own| own.arn == arn) {
            let policy = own.policy;
            return Held::Own(self.of_kind(policy, kind));
        }
        let text = shown(arn, &self.unknowns);
        // AWS's own are the same in every partition.
        let name = text.split_once(":iam::aws:policy/").map(|(_, name)| name);
        if let Some((source, span, node)) = name.and_then(|name| library(&format!("arn:aws:iam::aws:policy/{name}"))) {
            let known = self.policies.iter().position(|own| Arc::ptr_eq(&own.source, &source) && own.node.span == span);
            let address = format!("arn:aws:iam::aws:policy/{}", name.unwrap_or_default());
            let policy = known.unwrap_or_else(|| self.policy(address, DocumentKind::Identity, &source, node));
            return Held::Own(self.of_kind(policy, kind));
        }
        let why = match name {
            Some(_) => "a managed policy of AWS, which --managed does not hold",
            None if arn.iter().all(|piece| matches!(piece, Piece::Known(_))) => "a policy that is kept elsewhere",
            None => "which policy it is, is not known",
        };
        Held::Unknown(self.unknowns.get(&text, why, Sort::Any))
    }

    /// The same document as one of another kind: as a boundary it is read as a boundary.
    fn of_kind(&mut self, policy: usize, kind: DocumentKind) -> usize {
        let Some(own) = self.policies.get(policy).filter(|own| own.kind != kind).cloned() else { return policy };
        let known = self.policies.iter().position(|other| other.kind == kind && other.address == own.address);
        known.unwrap_or_else(|| {
            self.policies.push(Policy { kind, held_by: Vec::new(), ..own });
            self.policies.len() - 1
        })
    }

    /// Gives users the policies of their groups.
    fn join_groups(&mut self, library: Library<'_>) {
        let groups: Vec<Holder> = self.holders.iter().filter(|own| own.kind == HolderKind::Group).cloned().collect();
        for index in 0..self.holders.len() {
            let Some(user) = self.holders.get(index).filter(|own| own.kind == HolderKind::User) else { continue };
            let mut own = Vec::new();
            for name in user.groups.clone() {
                match groups.iter().find(|group| group.name == name) {
                    Some(group) => {
                        own.extend(group.identity.iter().cloned());
                        for (arn, whether) in &group.attached {
                            own.push(self.attached(arn, *whether, library));
                        }
                    }
                    None => {
                        let text = format!("group {}", shown(&name, &self.unknowns));
                        let why = "a group whose policies are not here";
                        own.push(Held::Unknown(self.unknowns.get(&text, why, Sort::Any)));
                    }
                }
            }
            if let Some(user) = self.holders.get_mut(index) {
                user.identity.extend(own);
            }
        }
    }
}

/// Pieces as people read them: what is not known stands in `${…}`.
pub(super) fn shown(pieces: &[Piece], unknowns: &Unknowns) -> String {
    let all: Vec<_> = unknowns.iter().collect();
    let text = |piece: &Piece| match piece {
        Piece::Known(text) => text.clone(),
        Piece::Unknown(id) => {
            let name = all.iter().find(|(own, _)| own == id).map_or("?", |(_, own)| own.name.as_str());
            if pieces.len() == 1 { name.to_owned() } else { format!("${{{name}}}") }
        }
    };
    pieces.iter().map(text).collect()
}

/// A document that is perhaps there.
pub(super) fn perhaps(node: &Node, whether: Whether) -> Node {
    let (own, nothing) = (Box::new(node.clone()), Box::new(Node::new(node.span, Content::Nothing)));
    let (then, otherwise) = if whether.is { (own, nothing) } else { (nothing, own) };
    Node::new(node.span, Content::Either(whether.condition, then, otherwise))
}
