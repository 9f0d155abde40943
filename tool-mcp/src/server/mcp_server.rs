//! A toolbox that is served.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rmcp::ServiceExt as _;
use rmcp::model::Implementation;
use rmcp::service::ServerInitializeError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tool_runtime::Bound;
use tool_runtime::tool::State;

use super::approval::Key;
use super::lines::Lines;
use super::source::Source;
use super::{Limits, LimitsError, McpRefusal, McpRequest, McpSession, ServeError};

/// A toolbox as a server of the Model Context Protocol.
///
/// ```no_run
/// use tool_mcp::server::McpServer;
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Adds two numbers.
/// #[tool(pure)]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> i64 {
///     a + b
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let toolbox = Toolbox::new(tools![add])?;
///     McpServer::new(toolbox.bind(())).name("adder").version(env!("CARGO_PKG_VERSION")).serve_stdio().await?;
///     Ok(())
/// }
/// ```
///
/// A clone is the same server: what one is given by [`replace`](Self::replace), the clients of all see. The settings are those of the clone.
#[derive(Clone)]
pub struct McpServer(Arc<Shared>);

/// What a server's sessions have in common.
#[derive(Clone)]
pub(super) struct Shared {
    source: Arc<RwLock<Source>>,
    /// Counts the changes of the tools.
    pub(super) changes: watch::Sender<u64>,
    pub(super) implementation: Implementation,
    pub(super) instructions: Option<String>,
    pub(super) limits: Limits,
    pub(super) calls: Arc<Semaphore>,
    pub(super) sessions: Arc<Semaphore>,
    pub(super) order: CallOrder,
    pub(super) key: Key,
    pub(super) shutdown: CancellationToken,
    #[cfg(feature = "server-http")]
    pub(super) http: super::http::Settings,
}

/// In which order calls are that touch the same data, though they come in requests of their own: see
/// [`order_across_batches`](Bound::order_across_batches).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallOrder {
    /// Those of one session are in the order in which they came; those of different sessions are in none. Over HTTP from the revision
    /// 2026-07-28 on there are no sessions: take one of the others.
    #[default]
    Session,
    /// Those of all sessions are in one order, in this scope: a tenant's own, where [`for_tenant`](Bound::for_tenant) says whose they are.
    Shared(Arc<str>),
    /// As the binding says.
    Binding,
}

impl McpServer {
    /// A server of this toolbox with this state, for every client.
    pub fn new<S: State>(bound: Bound<S>) -> Self {
        Self::of(Source::fixed(bound))
    }

    /// A server whose toolbox and state depend on the request: on the tenant that was authenticated, on headers, on the session.
    ///
    /// It is asked for each list and each call, so what a client is shown and may call is never older than its rights. A
    /// [view](tool_runtime::Toolbox::view) hides tools, and a call outside it is an unknown tool.
    ///
    /// ```
    /// use tool_mcp::server::{McpRefusal, McpRequest, McpServer};
    /// use tool_runtime::{Toolbox, tool, tools};
    ///
    /// #[derive(Clone)]
    /// struct Tenant(String); // what a middleware has put into the request's extensions
    ///
    /// /// Says whose desk this is.
    /// #[tool(pure)]
    /// async fn whose(#[state] tenant: &Tenant) -> String {
    ///     tenant.0.clone()
    /// }
    ///
    /// # fn main() -> Result<(), tool_runtime::BuildError> {
    /// let toolbox = Toolbox::<Tenant>::builder().tools(tools![whose]).build()?;
    /// let server = McpServer::per_request(move |request: McpRequest| {
    ///     let toolbox = toolbox.clone();
    ///     async move {
    ///         let tenant: &Tenant = request.extension().ok_or_else(|| McpRefusal::new("log in first"))?;
    ///         Ok(toolbox.bind(tenant.clone()).for_tenant(&*tenant.0))
    ///     }
    /// });
    /// # let _ = server;
    /// # Ok(()) }
    /// ```
    ///
    /// A refusal is the client's answer. A panic, or more time than [`Limits::binding_timeout`], is an internal error without details.
    pub fn per_request<S, F, Fut>(choose: F) -> Self
    where
        S: State,
        F: Fn(McpRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Bound<S>, McpRefusal>> + Send + 'static,
    {
        Self::of(Source::per_request(choose))
    }

    fn of(source: Source) -> Self {
        let limits = Limits::default();
        Self(Arc::new(Shared {
            source: Arc::new(RwLock::new(source)),
            changes: watch::Sender::new(0),
            implementation: Implementation::new("tool-mcp", env!("CARGO_PKG_VERSION")),
            instructions: None,
            calls: Arc::new(Semaphore::new(limits.max_calls)),
            sessions: Arc::new(Semaphore::new(limits.max_sessions)),
            limits,
            order: CallOrder::default(),
            key: Key::random(),
            shutdown: CancellationToken::new(),
            #[cfg(feature = "server-http")]
            http: super::http::Settings::default(),
        }))
    }

    /// What the server calls itself.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set(|shared| shared.implementation.name = name.into())
    }

