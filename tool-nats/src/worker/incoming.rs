//! What is known of a call before it is run.

use async_nats::HeaderMap;

/// A call that has come, for [`Worker::per_call`](super::Worker::per_call) to choose what it is run with.
#[derive(Debug)]
pub struct IncomingCall {
    pub(super) headers: HeaderMap,
    pub(super) tool: String,
    pub(super) call_id: String,
}

impl IncomingCall {
    /// All headers of the message: the caller's program may have added its own. Whoever may send to the worker's subjects writes what he
    /// likes there.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The tool that is called.
    pub fn tool(&self) -> &str {
        &self.tool
    }

    /// The id that the call has at its caller.
    pub fn call_id(&self) -> &str {
        &self.call_id
    }
}
