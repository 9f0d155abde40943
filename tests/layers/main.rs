//! Does what stands round calls see each of them, and in which place?

mod around;
mod calls_back;
mod finished;
#[cfg(feature = "tower")]
mod middleware;
mod order;
