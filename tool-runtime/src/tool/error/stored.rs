//! A `ToolError` as it is stored with a report: its text and what was said of it. Sources are values of the program that is
//! gone, and may hold what only it may know, so nothing of them is kept.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Kind, Retry, ToolError};

#[derive(Serialize, Deserialize)]
pub(crate) struct StoredError<'a> {
    message: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<StoredKind>,
    #[serde(default, skip_serializing_if = "is_false")]
    internal: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    not_serialisable: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    no_effects: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry: Option<StoredRetry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_ns: Option<u64>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    details: Option<Cow<'a, Value>>,
}

/// How a call ended that did not simply fail.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredKind {
    Denied,
    Overloaded,
    TimedOut,
    Unwritten,
    Steps,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredRetry {
    May,
    Useless,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// `null` too is a value here.
fn given<'a, 'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'a, Value>>, D::Error> {
    Value::deserialize(deserializer).map(|value| Some(Cow::Owned(value)))
}

impl<'a> From<&'a ToolError> for StoredError<'a> {
    fn from(error: &'a ToolError) -> Self {
        let notes = &error.0.notes;
        let (retry, delay) = match notes.retry {
            Retry::NotSaid => (None, None),
            Retry::May(delay) => (Some(StoredRetry::May), delay),
            Retry::Useless => (Some(StoredRetry::Useless), None),
        };
        Self {
            message: error.0.message.as_str().into(),
            kind: match notes.kind {
                Kind::Failure | Kind::Uncalled => None,
                Kind::Denied => Some(StoredKind::Denied),
                Kind::Overloaded => Some(StoredKind::Overloaded),
                Kind::TimedOut => Some(StoredKind::TimedOut),
                Kind::Unwritten => Some(StoredKind::Unwritten),
                Kind::Steps => Some(StoredKind::Steps),
            },
            internal: notes.internal,
            not_serialisable: error.0.serialisation,
            no_effects: notes.no_effects,
            retry,
            retry_after_ns: delay.map(|delay| delay.as_nanos().try_into().unwrap_or(u64::MAX)),
            details: notes.details.as_ref().map(Cow::Borrowed),
        }
    }
}

impl From<StoredError<'_>> for ToolError {
    fn from(stored: StoredError<'_>) -> Self {
        let mut error = Self::new(stored.message);
        error.0.serialisation = stored.not_serialisable;
        let notes = &mut error.0.notes;
        notes.kind = match stored.kind {
            None => Kind::Failure,
            Some(StoredKind::Denied) => Kind::Denied,
            Some(StoredKind::Overloaded) => Kind::Overloaded,
            Some(StoredKind::TimedOut) => Kind::TimedOut,
            Some(StoredKind::Unwritten) => Kind::Unwritten,
            Some(StoredKind::Steps) => Kind::Steps,
        };
        notes.internal = stored.internal;
        notes.no_effects = stored.no_effects;
        notes.retry = match stored.retry {
            None => Retry::NotSaid,
            Some(StoredRetry::May) => Retry::May(stored.retry_after_ns.map(Duration::from_nanos)),
            Some(StoredRetry::Useless) => Retry::Useless,
        };
        notes.details = stored.details.map(Cow::into_owned);
        error
    }
}
