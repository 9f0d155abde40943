//! How a call ended and what it changed, by the names that logs have too.

use crate::outcome::{CallLimit, CancelledBy, Effects, Ending, TimeLimit};

/// All there are; that none is missing is a test below.
pub(crate) const ENDINGS: [Ending; 22] = [
    Ending::Ok,
    Ending::Failed,
    Ending::InvalidArguments,
    Ending::UnknownTool,
    Ending::Denied,
    Ending::Panicked,
    Ending::NotSerialisable,
    Ending::Skipped { because: 0 },
    Ending::TimedOut(TimeLimit::Predecessor),
    Ending::TimedOut(TimeLimit::Limit),
    Ending::TimedOut(TimeLimit::Approval),
    Ending::TimedOut(TimeLimit::BackOff),
    Ending::TimedOut(TimeLimit::Work),
    Ending::TimedOut(TimeLimit::Batch),
    Ending::Cancelled(CancelledBy::Call),
    Ending::Cancelled(CancelledBy::Batch),
    Ending::Cancelled(CancelledBy::Shutdown),
    Ending::OverLimit(CallLimit::BatchSize),
    Ending::OverLimit(CallLimit::Queue),
    Ending::OverLimit(CallLimit::Layer),
    Ending::OverLimit(CallLimit::Inside),
    Ending::OverLimit(CallLimit::Quota),
];

/// The ending with this code and this detail; `because` is the call because of which one was skipped.
pub(super) fn ending(
    code: &str,
    detail: Option<&str>,
    because: Option<usize>,
) -> Result<Ending, String> {
    let mut endings = ENDINGS.into_iter();
    let known = endings.find(|ending| ending.code() == code && ending.detail() == detail);
    match (known, because, detail) {
        (Some(Ending::Skipped { .. }), Some(because), _) => Ok(Ending::Skipped { because }),
        (Some(Ending::Skipped { .. }), None, _) => {
            Err("it was skipped, and `because` of which call is not said".to_owned())
        }
        (Some(ending), _, _) => Ok(ending),
        (None, _, Some(detail)) => {
            Err(format!("the outcome `{code}` with `{detail}` is not known"))
        }
        (None, _, None) => Err(format!("the outcome `{code}` is not known")),
    }
}

pub(super) fn effects(code: &str) -> Result<Effects, String> {
    let mut all = [Effects::None, Effects::Done, Effects::Unknown].into_iter();
    all.find(|effects| effects.code() == code)
        .ok_or_else(|| format!("the effects `{code}` are not known"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place in the list: a new ending does not compile until it has one.
    fn place(ending: Ending) -> usize {
        match ending {
            Ending::Ok => 0,
            Ending::Failed => 1,
            Ending::InvalidArguments => 2,
            Ending::UnknownTool => 3,
            Ending::Denied => 4,
            Ending::Panicked => 5,
            Ending::NotSerialisable => 6,
            Ending::Skipped { .. } => 7,
            Ending::TimedOut(limit) => match limit {
                TimeLimit::Predecessor => 8,
                TimeLimit::Limit => 9,
                TimeLimit::Approval => 10,
                TimeLimit::BackOff => 11,
                TimeLimit::Work => 12,
                TimeLimit::Batch => 13,
            },
            Ending::Cancelled(by) => match by {
                CancelledBy::Call => 14,
                CancelledBy::Batch => 15,
                CancelledBy::Shutdown => 16,
            },
            Ending::OverLimit(limit) => match limit {
                CallLimit::BatchSize => 17,
                CallLimit::Queue => 18,
                CallLimit::Layer => 19,
                CallLimit::Inside => 20,
                CallLimit::Quota => 21,
            },
        }
    }

    #[test]
    fn every_ending_is_found_by_its_names() {
        for (index, known) in ENDINGS.into_iter().enumerate() {
            assert_eq!(place(known), index);
            let found = ending(known.code(), known.detail(), Some(0));
            assert_eq!(found, Ok(known));
        }
    }

    #[test]
    fn others_are_refused_in_words() {
        for (code, detail, message) in [
            ("lost", None, "the outcome `lost` is not known"),
            (
                "ok",
                Some("work"),
                "the outcome `ok` with `work` is not known",
            ),
            ("timed_out", None, "the outcome `timed_out` is not known"),
            (
                "skipped",
                None,
                "it was skipped, and `because` of which call is not said",
            ),
        ] {
            assert_eq!(ending(code, detail, None), Err(message.to_owned()));
        }
        assert_eq!(
            effects("some"),
            Err("the effects `some` are not known".to_owned())
        );
    }
}
