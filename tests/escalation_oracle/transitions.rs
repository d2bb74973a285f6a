//! What a request changes, and which requests are sent in a state.
//!
//! Two ways to list them. Plainly: whatever is allowed. Reduced: without requests that are no better than others, each
//! left out for a reason that is given where it is left out. All reasons rest on one order between states: `a` is at
//! least as good as `b` if every sequence of requests from `b` has one from `a` that is no longer and reaches the same
//! goals. More documents without Denies, fewer Denies, a boundary that allows everything, more credentials, more
//! entities are at least as good, because no condition sees them; tags, names, and which boundary there is, conditions
//! do see.
//!
//! Not there, and why: deleting policies (whoever may, may write a version instead: see `world`), deleting users, groups
//! and roles, service-linked roles, OIDC providers (they need an outside issuer), what yields no credentials for the
//! goals asked about.

use crate::judge::{Ask, Judge};
use crate::state::{ADMIN, Docs, FULL, Model, NONE, State, Trust, VERSIONS};

/// What has documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    User(usize),
    Group(usize),
    Role(usize),
}

use Target::{Group, Role, User};

/// A request, or two that only together change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Move {
    /// Under a new name, or in place of a document.
    Put(Target, Option<usize>),
    DeleteInline(Target, usize),
    Attach(Target, u8),
    Detach(Target, u8),
    Join(usize, usize),
    Leave(usize, usize),
    SetBoundary(Target, u8),
    RemoveBoundary(Target),
    NewVersion(u8),
    Choose(u8, u16),
    DropVersion(u8, u16),
    CreateKey(usize),
    DeleteKey(usize),
    NewPassword(usize),
    OtherPassword(usize),
    DropPassword(usize),
    DropMfa(usize),
    Rename(Target, u8),
    Tag(Target, u8),
    Untag(Target),
    CreateUser(usize, u8),
    CreateRole(usize, u8),
    CreateGroup(usize),
    CreatePolicy(u8),
    CreateProvider,
    TakeProvider,
    WriteTrust(usize),
    /// With a tag for the session, or none.
    Assume(usize, u8),
    AssumeSaml(usize, u8, u8),
    /// A function is created with a role, and invoked.
    Function(usize),
    /// A stack is created with a role: what every other service comes down to.
    Stack(usize),
}

use Move::*;

impl Move {
    /// How many requests it is.
    pub(crate) fn cost(self) -> usize {
        if matches!(self, Function(_)) { 2 } else { 1 }
    }

    /// The bit of the session that it yields.
    fn session(self) -> u8 {
        match self {
            Assume(_, team) | AssumeSaml(_, _, team) if team != NONE => team + 1,
            _ => 0,
        }
    }
}

impl State {
    pub(crate) fn docs(&self, target: Target) -> &Docs {
        match target {
            User(number) => &self.users[number].docs,
            Group(number) => &self.groups[number].docs,
            Role(number) => &self.roles[number].docs,
        }
    }

    fn docs_mut(&mut self, target: Target) -> &mut Docs {
        match target {
            User(number) => &mut self.users[number].docs,
            Group(number) => &mut self.groups[number].docs,
            Role(number) => &mut self.roles[number].docs,
        }
    }

    fn boundary(&self, target: Target) -> u8 {
        match target {
            User(number) => self.users[number].boundary,
            Group(_) => NONE,
            Role(number) => self.roles[number].boundary,
        }
    }

    fn set_boundary(&mut self, target: Target, boundary: u8) {
        match target {
            User(number) => self.users[number].boundary = boundary,
            Group(_) => {}
            Role(number) => self.roles[number].boundary = boundary,
        }
    }

    fn team(&self, target: Target) -> u8 {
        match target {
            User(number) => self.users[number].team,
            Group(_) => NONE,
            Role(number) => self.roles[number].team,
        }
    }

    fn name(&self, model: &Model, target: Target) -> u8 {
        match target {
            User(number) => self.users[number].name,
            Group(number) => self.groups[number].name,
            Role(number) => model.roles[number],
        }
    }

