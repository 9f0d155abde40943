//! The primitives of what is modelled: the standard library's, or loom's with `--cfg model`.

#[cfg(not(all(test, model)))]
pub(super) use std::sync::atomic::{AtomicBool, fence};
#[cfg(not(all(test, model)))]
pub(super) use std::sync::{Mutex, MutexGuard};

#[cfg(all(test, model))]
pub(super) use loom::sync::atomic::{AtomicBool, fence};
#[cfg(all(test, model))]
pub(super) use loom::sync::{Mutex, MutexGuard};
