//! The page: every ending there is, with the cases that came to it.

use support::without_ids;
use tool_runtime::{CallLimit, CancelledBy, Ending, TimeLimit, ToolResult};

use crate::cases::{self, Case};
use crate::detail;

const HEAD: &str = "\
# What the model reads when a call does not end well

Every way in which a call can end, with the text that the model reads, word for word. This page is made from calls that were really run:
`UPDATE_SNAPSHOTS=1 cargo test -p tests --test errors` writes it, and the test fails where it does not say what is true.

A text says what happened, what was changed, and what to do. What was changed is one of three sentences: “Nothing was changed.”, “It may
have taken effect; check before repeating.”, “It has taken effect; do not repeat it.” A call that was never made because of its name or its
arguments says that instead, and an error that a tool without declared effects returns says nothing of it. All but `ok` is marked as an
error, where the provider has a mark for that.

`ToolResult::outcome()` has the same for the program: the ending, whose `code()` and `detail()` stay as they are from release to release,
and the effects. `ToolResult::error()` is the tool's error with its sources, whatever the model read of it.

A text that is longer than `Policy::max_result_bytes` has both its ends, and between them how much is missing: “[… {n} of {all} bytes were
left out here by the tool runtime, since a result has at most {most}; ask for less at a time …]”. The outcome is then `truncated`.
";

const IDS: &str = "\
## Error ids

What the model is not told has an id: an internal error, a panic, a result that cannot be written, and whatever a policy hides. The same id
stands

- in the text that the model reads: ``(error id `6v8kq1d0xt`)``, so a user who is told of it can name it;
- in the program: `ToolResult::error_id()`, beside `error()` and `panic_message()`, for a `Layer::finished` that writes its own log;
- in the log, with the feature `tracing`, as below;
- in a stored report, as `error_id`.

```text
ERROR tool_runtime: a call failed, and the model was not told why error_id=\"6v8kq1d0xt\" tool=\"get_customer\" call_id=\"call_7\" error.type=\"failed\"
WARN  tool_runtime: a call could not be stopped and is still running tool=\"export_customers\" call_id=\"call_8\" error.type=\"timed_out\" keys=1 everything=false on_thread=true
WARN  tool_runtime: a call that could not be stopped has ended tool=\"export_customers\" call_id=\"call_8\" after_ms=280 keys=1 everything=false on_thread=true
```

The first is a warning where nothing is wrong but that the policy hides what was said. With `Policy::log_sources(true)` it has an
`error.message`: what the error, its sources or the panic said, without credentials. A call that cannot be stopped is told of when it has
its result, with what it holds, and again when it ends at last. An attempt that is followed by another is an event of level `INFO`, and a poll
that keeps its worker too long is a warning; nothing else is an event, and none has an argument, a result or a state in it.

Calls that share a result share its id. Where the panic itself is told is the matter of the program's panic hook.

## How much is told

`Policy::error_detail` says how much of a tool's error the model reads, `Policy::tool_error_detail` for one tool. `Message` is the default;
`Sources` is for development. An id is written `ID` here:

";

const HISTORY: &str = "
## A call whose result was lost

Where the program ended in the middle of a turn, `complete(&mut history)` of a dialect answers what is open:

";

const JOURNAL: &str = "
With a journal, `complete_from(&mut history, &recovered)` gives it the result that the journal has, or says what is known:

| a call that, in the journal, … | the model reads |
|---|---|
";

/// The whole page.
pub(crate) fn page() -> String {
    let cases = cases::all();
    let mut page = HEAD.to_owned();
    let mut told = 0;
    for ending in tool_runtime::__private::endings() {
        let of_this = |case: &&Case| is_same(case.result.outcome().ending, ending);
        let cases: Vec<&Case> = cases.iter().filter(of_this).collect();
        told += cases.len();
        page += &section(ending, &cases);
    }
    assert_eq!(
        told,
        cases.len(),
        "a case has an ending of which nobody knows"
    );
    page += "\n";
    page += IDS;
    page += &detail::table();
    page += HISTORY;
    page += &format!("> {}\n", cases::interrupted());
    page += JOURNAL;
    for (when, text) in cases::journaled() {
        page += &format!("| {when} | {} |\n", cell(&text));
    }
    page
}

fn is_same(one: Ending, other: Ending) -> bool {
    (one.code(), one.detail()) == (other.code(), other.detail())
}

fn section(ending: Ending, cases: &[&Case]) -> String {
    let heading = match ending.detail() {
        Some(detail) => format!("`{}` (`{detail}`)", ending.code()),
        None => format!("`{}`", ending.code()),
    };
    let about = about(ending);
    let mut section = format!("\n## {heading}\n\n`{}`: {about}\n", name(ending));
    assert!(!cases.is_empty(), "no case ends as {ending}");
    section +=
        "\n| a call that… | effects | the model reads | the program has |\n|---|---|---|---|\n";
    for Case { when, result } in cases {
        let effects = result.outcome().effects.code();
        let text = cell(&without_ids(result.text()));
        section += &format!("| {when} | `{effects}` | {text} | {} |\n", has(result));
    }
    section
}

