//! Helpers for a program's own tests; with the feature `testing`.

mod equivalence;
mod pinned;
mod random;

pub(crate) use equivalence::Turnstile;
pub use equivalence::{Checked, Difference, Equivalence};
pub use pinned::pin_manifest;
pub use random::Random;
