//! Limits that leave nothing.
//!
//! In: the statements of a boundary, a session policy or a level of an organization. Out: a finding where no request is
//! left.
//! Soundness: nothing is left iff the formula of the document granting is unsatisfiable, asked of any request.

use crate::diagnostic::Code;
use crate::finding::Examiner;
use crate::policy::{DocumentKind, Effect, Statement};
use crate::query::reach::ReachError;

impl Examiner<'_> {
    /// Whether a limit leaves nothing, which is reported.
    pub(super) fn empty(&mut self, effective: &[Statement]) -> Result<bool, ReachError> {
        let limit = match self.document.kind {
            DocumentKind::Boundary => "permissions boundary",
            DocumentKind::Session => "session policy",
            DocumentKind::Scp => "service control policy",
            DocumentKind::Rcp => "resource control policy",
            _ => return Ok(false),
        };
        let allows = effective.iter().any(|statement| statement.effect == Effect::Allow);
        // Lists of Denies are attached beside a policy that allows (S8.1).
        let is_list =
            matches!(self.document.kind, DocumentKind::Scp | DocumentKind::Rcp) && self.of(Effect::Allow).is_empty();
        if is_list {
            return Ok(false);
        }
        let what = format!("whether the {limit} leaves anything");
        if allows && !self.is_nothing(effective.to_vec(), Vec::new(), &what)? {
            return Ok(false);
        }
        let why = if allows { "its Denies deny all that its Allows allow" } else { "it allows nothing" };
        let message = format!("this {limit} leaves nothing: proved that {why}");
        self.warn_of_all(
            Code::NothingAllowed,
            message,
            "add an Allow for what the principal is to do, or narrow a Deny",
        );
        Ok(true)
    }
}
