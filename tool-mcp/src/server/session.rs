//! What one client has with a server.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ErrorCode, ErrorData, InitializeRequestParams,
    InitializeResult, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
    SubscriptionFilter, Tool,
};
use rmcp::service::{NotificationContext, RequestContext, SubscriptionContext};
use rmcp::{RoleServer, ServerHandler};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::call::Call;
use super::catch::caught;
use super::mcp_server::Shared;
use super::source::{Desk, Source};
use super::{McpRequest, changes, list};

/// A toolbox for one client, as rmcp's [`ServerHandler`]: made by [`McpServer::session`](super::McpServer::session).
///
/// For a server that rmcp runs already: hold one for each session, and hand over what concerns tools. Such a server has tools of its own,
/// resources or prompts, and gains those of a toolbox:
///
/// ```
/// use rmcp::model::{
///     CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult, PaginatedRequestParams, Tool,
/// };
/// use rmcp::service::{NotificationContext, RequestContext};
/// use rmcp::{ErrorData, RoleServer, ServerHandler};
/// use tool_mcp::rmcp;
/// use tool_mcp::server::{McpServer, McpSession};
///
/// struct Existing {
///     desk: McpSession,
/// }
///
/// impl ServerHandler for Existing {
///     fn get_info(&self) -> rmcp::model::ServerConfig {
///         self.desk.get_info() // or your own, with the tools' capability
///     }
///
///     async fn list_tools(
///         &self,
///         _: Option<PaginatedRequestParams>,
///         context: RequestContext<RoleServer>,
///     ) -> Result<ListToolsResult, ErrorData> {
///         let mut tools = vec![Tool::new("ping", "Answers.", rmcp::model::JsonObject::new())];
///         tools.extend(self.desk.tools(&context).await?);
///         Ok(ListToolsResult::with_all_items(tools))
///     }
///
///     async fn call_tool(
///         &self,
///         request: CallToolRequestParams,
///         context: RequestContext<RoleServer>,
///     ) -> Result<CallToolResponse, ErrorData> {
///         match &*request.name {
///             "ping" => Ok(CallToolResult::success(vec![ContentBlock::text("pong")]).into()),
///             _ => self.desk.call_tool(request, context).await,
///         }
///     }
///
///     async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
///         self.desk.on_initialized(context).await; // so that the client hears of tools that change
///     }
/// }
/// # use tool_runtime::{Toolbox, tool, tools};
/// # /// Adds.
/// # #[tool(pure)] async fn add(/** A number. */ a: i64, /** Another. */ b: i64) -> i64 { a + b }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = McpServer::new(Toolbox::new(tools![add])?.bind(()));
/// let existing = Existing { desk: server.session() }; // once per session, where the server makes its handler
/// # let _ = existing;
/// # Ok(()) }
/// ```
///
/// Its calls are cancelled when it is dropped.
pub struct McpSession {
    pub(super) shared: Arc<Shared>,
    /// The order of its calls, if they are in one of their own.
    pub(super) scope: Arc<str>,
    calls: Arc<Semaphore>,
    /// Which calls are being answered.
    pub(super) tracker: TaskTracker,
    /// Cancelled when the client is gone.
    pub(super) gone: CancellationToken,
    _guard: DropGuard,
    /// What has changed since it is there: whoever begins to listen hears of what he may have missed.
    changes: watch::Receiver<u64>,
    /// Its place among the sessions, from the beginning of the protocol on.
    place: OnceLock<OwnedSemaphorePermit>,
    #[cfg(feature = "server-http")]
    pub(super) id: OnceLock<String>,
}

