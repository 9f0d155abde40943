//! Does what must compile compile, and work?
//!
//! Each module is a user's file: what it has at its top stands at the top of a crate elsewhere.

#![allow(
    clippy::all,
    reason = "what users write must compile, and it need not be as clippy likes it"
)]
#![expect(
    unreachable_pub,
    unused_qualifications,
    reason = "a user's crate has its own lints"
)]

mod attributes;
mod cfg;
mod functions;
mod instrument;
mod keys;
mod names;
mod no_implicit_prelude;
mod parameters;
mod places;
mod returns;
mod shadowed;
