//! What a request says of who makes it.

use std::fmt;

use rmcp::RoleServer;
use rmcp::model::{ErrorCode, ErrorData, Implementation, ProtocolVersion};
use rmcp::service::RequestContext;

/// A request, for [`McpServer::per_request`](super::McpServer::per_request): what says whose it is.
///
/// Over HTTP it has the headers, and what the program's own middleware has put into the request's extensions: the tenant that was
/// authenticated, say. A client's name is what the client says and proves nothing.
#[derive(Clone)]
pub struct McpRequest {
    context: RequestContext<RoleServer>,
}

impl McpRequest {
    pub(super) fn new(context: &RequestContext<RoleServer>) -> Self {
        Self {
            context: context.clone(),
        }
    }

    /// What the program has put into the extensions of the HTTP request, or of rmcp's.
    ///
    /// ```
    /// # use tool_mcp::server::McpRequest;
    /// #[derive(Clone)]
    /// struct Tenant(String); // `axum::Extension(Tenant(…))`, or `request.extensions_mut().insert(…)` in a middleware
    ///
    /// fn tenant(request: &McpRequest) -> Option<&Tenant> {
    ///     request.extension()
    /// }
    /// ```
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<&T> {
        #[cfg(feature = "server-http")]
        if let Some(found) = self.parts().and_then(|parts| parts.extensions.get()) {
            return Some(found);
        }
        self.context.extensions.get()
    }

    /// The HTTP request without its body, if it is one.
    #[cfg(feature = "server-http")]
    pub fn parts(&self) -> Option<&http::request::Parts> {
        self.context.extensions.get()
    }

    /// A header of the HTTP request, if it is one and the header is there and is text.
    #[cfg(feature = "server-http")]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts()?.headers.get(name)?.to_str().ok()
    }

    /// The session of a request over HTTP, as the server has named it; from the revision 2026-07-28 on there is none.
    #[cfg(feature = "server-http")]
    pub fn session_id(&self) -> Option<&str> {
        let has_sessions = self
            .protocol_version()
            .is_some_and(|version| version.has_initialize());
        has_sessions.then(|| self.header(SESSION_ID)).flatten()
    }

    /// What the client calls itself.
    pub fn client(&self) -> Option<Implementation> {
        self.context.client_info()
    }

    /// The revision of the protocol that the request is in.
    pub fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.context.protocol_version()
    }

    /// All that rmcp knows of the request.
    pub fn context(&self) -> &RequestContext<RoleServer> {
        &self.context
    }
}

#[cfg(feature = "server-http")]
pub(super) const SESSION_ID: &str = "mcp-session-id";

impl fmt::Debug for McpRequest {
    /// Not its headers, which may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpRequest")
            .field("id", &self.context.id)
            .finish_non_exhaustive()
    }
}

/// Why nothing is served to whoever makes a request. The client reads the text; put no more into it than it may know.
///
/// ```
/// use tool_mcp::server::McpRefusal;
///
/// assert_eq!(McpRefusal::new("the tenant `acme` is suspended").to_string(), "the tenant `acme` is suspended");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpRefusal {
    text: String,
}

impl McpRefusal {
    /// A refusal with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for McpRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for McpRefusal {}

impl From<McpRefusal> for ErrorData {
    fn from(refusal: McpRefusal) -> Self {
        Self::new(ErrorCode::INVALID_REQUEST, refusal.text, None)
    }
}