    /// Everything with documents that can be changed.
    fn targets(&self, model: &Model) -> Vec<Target> {
        let users = self.users.iter().enumerate().filter(|(_, own)| own.name != NONE).map(|(number, _)| User(number));
        let groups = self.groups.iter().enumerate().filter(|(_, own)| own.name != NONE);
        let roles = self.roles.iter().enumerate().filter(|(number, own)| own.exists && !model.fixed[*number]);
        users.chain(groups.map(|(number, _)| Group(number))).chain(roles.map(|(number, _)| Role(number))).collect()
    }

    /// What a request leads to.
    pub(crate) fn after(&self, model: &Model, own: Move) -> Self {
        let mut next = self.clone();
        match own {
            Put(target, place) => {
                let inline = &mut next.docs_mut(target).inline;
                match place {
                    Some(place) => inline[place] = FULL,
                    None => inline.push(FULL),
                }
                inline.sort_unstable();
                inline.dedup();
            }
            DeleteInline(target, place) => drop(next.docs_mut(target).inline.remove(place)),
            Attach(target, id) => next.docs_mut(target).attached |= 1 << id,
            Detach(target, id) => next.docs_mut(target).attached &= !(1 << id),
            Join(user, group) => next.users[user].groups |= 1 << group,
            Leave(user, group) => next.users[user].groups &= !(1 << group),
            SetBoundary(target, id) => next.set_boundary(target, id),
            RemoveBoundary(target) => next.set_boundary(target, NONE),
            NewVersion(id) => {
                let policy = &mut next.policies[usize::from(id)];
                policy.versions.push(FULL);
                policy.versions.sort_unstable();
                policy.default = FULL;
            }
            Choose(id, version) => next.policies[usize::from(id)].default = version,
            DropVersion(id, version) => {
                let versions = &mut next.policies[usize::from(id)].versions;
                let place = versions.iter().position(|own| *own == version).unwrap();
                versions.remove(place);
            }
            CreateKey(user) => {
                next.users[user].keys += 1;
                next.users[user].held = true;
            }
            DeleteKey(user) => next.users[user].keys -= 1,
            NewPassword(user) | OtherPassword(user) => {
                let own = &mut next.users[user];
                (own.login, own.known) = (true, true);
                own.held |= !own.mfa;
            }
            DropPassword(user) => (next.users[user].login, next.users[user].known) = (false, false),
            DropMfa(user) => {
                let own = &mut next.users[user];
                own.mfa = false;
                own.held |= own.known;
            }
            Rename(User(user), name) => next.users[user].name = name,
            Rename(Group(group), name) => next.groups[group].name = name,
            Rename(Role(_), _) => {}
            Tag(User(user), team) => next.users[user].team = team,
            Tag(Role(role), team) => next.roles[role].team = team,
            Untag(User(user)) => next.users[user].team = NONE,
            Untag(Role(role)) => next.roles[role].team = NONE,
            Tag(Group(_), _) | Untag(Group(_)) => {}
            CreateUser(user, boundary) => {
                next.users[user].name = model.user_names[user][0];
                next.users[user].boundary = boundary;
            }
            CreateRole(role, boundary) => {
                let own = &mut next.roles[role];
                (own.exists, own.boundary, own.trust) = (true, boundary, self.best_trust());
            }
            CreateGroup(group) => next.groups[group].name = model.group_names[group][0],
            CreatePolicy(id) => {
                let policy = &mut next.policies[usize::from(id)];
                (policy.exists, policy.versions, policy.default) = (true, vec![FULL], FULL);
            }
            CreateProvider => next.providers |= 1,
            TakeProvider => next.providers |= 2,
            WriteTrust(role) => next.roles[role].trust = self.best_trust(),
            Assume(role, _) | AssumeSaml(role, ..) | Function(role) | Stack(role) => {
                let own_role = &mut next.roles[role];
                own_role.sessions |= 1 << own.session();
                if !model.sees_callers {
                    // A session stays; whom the role trusts matters no more.
                    own_role.trust = Trust::Moot;
                }
            }
        }
        next
    }

