//! What a program tests its tools with; with the feature `testing`.
//!
//! - [`call()`]: one call of one tool, through all of the runtime, with its answer as a type.
//! - [`replace`]: a [`Double`] in the place of a tool that no test should call.
//! - [`inject`]: [`Faults`] on purpose, the same in every run.
//! - [`ScriptedModel`]: what a model says, written down, so that a loop runs without a provider.
//! - [`Equivalence`]: whether every order in which calls may run is as one call after the other; if not, which effects to declare.
//! - [`pin_manifest`]: what a model reads, held against a file.
//!
//! They belong into `[dev-dependencies]`: `tool-runtime = { version = "…", features = ["testing"] }` there leaves the program as it is.

mod call;
mod double;
mod equivalence;
mod faults;
mod pinned;
mod random;
mod script;

pub use call::{Called, call};
pub use double::{Double, replace};
pub(crate) use equivalence::Turnstile;
pub use equivalence::{Checked, Difference, Equivalence};
pub use faults::{Fault, Faults, Injected, inject};
pub use pinned::pin_manifest;
pub use random::Random;
pub use script::{Answered, Reply, ScriptedModel};