/// A text in a cell of a table.
pub(crate) fn cell(text: &str) -> String {
    let text = text.replace('|', "\\|").replace('\n', "<br>");
    format!("“{text}”")
}

/// What the program has of a result, beside the text.
fn has(result: &ToolResult) -> String {
    let outcome = result.outcome();
    let members = [
        ("`error()`", result.error().is_some()),
        ("`argument_errors()`", result.argument_errors().is_some()),
        ("`error_id()`", result.error_id().is_some()),
        ("`panic_message()`", result.panic_message().is_some()),
        ("`failed_attempts()`", !result.failed_attempts().is_empty()),
        ("`late`", outcome.late),
        ("`still_running`", outcome.still_running),
        ("`truncated`", outcome.truncated),
    ];
    let there = members.iter().filter(|(_, is_there)| *is_there);
    let there: Vec<&str> = there.map(|(member, _)| *member).collect();
    there.join(", ")
}

/// The ending as the program writes it.
fn name(ending: Ending) -> String {
    match ending {
        Ending::Skipped { .. } => "Ending::Skipped { because }".to_owned(),
        Ending::TimedOut(limit) => format!("Ending::TimedOut(TimeLimit::{limit:?})"),
        Ending::Cancelled(by) => format!("Ending::Cancelled(CancelledBy::{by:?})"),
        Ending::OverLimit(limit) => format!("Ending::OverLimit(CallLimit::{limit:?})"),
        ending => format!("Ending::{ending:?}"),
    }
}

/// When a call ends so.
fn about(ending: Ending) -> &'static str {
    match ending {
        Ending::Ok => "the tool answered; the model reads the answer.",
        Ending::Failed => {
            "the tool, or a layer round it, answered with an error. The model reads its `Display` and its details, never its sources."
        }
        Ending::InvalidArguments => {
            "the arguments are not what the tool takes, and it was not called. The model reads all that is wrong, at once: what it reads of each kind of argument and each mistake is in [this table](../tests/tool/matrix/matrix.md)."
        }
        Ending::UnknownTool => {
            "the toolbox, or the view of it that was bound, has no tool of that name. The model reads up to three near names of the view, and its whole list if that is short."
        }
        Ending::Denied => {
            "a layer did not allow the call (`ToolError::denied`), or who was asked for approval did not, or nobody could be asked."
        }
        Ending::TimedOut(limit) => match limit {
            TimeLimit::Predecessor => {
                "`Policy::max_wait` was over while the call waited for earlier ones."
            }
            TimeLimit::Limit => "`Policy::max_wait` was over while the call waited for a permit.",
            TimeLimit::Approval => {
                "`Policy::approval_timeout` was over before somebody decided on the call."
            }
            TimeLimit::BackOff => "`Policy::max_wait` was over between two attempts.",
            TimeLimit::Work => {
                "the call's own time was over, and then its `Policy::grace`; or a layer's was."
            }
            TimeLimit::Batch => "`Policy::batch_timeout` was over.",
            _ => panic!("say when a call ends as {ending}"),
        },
        Ending::Panicked => {
            "the tool panicked, or a layer, a decoder, a serializer. The model reads that there was an error, never what the panic said."
        }
        Ending::Cancelled(by) => match by {
            CancelledBy::Call => "the program cancelled this call: `Batch::cancel`.",
            CancelledBy::Batch => {
                "the program cancelled the batch (`Bound::cancelled_by`), or dropped it."
            }
            CancelledBy::Shutdown => "the runtime was shut down under the batch.",
            _ => panic!("say when a call ends as {ending}"),
        },
        Ending::Skipped { .. } => {
            "a call that this one depends on did not succeed, see `OnFailure`."
        }
        Ending::OverLimit(limit) => match limit {
            CallLimit::BatchSize => "the batch has more calls than `Policy::max_calls`.",
            CallLimit::Queue => "more calls wait for a permit than `Policy::max_queue`.",
            CallLimit::Layer => "a layer had no room for the call: `ToolError::overloaded`.",
            CallLimit::Inside => {
                "the call is in a batch inside another call, which holds what others wait for and so cannot wait itself."
            }
            CallLimit::Quota => {
                "a `Quota` that the desk is within has none left for the call. It says where it holds in the program's own words."
            }
            _ => panic!("say when a call ends as {ending}"),
        },
        Ending::NotSerialisable => {
            "the tool did its work, and what it returned cannot be written as JSON. What the serializer said is for the program."
        }
        _ => panic!("say when a call ends as {ending}"),
    }
}