    /// A request in words.
    pub(crate) fn told(&self, model: &Model, own: Move) -> String {
        let arn = |name: u8| model.arns.get(usize::from(name)).map_or("nobody", String::as_str);
        let about = match own {
            Put(target, _) | DeleteInline(target, _) | Attach(target, _) | Detach(target, _) => Some(target),
            SetBoundary(target, _) | RemoveBoundary(target) => Some(target),
            Rename(target, _) | Tag(target, _) | Untag(target) => Some(target),
            CreateKey(user) | DeleteKey(user) | NewPassword(user) | OtherPassword(user) => Some(User(user)),
            DropPassword(user) | DropMfa(user) | Join(user, _) | Leave(user, _) => Some(User(user)),
            WriteTrust(role) | Assume(role, _) | AssumeSaml(role, ..) | Function(role) | Stack(role) => {
                Some(Role(role))
            }
            CreateUser(user, _) => return format!("{own:?}: {}", arn(model.user_names[user][0])),
            CreateGroup(group) => return format!("{own:?}: {}", arn(model.group_names[group][0])),
            CreateRole(role, _) => return format!("{own:?}: {}", arn(model.roles[role])),
            NewVersion(id) | Choose(id, _) | DropVersion(id, _) | CreatePolicy(id) => {
                return format!("{own:?}: {}", arn(model.policies[usize::from(id)]));
            }
            CreateProvider | TakeProvider => None,
        };
        let name = about.map_or("", |target| arn(self.name(model, target)));
        match own {
            Attach(_, id) | Detach(_, id) | SetBoundary(_, id) => {
                format!("{own:?}: {name}, {}", arn(model.policies[usize::from(id)]))
            }
            Rename(_, to) => format!("{own:?}: {name}, {}", arn(to)),
            _ => format!("{own:?}: {name}"),
        }
    }

    /// Every provider there is: the corporate one may be taken later.
    fn best_trust(&self) -> Trust {
        Trust::Written(self.providers | 2)
    }

    /// Drops what bears on nothing any more.
    pub(crate) fn normal(mut self, model: &Model) -> Self {
        for user in self.users.iter_mut().filter(|own| own.held) {
            // Held credentials stay.
            (user.keys, user.login, user.known, user.mfa) = (0, false, false, false);
        }
        for policy in self.policies.iter_mut().filter(|own| own.exists && own.default == FULL) {
            // No other version is better, for whatever the policy is used.
            policy.versions = vec![FULL];
        }
        for target in self.targets(model) {
            if !self.is_full(self.docs(target)) {
                continue;
            }
            // What only allows adds nothing to what allows everything; nobody takes that away but the attacker.
            let only_allows = |id: u8| self.policy(id).versions.iter().all(|version| !model.denies(*version));
            let bits = self.attached(self.docs(target)).filter(|id| only_allows(*id)).map(|id| 1 << id).sum::<u16>();
            let docs = self.docs_mut(target);
            docs.attached &= !bits;
            docs.inline.push(FULL);
            docs.inline.retain(|id| *id == FULL || model.denies(*id));
            docs.inline.sort_unstable();
            docs.inline.dedup();
        }
        self
    }
}

/// A state with everybody who can send requests in it.
pub(crate) struct Turn<'a, 'm> {
    pub(crate) model: &'m Model,
    pub(crate) judge: &'a mut Judge<'m>,
    pub(crate) state: &'a State,
    callers: Vec<u32>,
}

impl<'a, 'm> Turn<'a, 'm> {
    pub(crate) fn new(model: &'m Model, judge: &'a mut Judge<'m>, state: &'a State) -> Self {
        let callers = judge.callers(state);
        Self { model, judge, state, callers }
    }

    /// Whether one held caller may do all of these.
    fn any(&mut self, asks: &[Ask]) -> bool {
        let (judge, state) = (&mut *self.judge, self.state);
        self.callers.iter().any(|caller| asks.iter().all(|ask| judge.allows(state, *caller, ask)))
    }

