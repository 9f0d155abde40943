//! Why a server ended, or did not begin.

use std::{fmt, io};

use rmcp::service::ServerInitializeError;
use tool_runtime::ManifestError;

/// Why a server did not begin, or ended before its client was done.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The protocol does not take a tool of the toolbox.
    Manifest(ManifestError),
    /// The client and the server did not come to terms, see [`ServerInitializeError`].
    Handshake(Box<ServerInitializeError>),
    /// What is to be listened on cannot be.
    Io(io::Error),
    /// The task that serves has panicked.
    Panicked,
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest(_) => f.write_str("the tools cannot be served"),
            Self::Handshake(_) => f.write_str("the client did not begin a session"),
            Self::Io(_) => f.write_str("the server cannot listen"),
            Self::Panicked => f.write_str("the task that serves has panicked"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Manifest(error) => Some(error),
            Self::Handshake(error) => Some(error),
            Self::Io(error) => Some(error),
            Self::Panicked => None,
        }
    }
}

impl From<ManifestError> for ServeError {
    fn from(error: ManifestError) -> Self {
        Self::Manifest(error)
    }
}

impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
