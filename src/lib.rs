//! probe
/// v
pub fn v() -> &'static str { z3::full_version() }
