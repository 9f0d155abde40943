//! The way from a call to its server: over the connection that is up, or the next one.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CancelledNotification, CancelledNotificationParam,
    ClientNotification, ClientRequest, ProgressToken, RequestId,
};
use rmcp::service::{Peer, PeerRequestOptions, RoleClient, ServiceError};
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tool_runtime::tool::Answer;
use tool_runtime::{CallContext, ToolError};

use super::answer::Of;
use super::endpoint::{is_over, transport};
use super::listing::Listing;
use super::secrets::Secrets;
use super::text::quoted;
#[cfg(feature = "client-http")]
use super::url::Reached;
use super::wire::{Whose, Wire};

/// What calls, tools and the keeper of the connection share. The last who drops it ends the connection.
pub(super) struct Link {
    pub(super) server: Arc<str>,
    pub(super) secrets: Secrets,
    /// How long a call waits for a connection.
    pub(super) patience: Duration,
    pub(super) state: watch::Receiver<State>,
    pub(super) current: watch::Receiver<Arc<Current>>,
    pub(super) keeper: Mutex<Option<JoinHandle<()>>>,
    pub(super) stop: CancellationToken,
    pub(super) _stop_on_drop: DropGuard,
}

/// How the connection is.
#[derive(Clone)]
pub(super) enum State {
    Up(Live),
    /// It is made again, and why that is needed.
    Down(Arc<str>),
    /// It is not made again.
    Over(Arc<str>),
}

/// A connection that is up.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) peer: Peer<RoleClient>,
    pub(super) wire: Arc<Wire>,
}

/// The server's tools as they are offered, and what is wrong if they are no longer those that were pinned.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) listing: Arc<Listing>,
    pub(super) drift: Option<super::pins::Drift>,
}

/// What a tool's calls have in common.
pub(super) struct Target {
    pub(super) link: Arc<Link>,
    pub(super) own_name: String,
    pub(super) output: Option<Arc<jsonschema::Validator>>,
    /// Whether others are told of what the structured content is.
    pub(super) has_output_schema: bool,
    /// Whether the runtime says what may have changed, since the tool declares it.
    pub(super) declares: bool,
}

/// So many characters of what a server says are repeated in a sentence of ours.
const MAX_SAID: usize = 1_000;

