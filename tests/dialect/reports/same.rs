//! What two reports say, side by side.

use std::error::Error;

use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
};
use tool_runtime::{Report, ToolError, ToolResult};

const DIALECTS: [&dyn Dialect; 8] = [
    &Anthropic,
    &Bedrock,
    &Gemini,
    &Mcp,
    &Mistral,
    &Ollama,
    &OpenAiChat,
    &OpenAiResponses,
];

pub(super) fn stored(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

/// Stores a report, reads it, and checks that it says the same, in whatever way it is stored.
#[track_caller]
pub(super) fn same(report: &Report) -> Report {
    let stored = stored(report);
    let read: Report = serde_json::from_str(&stored).unwrap();
    says_the_same(&read, report);
    assert_eq!(self::stored(&read), stored);
    let value = serde_json::to_value(report).unwrap();
    let by_value: Report = serde_json::from_value(value).unwrap();
    assert_eq!(self::stored(&by_value), stored);
    read
}

#[track_caller]
fn says_the_same(read: &Report, report: &Report) {
    assert_eq!(read.results().len(), report.results().len());
    for (read, result) in read.results().iter().zip(report.results()) {
        result_says_the_same(read, result);
    }
    assert_eq!(read.wall(), report.wall());
    assert_eq!(read.one_by_one(), report.one_by_one());
    assert_eq!(read.critical_path(), report.critical_path());
    assert!(read.undeclared().eq(report.undeclared()));
    assert_eq!(read.explain(), report.explain());
    for dialect in DIALECTS {
        let name = dialect.name();
        assert_eq!(dialect.encode(read), dialect.encode(report), "{name}");
    }
}

#[track_caller]
fn result_says_the_same(read: &ToolResult, result: &ToolResult) {
    assert_eq!(read.call(), result.call());
    assert_eq!((read.id(), read.name()), (result.id(), result.name()));
    assert_eq!(read.outcome(), result.outcome());
    assert_eq!(read.is_error(), result.is_error());
    assert_eq!(read.text(), result.text());
    assert_eq!(read.parts(), result.parts());
    assert_eq!(read.arguments(), result.arguments());
    assert_eq!(read.repairs(), result.repairs());
    assert_eq!(read.argument_errors(), result.argument_errors());
    assert_eq!(read.error().is_some(), result.error().is_some());
    if let (Some(read), Some(error)) = (read.error(), result.error()) {
        error_says_the_same(read, error);
    }
    assert_eq!(read.queued(), result.queued());
    assert_eq!(read.span(), result.span());
    assert_eq!(read.waits(), result.waits());
    let (read, failed) = (read.failed_attempts(), result.failed_attempts());
    assert_eq!(read.len(), failed.len());
    for (read, failed) in read.iter().zip(failed) {
        assert_eq!((read.span, read.back_off), (failed.span, failed.back_off));
        assert_eq!(read.text, failed.text);
        error_says_the_same(&read.error, &failed.error);
    }
}

#[track_caller]
fn error_says_the_same(read: &ToolError, error: &ToolError) {
    assert_eq!(read.to_string(), error.to_string());
    assert_eq!(read.is_retryable(), error.is_retryable());
    assert_eq!(read.retry_delay(), error.retry_delay());
    assert_eq!(read.is_permanent(), error.is_permanent());
    assert_eq!(read.is_denied(), error.is_denied());
    assert_eq!(read.is_overloaded(), error.is_overloaded());
    assert_eq!(read.is_internal(), error.is_internal());
    assert_eq!(read.has_no_effects(), error.has_no_effects());
    assert_eq!(read.details(), error.details());
    assert!(read.source().is_none());
}
