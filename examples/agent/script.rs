//! What the model says where there is none: a conversation that is written down.
//!
//! It goes on from whatever history it is sent, so that one which was interrupted goes on here as it would with a model: it looks at what
//! may have taken effect, and repeats what has not.

use serde_json::{Value, json};
use tool_runtime::testing::{Answered, Reply};

pub(crate) const QUESTION: &str = "Customer 1234 writes that her parcels P-71 and P-77 never came. Where are they? \
    If one is lost, have it searched for, open a ticket, and pay the order back.";

/// Where the script is. Each call's id begins with it, so that the next turn can be told from the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Look,
    Again,
    Act,
    Check,
}

/// The model's turn with this number, after these results of the turn before.
pub(crate) fn reply(number: usize, results: &[Answered]) -> Reply {
    let Some(before) = results.first().and_then(|result| Step::of(&result.id)) else {
        return said(number, Step::Look, &Step::Look.calls());
    };
    let is_interrupted = results.iter().any(is_interrupted);
    let next = match before {
        Step::Act if is_interrupted => Step::Check,
        same if is_interrupted => same,
        Step::Look => Step::Again,
        Step::Again | Step::Check => Step::Act,
        Step::Act => return Reply::new().text(end(results)),
    };
    let mut calls = next.calls();
    calls.retain(|call| !is_done(call, results));
    match calls[..] {
        [] => Reply::new().text(end(results)),
        _ => said(number, next, &calls),
    }
}

/// A tool and its arguments.
type Call = (&'static str, Value);

/// What is said to all other questions.
pub(crate) fn other() -> Reply {
    Reply::new().text("I am a script and know one conversation. With a key, a model answers.")
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Again => "again",
            Self::Act => "act",
            Self::Check => "check",
        }
    }

    fn of(id: &str) -> Option<Self> {
        let all = [Self::Look, Self::Again, Self::Act, Self::Check];
        let name = id.split('_').nth(1)?;
        all.into_iter().find(|step| step.name() == name)
    }

    fn text(self) -> &'static str {
        match self {
            Self::Look => "I look at all of it at once.",
            Self::Again => "P-71 comes today. I wrote the other number wrong; once more.",
            Self::Act => "P-77 is lost. I see to the search, the ticket and the money.",
            Self::Check => "We were interrupted. Before I repeat anything I look at what was done.",
        }
    }

    fn calls(self) -> Vec<Call> {
        let customer = json!({"customer_id": 1234});
        let parcel = json!({"parcel": "P-77"});
        match self {
            Self::Look => vec![
                ("get_customer", customer.clone()),
                ("get_orders", customer.clone()),
                ("get_tickets", customer),
                ("track_parcel", json!({"parcel": "P-71"})),
                ("track_parcel", json!({"parcel": "P77"})),
            ],
            Self::Again => vec![("track_parcel", parcel)],
            Self::Act => vec![
                ("search_parcel", parcel.clone()),
                ("track_parcel", parcel),
                (
                    "open_ticket",
                    json!({"customer_id": 1234, "subject": "Parcel P-77 is lost."}),
                ),
                ("refund_order", json!({"order_id": 77, "cents": 129_900})),
            ],
            Self::Check => vec![
                ("track_parcel", parcel),
                ("get_tickets", customer.clone()),
                ("get_orders", customer),
            ],
        }
    }
}

fn said(number: usize, step: Step, calls: &[Call]) -> Reply {
    let calls = calls.iter().enumerate();
    calls.fold(Reply::new().text(step.text()), |reply, (index, call)| {
        let id = format!("call_{}_{number}_{index}", step.name());
        reply.call_with_id(id, call.0, &call.1)
    })
}

/// Whether the results say that what the call would do is done: then it is not done again.
fn is_done((name, _): &Call, results: &[Answered]) -> bool {
    let sign = match *name {
        "search_parcel" => "is being searched for",
        "open_ticket" => "Parcel P-77 is lost.",
        "refund_order" => "\"refunded_cents\":129900",
        _ => return false,
    };
    results.iter().any(|result| result.text.contains(sign))
}

/// Whether nobody waited for the call to its end, by what the model reads of it.
fn is_interrupted(result: &Answered) -> bool {
    let said = ["the program ended", "was cancelled"];
    said.iter().any(|said| result.text.contains(said))
}

fn end(results: &[Answered]) -> String {
    let is_denied = results
        .iter()
        .any(|result| result.text.contains("not allowed"));
    let paid = match is_denied {
        true => "The order is not paid back, which somebody has to approve of.",
        false => "The order is paid back.",
    };
    format!(
        "P-71 comes today. P-77 is lost and is being searched for, and there is a ticket. {paid}"
    )
}
