//! Messages as lines: standard input and output, or any two byte streams.
//!
//! rmcp has such a transport too. This one answers what that drops (a line that is too long, a request that cannot be read, an id that is
//! taken), keeps the text of a call's arguments, and ends calls whose client is gone.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, ClientRequest, ErrorData, GetExtensions as _,
    RequestId, ServerJsonRpcMessage,
};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::Limits;
use super::open::Open;
use super::turns::Turns;
use super::wire::{self, Incoming};
use crate::message_id::MessageId;

pub(super) struct Lines<R, W> {
    reader: BufReader<R>,
    line: Vec<u8>,
    /// What there is of a line that is too long.
    cut: Option<Cut>,
    max_line: usize,
    writer: Writer<W>,
    turns: Turns,
    /// Whether a request has come: before, nothing else is of use.
    has_begun: bool,
    /// An answer that is being written by us.
    answering: Option<JoinHandle<()>>,
    drain: Duration,
    /// Until when calls may go on, since the client has closed its side.
    until: Option<Instant>,
}

/// A line that is too long: all that is kept of it.
#[derive(Default)]
struct Cut {
    id: MessageId,
    length: usize,
}

struct Writer<W> {
    to: Arc<Mutex<Option<W>>>,
    open: Arc<Open>,
    /// Ends the calls of this client.
    gone: CancellationToken,
}

impl<W> Clone for Writer<W> {
    fn clone(&self) -> Self {
        Self {
            to: Arc::clone(&self.to),
            open: Arc::clone(&self.open),
            gone: self.gone.clone(),
        }
    }
}

impl<R, W> Lines<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    /// `gone` is cancelled when the client reads no more, or has had its time after it has closed its side.
    pub(super) fn new(read: R, write: W, limits: &Limits, gone: CancellationToken) -> Self {
        Self {
            reader: BufReader::new(read),
            line: Vec::new(),
            cut: None,
            max_line: limits.max_message_bytes,
            writer: Writer {
                to: Arc::new(Mutex::new(Some(write))),
                open: Arc::default(),
                gone,
            },
            turns: Turns::default(),
            has_begun: false,
            answering: None,
            drain: limits.drain,
            until: None,
        }
    }

    /// The next line is in `line`, or was too long and is an answer; not, at the end. Nothing is lost when it is dropped.
    async fn next_line(&mut self) -> io::Result<Option<Result<(), Cut>>> {
        loop {
            let available = self.reader.fill_buf().await?;
            if available.is_empty() {
                return Ok(None);
            }
            let newline = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..newline.unwrap_or(available.len())];
            match &mut self.cut {
                Some(cut) => cut.add(part),
                None if self.line.len() + part.len() > self.max_line => {
                    let mut cut = Cut::default();
                    cut.add(&std::mem::take(&mut self.line));
                    cut.add(part);
                    self.cut = Some(cut);
                }
                None => self.line.extend_from_slice(part),
            }
            let used = part.len() + usize::from(newline.is_some());
            self.reader.consume(used);
            if newline.is_some() {
                return Ok(Some(self.cut.take().map_or(Ok(()), Err)));
            }
        }
    }

    /// What the line in `line` brings to rmcp, if it does.
    fn incoming(&mut self) -> Option<ClientJsonRpcMessage> {
        let line = std::mem::take(&mut self.line);
        let incoming = match line.trim_ascii().is_empty() {
            true => Incoming::Ignored,
            false => wire::read(&line),
        };
        match incoming {
            Incoming::Message(message) => self.taken(*message),
            Incoming::Refused(id, error) => {
                self.answer(id, error);
                None
            }
            Incoming::Ignored => None,
        }
    }

    fn taken(&mut self, mut message: ClientJsonRpcMessage) -> Option<ClientJsonRpcMessage> {
        match &mut message {
            ClientJsonRpcMessage::Request(request) => {
                self.has_begun = true;
                if !self.writer.open.add(&request.id) {
                    let text = format!(
                        "the id `{}` is that of a request that has no answer yet or was cancelled; give each request an id of its own",
                        request.id
                    );
                    self.answer(
                        Some(request.id.clone()),
                        ErrorData::invalid_request(text, None),
                    );
                    return None;
                }
                if let ClientRequest::CallToolRequest(call) = &mut request.request {
                    call.extensions_mut().insert(self.turns.ticket());
                }
            }
            ClientJsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) =
                    &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.writer.open.cancel(id);
                }
            }
            _ => {}
        }
        self.has_begun.then_some(message)
    }

    fn refuse(&mut self, cut: &Cut) {
        let text = format!(
            "the message has {} bytes; expected at most {}",
            cut.length, self.max_line
        );
        self.answer(cut.id.id(), ErrorData::invalid_request(text, None));
    }

    /// Answers on a task: who receives may stop in the middle.
    fn answer(&mut self, id: Option<RequestId>, error: ErrorData) {
        let writer = self.writer.clone();
        self.answering = Some(tokio::spawn(async move {
            let message = ServerJsonRpcMessage::error(error, id);
            let _ = writer.write(&message).await;
        }));
    }

    /// The client has closed its side: calls have their time, then they are cancelled.
    async fn drained(&mut self) {
        let until = *self
            .until
            .get_or_insert_with(|| Instant::now() + self.drain);
        tokio::select! {
            biased;
            () = self.writer.open.none() => {}
            () = sleep_until(until) => {}
            () = self.writer.gone.cancelled() => {}
        }
        self.writer.gone.cancel();
    }
}

impl<R, W> Transport<RoleServer> for Lines<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let writer = self.writer.clone();
        async move {
            let sent = writer.write(&message).await;
            match &message {
                ServerJsonRpcMessage::Response(response) => writer.open.remove(&response.id),
                ServerJsonRpcMessage::Error(error) => {
                    if let Some(id) = &error.id {
                        writer.open.remove(id);
                    }
                }
                _ => {}
            }
            sent
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if let Some(answering) = &mut self.answering {
                let _ = answering.await;
                self.answering = None;
            }
            if self.until.is_some() {
                self.drained().await;
                return None;
            }
            match self.next_line().await {
                Ok(Some(Ok(()))) => {
                    if let Some(message) = self.incoming() {
                        return Some(message);
                    }
                }
                Ok(Some(Err(cut))) => self.refuse(&cut),
                // What there is of a line without an end is no message.
                Ok(None) | Err(_) => self.until = Some(Instant::now() + self.drain),
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        match self.writer.to.lock().await.take() {
            Some(mut writer) => writer.shutdown().await,
            None => Ok(()),
        }
    }
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    async fn write(&self, message: &ServerJsonRpcMessage) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        let mut writer = self.to.lock().await;
        let Some(to) = writer.as_mut() else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let written = match to.write_all(&line).await {
            Ok(()) => to.flush().await,
            Err(error) => Err(error),
        };
        if written.is_err() {
            // Nobody reads.
            *writer = None;
            self.gone.cancel();
        }
        written
    }
}

impl Cut {
    fn add(&mut self, part: &[u8]) {
        self.length += part.len();
        self.id.read(part);
    }
}
