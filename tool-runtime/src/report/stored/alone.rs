//! A result and a call as they are stored without the batch that they are of.

use serde::{Deserialize, Serialize};

use super::read::{call as read_call, told};
use super::write::{answered, call};
use super::{Answered, Call};
use crate::report::results::alone;
use crate::{ToolCall, ToolResult};

/// A call.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCall<'a>(Call<'a>);

/// The result of a call, and the call.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredResult<'a>(Box<Answered<'a>>);

impl<'a> From<&'a ToolCall> for StoredCall<'a> {
    fn from(made: &'a ToolCall) -> Self {
        Self(call(made))
    }
}

impl From<StoredCall<'_>> for ToolCall {
    fn from(StoredCall(mut stored): StoredCall<'_>) -> Self {
        read_call(&mut stored)
    }
}

impl<'a> From<&'a ToolResult> for StoredResult<'a> {
    fn from(result: &'a ToolResult) -> Self {
        Self(Box::new(answered(result)))
    }
}

impl TryFrom<StoredResult<'_>> for ToolResult {
    type Error = String;

    fn try_from(StoredResult(mut stored): StoredResult<'_>) -> Result<Self, String> {
        let calls = alone(vec![read_call(&mut stored.call)]);
        told(calls, 0, None, *stored)
    }
}
