//! probe
fn main() { println!("{}", ringfence::v()); }
