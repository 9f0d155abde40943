//! How much a server takes at once.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How much a server takes at once. What is above it is answered, never dropped.
///
/// | setting | default | what it bounds |
/// |---|---|---|
/// | [`max_message_bytes`](Self::max_message_bytes) | 4 MiB | one message of a client: a line, or the body of a request |
/// | [`max_calls`](Self::max_calls) | 1,000 | calls of all sessions that are being answered |
/// | [`max_calls_per_session`](Self::max_calls_per_session) | 64 | calls of one session that are being answered |
/// | [`max_sessions`](Self::max_sessions) | 1,000 | sessions, and clients that listen for changes without one |
/// | [`page_size`](Self::page_size) | 250 | tools in one answer to `tools/list` |
/// | [`binding_timeout`](Self::binding_timeout) | 30 s | what [`McpServer::per_request`](super::McpServer::per_request) takes to say what a request is for |
/// | [`drain`](Self::drain) | 2 s | calls that go on when the client has closed its side of a stream; then they are cancelled |
/// | [`session_idle`](Self::session_idle) | 1,800 s | a session over HTTP of which nothing is heard or said |
///
/// What one call may take, and what it may answer, is the toolbox's [`Policy`](tool_runtime::Policy): its time, the bytes of its arguments and
/// of its result.
///
/// Like a policy it is read and written with serde; durations are in milliseconds. Nonsense (zero, more than a day) is refused by
/// [`McpServer::limits`](super::McpServer::limits).
///
/// ```
/// use tool_mcp::server::Limits;
///
/// let limits: Limits = serde_json::from_str(r#"{"page_size": 50, "drain_ms": 500}"#)?;
/// assert_eq!(limits, Limits::default().page_size(50).drain(std::time::Duration::from_millis(500)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub(super) max_message_bytes: usize,
    pub(super) max_calls: usize,
    pub(super) max_calls_per_session: usize,
    pub(super) max_sessions: usize,
    pub(super) page_size: usize,
    #[serde(rename = "binding_timeout_ms", with = "milliseconds")]
    pub(super) binding_timeout: Duration,
    #[serde(rename = "drain_ms", with = "milliseconds")]
    pub(super) drain: Duration,
    #[serde(rename = "session_idle_ms", with = "milliseconds")]
    pub(super) session_idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_message_bytes: 4 * 1024 * 1024,
            max_calls: 1_000,
            max_calls_per_session: 64,
            max_sessions: 1_000,
            page_size: 250,
            binding_timeout: Duration::from_secs(30),
            drain: Duration::from_secs(2),
            session_idle: Duration::from_secs(1_800),
        }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// More permits than a semaphore has.
const MOST: usize = usize::MAX >> 4;

impl Limits {
    /// How long one message of a client may be.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
        self
    }

    /// How many calls of all sessions may be in progress.
    #[must_use]
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls;
        self
    }

    /// How many calls of one session may be in progress. Over HTTP from the revision 2026-07-28 on, each request is a session of its own.
    #[must_use]
    pub fn max_calls_per_session(mut self, calls: usize) -> Self {
        self.max_calls_per_session = calls;
        self
    }

    /// How many sessions there may be, with clients that listen for changes without one.
    #[must_use]
    pub fn max_sessions(mut self, sessions: usize) -> Self {
        self.max_sessions = sessions;
        self
    }

    /// How many tools one answer lists at most; the client asks for the next page.
    #[must_use]
    pub fn page_size(mut self, tools: usize) -> Self {
        self.page_size = tools;
        self
    }

    /// How long it may take to say what a request is for.
    #[must_use]
    pub fn binding_timeout(mut self, timeout: Duration) -> Self {
        self.binding_timeout = timeout;
        self
    }

    /// How long calls may go on when the client has closed its side of the stream, so that `client | server` gets its answers. Zero cancels
    /// them at once.
    #[must_use]
    pub fn drain(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// After how long a session over HTTP ends of which nothing is heard or said. It should be longer than a batch may take.
    #[must_use]
    pub fn session_idle(mut self, time: Duration) -> Self {
        self.session_idle = time;
        self
    }

    pub(super) fn check(&self) -> Result<(), LimitsError> {
        let counts = [
            ("max_message_bytes", self.max_message_bytes),
            ("max_calls", self.max_calls),
            ("max_calls_per_session", self.max_calls_per_session),
            ("max_sessions", self.max_sessions),
            ("page_size", self.page_size),
        ];
        if let Some((setting, count)) = counts
            .into_iter()
            .find(|(_, count)| !(1..=MOST).contains(count))
        {
            return Err(LimitsError {
                setting,
                value: count.to_string(),
                expected: "at least 1, and less than 2^60",
            });
        }
        let times = [
            (
                "binding_timeout",
                self.binding_timeout,
                Duration::from_millis(1),
            ),
            ("drain", self.drain, Duration::ZERO),
            ("session_idle", self.session_idle, Duration::from_millis(1)),
        ];
        match times
            .into_iter()
            .find(|(_, time, least)| time < least || *time > DAY)
        {
            Some((setting, time, _)) => Err(LimitsError {
                setting,
                value: format!("{time:?}"),
                expected: "more than nothing, and at most a day",
            }),
            None => Ok(()),
        }
    }
}

/// A limit that a server cannot keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsError {
    setting: &'static str,
    value: String,
    expected: &'static str,
}

impl fmt::Display for LimitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setting,
            value,
            expected,
        } = self;
        write!(f, "the limit `{setting}` is {value}; expected {expected}")
    }
}

impl std::error::Error for LimitsError {}

/// Durations as whole milliseconds, as a policy has them.
mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}
