//! Addresses and CIDR ranges (S3.1.5).
//!
//! In: `203.0.113.0/24`, `2001:db8::1`. Out: [`Cidr`] with host bits masked off; an address alone is the range of one.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// A range of addresses of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr(IpNet);

impl Cidr {
    /// Reads a range; without prefix length it holds one address.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let range = match text.contains('/') {
            true => text.parse::<IpNet>().ok()?,
            false => IpNet::from(text.parse::<IpAddr>().ok()?),
        };
        Some(Self(range.trunc()))
    }

    /// Reads one address, as requests carry it.
    pub fn parse_address(text: &str) -> Option<Self> {
        Some(Self(IpNet::from(text.parse::<IpAddr>().ok()?)))
    }

    /// The ranges that together hold every address.
    pub fn every() -> [Self; 2] {
        let (four, six) = (Ipv4Net::default(), Ipv6Net::default());
        [Self(IpNet::V4(four)), Self(IpNet::V6(six))]
    }

    /// The range as first address and prefix length.
    pub fn net(&self) -> IpNet {
        self.0
    }
}
