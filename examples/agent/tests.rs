//! Does a conversation come to its end, whatever happens to the program and to the provider?
//!
//! The program is a process of its own in each test: this binary, told to be the program.

mod child;
mod errors;
mod interrupted;
mod server;
mod whole;

use std::env;

/// What runs as the program, with the arguments that its environment has.
#[test]
#[ignore = "this is the program that the other tests run"]
fn program() {
    if let Ok(arguments) = env::var(child::ARGUMENTS) {
        let words = ["agent"].into_iter().chain(arguments.lines());
        let code = super::run(words.map(Into::into).collect());
        std::process::exit(code.into());
    }
}
