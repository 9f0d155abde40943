//! What is seen of every message, in the order of the connection: progress, which goes to its call; that the list of tools has changed; and
//! that the connection is over.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use std::sync::Arc;

use rmcp::RoleClient;
use rmcp::model::{
    ClientRequest, GetExtensions, GetMeta, JsonRpcMessage, ProgressNotificationParam,
    ProgressToken, ServerNotification,
};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::sync::Notify;
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

    fn calls(&self) -> std::sync::MutexGuard<'_, HashMap<ProgressToken, Calling>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
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
        if let JsonRpcMessage::Request(request) = &item {
            self.wire.begin(&request.request);
        }
        self.inner.send(item)
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
