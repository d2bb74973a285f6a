//! Sets of addresses, given by ranges.
//!
//! In: ranges of either family. Out: [`AddressSet`], their union. The families share no address: `::ffff:192.0.2.1`
//! is not `192.0.2.1`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::symbolic::field::FieldAnswer;
use crate::symbolic::interval::{Set, solve};
use crate::vocabulary::cidr::Cidr;

/// Addresses that witnesses are made of where they are free: of the blocks for documentation, then a private one, then
/// one at large.
const LIKED: [&str; 6] = ["203.0.113.1", "198.51.100.1", "192.0.2.1", "10.0.0.1", "8.8.8.8", "2001:db8::1"];

/// A union of address ranges.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AddressSet {
    /// First and last address of each, ascending, apart from each other.
    ranges: Vec<(IpAddr, IpAddr)>,
}

impl AddressSet {
    /// The addresses in one of the ranges.
    pub fn new(ranges: impl IntoIterator<Item = Cidr>) -> Self {
        let mut sorted: Vec<(IpAddr, IpAddr)> =
            ranges.into_iter().map(|range| (range.net().network(), range.net().broadcast())).collect();
        sorted.sort_unstable();
        let mut joined: Vec<(IpAddr, IpAddr)> = Vec::new();
        for (first, last) in sorted {
            match joined.last_mut() {
                Some((_, end)) if first <= *end || Some(first) == next(*end) => *end = last.max(*end),
                _ => joined.push((first, last)),
            }
        }
        Self { ranges: joined }
    }

    /// The first and the last address of each range, ascending.
    pub fn ranges(&self) -> &[(IpAddr, IpAddr)] {
        &self.ranges
    }

    /// Whether the address is in the set.
    pub fn contains(&self, address: &IpAddr) -> bool {
        let behind = self.ranges.partition_point(|(first, _)| first <= address);
        let range = behind.checked_sub(1).and_then(|place| self.ranges.get(place));
        range.is_some_and(|(_, last)| address <= last)
    }
}

impl Set<IpAddr> for AddressSet {
    fn contains(&self, point: &IpAddr) -> bool {
        AddressSet::contains(self, point)
    }
}

/// Looks for an address, of either family, in all positive and no negative sets.
pub fn solve_addresses(positive: &[&AddressSet], negative: &[&AddressSet]) -> FieldAnswer {
    // Cells start where a range starts, right behind one, and at the first address of each family.
    let mut starts = BTreeSet::from([IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)]);
    for (first, last) in positive.iter().chain(negative).flat_map(|set| &set.ranges) {
        starts.insert(*first);
        starts.extend(next(*last));
    }
    // More than one point of a cell does no harm; the second reads better than a network's own address.
    let liked: Vec<IpAddr> = LIKED.iter().filter_map(|text| text.parse().ok()).collect();
    let second: Vec<IpAddr> = starts.iter().filter_map(|start| next(*start)).collect();
    let mut points = liked.clone();
    points.extend(second.iter().chain(&starts));
    let ugliness = |point: &IpAddr| {
        let place = liked.iter().position(|one| one == point);
        match place {
            Some(place) => u32::try_from(place).unwrap_or(u32::MAX),
            None => 10 + 2 * u32::from(point.is_ipv6()) + u32::from(starts.contains(point)),
        }
    };
    solve(&points, positive, negative, ugliness)
}

/// The next address of the family.
fn next(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => address.to_bits().checked_add(1).map(|bits| Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(address) => address.to_bits().checked_add(1).map(|bits| Ipv6Addr::from_bits(bits).into()),
    }
}
