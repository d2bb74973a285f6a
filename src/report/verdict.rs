//! A verdict as text for an auditor and as the JSON that programs read.

mod json;
mod text;

use std::time::Duration;

pub(super) use json::{SCHEMA, assumption_json, engine_json, place_json, principal_json, unknown_json};
pub use json::{counterexample_json, error_json, json};
pub(super) use text::{
    assumption_lines, attached, by, goal_lines, goal_title, limits, meaning, name, place_text, reason_lines,
    request_lines, statement_lines, statement_of, time_line,
};
pub use text::{body, text};

use crate::vocabulary::dialect::Dialect;

/// What no verdict takes into account (S18), said in every report.
pub const NOT_MODELLED: [&str; 20] = [
    "S3 ACLs",
    "S3 Block Public Access",
    "access-point and Object-Lambda delegation",
    "KMS grants",
    "AWS RAM permissions",
    "Lambda function-URL auth types",
    "service-specific resource-policy rules beyond role trust and KMS keys",
    "session duration and credential lifetime",
    "eventual consistency",
    "principals recreated under the same name",
    "S3 Access Grants and Lake Formation permissions",
    "sharing by attribute (snapshots, images, database snapshots, SSM documents)",
    "credentials handed out by Cognito identity pools, IoT role aliases, Roles Anywhere, Identity Center",
    "sts:AssumeRoot",
    "services acting with a role of their own",
    "users kept inside a service (databases, clusters, search domains)",
    "presigned URLs made by somebody else",
    "account settings that allow an action without any policy",
    "the same person calling unsigned, which no boundary binds",
    "the same person calling with other credentials",
];

/// Times apart from the query's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timing {
    /// One-time set-up: solver context and catalogue.
    pub setup: Duration,
    /// Reading the documents and the goal.
    pub parse: Duration,
}

/// What a report says of a question besides its verdict.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The `id` of the line, or the action of one answer of many.
    pub id: Option<&'a serde_json::Value>,
    /// The goal as it was written.
    pub goal: &'a serde_json::Value,
    /// The dialect whose law decided.
    pub dialect: &'a Dialect,
    /// The line of a batch; the file of its inline documents is then `BATCH:LINE`.
    pub line: Option<usize>,
    /// Left out where reports shall be the same bytes each time.
    pub timing: Option<Timing>,
}