    /// Whether the goal is allowed to somebody. Where it is about a user, there must be one.
    pub(crate) fn meets(&mut self) -> bool {
        let (action, resource) = self.model.goal;
        let target = self.state.users.iter().position(|own| own.name == resource);
        if action.starts_with("iam:") && target.is_none() {
            return false;
        }
        let ask = match (action, target) {
            ("iam:PutUserPolicy", Some(user)) => self.current(action, User(user)),
            (_, Some(user)) => self.on(action, User(user)),
            _ => Ask::new(action, resource),
        };
        self.any(&[ask])
    }

    fn on(&self, action: &'static str, target: Target) -> Ask {
        Ask { team: self.state.team(target), ..Ask::new(action, self.state.name(self.model, target)) }
    }

    /// With the boundary of the target.
    fn current(&self, action: &'static str, target: Target) -> Ask {
        Ask { boundary: self.state.boundary(target), ..self.on(action, target) }
    }

    fn policy(&self, action: &'static str, id: u8) -> Ask {
        Ask::new(action, self.model.policies[usize::from(id)])
    }

    /// Whether a request is allowed; what it needs to be sent at all is not looked at.
    pub(crate) fn allowed(&mut self, own: Move) -> bool {
        let of = |target: Target, names: [&'static str; 3]| match target {
            User(_) => names[0],
            Group(_) => names[1],
            Role(_) => names[2],
        };
        let ask = match own {
            Put(target, _) => {
                self.current(of(target, ["iam:PutUserPolicy", "iam:PutGroupPolicy", "iam:PutRolePolicy"]), target)
            }
            DeleteInline(target, _) => self
                .current(of(target, ["iam:DeleteUserPolicy", "iam:DeleteGroupPolicy", "iam:DeleteRolePolicy"]), target),
            Attach(target, policy) => {
                let action = of(target, ["iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:AttachRolePolicy"]);
                Ask { policy, ..self.current(action, target) }
            }
            Detach(target, policy) => {
                let action = of(target, ["iam:DetachUserPolicy", "iam:DetachGroupPolicy", "iam:DetachRolePolicy"]);
                Ask { policy, ..self.current(action, target) }
            }
            Join(_, group) => self.on("iam:AddUserToGroup", Group(group)),
            Leave(_, group) => self.on("iam:RemoveUserFromGroup", Group(group)),
            SetBoundary(target, boundary) => {
                let action = of(target, ["iam:PutUserPermissionsBoundary", "", "iam:PutRolePermissionsBoundary"]);
                Ask { boundary, ..self.on(action, target) }
            }
            RemoveBoundary(target) => self.current(
                of(target, ["iam:DeleteUserPermissionsBoundary", "", "iam:DeleteRolePermissionsBoundary"]),
                target,
            ),
            NewVersion(id) => self.policy("iam:CreatePolicyVersion", id),
            Choose(id, _) => self.policy("iam:SetDefaultPolicyVersion", id),
            DropVersion(id, _) => self.policy("iam:DeletePolicyVersion", id),
            CreateKey(user) => self.on("iam:CreateAccessKey", User(user)),
            DeleteKey(user) => self.on("iam:DeleteAccessKey", User(user)),
            NewPassword(user) => self.on("iam:CreateLoginProfile", User(user)),
            OtherPassword(user) => self.on("iam:UpdateLoginProfile", User(user)),
            DropPassword(user) => self.on("iam:DeleteLoginProfile", User(user)),
            DropMfa(user) => self.on("iam:DeactivateMFADevice", User(user)),
            Rename(target, name) => {
                let before = self.on(of(target, ["iam:UpdateUser", "iam:UpdateGroup", ""]), target);
                return self.any(&[before, Ask { resource: name, ..before }]);
            }
            Tag(target, sets) => Ask { sets, ..self.on(of(target, ["iam:TagUser", "", "iam:TagRole"]), target) },
            Untag(target) => {
                Ask { unsets: true, ..self.on(of(target, ["iam:UntagUser", "", "iam:UntagRole"]), target) }
            }
            CreateUser(user, boundary) => {
                Ask { boundary, ..Ask::new("iam:CreateUser", self.model.user_names[user][0]) }
            }
            CreateRole(role, boundary) => Ask { boundary, ..Ask::new("iam:CreateRole", self.model.roles[role]) },
            CreateGroup(group) => Ask::new("iam:CreateGroup", self.model.group_names[group][0]),
            CreatePolicy(id) => self.policy("iam:CreatePolicy", id),
            CreateProvider => Ask::new("iam:CreateSAMLProvider", self.model.providers[0]),
            TakeProvider => Ask::new("iam:UpdateSAMLProvider", self.model.providers[1]),
            WriteTrust(role) => self.current("iam:UpdateAssumeRolePolicy", Role(role)),
            Assume(role, sets) => {
                let trusted = u8::try_from(role).unwrap();
                let ask = |action| Ask { role: trusted, sets, ..self.on(action, Role(role)) };
                let (assume, tag) = (ask("sts:AssumeRole"), ask("sts:TagSession"));
                return if sets == NONE { self.any(&[assume]) } else { self.any(&[assume, tag]) };
            }
            // Unsigned: nobody's policies count but the role's.
            AssumeSaml(role, provider, sets) => {
                return self.judge.trusts_provider(self.state, u8::try_from(role).unwrap(), provider, sets);
            }
            Function(role) => {
                let create = Ask::new("lambda:CreateFunction", self.model.function);
                let invoke = Ask::new("lambda:InvokeFunction", self.model.function);
                return self.drives(role, 0) && self.any(&[create, self.pass(role, 0)]) && self.any(&[invoke]);
            }
            Stack(role) => {
                let create = Ask::new("cloudformation:CreateStack", self.model.stack);
                return self.drives(role, 1) && self.any(&[create, self.pass(role, 1)]);
            }
        };
        self.any(&[ask])
    }

