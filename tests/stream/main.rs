//! Is a response read while it is written?
//!
//! The streams in `fixtures/` are constructed from the providers' SDK types and documentation; `fixtures/README.md` names the source of
//! each, and none was recorded. What is read of each stands in `expected/`.

mod broken;
mod eager;
mod expected;
mod fixture;
mod malformed;
mod refused;
mod sdk;
mod split;
mod text;
mod watched;
mod whole;