    /// What people read in the place of the name.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        self.set(|shared| shared.implementation.title = Some(title.into()))
    }

    /// The program's version: `env!("CARGO_PKG_VERSION")`.
    #[must_use]
    pub fn version(self, version: impl Into<String>) -> Self {
        self.set(|shared| shared.implementation.version = version.into())
    }

    /// How the tools are to be used together: clients may show it to the model.
    #[must_use]
    pub fn instructions(self, text: impl Into<String>) -> Self {
        self.set(|shared| shared.instructions = Some(text.into()))
    }

    /// The order of calls that touch the same data; by default each session's own.
    #[must_use]
    pub fn order(self, order: CallOrder) -> Self {
        self.set(|shared| shared.order = order)
    }

    /// How much the server takes at once.
    ///
    /// # Errors
    ///
    /// If a limit is zero or out of range.
    pub fn limits(self, limits: Limits) -> Result<Self, LimitsError> {
        limits.check()?;
        Ok(self.set(|shared| {
            shared.calls = Arc::new(Semaphore::new(limits.max_calls));
            shared.sessions = Arc::new(Semaphore::new(limits.max_sessions));
            shared.limits = limits;
        }))
    }

    /// With which key the server knows its own questions for approval again, where a client answers them with a request of its own (from the
    /// revision 2026-07-28 on): the same in all processes that answer one address. By default each process has one of its own.
    #[must_use]
    pub fn approval_key(self, key: [u8; 32]) -> Self {
        self.set(|shared| shared.key = Key::new(key))
    }

    /// Cancelling `token` ends the server: calls are cancelled and answered, sessions end, and what serves returns.
    #[must_use]
    pub fn cancelled_by(self, token: CancellationToken) -> Self {
        self.set(|shared| shared.shutdown = token)
    }

    pub(super) fn set(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    #[cfg(feature = "server-http")]
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    /// Serves other tools or another state from now on, also to clients that are there; these are told, if the tools are others. Calls that
    /// run are not touched: a toolbox never changes, and they keep theirs.
    ///
    /// ```
    /// # use tool_mcp::server::McpServer;
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # /// Reads.
    /// # #[tool(pure)] async fn read() -> u8 { 1 }
    /// # /// Writes.
    /// # #[tool(writes("note"))] async fn write() {}
    /// # fn main() -> Result<(), tool_runtime::BuildError> {
    /// let toolbox = Toolbox::new(tools![read, write])?;
    /// let server = McpServer::new(toolbox.bind(()));
    /// let handle = server.clone(); // the other is serving
    /// handle.replace(toolbox.only(["read"])?.bind(()));
    /// # Ok(()) }
    /// ```
    pub fn replace<S: State>(&self, bound: Bound<S>) {
        let new = Source::fixed(bound);
        let after = new.manifest();
        let mut source = self
            .0
            .source
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *source, new).manifest();
        drop(source);
        let is_same =
            matches!((before, after), (Some(Ok(before)), Some(Ok(after))) if before == after);
        if !is_same {
            self.notify_tools_changed();
        }
    }

    /// Tells all clients that the tools may be others now, where it depends on the request which they are
    /// ([`per_request`](Self::per_request)).
    pub fn notify_tools_changed(&self) {
        self.0.changes.send_modify(|changes| *changes += 1);
    }

    /// What one client has with the server, for a server of yours that rmcp runs: see [`McpSession`].
    pub fn session(&self) -> McpSession {
        McpSession::new(Arc::clone(&self.0))
    }

    /// Serves whoever has started the program, over its standard input and output, until that closes them. Nothing else may write to the
    /// standard output: log to the standard error.
    ///
    /// Calls that are being answered when the client closes its side have [`Limits::drain`] to end by themselves; then they are cancelled,
    /// told by their contexts, and have the policy's grace. When this returns, all have ended but those that nobody can stop, for which
    /// [`Toolbox::idle`](tool_runtime::Toolbox::idle) waits. Dropped, it cancels them.
    ///
    /// # Errors
    ///
    /// If the protocol does not take a tool, or the client does not begin as the protocol says. A client that leaves without a word is none.
    pub async fn serve_stdio(self) -> Result<(), ServeError> {
        let (read, write) = rmcp::transport::io::stdio_pipes();
        self.serve(read, write).await
    }

    /// The same over any two streams of bytes: a socket, a pipe.
    ///
    /// # Errors
    ///
    /// As [`serve_stdio`](Self::serve_stdio).
    pub async fn serve<R, W>(self, read: R, write: W) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        self.check()?;
        let session = self.session();
        let (tracker, gone) = (session.tracker.clone(), session.gone.clone());
        let lines = Lines::new(read, write, &self.0.limits, gone.clone());
        // Ends what runs also if this future is dropped.
        let _guard = gone.clone().drop_guard();
        let running = match session
            .serve_with_ct(lines, self.0.shutdown.child_token())
            .await
        {
            Ok(running) => running,
            Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => {
                return Ok(());
            }
            Err(error) => return Err(ServeError::Handshake(Box::new(error))),
        };
        let ended = running.waiting().await;
        gone.cancel();
        tracker.close();
        tracker.wait().await;
        ended.map(drop).map_err(|_| ServeError::Panicked)
    }

    /// Whether the protocol takes the tools, where they are known.
    pub(super) fn check(&self) -> Result<(), ServeError> {
        match self.0.source().manifest() {
            Some(Err(error)) => Err(error.into()),
            _ => Ok(()),
        }
    }
}

impl Shared {
    pub(super) fn source(&self) -> Source {
        let source = self.source.read();
        source.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for McpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpServer")
            .field("name", &self.0.implementation.name)
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}
