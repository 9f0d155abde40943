//! Are effects that are not declared found, and no others?

mod property;
mod right;
mod shop;
mod touched;
mod wrong;