    fn drives(&mut self, role: usize, service: u8) -> bool {
        self.judge.trusts_service(self.state, u8::try_from(role).unwrap(), service)
    }

    /// The check of iam:PassRole: tags of the role do not count in it (S7.3).
    fn pass(&self, role: usize, passed: u8) -> Ask {
        Ask { passed, ..Ask::new("iam:PassRole", self.model.roles[role]) }
    }

    /// The first of some requests that is allowed.
    fn first(&mut self, moves: &[Move]) -> Option<Move> {
        moves.iter().copied().find(|own| self.allowed(*own))
    }

    fn all(&mut self, found: &mut Vec<Move>, moves: impl IntoIterator<Item = Move>) {
        found.extend(moves.into_iter().filter(|own| self.allowed(*own)));
    }

    /// Policies that are there.
    fn policies(&self) -> Vec<u8> {
        let all = self.state.policies.iter().enumerate().filter(|(_, own)| own.exists);
        all.map(|(id, _)| u8::try_from(id).unwrap()).collect()
    }

    /// Whatever can be sent.
    pub(crate) fn moves(&mut self, reduced: bool) -> Vec<Move> {
        let mut found = Vec::new();
        for target in self.state.targets(self.model) {
            self.documents(target, reduced, &mut found);
            if !matches!(target, Group(_)) {
                self.boundaries(target, reduced, &mut found);
                self.tags(target, reduced, &mut found);
            }
            if !matches!(target, Role(_)) {
                self.names(target, reduced, &mut found);
            }
            match target {
                User(user) => {
                    self.groups(user, reduced, &mut found);
                    self.credentials(user, reduced, &mut found);
                }
                Role(role) => {
                    let best = self.state.best_trust();
                    let own = &self.state.roles[role];
                    if (own.sessions == 0 || self.model.sees_callers) && own.trust != best {
                        self.all(&mut found, [WriteTrust(role)]);
                    }
                }
                Group(_) => {}
            }
        }
        self.sessions(reduced, &mut found);
        self.versions(reduced, &mut found);
        self.creations(reduced, &mut found);
        found
    }

