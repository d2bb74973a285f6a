//! What random pairs came to: which grant allowed, which layer denied, which gate was silent, what the rulings changed.
//!
//! Each counter has a least share of the pairs: a generator that no longer reaches a part of the law fails.

use std::collections::BTreeMap;

use ringfence::evaluate::decide::Decision;
use ringfence::evaluate::trace::{Reason, Trace};
use ringfence::evaluate::truth::Truth;
use ringfence::request::Request;
use ringfence::scenario::{ResourceAccount, Scenario};
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::declared_key::key_type;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::Value;

use crate::condition::{KEYS, Kind, OPERATORS};

/// Counters, and the number of pairs that were counted.
#[derive(Default)]
pub(crate) struct Coverage {
    /// Pairs that were decided.
    pub(crate) pairs: usize,
    /// Scenarios and requests that cannot be read or asked.
    pub(crate) refused: usize,
    counts: BTreeMap<String, usize>,
}

/// Each counter with the least number of pairs in 100,000.
const LEAST: [(&str, usize); 53] = [
    ("ForAllValues on an undeclared key", 500),
    ("ForAnyValue on an undeclared key", 500),
    ("operator of another type than the key", 10000),
    ("RCPs do not apply, iam, allow", 30),
    ("RCPs do not apply, kms, allow", 40),
    ("SCPs do not bind, role-session, allow", 45),
    ("across accounts, allow", 120),
    ("across accounts, kms, allow", 35),
    ("across accounts, sts, allow", 25),
    ("across accounts, s3, allow", 35),
    ("across accounts, explicit-deny", 2000),
    ("allow to anonymous", 60),
    ("allow to federated", 90),
    ("allow to role-session", 700),
    ("allow to root", 500),
    ("allow to service", 90),
    ("allow to user", 650),
    ("decided by notprincipal lenient", 40),
    ("decided by resource-star segmented", 3),
    ("decided by user-boundary enforce", 15),
    ("decision unknown", 5000),
    ("denied by a lower level of rcp", 1200),
    ("denied by a lower level of scp", 1000),
    ("denied by boundary", 350),
    ("denied by endpoint", 550),
    ("denied by identity", 2500),
    ("denied by rcp", 2300),
    ("denied by resource", 1500),
    ("denied by scp", 2000),
    ("denied by session", 380),
    ("grant BothSides", 140),
    ("grant Delegated, kms", 20),
    ("grant Delegated, sts", 45),
    ("grant Direct", 180),
    ("grant Direct, kms", 210),
    ("grant Direct, sts", 180),
    ("grant Entity", 28),
    ("grant Entity, kms", 30),
    ("grant Entity, sts", 30),
    ("grant Identity", 600),
    ("grant NeedsNoPermission", 1800),
    ("grant Root", 480),
    ("missing BoundarySilent", 1200),
    ("missing FederatedWithoutSessionPolicy", 900),
    ("missing IdentitySilent", 400),
    ("missing OwnAccountOnly", 200),
    ("missing ResourcePolicySilent", 5000),
    ("missing RootCannotAssume", 200),
    ("missing SessionSilent", 700),
    ("owner any, allow", 200),
    ("owner any, unknown", 700),
    ("silent gate endpoint", 1300),
    ("silent gate scp", 1100),
];

