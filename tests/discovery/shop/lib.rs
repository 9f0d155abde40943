//! Tools that nobody names. The runtime goes by another name here.

#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic)]

use discovery::{Desk, Other};
use renamed::tool;

/// Says what is in stock.
#[tool(crate = ::renamed, discover = Desk)]
fn stock(#[state] name: &String) -> String {
    format!("{name}: books")
}

/// Is there for toolboxes over another state.
#[tool(crate = ::renamed, discover = Other)]
fn elsewhere() {}
