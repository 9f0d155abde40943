//! Why a worker did not begin.

use std::fmt;

use tool_runtime::ManifestError;

/// Why a worker did not begin, or is none any more.
#[non_exhaustive]
pub enum WorkerError {
    /// The name of the service or the prefix of subjects can be no part of a subject: what is wrong, in words.
    Name(String),
    /// The version is no SemVer.
    Version(String),
    /// A setting has a value that makes no sense.
    Setting {
        /// Its name.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The toolbox has no tools.
    NoTools,
    /// A tool cannot be told of.
    Manifest(ManifestError),
    /// Two tools would have one endpoint.
    SameEndpoint {
        /// The name of the endpoint.
        endpoint: String,
        /// The tools.
        tools: [String; 2],
    },
    /// What the worker says of its tools is longer than a message may be.
    TooLarge {
        /// Its bytes.
        size: usize,
        /// The bytes that the server takes.
        most: usize,
    },
    /// The client does not take a subscription.
    Subscribe(async_nats::Error),
    /// The client has closed its connection for good.
    Closed,
}

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(problem) => f.write_str(problem),
            Self::Version(version) => write!(
                f,
                "the version `{}` is no SemVer; write it as `1.4.0`",
                version.escape_debug()
            ),
            Self::Setting {
                setting,
                value,
                expected,
            } => write!(f, "`{setting}` is {value}; expected {expected}"),
            Self::NoTools => {
                f.write_str("the toolbox has no tools; a worker needs at least one to offer")
            }
            Self::Manifest(_) => f.write_str("the tools cannot be offered"),
            Self::SameEndpoint {
                endpoint,
                tools: [first, second],
            } => write!(
                f,
                "the tools `{first}` and `{second}` would both have the endpoint `{endpoint}`; rename one of them"
            ),
            Self::TooLarge { size, most } => write!(
                f,
                "what the worker says of its tools has {size} bytes, and a message may have {most}; make several services of the toolbox's views, or raise the server's `max_payload`"
            ),
            Self::Subscribe(_) => {
                f.write_str("the client does not take the worker's subscriptions")
            }
            Self::Closed => {
                f.write_str("the client has closed its connection, so no call comes any more")
            }
        }
    }
}

impl std::error::Error for WorkerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Manifest(error) => Some(error),
            Self::Subscribe(error) => Some(&**error),
            _ => None,
        }
    }
}

impl From<ManifestError> for WorkerError {
    fn from(error: ManifestError) -> Self {
        Self::Manifest(error)
    }
}

impl From<async_nats::Error> for WorkerError {
    fn from(error: async_nats::Error) -> Self {
        Self::Subscribe(error)
    }
}

/// What `Display` says, with the source: it is what a `main` that returns the error prints.
impl fmt::Debug for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match std::error::Error::source(self) {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}