    fn documents(&mut self, target: Target, reduced: bool, found: &mut Vec<Move>) {
        let (model, state) = (self.model, self.state);
        let docs = state.docs(target);
        let full = state.is_full(docs);
        let places: Vec<usize> = (0..docs.inline.len()).collect();
        let attachable: Vec<u8> = self.policies().into_iter().filter(|id| docs.attached & (1 << id) == 0).collect();
        let attached: Vec<u8> = state.attached(docs).collect();
        if !reduced {
            let replaced = places.iter().filter(|place| docs.inline[**place] != FULL);
            let new = (!docs.inline.contains(&FULL)).then_some(Put(target, None));
            self.all(found, new.into_iter().chain(replaced.map(|place| Put(target, Some(*place)))));
            self.all(found, places.iter().map(|place| DeleteInline(target, *place)));
            self.all(found, attachable.into_iter().map(|id| Attach(target, id)));
            self.all(found, attached.into_iter().map(|id| Detach(target, id)));
            return;
        }
        let denying: Vec<usize> = places.into_iter().filter(|place| model.denies(docs.inline[*place])).collect();
        let puts = self.allowed(Put(target, None));
        if puts {
            // To replace a Deny is better than to add, and than to delete it; what only allows is not worth replacing.
            found.extend(denying.iter().map(|place| Put(target, Some(*place))));
            if denying.is_empty() && !full {
                found.push(Put(target, None));
            }
        } else {
            self.all(found, denying.iter().map(|place| DeleteInline(target, *place)));
        }
        if !full && !puts {
            // What allows everything is better than any other policy; with it, no other adds anything.
            let (best, others): (Vec<u8>, Vec<u8>) =
                attachable.into_iter().partition(|id| state.policy(*id).default == FULL);
            let best: Vec<Move> = best.into_iter().map(|id| Attach(target, id)).collect();
            match self.first(&best) {
                Some(one) => found.push(one),
                None => self.all(found, others.into_iter().map(|id| Attach(target, id))),
            }
        }
        // A policy none of whose versions denies is not worth detaching.
        let denies = |id: &u8| state.policy(*id).versions.iter().any(|version| model.denies(*version));
        self.all(found, attached.into_iter().filter(denies).map(|id| Detach(target, id)));
    }

    fn groups(&mut self, user: usize, reduced: bool, found: &mut Vec<Move>) {
        let (model, state) = (self.model, self.state);
        let own = &state.users[user];
        for (group, other) in state.groups.iter().enumerate().filter(|(_, other)| other.name != NONE) {
            let member = own.groups & (1 << group) != 0;
            // Who may do everything gains nothing by a group; who leaves one that cannot deny, neither.
            let denies = model.policies_deny || other.docs.inline.iter().any(|id| model.denies(*id));
            match (member, reduced) {
                (false, true) if state.is_full(&own.docs) => {}
                (false, _) => self.all(found, [Join(user, group)]),
                (true, true) if !denies => {}
                (true, _) => self.all(found, [Leave(user, group)]),
            }
        }
    }

    fn boundaries(&mut self, target: Target, reduced: bool, found: &mut Vec<Move>) {
        let state = self.state;
        let now = state.boundary(target);
        let others: Vec<Move> =
            self.policies().into_iter().filter(|id| *id != now).map(|id| SetBoundary(target, id)).collect();
        let remove = (now != NONE).then_some(RemoveBoundary(target));
        if !reduced || self.model.sees_boundaries {
            self.all(found, others.into_iter().chain(remove));
            return;
        }
        // Nobody looks at which boundary it is: none, and one that allows everything, are the best.
        if now == NONE || state.policy(now).default == FULL {
            return;
        }
        let full = |own: &Move| matches!(own, SetBoundary(_, id) if state.policy(*id).default == FULL);
        let (full, others): (Vec<Move>, Vec<Move>) = others.into_iter().partition(full);
        let best: Vec<Move> = remove.into_iter().chain(full).collect();
        match self.first(&best) {
            Some(one) => found.push(one),
            None => self.all(found, others),
        }
    }

