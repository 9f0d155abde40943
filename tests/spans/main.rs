//! Does a trace show each call where it happened, and nothing of what was said?

mod attributes;
mod ends;
mod parents;
mod recorder;
