//! How much of a tool's error the model reads.

use serde::{Deserialize, Serialize};

/// How much of a tool's error the model reads, see [`Policy::error_detail`](crate::Policy::error_detail).
///
/// It is about what a tool or a layer says of a failure. What is wrong with arguments is always told, since the model is to put it
/// right, and whatever is told leaves as the [redaction](crate::Redaction) lets it.
///
/// | what failed | `Kind` | `Message` | `Sources` |
/// |---|---|---|---|
/// | an error of the tool or a layer | that it failed, with an id | its text and details | and the texts of its sources |
/// | [`ToolError::internal`](crate::ToolError::internal) | that it failed, with an id | the same | and the texts of its sources, and details |
/// | a panic | that it broke off, with an id | the same | and its message |
/// | a result that cannot be written as JSON | that it cannot, with an id | the same | and why |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorDetail {
    /// Only that the call failed. The program finds the rest under the [error id](crate::ToolResult::error_id).
    Kind,
    /// What the error's `Display` says, and its details; of what is internal, only that there was something.
    #[default]
    Message,
    /// That, and the text of each source once, also of what is internal. For development: a source was not written for a model, and
    /// may name hosts, queries and people.
    Sources,
}
