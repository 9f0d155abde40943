//! Lines of a server, each no longer than is taken. An answer that is longer becomes an error under its own id, so that its call has a
//! result and no other is hurt.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rmcp::model::{ErrorCode, ErrorData, NumberOrString, ServerJsonRpcMessage};
use tokio::io::{AsyncRead, ReadBuf};

use crate::message_id::MessageId;

/// The lines of `inner` that are not too long, and errors instead of the others.
pub(super) struct Bounded<R> {
    inner: R,
    max: usize,
    /// What is read and not yet handed on.
    line: Vec<u8>,
    /// Of `ready`, so much is handed on.
    given: usize,
    ready: Vec<u8>,
    /// Of a line that is too long, what its id is.
    skipped: Option<MessageId>,
}

/// So much is read at once.
const CHUNK: usize = 16 * 1024;

impl<R> Bounded<R> {
    pub(super) fn new(inner: R, max: usize) -> Self {
        Self {
            inner,
            max,
            line: Vec::new(),
            given: 0,
            ready: Vec::new(),
            skipped: None,
        }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end + 1);
            self.take_part(line);
            self.end_line();
            bytes = rest;
        }
        self.take_part(bytes);
    }

    fn take_part(&mut self, bytes: &[u8]) {
        if let Some(id) = &mut self.skipped {
            id.read(bytes);
        } else if self.line.len() + bytes.len() > self.max {
            let mut id = MessageId::default();
            id.read(&self.line);
            id.read(bytes);
            self.skipped = Some(id);
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn end_line(&mut self) {
        let Some(id) = self.skipped.take() else {
            self.ready.append(&mut self.line);
            return;
        };
        let max = self.max;
        tracing::warn!(max, "a message of an MCP server is too long and left out");
        if let Some(error) = id.of_answer().and_then(|id| too_long(id, max)) {
            self.ready.extend_from_slice(&error);
            self.ready.push(b'\n');
        }
    }
}

/// The answer in the place of one that is too long.
fn too_long(id: NumberOrString, max: usize) -> Option<Vec<u8>> {
    let problem = format!("the answer has more than {max} bytes, which is the most that is taken");
    let error = ErrorData::new(ErrorCode::INTERNAL_ERROR, problem, None);
    serde_json::to_vec(&ServerJsonRpcMessage::error(error, Some(id))).ok()
}

impl<R: AsyncRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.given == this.ready.len() {
            this.given = 0;
            this.ready.clear();
            let mut chunk = [0; CHUNK];
            let mut chunk = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut chunk))?;
            match chunk.filled() {
                // A line without an end is no message.
                [] => return Poll::Ready(Ok(())),
                bytes => this.take(bytes),
            }
        }
        let left = &this.ready[this.given..];
        let length = left.len().min(buf.remaining());
        buf.put_slice(&left[..length]);
        this.given += length;
        if this.given == this.ready.len() {
            // What one long answer needed is not kept for the next.
            this.given = 0;
            this.ready = Vec::new();
        }
        Poll::Ready(Ok(()))
    }
}
