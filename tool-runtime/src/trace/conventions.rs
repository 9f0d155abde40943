//! The names that spans go by: those of OpenTelemetry's semantic conventions for generative AI, and our own.
//!
//! The conventions are in development and change; this is the one place that knows them. What is written here is the span
//! `gen_ai.execute_tool.internal` as it stands in
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/9430220eb6f3f8a0e41d2e0e548aeb5cb9ca5f14/docs/gen-ai/gen-ai-spans.md#execute-tool-span>,
//! which goes on from v1.41 of the common conventions. Who reads another revision changes the names on the way, in a collector.

/// What all spans of calls do; it begins their names too.
pub(super) const EXECUTE_TOOL: &str = "execute_tool";

pub(super) const OPERATION: &str = "gen_ai.operation.name";
pub(super) const TOOL: &str = "gen_ai.tool.name";
pub(super) const TOOL_TYPE: &str = "gen_ai.tool.type";
pub(super) const DESCRIPTION: &str = "gen_ai.tool.description";
pub(super) const CALL_ID: &str = "gen_ai.tool.call.id";
/// By opt-in, as the next.
pub(super) const ARGUMENTS: &str = "gen_ai.tool.call.arguments";
pub(super) const RESULT: &str = "gen_ai.tool.call.result";
pub(super) const ERROR_TYPE: &str = "error.type";

/// The model writes the arguments and the program runs the tool.
pub(super) const FUNCTION: &str = "function";

/// For what has no name that everybody knows; as the conventions have it for methods of HTTP and for errors.
pub(super) const OTHER: &str = "_OTHER";

/// What `tracing-opentelemetry` makes the span's own of, and no attribute.
pub(super) const OTEL_NAME: &str = "otel.name";
pub(super) const OTEL_KIND: &str = "otel.kind";
pub(super) const OTEL_STATUS: &str = "otel.status_code";

/// Ours, of a batch.
pub(super) const CALLS: &str = "tool_runtime.batch.calls";
pub(super) const FAILED: &str = "tool_runtime.batch.failed";
pub(super) const END: &str = "tool_runtime.batch.end";

/// Ours, of a call.
pub(super) const INDEX: &str = "tool_runtime.call.index";
pub(super) const CALLED: &str = "tool_runtime.call.name";
pub(super) const ATTEMPTS: &str = "tool_runtime.call.attempts";
pub(super) const EFFECTS: &str = "tool_runtime.call.effects";
pub(super) const SAME_AS: &str = "tool_runtime.call.same_as";
pub(super) const STILL_RUNNING: &str = "tool_runtime.call.still_running";
pub(super) const WAIT: &str = "tool_runtime.wait.duration";
pub(super) const WAITED_FOR: &str = "tool_runtime.wait.for";
pub(super) const ERROR_DETAIL: &str = "tool_runtime.error.detail";
pub(super) const ERROR_ID: &str = "tool_runtime.error.id";
