//! How a call is tried again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use serde::{Deserialize, Serialize};

use super::milliseconds;

/// How often a call is tried, and how long it waits in between.
///
/// A call is tried again if it failed with an error that says so ([`ToolError::retryable`](crate::ToolError::retryable),
/// [`retry_after`](crate::ToolError::retry_after)) and its tool is `idempotent` or changes nothing. A call that timed out, panicked
/// or was cancelled is not.
///
/// | setting | default | |
/// |---|---|---|
/// | [`attempts`](Self::attempts) | the attribute's `retry(attempts = …)`, else 3 | the first one included |
/// | [`first_delay`](Self::first_delay) | 200 ms | before the second attempt; doubled before each one after it |
/// | [`max_delay`](Self::max_delay) | 10 s | the longest that doubling comes to |
/// | [`jitter`](Self::jitter) | yes | makes each delay longer by a random part, at most twice as long |
///
/// ```
/// use std::time::Duration;
/// use tool_runtime::Policy;
/// use tool_runtime::batch::Retry;
///
/// let policy = Policy::default()
///     .retry(Retry::default().first_delay(Duration::from_millis(50)))
///     .tool_retry("get_orders", Retry::default().attempts(5))
///     .tool_retry("get_tickets", Retry::never());
/// let read: Policy = serde_json::from_str(
///     r#"{"retry": {"first_delay_ms": 50}, "tools": {"get_orders": {"retry": {"attempts": 5}}, "get_tickets": {"retry": {"attempts": 1}}}}"#,
/// )?;
/// assert_eq!(read, policy);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Where an error says after which time the call may succeed, the call waits at least so long. One that would have to wait longer
/// than [`Policy::max_wait`](super::Policy::max_wait) or than its batch may take is not tried again: its error is its result.
///
/// While it waits, a call keeps what it writes, so that no other sees it half done, and gives its permits back. Each attempt reads
/// the arguments anew and has a clock of its own; [`CallContext::attempt`](crate::CallContext::attempt) says which it is, and
/// [`CallContext::idempotency_key`](crate::CallContext::idempotency_key) is the same for all. Each call is for itself: how often
/// others fail does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    #[serde(
        rename = "first_delay_ms",
        with = "milliseconds::optional",
        skip_serializing_if = "Option::is_none"
    )]
    first_delay: Option<Duration>,
    #[serde(
        rename = "max_delay_ms",
        with = "milliseconds::optional",
        skip_serializing_if = "Option::is_none"
    )]
    max_delay: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jitter: Option<bool>,
}

const ATTEMPTS: u32 = 3;
const FIRST_DELAY: Duration = Duration::from_millis(200);
const MAX_DELAY: Duration = Duration::from_secs(10);

/// The most attempts that a policy takes.
pub(super) const MAX_ATTEMPTS: u32 = 100;

impl Retry {
    /// Each call is tried once.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// How often a call is tried at most, the first time included: 1 to 100.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// How long a call waits before its second attempt.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = Some(delay);
        self
    }

    /// How long a call waits at most between two attempts, unless its error says a longer time.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = Some(delay);
        self
    }

    /// Whether delays are made longer by a random part, so that calls which failed together do not come back together.
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Whether nothing is said.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The settings, each as it stands here or else in `other`.
    pub(super) fn or(&self, other: &Self) -> Self {
        Self {
            attempts: self.attempts.or(other.attempts),
            first_delay: self.first_delay.or(other.first_delay),
            max_delay: self.max_delay.or(other.max_delay),
            jitter: self.jitter.or(other.jitter),
        }
    }

    /// What of it is said.
    pub(super) fn said(&self) -> (Option<u32>, [(&'static str, Option<Duration>); 2]) {
        let delays = [
            ("retry.first_delay", self.first_delay),
            ("retry.max_delay", self.max_delay),
        ];
        (self.attempts, delays)
    }

    /// The delays of a call, of which each is taken once.
    pub(crate) fn delays(&self) -> ExponentialBackoff {
        let attempts = self.attempts.unwrap_or(ATTEMPTS);
        let max = self.max_delay.unwrap_or(MAX_DELAY);
        let delays = ExponentialBuilder::new()
            .with_factor(2.0)
            .with_min_delay(self.first_delay.unwrap_or(FIRST_DELAY).min(max))
            .with_max_delay(max)
            .with_max_times(attempts.saturating_sub(1) as usize);
        match self.jitter.unwrap_or(true) {
            true => delays.with_jitter().build(),
            false => delays.build(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(retry: &Retry) -> Vec<u128> {
        retry.delays().map(|delay| delay.as_millis()).collect()
    }

    #[test]
    fn delays_double_up_to_the_longest() {
        let retry = Retry::default().jitter(false);
        assert_eq!(milliseconds(&retry), [200, 400]);
        let retry = retry.attempts(6).max_delay(Duration::from_secs(1));
        assert_eq!(milliseconds(&retry), [200, 400, 800, 1000, 1000]);
        assert_eq!(milliseconds(&Retry::never()), [0; 0]);
        let short = Retry::default().max_delay(Duration::from_millis(50));
        assert_eq!(milliseconds(&short.jitter(false)), [50, 50]);
    }

    #[test]
    fn jitter_makes_delays_longer_and_not_all_the_same() {
        let retry = Retry::default().attempts(100).max_delay(FIRST_DELAY);
        let delays = milliseconds(&retry);
        assert!(delays.iter().all(|delay| (200..=400).contains(delay)));
        assert!(delays.iter().any(|delay| *delay != delays[0]), "{delays:?}");
    }
}
