//! Addresses that a key cannot have (S11.3).

use crate::diagnostic::{Code, quoted};
use crate::lint::Checker;
use crate::policy::Condition;
use crate::source::Spanned;
use crate::vocabulary::cidr::Cidr;

/// Keys whose value is the public address of the caller; in a private network they are absent.
const PUBLIC: [&str; 1] = ["aws:sourceip"];

/// The ranges of private IPv4 networks.
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

impl Checker<'_> {
    pub(super) fn addresses(&mut self, condition: &Condition, ranges: &[Spanned<Cidr>]) {
        let key = &condition.key.value;
        if !PUBLIC.contains(&key.folded()) {
            return;
        }
        for range in ranges.iter().filter(|range| is_private(&range.value)) {
            let written = quoted(self.document.source.slice(range.span).trim_matches('"'));
            let message = format!("{written} is private, but {} is a public address", quoted(key.as_str()));
            let help = "use `aws:VpcSourceIp`, which requests through a VPC endpoint carry instead (S11.3)";
            self.warn(Code::PrivateAddress, range.span, message, help);
        }
    }
}

fn is_private(range: &Cidr) -> bool {
    PRIVATE.iter().filter_map(|text| Cidr::parse(text)).any(|private| private.net().contains(&range.net()))
}