/// Sessions of a process have scopes of their own, whatever servers they are of.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl McpSession {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let gone = shared.shutdown.child_token();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            calls: Arc::new(Semaphore::new(shared.limits.max_calls_per_session)),
            scope: format!("mcp session {number}").into(),
            tracker: TaskTracker::new(),
            _guard: gone.clone().drop_guard(),
            gone,
            changes: shared.changes.subscribe(),
            place: OnceLock::new(),
            #[cfg(feature = "server-http")]
            id: OnceLock::new(),
            shared,
        }
    }

    /// All tools that a request is shown, for a server that lists others beside them.
    ///
    /// # Errors
    ///
    /// If nothing is served to who makes the request, or the protocol does not take a tool.
    pub async fn tools(
        &self,
        context: &RequestContext<RoleServer>,
    ) -> Result<Vec<Tool>, ErrorData> {
        let (tools, _) = self.desk(context).await?.tools()?;
        Ok(tools.to_vec())
    }

    /// What this request is served.
    pub(super) async fn desk(
        &self,
        context: &RequestContext<RoleServer>,
    ) -> Result<Arc<dyn Desk>, ErrorData> {
        let choose = match self.shared.source() {
            Source::Fixed(desk) => return Ok(desk),
            Source::PerRequest(choose) => choose,
        };
        let request = McpRequest::new(context);
        let chosen = caught(timeout(self.shared.limits.binding_timeout, async {
            choose(request).await
        }));
        let chosen = tokio::select! {
            chosen = chosen => chosen,
            () = context.ct.cancelled() => return Err(internal("the request was cancelled")),
        };
        match chosen {
            Some(Ok(chosen)) => chosen.map_err(ErrorData::from),
            Some(Err(_)) => Err(internal(
                "the server took too long to prepare for the request",
            )),
            None => Err(internal("the server failed to prepare for the request")),
        }
    }

    /// The places of one more call, or of which there are too many.
    pub(super) fn admitted(&self) -> Result<[OwnedSemaphorePermit; 2], String> {
        let limits = &self.shared.limits;
        let session = Arc::clone(&self.calls).try_acquire_owned();
        let session = session.map_err(|_| {
            let calls = limits.max_calls_per_session;
            format!("{calls} calls of this session are still being answered, and no more are taken")
        })?;
        let all = Arc::clone(&self.shared.calls).try_acquire_owned();
        let all = all.map_err(|_| "the server has as many calls as it takes".to_owned())?;
        Ok([session, all])
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, ErrorData> {
        Arc::clone(&self.shared.sessions)
            .try_acquire_owned()
            .map_err(|_| internal("the server has as many sessions as it takes; try again later"))
    }
}

pub(super) fn internal(text: &'static str) -> ErrorData {
    ErrorData::new(ErrorCode::INTERNAL_ERROR, text, None)
}

impl ServerHandler for McpSession {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_tool_list_changed()
            .build();
        let mut info = InitializeResult::new(capabilities);
        info.server_info = self.shared.implementation.clone();
        info.instructions.clone_from(&self.shared.instructions);
        info
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        if self.place.get().is_none() {
            let _ = self.place.set(self.place()?);
        }
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let (tools, of) = self.desk(&context).await?.tools()?;
        let cursor = request.and_then(|request| request.cursor);
        list::page(&tools, &of, cursor.as_deref(), self.shared.limits.page_size)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let call = Call::new(self, request, context);
        let answered = caught(self.tracker.track_future(call.answer())).await;
        answered.unwrap_or_else(|| Err(internal("the server failed to answer")))
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        changes::tell(self.changes.clone(), context.peer, self.gone.clone());
    }

    fn accepted_subscription_filter(&self, _: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(SubscriptionFilter::builder().tools_list_changed().build())
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let _place = self.place()?;
        changes::listen(&self.shared, self.changes.clone(), &context).await;
        Ok(())
    }
}

#[cfg(feature = "server-http")]
impl Drop for McpSession {
    fn drop(&mut self) {
        if let Some(id) = self.id.get() {
            self.shared.forget(id);
        }
    }
}

impl std::fmt::Debug for McpSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("McpSession").finish_non_exhaustive()
    }
}
