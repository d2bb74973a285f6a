//! Placeholder until the first subcommand lands.
fn main() {}
