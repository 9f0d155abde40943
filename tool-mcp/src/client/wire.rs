//! What is seen of every message, in the order of the connection: progress, which goes to its call; that the list of tools has changed; and
//! that the connection is over. And that no request is cancelled before it is on its way.

use std::borrow::Cow;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use rmcp::RoleClient;
use rmcp::model::{
    ClientNotification, ClientRequest, GetExtensions, GetMeta, JsonRpcMessage,
    ProgressNotificationParam, ProgressToken, RequestId, ServerNotification,
};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;
use tool_runtime::{CallContext, Progress};

use super::text::shortened;

/// What is known of one connection beside what rmcp knows.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// Cancelled with the connection's end.
    pub(super) lost: CancellationToken,
    /// The server says that its tools are others.
    pub(super) list_changed: Notify,
    calls: Mutex<HashMap<ProgressToken, Calling>>,
    unsent: Mutex<HashMap<RequestId, oneshot::Receiver<()>>>,
}

/// A call that is at the server.
#[derive(Debug)]
struct Calling {
    context: CallContext,
    done: f64,
}

/// Goes with a request to the transport, and no further: whose call it is.
#[derive(Clone)]
pub(super) struct Whose(pub(super) CallContext);

/// A request that waits for its place among what is written, until this is dropped.
struct Unsent {
    wire: Arc<Wire>,
    id: RequestId,
    _waited_for: oneshot::Sender<()>,
}

impl Unsent {
    fn new(wire: &Arc<Wire>, id: &RequestId) -> Self {
        let (waited_for, waiting) = oneshot::channel();
        wire.unsent().insert(id.clone(), waiting);
        Self {
            wire: Arc::clone(wire),
            id: id.clone(),
            _waited_for: waited_for,
        }
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        self.wire.unsent().remove(&self.id);
    }
}

/// A longer text about how far a call is, is cut.
const MAX_MESSAGE: usize = 1_000;

impl Wire {
    /// Before the request is sent, so that no progress comes earlier.
    fn begin(&self, request: &ClientRequest) {
        let whose = request.extensions().get::<Whose>();
        let token = request.get_meta().get_progress_token();
        if let (Some(Whose(context)), Some(token)) = (whose, token) {
            let calling = Calling {
                context: context.clone(),
                done: f64::NEG_INFINITY,
            };
            self.calls().insert(token, calling);
        }
    }

    pub(super) fn end(&self, token: &ProgressToken) {
        self.calls().remove(token);
    }

    fn progress(&self, params: &ProgressNotificationParam) {
        let mut calls = self.calls();
        let Some(calling) = calls.get_mut(&params.progress_token) else {
            return;
        };
        // It has to be more each time; what is not is from a server that counts otherwise.
        if params.progress <= calling.done || !params.progress.is_finite() {
            return;
        }
        calling.done = params.progress;
        let context = calling.context.clone();
        drop(calls);
        let mut progress = Progress::new(params.progress);
        progress.total = params.total.filter(|total| total.is_finite());
        let message = params.message.as_deref();
        progress.message = message.map(|message| shortened(message, MAX_MESSAGE));
        context.progress(progress);
    }

    fn see(&self, message: &RxJsonRpcMessage<RoleClient>) {
        let JsonRpcMessage::Notification(notification) = message else {
            return;
        };
        match &notification.notification {
            ServerNotification::ProgressNotification(progress) => self.progress(&progress.params),
            ServerNotification::ToolListChangedNotification(_) => self.list_changed.notify_one(),
            _ => {}
        }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<ProgressToken, Calling>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unsent(&self) -> MutexGuard<'_, HashMap<RequestId, oneshot::Receiver<()>>> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A transport, and who sees what goes through it.
pub(super) struct Watched<T> {
    inner: T,
    wire: Arc<Wire>,
}

impl<T> Watched<T> {
    pub(super) fn new(inner: T, wire: Arc<Wire>) -> Self {
        Self { inner, wire }
    }
}

impl<T: Transport<RoleClient>> Transport<RoleClient> for Watched<T> {
    type Error = T::Error;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let (mut unsent, mut request) = (None, None);
        match &item {
            JsonRpcMessage::Request(request) => {
                self.wire.begin(&request.request);
                unsent = Some(Unsent::new(&self.wire, &request.id));
            }
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) =
                    &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    request = self.wire.unsent().remove(id);
                }
            }
            _ => {}
        }
        let sent = self.inner.send(item);
        // rmcp sends each message on a task of its own, in no order; what is polled first is written first. A server that is told of the
        // end of a request before it has the request runs it, and nobody stops it any more.
        async move {
            if let Some(request) = request {
                let _ = request.await;
            }
            let mut sent = pin!(sent);
            let begun = poll_fn(|cx| Poll::Ready(sent.as_mut().poll(cx))).await;
            drop(unsent);
            match begun {
                Poll::Ready(result) => result,
                Poll::Pending => sent.await,
            }
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        let message = self.inner.receive().await;
        match &message {
            Some(message) => self.wire.see(message),
            None => self.wire.lost.cancel(),
        }
        message
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.wire.lost.cancel();
        self.inner.close().await
    }
}

/// However the connection ends.
impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        self.wire.lost.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use rmcp::model::{CallToolRequest, CallToolRequestParams};

    use super::super::link::cancelled;
    use super::*;

    /// Writes a message when it is polled.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<&'static str>>>);

    impl Transport<RoleClient> for Written {
        type Error = Infallible;

        fn send(
            &mut self,
            item: TxJsonRpcMessage<RoleClient>,
        ) -> impl Future<Output = Result<(), Infallible>> + Send + 'static {
            let (written, what) = match item {
                JsonRpcMessage::Request(_) => (self.clone(), "request"),
                _ => (self.clone(), "cancelled"),
            };
            async move {
                written.0.lock().unwrap().push(what);
                Ok(())
            }
        }

        async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
            None
        }

        async fn close(&mut self) -> Result<(), Infallible> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_request_is_written_before_its_end_whichever_is_polled_first() {
        let (written, wire) = (Written::default(), Arc::<Wire>::default());
        let mut watched = Watched::new(written.clone(), Arc::clone(&wire));
        let id = RequestId::Number(7);
        let call = CallToolRequest::new(CallToolRequestParams::new("read"));
        let request = ClientRequest::CallToolRequest(call);
        let request = watched.send(JsonRpcMessage::request(request, id.clone()));
        let end = || JsonRpcMessage::notification(cancelled(id.clone()));
        let ended = watched.send(end());
        let (ended, request) = tokio::join!(biased; ended, request);
        ended.unwrap();
        request.unwrap();
        assert_eq!(*written.0.lock().unwrap(), ["request", "cancelled"]);
        assert!(wire.unsent().is_empty());
        // Nor does one wait for a request that never is written.
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(
            CallToolRequestParams::new("read"),
        ));
        drop(watched.send(JsonRpcMessage::request(request, id.clone())));
        watched.send(end()).await.unwrap();
    }
}
