//! A toolbox as a server of the Model Context Protocol.
//!
//! [`McpServer`] serves a toolbox over standard input and output, over any two byte streams, or (feature `server-http`) as an axum router.
//! [`McpSession`] is the same as a [`ServerHandler`](rmcp::ServerHandler), for a server that rmcp runs already and that has more than tools.

mod approval;
mod call;
mod catch;
mod changes;
mod error;
#[cfg(feature = "server-http")]
mod http;
mod limits;
mod lines;
mod list;
mod mcp_server;
mod open;
mod request;
mod session;
mod source;
mod turns;
mod wire;

pub use error::ServeError;
pub use limits::{Limits, LimitsError};
pub use mcp_server::{CallOrder, McpServer};
pub use request::{McpRefusal, McpRequest};
pub use session::McpSession;
