//! Helpers for a program's own tests; with the feature `testing`.

mod pinned;

pub use pinned::pin_manifest;
