//! States that a program and its libraries have in common.

use tool_runtime::Provide;

/// The state of the program.
#[derive(Debug, Provide)]
pub struct Desk {
    /// What it is called.
    pub name: String,
}

/// A state of which tools are there, but not for the program.
#[derive(Debug)]
pub struct Other;
