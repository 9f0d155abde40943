//! A worker as a program of its own, for tests that stop or kill it.

fn main() {}
