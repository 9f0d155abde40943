//! A record as it is stored: `{"format":1,"started":{…}}` or `{"format":1,"finished":{…}}`. A change that old readers would misread is a
//! new number.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FinishedCall, Record, StartedCall};
use crate::report::stored::{StoredCall, StoredResult};

pub(super) const FORMAT: u64 = 1;

/// Read before all else, whatever the format.
#[derive(Deserialize)]
pub(super) struct Format {
    pub(super) format: u64,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    #[serde(deserialize_with = "known")]
    format: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started: Option<Started<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finished: Option<Finished<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Started<'a> {
    key: Cow<'a, str>,
    index: usize,
    call: StoredCall<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arguments: Option<Cow<'a, str>>,
    may_change: bool,
}

#[derive(Serialize, Deserialize)]
struct Finished<'a> {
    key: Cow<'a, str>,
    index: usize,
    result: StoredResult<'a>,
}

fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        FORMAT => Ok(FORMAT),
        other => Err(D::Error::custom(format!(
            "this record has format {other}, and only format {FORMAT} is known"
        ))),
    }
}

impl Serialize for StartedCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let started = Started {
            key: (&*self.key).into(),
            index: self.index,
            call: (&self.call).into(),
            arguments: self.arguments.as_deref().map(Into::into),
            may_change: self.may_change,
        };
        Stored {
            format: FORMAT,
            started: Some(started),
            finished: None,
        }
        .serialize(serializer)
    }
}

impl Serialize for FinishedCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let finished = Finished {
            key: (&*self.key).into(),
            index: self.index,
            result: (&self.result).into(),
        };
        Stored {
            format: FORMAT,
            started: None,
            finished: Some(finished),
        }
        .serialize(serializer)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Started(call) => call.serialize(serializer),
            Self::Finished(call) => call.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        match (stored.started, stored.finished) {
            (Some(started), None) => Ok(Self::Started(StartedCall {
                key: started.key.into(),
                index: started.index,
                call: started.call.into(),
                arguments: started.arguments.map(Into::into),
                may_change: started.may_change,
            })),
            (None, Some(finished)) => Ok(Self::Finished(FinishedCall {
                key: finished.key.into(),
                index: finished.index,
                result: finished.result.try_into().map_err(D::Error::custom)?,
            })),
            (Some(_), Some(_)) | (None, None) => Err(D::Error::custom(
                "expected one of `started` and `finished` in this record",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for StartedCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Record::deserialize(deserializer)? {
            Record::Started(call) => Ok(call),
            Record::Finished(_) => Err(D::Error::custom(
                "expected the record of a call that begins, got that of one that has its result",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for FinishedCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Record::deserialize(deserializer)? {
            Record::Finished(call) => Ok(call),
            Record::Started(_) => Err(D::Error::custom(
                "expected the record of a call that has its result, got that of one that begins",
            )),
        }
    }
}
