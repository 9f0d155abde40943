//! The tools of a toolbox, for programs on other machines.

/// A toolbox whose tools other programs call.
#[derive(Debug)]
pub struct Worker;
