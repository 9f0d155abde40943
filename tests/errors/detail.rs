//! What is read of a failure at each level of detail.

use support::without_ids;
use tool_runtime::ToolCall;
use tool_runtime::batch::ErrorDetail::{self, Kind, Message, Sources};

use crate::cases::{policy, reads, run};

/// The failures that differ, in the words that follow "a call that".
fn failures() -> [(&'static str, ToolCall); 5] {
    [
        ("returns an error with a source", reads("fails")),
        ("returns an error with details", reads("details")),
        ("returns an internal error", reads("internal")),
        ("panics", reads("panics")),
        ("returns what cannot be written", reads("unwritable")),
    ]
}

/// The table.
pub(crate) fn table() -> String {
    let mut table =
        String::from("| a call that… | `Kind` | `Message` | `Sources` |\n|---|---|---|---|\n");
    for (when, call) in failures() {
        let text = |detail: ErrorDetail| {
            let report = run(policy().error_detail(detail), [call.clone()]);
            crate::page::cell(&without_ids(report.results()[0].text()))
        };
        let [kind, message, sources] = [Kind, Message, Sources].map(text);
        table += &format!("| {when} | {kind} | {message} | {sources} |\n");
    }
    table
}
