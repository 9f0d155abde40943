//! Does a worker answer whatever it is sent?

mod approval;
mod caller;
mod calls;
mod ends;
mod many;
mod meanwhile;
mod odd;
mod offers;
mod per_call;
mod repeats;
mod tools;
#[cfg(feature = "otel")]
mod traces;