impl Target {
    pub(super) async fn call(
        &self,
        arguments: Value,
        context: CallContext,
    ) -> Result<Answer, ToolError> {
        self.link.check_drift()?;
        let live = self.link.live().await?;
        let arguments = match arguments {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        let params =
            CallToolRequestParams::new(Cow::Owned(self.own_name.clone())).with_arguments(arguments);
        let mut request = CallToolRequest::new(params);
        request.extensions.insert(Whose(context.clone()));
        let request = ClientRequest::CallToolRequest(request);
        let options = PeerRequestOptions::no_options();
        let sent = live.peer.send_request_with_option(request, options).await;
        let mut handle = sent.map_err(|error| self.failed(&error))?;
        let mut calling = Calling::new(live.clone(), &handle.id, &handle.progress_token);
        let answer = tokio::select! {
            biased;
            answer = &mut handle.rx => answer.unwrap_or(Err(ServiceError::TransportClosed)),
            () = live.wire.lost.cancelled() => Err(ServiceError::TransportClosed),
            () = context.cancellation().cancelled() => {
                calling.cancel();
                // The runtime knows why the call ends, and drops this.
                std::future::pending().await
            }
        };
        calling.is_over = true;
        match answer {
            Ok(result) => self.of().answer(result),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn of(&self) -> Of<'_> {
        Of {
            server: &self.link.server,
            tool: &self.own_name,
            output: self.output.as_deref(),
            has_output_schema: self.has_output_schema,
        }
    }

    /// The call has no result.
    fn failed(&self, error: &ServiceError) -> ToolError {
        let server = &self.link.server;
        match error {
            ServiceError::McpError(error) => self.protocol_error(error),
            ServiceError::TransportSend(error) if is_over(error.error.as_ref()) => self.lost(),
            ServiceError::TransportSend(error) => self.not_sent(error.error.as_ref()),
            ServiceError::TransportClosed => self.lost(),
            ServiceError::Cancelled { .. } => ToolError::new("the call was cancelled"),
            other => {
                let said = quoted(&other.to_string(), MAX_SAID);
                self.unknown(format!("The server `{server}` did not answer: {said}"))
            }
        }
    }

    fn lost(&self) -> ToolError {
        let server = &self.link.server;
        let said = format!("The connection to the server `{server}` was lost before it answered");
        self.unknown(said).retryable()
    }

    /// The server's own error: it knows no such tool, say.
    fn protocol_error(&self, error: &rmcp::ErrorData) -> ToolError {
        let server = &self.link.server;
        let message = self.link.secrets.hidden(error.message.to_string());
        let message = quoted(&message, MAX_SAID);
        let code = error.code.0;
        // Whether it called anything nobody knows: some servers have such an error for what went wrong half-way.
        ToolError::new(format!(
            "The server `{server}` answered with an error instead of a result ({code}): {message}"
        ))
        .permanent()
    }

    /// Why not is for the program: addresses are none of the model's business.
    fn not_sent(&self, error: &(dyn std::error::Error + 'static)) -> ToolError {
        let server = &self.link.server;
        let why = self.link.secrets.hidden(transport(error));
        #[cfg(feature = "client-http")]
        match super::url::reached(error) {
            Reached::Never => return unreachable_server(server, why),
            Reached::NoRoom(after) => {
                let busy = format!("The server `{server}` has no room for the call now");
                let busy = ToolError::overloaded(busy).with_source(why);
                return match after {
                    Some(delay) => busy.retry_after(delay),
                    None => busy,
                };
            }
            Reached::Perhaps => {}
        }
        let said = format!("The server `{server}` did not answer");
        self.unknown(said).with_source(why)
    }

    /// An error of a call of which nobody knows what it did.
    fn unknown(&self, said: String) -> ToolError {
        ToolError::new(match self.declares {
            true => said,
            false => format!("{said}. It may have taken effect; check before repeating."),
        })
    }
}

impl Link {
    /// The connection, once there is one.
    async fn live(&self) -> Result<Live, ToolError> {
        let mut state = self.state.clone();
        if let State::Up(live) = &*state.borrow_and_update()
            && !live.wire.lost.is_cancelled()
        {
            return Ok(live.clone());
        }
        let up = state.wait_for(|state| match state {
            State::Up(live) => !live.wire.lost.is_cancelled(),
            State::Down(_) => false,
            State::Over(_) => true,
        });
        let state = match timeout(self.patience, up).await {
            Ok(Ok(state)) => state.clone(),
            Ok(Err(_)) => State::Over("the program has ended it".into()),
            Err(_) => self.state.borrow().clone(),
        };
        let server = &self.server;
        match state {
            State::Up(live) => Ok(live),
            State::Down(why) => Err(unreachable_server(server, why.to_string())),
            State::Over(why) => Err(ToolError::new(format!(
                "The connection to the server `{server}` is over, so nothing was called"
            ))
            .with_source(why.to_string())
            .permanent()
            .no_effects()),
        }
    }

    fn check_drift(&self) -> Result<(), ToolError> {
        if self.current.borrow().drift.is_none() {
            return Ok(());
        }
        let server = &self.server;
        Err(ToolError::denied(format!(
            "The tools of the server `{server}` are no longer those that were agreed on, so none of them is called"
        )))
    }

    /// Ends the connection, and waits until the server is gone.
    pub(super) async fn close(&self) {
        self.stop.cancel();
        let keeper = self
            .keeper
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(keeper) = keeper {
            let _ = keeper.await;
        }
    }
}

/// The call was not made, and may be later.
fn unreachable_server(server: &str, why: String) -> ToolError {
    ToolError::new(format!(
        "There is no connection to the server `{server}` now, so nothing was called"
    ))
    .with_source(why)
    .retryable()
    .no_effects()
}

/// A call that is at the server. Whoever drops it before it is answered tells the server.
struct Calling {
    live: Live,
    id: RequestId,
    token: ProgressToken,
    is_over: bool,
}

impl Calling {
    fn new(live: Live, id: &RequestId, token: &ProgressToken) -> Self {
        Self {
            live,
            id: id.clone(),
            token: token.clone(),
            is_over: false,
        }
    }
}

impl Calling {
    /// Tells the server that the call is not wanted any more, once.
    fn cancel(&mut self) {
        self.live.wire.end(&self.token);
        if std::mem::replace(&mut self.is_over, true) || self.live.wire.lost.is_cancelled() {
            return;
        }
        let cancelled = cancelled(self.id.clone());
        let peer = self.live.peer.clone();
        // Where there is no runtime any more, there is no connection either.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { peer.send_notification(cancelled).await });
        }
    }
}

impl Drop for Calling {
    fn drop(&mut self) {
        self.cancel();
    }
}

pub(super) fn cancelled(id: RequestId) -> ClientNotification {
    let params = CancelledNotificationParam::new(
        Some(id),
        Some("the call is not wanted any more".to_owned()),
    );
    ClientNotification::CancelledNotification(CancelledNotification::new(params))
}
