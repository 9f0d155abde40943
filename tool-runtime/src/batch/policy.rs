//! How a batch runs: values only.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::PolicyError;
use crate::text::nearest;

/// The longest duration a policy takes: one day.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

/// The limits under which a batch runs.
///
/// | setting | default | what it bounds |
/// |---|---|---|
/// | [`call_timeout`](Self::call_timeout) | 60 s | one call, from its first poll, or from the start of its thread |
/// | [`tool_timeout`](Self::tool_timeout) | the attribute's `timeout`, else `call_timeout` | one call of one tool |
/// | [`batch_timeout`](Self::batch_timeout) | 300 s | all calls of a batch, the waiting ones too |
/// | [`grace`](Self::grace) | 1 s | a call that is over time, from its cancellation to its end |
/// | [`max_concurrency`](Self::max_concurrency) | 64 | calls of a batch that run at once |
/// | [`max_blocking_threads`](Self::max_blocking_threads) | 64 | plain `fn` calls of a toolbox that run at once |
///
/// A batch therefore ends within `batch_timeout` and `grace`, as long as one thread of the runtime is free. Where the
/// `Drop` of what a stopped call holds does not return, its result comes one second later.
///
/// A toolbox has one policy; a binding may have another:
///
/// ```
/// use std::time::Duration;
/// use tool_runtime::{Policy, Toolbox, tool, tools};
///
/// # /// Adds.
/// # #[tool(pure)] async fn add(/** A number. */ a: i64) -> i64 { a }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let toolbox = Toolbox::<()>::builder()
///     .tools(tools![add])
///     .policy(Policy::default().call_timeout(Duration::from_secs(10)))
///     .build()?;
/// let one_by_one = toolbox.bind(()).with(Policy::default().max_concurrency(1))?;
/// # Ok(()) }
/// ```
///
/// It is read and written with serde, so that operators change it without a build; durations are in milliseconds:
///
/// ```
/// use tool_runtime::Policy;
///
/// let policy: Policy = serde_json::from_str(
///     r#"{"call_timeout_ms": 10000, "tools": {"get_tickets": {"timeout_ms": 2000}}}"#,
/// )?;
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A value that cannot be kept (zero, more than a day, a tool that is not there) is refused where the policy meets the
/// toolbox: by `build` and by `with`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    #[serde(rename = "call_timeout_ms", with = "milliseconds")]
    call_timeout: Duration,
    #[serde(rename = "batch_timeout_ms", with = "milliseconds")]
    batch_timeout: Duration,
    #[serde(rename = "grace_ms", with = "milliseconds")]
    grace: Duration,
    max_concurrency: usize,
    max_blocking_threads: usize,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tools: BTreeMap<String, ToolPolicy>,
}

/// What differs for one tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ToolPolicy {
    #[serde(
        rename = "timeout_ms",
        with = "optional_milliseconds",
        skip_serializing_if = "Option::is_none"
    )]
    timeout: Option<Duration>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            call_timeout: Duration::from_secs(60),
            batch_timeout: Duration::from_secs(300),
            grace: Duration::from_secs(1),
            max_concurrency: 64,
            max_blocking_threads: 64,
            tools: BTreeMap::new(),
        }
    }
}

impl Policy {
    /// How long a call may run, from its first poll. Default 60 s.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// How long a call of the tool `name` may run; wins over the attribute's `timeout`.
    #[must_use]
    pub fn tool_timeout(mut self, name: impl Into<String>, timeout: Duration) -> Self {
        self.tools.entry(name.into()).or_default().timeout = Some(timeout);
        self
    }

    /// How long a batch may take, calls that still wait included. Default 300 s.
    #[must_use]
    pub fn batch_timeout(mut self, timeout: Duration) -> Self {
        self.batch_timeout = timeout;
        self
    }

    /// How long a call that is over time may go on after its cancellation. What it answers then counts, and is marked
    /// late. Zero drops it at once. Default 1 s.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How many calls of a batch run at once. Default 64. A call that could not be stopped gives its place up with its
    /// result, though it still runs.
    #[must_use]
    pub fn max_concurrency(mut self, calls: usize) -> Self {
        self.max_concurrency = calls;
        self
    }

    /// How many threads plain `fn` tools may keep before a call of such a tool has to wait. Default 64, well below the
    /// 512 that a runtime has for all blocking work, the program's file I/O among it.
    ///
    /// They are counted over all batches of a toolbox, those of calls that could not be stopped included. A call that
    /// waits for a thread holds up no other call, and its own clock does not run; the batch's does.
    #[must_use]
    pub fn max_blocking_threads(mut self, threads: usize) -> Self {
        self.max_blocking_threads = threads;
        self
    }

    /// Refuses what cannot be kept by a toolbox with the tools `names`.
    pub(crate) fn check<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), PolicyError> {
        positive("call_timeout", self.call_timeout)?;
        positive("batch_timeout", self.batch_timeout)?;
        if self.grace > MAX_DURATION {
            return Err(out_of_range("grace", "at most one day", self.grace));
        }
        for (setting, expected, found) in [
            ("max_concurrency", "one call or more", self.max_concurrency),
            (
                "max_blocking_threads",
                "one thread or more",
                self.max_blocking_threads,
            ),
        ] {
            if found == 0 {
                return Err(PolicyError::OutOfRange {
                    setting,
                    expected,
                    found: "0".to_owned(),
                });
            }
        }
        for (name, tool) in &self.tools {
            if !names.clone().any(|known| known == name) {
                return Err(PolicyError::UnknownTool {
                    name: name.clone(),
                    nearest: nearest(name, names).map(str::to_owned),
                });
            }
            if let Some(timeout) = tool.timeout {
                positive("tool_timeout", timeout)?;
            }
        }
        Ok(())
    }

    /// The timeout of a call of `tool`, whose attribute says `declared`.
    pub(crate) fn timeout_of(&self, tool: &str, declared: Option<Duration>) -> Duration {
        let own = self.tools.get(tool).and_then(|tool| tool.timeout);
        own.or(declared).unwrap_or(self.call_timeout)
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            batch_timeout: self.batch_timeout,
            grace: self.grace,
            max_concurrency: self.max_concurrency,
            max_blocking_threads: self.max_blocking_threads,
        }
    }
}

/// What of a policy a batch keeps while it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) batch_timeout: Duration,
    pub(crate) grace: Duration,
    pub(crate) max_concurrency: usize,
    pub(crate) max_blocking_threads: usize,
}

fn positive(setting: &'static str, duration: Duration) -> Result<(), PolicyError> {
    if duration.is_zero() || duration > MAX_DURATION {
        return Err(out_of_range(
            setting,
            "more than zero and at most one day",
            duration,
        ));
    }
    Ok(())
}

fn out_of_range(setting: &'static str, expected: &'static str, found: Duration) -> PolicyError {
    PolicyError::OutOfRange {
        setting,
        expected,
        found: format!("{found:?}"),
    }
}

mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

mod optional_milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::milliseconds::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_millis))
    }
}
