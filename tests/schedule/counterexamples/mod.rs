//! The rules of the order, each by the calls that a plausible other rule gets wrong. On a paused clock, to the millisecond,
//! but for what threads do: a call takes 10 ms unless it is told otherwise.

mod cancellation;
mod failure;
mod limits;
mod order;
mod threads;

use tool_runtime::Policy;
use tool_runtime::batch::OnFailure;

fn policy() -> Policy {
    Policy::default()
}

fn on_failure(on_failure: OnFailure) -> Policy {
    policy().on_failure(on_failure)
}
