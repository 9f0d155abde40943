//! Are effects that are not declared found, and no others?

mod touched;
