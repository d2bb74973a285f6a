//! Amazon resource names, split into their six parts (S2.2.1).
//!
//! In: a text. Out: its parts. Partition and account are opaque (S15.1): neither digits nor known names are expected.

/// The six parts of an ARN; the last may hold colons and slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, or an installation's own name.
    pub partition: &'a str,
    /// The service, such as `iam`.
    pub service: &'a str,
    /// The region; often empty.
    pub region: &'a str,
    /// The account; empty for S3.
    pub account: &'a str,
    /// Everything behind the fifth colon.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits a text at its first five colons; none if it does not start with `arn:` or has fewer than six parts.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let (partition, service, region) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { partition, service, region, account: parts.next()?, resource: parts.next()? })
    }

    /// The text behind `kind/`: `path/name` of `user/path/name`.
    pub fn resource_of(&self, kind: &str) -> Option<&'a str> {
        self.resource.strip_prefix(kind)?.strip_prefix('/').filter(|rest| !rest.is_empty())
    }
}

/// The last element of a path: the friendly name of a user or role (S11.4.2).
pub fn friendly_name(path_and_name: &str) -> &str {
    path_and_name.rsplit('/').next().unwrap_or(path_and_name)
}