    fn tags(&mut self, target: Target, reduced: bool, found: &mut Vec<Move>) {
        if reduced && !self.model.sees_tags {
            return;
        }
        let now = self.state.team(target);
        let teams = (0..u8::try_from(self.model.teams.len()).unwrap()).filter(|team| *team != now);
        self.all(found, teams.map(|team| Tag(target, team)));
        if now != NONE {
            self.all(found, [Untag(target)]);
        }
    }

    fn names(&mut self, target: Target, reduced: bool, found: &mut Vec<Move>) {
        let (model, state) = (self.model, self.state);
        let names = match target {
            User(number) => &model.user_names[number],
            Group(number) => &model.group_names[number],
            Role(_) => return,
        };
        let now = state.name(model, target);
        let class = |name: u8| model.classes[usize::from(name)];
        let mut seen = vec![class(now)];
        for name in names.iter().copied().filter(|name| *name != now) {
            let moved = Self::without(state, target);
            if (reduced && seen.contains(&class(name))) || !moved.is_free(model, name) {
                // No pattern tells these names apart.
                continue;
            }
            seen.push(class(name));
            self.all(found, [Rename(target, name)]);
        }
    }

    /// The state without the name that is given up.
    fn without(state: &State, target: Target) -> State {
        let mut state = state.clone();
        match target {
            User(number) => state.users[number].name = NONE,
            Group(number) => state.groups[number].name = NONE,
            Role(_) => {}
        }
        state
    }

    fn credentials(&mut self, user: usize, reduced: bool, found: &mut Vec<Move>) {
        let own = &self.state.users[user];
        if own.held {
            return;
        }
        if own.keys < 2 && self.allowed(CreateKey(user)) {
            found.push(CreateKey(user));
            if reduced {
                // Held at once.
                return;
            }
        }
        if own.keys > 0 && (!reduced || own.keys == 2) {
            self.all(found, [DeleteKey(user)]);
        }
        if own.login {
            self.all(found, [OtherPassword(user), DropPassword(user)]);
        } else {
            self.all(found, [NewPassword(user)]);
        }
        if own.mfa {
            self.all(found, [DropMfa(user)]);
        }
    }

    fn sessions(&mut self, reduced: bool, found: &mut Vec<Move>) {
        let state = self.state;
        let tags = if self.model.sees_callers { u8::try_from(self.model.teams.len()).unwrap() } else { 0 };
        for (role, own) in state.roles.iter().enumerate().filter(|(_, own)| own.exists) {
            for team in [NONE].into_iter().chain(0..tags) {
                let saml = (0..2).filter(|bit| state.providers & (1 << bit) != 0);
                let mut ways: Vec<Move> = vec![Assume(role, team)];
                ways.extend(saml.map(|bit| AssumeSaml(role, bit, team)));
                if team == NONE {
                    ways.extend([Stack(role), Function(role)]);
                }
                let held = own.sessions & (1 << ways[0].session()) != 0;
                match reduced {
                    _ if held => {}
                    // All of them lead to the same, the cheapest first.
                    true => found.extend(self.first(&ways)),
                    false => self.all(found, ways),
                }
            }
        }
    }

    fn versions(&mut self, reduced: bool, found: &mut Vec<Move>) {
        for id in self.policies().into_iter().filter(|id| *id != ADMIN) {
            let policy = self.state.policy(id);
            if policy.default == FULL {
                if reduced {
                    // Nothing is better.
                    continue;
                }
            } else if policy.versions.len() < VERSIONS && self.allowed(NewVersion(id)) {
                found.push(NewVersion(id));
                if reduced {
                    continue;
                }
            }
            let mut others: Vec<u16> = policy.versions.clone();
            let place = others.iter().position(|own| *own == policy.default).unwrap();
            others.remove(place);
            others.dedup();
            self.all(found, others.iter().filter(|own| **own != policy.default).map(|own| Choose(id, *own)));
            if !reduced || policy.versions.len() == VERSIONS {
                self.all(found, others.iter().map(|own| DropVersion(id, *own)));
            }
        }
    }