impl Coverage {
    /// Counts one decision of the evaluator.
    pub(crate) fn count(
        &mut self,
        scenario: &Scenario,
        request: &Request,
        decision: Option<Decision>,
        trace: &Trace<'_>,
    ) {
        self.pairs += 1;
        let mut add = |name: String| *self.counts.entry(name).or_default() += 1;
        let own = scenario.principal.caller().ok();
        let kind = own.map_or("?", |caller| caller.kind.as_str());
        let name = decision.map_or("unknown", Decision::as_str);
        add(format!("decision {name}"));
        let service = request.action.prefix();
        let free = matches!(trace.reasons[..], [Reason::NeedsNoPermission(_)]);
        let allowed = decision == Some(Decision::Allow) && !free;
        if allowed {
            add(format!("allow to {kind}"));
        }
        match &scenario.resource_account {
            ResourceAccount::Any => add(format!("owner any, {name}")),
            ResourceAccount::Id(id) if own.and_then(|caller| caller.account()).is_some_and(|own| own != id) => {
                add(format!("across accounts, {}{name}", if free { "free, " } else { "" }));
                if allowed {
                    add(format!("across accounts, {service}, {name}"));
                }
            }
            _ => {}
        }
        for reason in &trace.reasons {
            match reason {
                Reason::NeedsNoPermission(_) => add("grant NeedsNoPermission".to_owned()),
                Reason::Denied(kinds) => kinds.iter().for_each(|kind| add(format!("denied by {kind}"))),
                Reason::GatesSilent(kinds) => kinds.iter().for_each(|kind| add(format!("silent gate {kind}"))),
                Reason::Delegated => add(format!("grant Delegated, {service}")),
                Reason::Direct | Reason::Entity | Reason::Identity if matches!(service, "kms" | "sts") => {
                    add(format!("grant {reason:?}, {service}"));
                }
                Reason::Direct | Reason::Entity | Reason::Identity | Reason::BothSides | Reason::Root => {
                    add(format!("grant {reason:?}"));
                }
                other => add(format!("missing {other:?}")),
            }
        }
        for layer in trace.layers.iter().filter(|layer| layer.slot.level > 0) {
            if layer.denies() == Truth::Yes && decision == Some(Decision::ExplicitDeny) {
                add(format!("denied by a lower level of {}", layer.slot.kind));
            }
        }
        for note in &trace.notes {
            if note.contains("do not bind this caller") {
                add(format!("SCPs do not bind, {kind}, {name}"));
            } else if note.contains("do not apply to this request") {
                add(format!("RCPs do not apply, {service}, {name}"));
            }
        }
    }

    /// Counts what the conditions of a scenario are made of.
    pub(crate) fn count_conditions(&mut self, line: &Value) {
        match line {
            Value::Array(items) => items.iter().for_each(|item| self.count_conditions(item)),
            Value::Object(members) => {
                for (operator, keys) in members.get("Condition").and_then(Value::as_object).into_iter().flatten() {
                    for key in keys.as_object().into_iter().flat_map(|keys| keys.keys()) {
                        self.count_condition(operator, key);
                    }
                }
                members.values().for_each(|item| self.count_conditions(item));
            }
            _ => {}
        }
    }

    fn count_condition(&mut self, operator: &str, name: &str) {
        let set = operator.split_once(':').map_or("", |(set, _)| set);
        let base = operator.rsplit(':').next().unwrap_or_default().trim_end_matches("IfExists");
        let kind = OPERATORS.iter().find(|(own, _)| *own == base).map(|(_, kind)| *kind);
        let key = KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name));
        let undeclared = key_type(&ContextKey::new(name)).is_none();
        let mut add = |name: String| *self.counts.entry(name).or_default() += 1;
        add(format!("operator {base}"));
        if undeclared && !set.is_empty() {
            add(format!("{set} on an undeclared key"));
        }
        if kind.is_some_and(|kind| kind != Kind::Null && key.is_some_and(|key| key.kind != kind)) {
            add("operator of another type than the key".to_owned());
        }
    }

    /// Counts a pair whose decision hangs on a ruling.
    pub(crate) fn count_ruling(&mut self, rulings: Rulings) {
        let names = [
            (rulings.enforces_user_boundary(), "user-boundary enforce"),
            (rulings.is_lenient(), "notprincipal lenient"),
            (rulings.is_segmented(), "resource-star segmented"),
        ];
        for (_, name) in names.into_iter().filter(|(given, _)| *given) {
            *self.counts.entry(format!("decided by {name}")).or_default() += 1;
        }
    }

    /// The counters, a line each.
    pub(crate) fn table(&self) -> String {
        self.counts.iter().map(|(name, count)| format!("{count:>8} {name}\n")).collect()
    }

    /// The counters that are too low.
    pub(crate) fn missing(&self) -> Vec<String> {
        let count = |name: &str| self.counts.get(name).copied().unwrap_or_default();
        // Every operator comes up in hundreds of scenarios.
        let operators = OPERATORS.iter().map(|(name, _)| (format!("operator {name}"), 500));
        let least = LEAST.iter().map(|(name, least)| ((*name).to_owned(), *least)).chain(operators);
        let low = least.filter(|(name, least)| count(name) * 100_000 < *least * self.pairs);
        low.map(|(name, least)| format!("{name}: {} of {}, less than {least} in 100,000", count(&name), self.pairs))
            .collect()
    }
}
