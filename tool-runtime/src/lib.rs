#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]
//! # Guide
//!
//! [`guide`] has a page for each thing that a program with tools has to get right, from the [first tool](guide::first_tool) to
//! [deployment](guide::deployment), and a [cheat sheet](guide::cheat_sheet).

mod base64;
pub mod batch;
mod call;
pub mod dialect;
mod error;
pub mod explain;
mod growing;
mod guidance;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod journal;
mod json;
mod manifest;
mod outcome;
mod outgoing;
mod quota;
mod report;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
pub mod tool;
mod toolbox;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tracing")]
pub mod trace;
pub mod turns;

#[doc(hidden)]
pub mod __private;

pub use batch::{Batch, Policy};
pub use call::{IntoCalls, ToolCall};
pub use error::{
    BuildError, DecodeError, JournalError, ManifestError, ManifestTextError, PolicyError,
    QuotaError, RequestSettingsError, ResumeError, ShapeProblem, SuspendedError,
};
pub use explain::Explanation;
pub use guidance::Guidance;
pub use manifest::{
    Change, ChangeKind, Compatibility, Fingerprint, FingerprintError, Manifest, ManifestDiff,
    Moved, OfferedTool, ToolSize,
};
pub use outcome::{CallLimit, CancelledBy, Effects, Ending, Outcome, TimeLimit};
pub use outgoing::{Envelope, Redaction};
pub use quota::Quota;
pub use report::{
    ConcurrencyLimit, CriticalPath, FailedAttempt, Report, Span, ToolResult, Wait, WaitedFor,
};
/// The schemars whose `JsonSchema` an argument's type implements.
#[doc(no_inline)]
pub use schemars;
/// The serde whose `Deserialize` an argument's type implements, and whose `Serialize` a returned one does.
#[doc(no_inline)]
pub use serde;
pub use tool::{
    CallContext, Content, Key, KeyText, Progress, Provide, RuntimeTool, Tool, ToolDefinition,
    ToolError, ToolList,
};
#[cfg(feature = "macros")]
pub use tool_macros::{Key, Provide, tool, toolset};
#[cfg(feature = "search")]
pub use toolbox::search;
pub use toolbox::{
    BatchTool, Bound, RunStream, StreamError, StreamEvent, StreamEvents, Streamed, Toolbox,
    ToolboxBuilder, Warning, approval, layer,
};
pub use turns::TurnStats;
