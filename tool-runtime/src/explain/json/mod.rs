//! An explanation as it is stored. The format is what stands here; a change that old readers would misread is a new number.

mod read;
mod write;

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const FORMAT: u64 = 1;

/// What is written.
#[derive(Serialize)]
pub(super) struct Written {
    format: u64,
    wall_ms: Ms,
    one_by_one_ms: Ms,
    speed_up: f64,
    critical_path: Path,
    limited: Reason,
    path: Vec<Part>,
    calls: Vec<Call>,
}

/// What is read: the rest follows from it.
#[derive(Deserialize)]
pub(super) struct Stored {
    #[serde(rename = "format", deserialize_with = "known")]
    _format: u64,
    wall_ms: Ms,
    critical_path: Path,
    calls: Vec<Call>,
}

fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        FORMAT => Ok(FORMAT),
        other => Err(D::Error::custom(format!(
            "this explanation has format {other}, and only format {FORMAT} is known"
        ))),
    }
}

#[derive(Serialize, Deserialize)]
struct Path {
    calls: Vec<usize>,
    duration_ms: Ms,
}

#[derive(Serialize)]
struct Reason {
    by: &'static str,
    time_ms: Ms,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
}

#[derive(Serialize)]
struct Part {
    cause: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    from_ms: Ms,
    to_ms: Ms,
    duration_ms: Ms,
}

#[derive(Serialize, Deserialize)]
struct Call {
    #[serde(skip_deserializing)]
    index: usize,
    name: String,
    id: String,
    outcome: String,
    detail: Option<String>,
    because: Option<usize>,
    late: bool,
    still_running: bool,
    same_as: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    longest_poll_ms: Option<Ms>,
    queued_ms: Ms,
    started_ms: Option<Ms>,
    finished_ms: Option<Ms>,
    #[serde(skip_deserializing)]
    duration_ms: Ms,
    #[serde(skip_deserializing)]
    attempts: usize,
    waits: Vec<Waited>,
    failed_attempts: Vec<Attempt>,
}

/// `what` is `calls`, or the limit: `batch`, `threads`, `tool` or `group`.
#[derive(Serialize, Deserialize)]
struct Waited {
    what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    from_ms: Ms,
    to_ms: Ms,
    #[serde(skip_deserializing)]
    duration_ms: Ms,
}

#[derive(Serialize, Deserialize)]
struct Attempt {
    started_ms: Ms,
    finished_ms: Ms,
    error: String,
    back_off_ms: Ms,
}

/// A time in milliseconds, with a fraction.
#[derive(Clone, Copy, Default)]
struct Ms(Duration);

impl Serialize for Ms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_nanos() as f64 / 1e6)
    }
}

impl<'de> Deserialize<'de> for Ms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let milliseconds = f64::deserialize(deserializer)?;
        Duration::try_from_secs_f64(milliseconds / 1e3)
            .map(Self)
            .map_err(|_| D::Error::custom(format!("{milliseconds} ms is not a length of time")))
    }
}
