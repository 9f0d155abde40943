//! Does a batch keep its promises, whatever its calls do?

mod abandoned;
mod blocking;
mod caps;
mod coalescing;
mod envelope;
mod limits;
mod outcomes;
mod panics;
mod parallel;
mod pauses;
mod redaction;
mod retries;
mod second_attempts;
mod shutdown;
mod time;
mod tools;
