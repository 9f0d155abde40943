//! A report as it is stored. The format is what stands here; a change that old readers would misread is a new number.
//!
//! Times are whole nanoseconds and JSON stands in texts, so that a report which was read says the same to the byte.

mod alone;
pub(crate) mod ending;
mod read;
pub(super) mod signed;
mod write;

use std::borrow::Cow;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use alone::{StoredCall, StoredResult};

use super::Report;
use crate::tool::error::StoredError;

const FORMAT: u64 = 1;

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        Self::try_from(stored).map_err(D::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    #[serde(deserialize_with = "known")]
    format: u64,
    wall_ns: Ns,
    undeclared: Vec<Cow<'a, str>>,
    results: Vec<Answered<'a>>,
}

fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        FORMAT => Ok(FORMAT),
        other => Err(D::Error::custom(format!(
            "this report has format {other}, and only format {FORMAT} is known"
        ))),
    }
}

/// The words are those of an explanation, where it has the same.
#[derive(Serialize, Deserialize)]
struct Answered<'a> {
    call: Call<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited_arguments: Option<Cow<'a, str>>,
    outcome: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    because: Option<usize>,
    effects: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "is_false")]
    late: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    still_running: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    same_as: Option<usize>,
    #[serde(default, skip_serializing_if = "is_false")]
    truncated: bool,
    parts: Vec<Part<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    argument_errors: Option<Vec<Problem<'a>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repaired: Option<RepairedCall<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<StoredError<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error_id: Option<Cow<'a, str>>,
    queued_ns: Ns,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started_ns: Option<Ns>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finished_ns: Option<Ns>,
    waits: Vec<Waited<'a>>,
    failed_attempts: Vec<Attempt<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    longest_poll_ns: Option<Ns>,
}

#[derive(Serialize, Deserialize)]
struct Call<'a> {
    id: Cow<'a, str>,
    name: Cow<'a, str>,
    arguments: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "is_false")]
    is_text: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    is_cut_off: bool,
    /// Members of JSON that the result bears again.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    echo: Cow<'a, str>,
    /// The idempotency key that it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'a, str>>,
}

/// `{"text": "…"}`, and so on. (A tag inside would need numbers as serde's own values, which serde_json's feature
/// `arbitrary_precision` does not have.)
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part<'a> {
    Text(Cow<'a, str>),
    Json(Cow<'a, str>),
    Image(File<'a>),
    Audio(File<'a>),
    ResourceLink(Link<'a>),
    ToolReference(Cow<'a, str>),
}

#[derive(Serialize, Deserialize)]
struct File<'a> {
    mime_type: Cow<'a, str>,
    base64: String,
}

#[derive(Serialize, Deserialize)]
struct Link<'a> {
    uri: Cow<'a, str>,
    name: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mime_type: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Problem<'a> {
    path: Cow<'a, str>,
    expected: Cow<'a, str>,
    found: Cow<'a, str>,
}

/// What the tool has read in place of the call's arguments, and what is different there.
#[derive(Serialize, Deserialize)]
struct RepairedCall<'a> {
    arguments: Cow<'a, str>,
    repairs: Vec<Repair<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Repair<'a> {
    path: Cow<'a, str>,
    kind: Cow<'a, str>,
}

/// `what` is `calls`, or the limit: `batch`, `threads`, `tool` or `group`.
#[derive(Serialize, Deserialize)]
struct Waited<'a> {
    what: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<Cow<'a, str>>,
    from_ns: Ns,
    to_ns: Ns,
}

#[derive(Serialize, Deserialize)]
struct Attempt<'a> {
    started_ns: Ns,
    finished_ns: Ns,
    error: StoredError<'a>,
    /// What of that leaves, if not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Cow<'a, str>>,
    back_off_ns: Ns,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A time in nanoseconds; more than 584 years are as many.
#[derive(Clone, Copy)]
struct Ns(Duration);

impl Serialize for Ns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        u64::try_from(self.0.as_nanos())
            .unwrap_or(u64::MAX)
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(|nanoseconds| Self(Duration::from_nanos(nanoseconds)))
    }
}
