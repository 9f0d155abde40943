//! A server over HTTP: a router of axum, or a listener of its own.
//!
//! rmcp speaks the protocol. Before it stand the limit of a body, what is said of a body that is no JSON, and the call in the client's own text.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header, request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use rmcp::RoleServer;
use rmcp::model::{ErrorData, JsonRpcError, RequestId};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::local::{LocalSessionManager, SessionConfig};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio_util::sync::CancellationToken;

use super::mcp_server::Shared;
use super::request::SESSION_ID;
use super::wire::{self, Incoming};
use super::{McpServer, McpSession, ServeError};

/// Who may ask, and which sessions there are.
#[derive(Clone)]
pub(super) struct Settings {
    hosts: Vec<String>,
    origins: Vec<String>,
    sessions: Arc<Mutex<HashMap<String, CancellationToken>>>,
}

impl Default for Settings {
    fn default() -> Self {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            hosts: own(&["localhost", "127.0.0.1", "::1"]),
            origins: own(&["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"]),
            sessions: Arc::default(),
        }
    }
}

impl McpServer {
    /// By which names the server may be reached, as they stand in the header `Host`: `example.com` or `example.com:8080`. By default only as
    /// `localhost`, `127.0.0.1` and `::1`, so that no web page reaches a server on its reader's machine by a name of its own.
    #[must_use]
    pub fn allowed_hosts(self, hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.set(|shared| shared.http.hosts = hosts.into_iter().map(Into::into).collect())
    }

    /// Which web pages may ask, as they stand in the header `Origin`: `https://app.example.com:443`, or `http://localhost:*` for any port. By
    /// default those of this machine. A request without the header, which is no page's, is let through.
    #[must_use]
    pub fn allowed_origins(self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.set(|shared| shared.http.origins = origins.into_iter().map(Into::into).collect())
    }

    /// The server as a router, to be mounted in an app: what stands round it there (authentication, say) stands round the server.
    ///
    /// ```
    /// use tool_mcp::server::McpServer;
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: i64, /** Another. */ b: i64) -> i64 { a + b }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let toolbox = Toolbox::new(tools![add])?;
    /// let server = McpServer::new(toolbox.bind(())).allowed_hosts(["tools.example.com"]);
    /// let app: axum::Router = axum::Router::new().nest("/mcp", server.router());
    /// # let _ = app;
    /// # Ok(()) }
    /// ```
    ///
    /// Up to the revision 2025-11-25 a client has a session, and a connection that breaks off cancels nothing, since the client may come
    /// back for its answer; the end of the session (`DELETE`) cancels its calls. From 2026-07-28 on each request stands for itself, and one
    /// whose connection breaks off is cancelled.
    pub fn router(self) -> Router {
        let shared = Arc::clone(self.shared());
        let mut sessions = LocalSessionManager::default();
        sessions.session_config = session_config(&shared);
        let config = StreamableHttpServerConfig::default()
            .with_allowed_hosts(shared.http.hosts.clone())
            .with_allowed_origins(shared.http.origins.clone())
            .enforce_origin_validation()
            .with_max_request_body_bytes(shared.limits.max_message_bytes)
            .with_cancellation_token(shared.shutdown.clone());
        let service =
            StreamableHttpService::new(move || Ok(self.session()), Arc::new(sessions), config);
        Router::new()
            .route_service("/", service)
            .layer(from_fn_with_state(shared, before))
    }

    /// Listens by itself, at the path `/mcp`: `"127.0.0.1:8080"`. Who is to be reached from other machines says so with
    /// [`allowed_hosts`](Self::allowed_hosts), and puts authentication and TLS before it; see [`router`](Self::router).
    ///
    /// # Errors
    ///
    /// If the protocol does not take a tool, or the address cannot be listened at.
    pub async fn serve_http(self, address: impl ToSocketAddrs) -> Result<(), ServeError> {
        let listener = TcpListener::bind(address).await?;
        self.serve_listener(listener).await
    }

    /// The same with a listener that is there already: at port 0, say, whose number the program wants to know.
    ///
    /// # Errors
    ///
    /// As [`serve_http`](Self::serve_http).
    pub async fn serve_listener(self, listener: TcpListener) -> Result<(), ServeError> {
        self.check()?;
        let shutdown = self.shared().shutdown.clone();
        let app = Router::new().nest("/mcp", self.router());
        axum::serve(
            listener,
            app.into_make_service_with_connect_info::<SocketAddr>(),
        )
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await?;
        Ok(())
    }
}

fn session_config(shared: &Shared) -> SessionConfig {
    let mut config = SessionConfig::default();
    config.keep_alive = Some(shared.limits.session_idle);
    config
}

/// What is looked at before rmcp reads a request.
async fn before(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if request.method() == Method::DELETE {
        return ended(&shared, request, next).await;
    }
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let most = shared.limits.max_message_bytes;
    let Ok(bytes) = to_bytes(body, most).await else {
        let text = format!("the body is too large, or was cut off; expected at most {most} bytes");
        return refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            None,
            ErrorData::invalid_request(text, None),
        );
    };
    match wire::read(&bytes) {
        Incoming::Refused(id, error) => return refused(StatusCode::BAD_REQUEST, id, error),
        // A body is answered, whatever it is.
        Incoming::Ignored => {
            if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
                return refused(StatusCode::BAD_REQUEST, None, wire::parse_error(&error));
            }
        }
        Incoming::Message(_) => {}
    }
    let bytes = keep_call(&mut parts, &bytes).unwrap_or(bytes.into());
    next.run(Request::from_parts(parts, Body::from(bytes)))
        .await
}

/// Keeps the call as the client wrote it, and hands an object to rmcp where its arguments are none.
fn keep_call(parts: &mut request::Parts, bytes: &[u8]) -> Option<Vec<u8>> {
    let raw = wire::raw_call(bytes)?;
    let is_object = raw.0.arguments().trim_start().starts_with('{');
    parts.extensions.insert(raw);
    if is_object {
        return None;
    }
    let request = serde_json::from_slice(bytes).ok()?;
    serde_json::to_vec(&wire::replaced(&request)?).ok()
}

/// A session that is ended takes its calls with it.
async fn ended(shared: &Shared, request: Request, next: Next) -> Response {
    let session = request.headers().get(SESSION_ID);
    let session = session.and_then(|id| Some(id.to_str().ok()?.to_owned()));
    let mut response = next.run(request).await;
    if response.status() == StatusCode::ACCEPTED {
        // Python's SDK takes `202` for a failure, and nothing is left to be done.
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    if let Some(session) = session.filter(|_| response.status().is_success())
        && let Some(calls) = shared.http.sessions().remove(&session)
    {
        calls.cancel();
    }
    response
}

fn refused(status: StatusCode, id: Option<RequestId>, error: ErrorData) -> Response {
    let error = JsonRpcError::new(id, error);
    let body = serde_json::to_string(&error).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

impl Settings {
    fn sessions(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// A session of this name is no more.
    pub(super) fn forget(&self, session: &str) {
        self.http.sessions().remove(session);
    }
}

impl McpSession {
    /// Notes by which name the session is ended.
    pub(super) fn remember(&self, context: &RequestContext<RoleServer>) {
        if self.id.get().is_some() {
            return;
        }
        if let Some(id) = super::McpRequest::new(context).session_id() {
            let calls = self.gone.clone();
            self.shared.http.sessions().insert(id.to_owned(), calls);
            let _ = self.id.set(id.to_owned());
        }
    }
}
