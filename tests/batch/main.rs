//! Does a batch keep its promises, whatever its calls do?

mod abandoned;
mod approvals;
mod blocking;
mod coalescing;
mod limits;
mod outcomes;
mod panics;
mod parallel;
mod pauses;
mod redaction;
mod repairs;
mod retries;
mod second_attempts;
mod shutdown;
mod time;
mod tools;
