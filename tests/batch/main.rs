//! Does a batch keep its promises, whatever its calls do?

mod abandoned;
mod approvals;
mod blocking;
mod canaries;
mod cancelled;
mod caps;
mod coalescing;
mod details;
mod envelope;
mod limits;
#[cfg(feature = "tracing")]
mod log;
mod outcomes;
mod panics;
mod parallel;
mod pauses;
mod quotas;
#[cfg(feature = "tracing")]
mod recorder;
mod redaction;
mod repairs;
mod retries;
mod second_attempts;
mod shutdown;
mod suspending;
mod time;
mod tools;
mod watchdog;
