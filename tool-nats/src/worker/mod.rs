//! The tools of a toolbox, for programs on other machines.
//!
//! A [`Worker`] offers each tool of a toolbox as an endpoint of a NATS service. Any number of workers of one service share the calls, and
//! each runs a call as the toolbox does it anywhere: validation, limits, layers, panics, time-outs, redaction are the runtime's, and there is
//! one result for each call.

mod call;
mod endpoint;
mod error;
mod incoming;
mod progress;
mod running;
mod say;
mod settings;
mod shared;
mod source;
#[cfg(feature = "otel")]
mod trace;
mod window;

pub use error::WorkerError;
pub use incoming::IncomingCall;
pub use running::RunningWorker;
pub use settings::Worker;
