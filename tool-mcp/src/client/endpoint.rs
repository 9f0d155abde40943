//! Where a server is, and how a connection to it begins.

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::ProtocolVersion;
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, RoleClient, RunningService,
    serve_client_with_lifecycle,
};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::process::Command;
use tokio::time::timeout;

use super::bounded::Bounded;
use super::child::{ChildServer, Tail};
use super::handler::Handler;
use super::secrets::Secrets;
use super::text::quoted;
#[cfg(feature = "client-http")]
use super::url::{self, McpUrl};
use super::wire::{Watched, Wire};

/// A connection that is up.
pub(super) type Running = RunningService<RoleClient, Handler>;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Io = (
    Box<dyn AsyncRead + Send + Unpin>,
    Box<dyn AsyncWrite + Send + Unpin>,
);
type Connect = Box<dyn FnMut() -> Boxed<io::Result<Io>> + Send>;

/// Where a server is: a child process that is started ([`Command`], [`ChildServer`]), a URL (`McpUrl`, with the feature `client-http`),
/// or whatever else one can read and write.
pub struct Endpoint(Kind);

enum Kind {
    Child(ChildServer),
    #[cfg(feature = "client-http")]
    Url(McpUrl),
    Io(Connect),
    Once(Option<Io>),
}

impl Endpoint {
    /// A server behind what `connect` opens, each time that a connection is needed: a socket, a pipe to a container. Messages are lines.
    ///
    /// ```no_run
    /// use tokio::net::TcpStream;
    /// use tool_mcp::client::{Endpoint, McpTools};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = Endpoint::io(|| async { Ok(TcpStream::connect("localhost:7000").await?.into_split()) });
    /// let files = McpTools::connect("files", server).await?;
    /// # Ok(()) }
    /// ```
    pub fn io<F, Fut, R, W>(mut connect: F) -> Self
    where
        F: FnMut() -> Fut + Send + 'static,
        Fut: Future<Output = io::Result<(R, W)>> + Send + 'static,
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        Self(Kind::Io(Box::new(move || {
            let connecting = connect();
            Box::pin(async move {
                let (read, write) = connecting.await?;
                Ok((Box::new(read) as _, Box::new(write) as _))
            })
        })))
    }

    /// A server behind a connection that is there already and cannot be made again.
    pub fn once(
        read: impl AsyncRead + Send + Unpin + 'static,
        write: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Self {
        Self(Kind::Once(Some((Box::new(read), Box::new(write)))))
    }

    /// What no error may show.
    pub(super) fn secrets(&self) -> Secrets {
        match &self.0 {
            #[cfg(feature = "client-http")]
            Kind::Url(url) => url.secrets(),
            _ => Secrets::default(),
        }
    }

    /// Begins a connection.
    pub(super) async fn open(
        &mut self,
        wire: &Arc<Wire>,
        opening: &Opening,
    ) -> Result<Running, OpenError> {
        match &mut self.0 {
            Kind::Child(child) => {
                let started = child.start(opening.max_message);
                let (transport, tail) =
                    started.map_err(|error| OpenError::new(error.to_string()))?;
                opening.serve(transport, wire, Some(tail)).await
            }
            #[cfg(feature = "client-http")]
            Kind::Url(url) => {
                let transport = url.open(opening.max_message).map_err(OpenError::last)?;
                opening.serve(transport, wire, None).await
            }
            Kind::Io(connect) => {
                let io = timeout(opening.within, connect()).await;
                let io = io.map_err(|_| OpenError::timed_out())?;
                let io = io.map_err(|error| OpenError::new(error.to_string()))?;
                opening
                    .serve(lines(io, opening.max_message), wire, None)
                    .await
            }
            Kind::Once(io) => match io.take() {
                Some(io) => {
                    opening
                        .serve(lines(io, opening.max_message), wire, None)
                        .await
                }
                None => Err(OpenError::last(
                    "its connection is over and cannot be made again".to_owned(),
                )),
            },
        }
    }
}

fn lines(
    (read, write): Io,
    max_message: usize,
) -> impl Transport<RoleClient, Error = io::Error> + 'static {
    AsyncRwTransport::new_client(Bounded::new(read, max_message), write)
        .with_max_line_length(usize::MAX)
}

impl From<Command> for Endpoint {
    fn from(command: Command) -> Self {
        ChildServer::new(command).into()
    }
}

impl From<ChildServer> for Endpoint {
    fn from(child: ChildServer) -> Self {
        Self(Kind::Child(child))
    }
}

#[cfg(feature = "client-http")]
impl From<McpUrl> for Endpoint {
    fn from(url: McpUrl) -> Self {
        Self(Kind::Url(url))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Child(child) => child.fmt(f),
            #[cfg(feature = "client-http")]
            Kind::Url(url) => url.fmt(f),
            Kind::Io(_) | Kind::Once(_) => f.debug_struct("Endpoint").finish_non_exhaustive(),
        }
    }
}

