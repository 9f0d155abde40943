//! Are tools of workers like any others? The workers are scripted by hand, by `docs/protocol.md`, so that they can do what none should.

mod calls;
mod connection;
mod discover;
mod ends;
mod fake;
mod headers;
mod liars;
mod many;
mod results;
mod retries;
#[cfg(feature = "otel")]
mod trace;
