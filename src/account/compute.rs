//! What runs in an account with a role of its own: whoever drives it acts as the role.
//!
//! In: `[{"arn", "type", "role"}]`. Out: [`Compute`].

use std::sync::Arc;

use crate::account::raw::{known_fields, required, whole};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::Source;

/// A function, an instance, a job, a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compute {
    /// Its ARN.
    pub arn: String,
    /// The service's word for it: `lambda`, `ec2`, `ecs`, `glue`, `codebuild`, `cloudformation`, …
    pub kind: String,
    /// The ARN of its role.
    pub role: String,
}

/// Reads a file; every role must be among `roles`.
pub(super) fn read(source: &Arc<Source>, roles: &dyn Fn(&str) -> bool, findings: &mut Findings) -> Vec<Compute> {
    let mut compute = Vec::new();
    let items = whole(source, findings).and_then(|raw| raw.items("a file of compute", findings));
    for raw in items.unwrap_or_default() {
        let Some(own) = raw.members("an entry of compute", findings) else { continue };
        known_fields(&own, &["arn", "type", "role"], findings);
        let mut text = |name: &str| {
            let raw = required(&own, raw, name, findings)?;
            Some((raw, raw.string(&format!("`{name}`"), findings)?))
        };
        let (Some((_, arn)), Some((_, kind)), Some((at, role))) = (text("arn"), text("type"), text("role")) else {
            continue;
        };
        if !roles(&role) {
            let message = format!("{} has the role {}, which is not listed", quoted(&arn), quoted(&role));
            findings.push(at.finding(Code::DanglingReference, message, "name roles by the ARNs of the listing"));
        }
        compute.push(Compute { arn, kind, role });
    }
    compute
}