    fn creations(&mut self, reduced: bool, found: &mut Vec<Move>) {
        let (model, state) = (self.model, self.state);
        let boundaries: Vec<u8> = [NONE].into_iter().chain(self.policies()).collect();
        let mut create = |turn: &mut Self, make: &dyn Fn(u8) -> Move| {
            // Where nobody looks at which boundary it is, none is the best.
            if reduced && !model.sees_boundaries && turn.allowed(make(NONE)) {
                found.push(make(NONE));
            } else {
                turn.all(found, boundaries.iter().map(|id| make(*id)));
            }
        };
        for (user, own) in state.users.iter().enumerate().filter(|(_, own)| own.name == NONE) {
            if state.is_free(model, model.user_names[user][0]) {
                create(self, &|boundary| CreateUser(user, boundary));
            }
            debug_assert!(!own.held);
        }
        for (role, _) in state.roles.iter().enumerate().filter(|(_, own)| !own.exists) {
            create(self, &|boundary| CreateRole(role, boundary));
        }
        for (group, _) in state.groups.iter().enumerate().filter(|(_, own)| own.name == NONE) {
            if state.is_free(model, model.group_names[group][0]) {
                self.all(found, [CreateGroup(group)]);
            }
        }
        let missing = state.policies.iter().enumerate().filter(|(_, own)| !own.exists);
        let missing: Vec<Move> = missing.map(|(id, _)| CreatePolicy(u8::try_from(id).unwrap())).collect();
        self.all(found, missing);
        for (bit, own) in [CreateProvider, TakeProvider].into_iter().enumerate() {
            // The corporate provider is known to exist where a role trusts it.
            if state.providers & (1 << bit) == 0 && (bit == 0 || model.corporate) {
                self.all(found, [own]);
            }
        }
    }

    /// Whether a request leaves nothing to be desired that was there before it: the state behind it is at least as good.
    pub(crate) fn improves(&self, own: Move) -> bool {
        let (model, state) = (self.model, self.state);
        let full = |target: Target| state.is_full(state.docs(target));
        let policy_denies = |id: u8| state.policy(id).versions.iter().any(|version| model.denies(*version));
        let fresh_name = |name: u8| model.arns[usize::from(name)].contains("/ringfence");
        match own {
            Put(..) | NewVersion(_) | CreateKey(_) | DeleteKey(_) | NewPassword(_) | OtherPassword(_) | DropMfa(_) => {
                true
            }
            CreatePolicy(_) | CreateProvider | TakeProvider | WriteTrust(_) => true,
            Assume(..) | AssumeSaml(..) | Function(_) | Stack(_) => true,
            DeleteInline(target, place) => {
                full(target) || !model.docs[usize::from(state.docs(target).inline[place])].allows
            }
            Attach(_, id) => !policy_denies(id),
            Detach(target, _) => full(target) && state.docs(target).inline.contains(&FULL),
            Join(_, group) => {
                let docs = &state.groups[group].docs;
                !model.policies_deny && docs.inline.iter().all(|id| !model.denies(*id))
            }
            Leave(user, _) => full(User(user)),
            SetBoundary(_, id) => !model.sees_boundaries && state.policy(id).default == FULL,
            RemoveBoundary(_) => !model.sees_boundaries,
            CreateUser(user, boundary) => {
                boundary == NONE && !model.sees_boundaries && fresh_name(model.user_names[user][0])
            }
            // Its trust policy names the providers that exist when it is made.
            CreateRole(_, boundary) => boundary == NONE && !model.sees_boundaries && state.providers & 1 != 0,
            CreateGroup(group) => fresh_name(model.group_names[group][0]),
            DropPassword(_) | Choose(..) | DropVersion(..) | Rename(..) | Tag(..) | Untag(_) => false,
        }
    }
}