/// How a connection begins.
pub(super) struct Opening {
    pub(super) handler: Handler,
    pub(super) lifecycle: ClientLifecycleMode,
    pub(super) within: Duration,
    pub(super) max_message: usize,
}

impl Opening {
    async fn serve<T: Transport<RoleClient> + 'static>(
        &self,
        transport: T,
        wire: &Arc<Wire>,
        tail: Option<Tail>,
    ) -> Result<Running, OpenError> {
        let transport = Watched::new(transport, Arc::clone(wire));
        let (handler, lifecycle) = (self.handler.clone(), self.lifecycle.clone());
        let served = serve_client_with_lifecycle(handler, transport, lifecycle);
        let mut error = match timeout(self.within, served).await {
            Ok(Ok(running)) => match refusal(&running) {
                None => return Ok(running),
                Some(problem) => OpenError::last(problem),
            },
            Ok(Err(error)) => OpenError::new(said(&error)),
            Err(_) => OpenError::timed_out(),
        };
        if let Some(tail) = tail {
            error.stderr = tail.lines().await;
        }
        Err(error)
    }
}

/// Why a connection is none that can be used.
fn refusal(running: &Running) -> Option<String> {
    let info = running.peer_info();
    let version = &info.as_ref()?.protocol_version;
    let known = ProtocolVersion::KNOWN_VERSIONS;
    if known.contains(version) {
        return None;
    }
    let known: Vec<String> = known.iter().map(|version| format!("`{version}`")).collect();
    Some(format!(
        "it speaks the version `{}` of the protocol; known are {}",
        quoted(version.as_str(), 40),
        known.join(", ")
    ))
}

/// Why no connection could be made.
#[derive(Debug)]
pub(super) struct OpenError {
    pub(super) problem: String,
    pub(super) timed_out: bool,
    /// Whether the next attempt would end the same way.
    pub(super) is_last: bool,
    pub(super) stderr: Vec<String>,
}

impl OpenError {
    fn new(problem: String) -> Self {
        Self {
            problem,
            timed_out: false,
            is_last: false,
            stderr: Vec::new(),
        }
    }

    fn timed_out() -> Self {
        Self {
            timed_out: true,
            ..Self::new("it did not answer in time".to_owned())
        }
    }

    fn last(problem: String) -> Self {
        Self {
            is_last: true,
            ..Self::new(problem)
        }
    }
}

/// So many characters of what a server says are repeated.
const MAX_SAID: usize = 300;

/// In our words, since rmcp's have the message in Rust's notation.
fn said(error: &ClientInitializeError) -> String {
    if error.is_authorization_required() {
        return UNAUTHORISED.to_owned();
    }
    match error {
        ClientInitializeError::ConnectionClosed(_) => ENDED.to_owned(),
        ClientInitializeError::JsonRpcError(error) => format!(
            "it answered with the error {}: {}",
            error.code.0,
            quoted(&error.message, MAX_SAID)
        ),
        ClientInitializeError::ExpectedInitResponse(_)
        | ClientInitializeError::ExpectedInitResult(_) => {
            "its first answer is not one of an MCP server".to_owned()
        }
        ClientInitializeError::ConflictInitResponseId(..)
        | ClientInitializeError::UncorrelatedErrorResponse { .. } => {
            "its first answer is under an id that was not asked with".to_owned()
        }
        ClientInitializeError::NoCompatibleProtocolVersion {
            server_supported, ..
        } => {
            let versions = server_supported.iter().take(10).map(ToString::to_string);
            let versions: Vec<String> = versions.collect();
            format!(
                "it speaks no version of the protocol that is known here; it has {}",
                quoted(&versions.join(", "), MAX_SAID)
            )
        }
        ClientInitializeError::TransportError { error, .. } => {
            let error = error.error.as_ref();
            match is_over(error) {
                true => ENDED.to_owned(),
                false => transport(error),
            }
        }
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => said(fallback),
        other => quoted(&other.to_string(), MAX_SAID),
    }
}

const ENDED: &str = "it ended the connection before it had answered";
const UNAUTHORISED: &str =
    "it wants to know who asks (HTTP 401); give it a token that it takes, with `McpUrl::bearer`";

/// What went wrong below the protocol.
pub(super) fn transport(error: &(dyn Error + 'static)) -> String {
    #[cfg(feature = "client-http")]
    let text = url::whole(error);
    #[cfg(not(feature = "client-http"))]
    let text = error.to_string();
    // So rmcp says it where the server does not say how to ask.
    match text.contains("HTTP 401") {
        true => UNAUTHORISED.to_owned(),
        false => quoted(&text, MAX_SAID),
    }
}

/// Whether nobody reads what is written any more.
pub(super) fn is_over(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
