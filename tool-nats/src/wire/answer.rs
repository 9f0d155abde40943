//! What a worker answers to a call.

use async_nats::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use tool_runtime::Progress;

use super::header::quoted;
use super::name;

/// One message to the inbox of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// The call runs.
    Running,
    /// How far it is.
    Progress(Progress),
    /// A part of its result: the bytes are the message's.
    Result { part: Part, key: String },
    /// Nothing was run.
    Refused(Refusal),
    /// There is no worker: the server says so.
    NoResponders,
}

/// Which part of how many, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) number: u32,
    pub(crate) of: u32,
}

/// Why nothing was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) why: Why,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    /// The worker has as many calls as it takes.
    Busy,
    /// The worker is shutting down.
    Draining,
    /// The worker has another definition of the tool.
    Skew,
    /// The call is in a format that the worker does not read.
    Format,
    /// A header or the arguments cannot be read.
    Malformed,
    /// The call needs approval, and does not say that it has it.
    Approval,
    /// The key is that of another call.
    Key,
    /// The worker's program does not run it for this caller.
    Denied,
    /// Something that a later version knows.
    #[serde(other)]
    Other,
}

impl Refusal {
    pub(crate) fn new(why: Why, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { why, text }
    }

    /// The code of the service's error, as HTTP has it.
    pub(crate) fn code(&self) -> usize {
        match self.why {
            Why::Busy | Why::Draining => 503,
            Why::Skew | Why::Key => 409,
            Why::Format | Why::Malformed => 400,
            Why::Approval | Why::Denied => 403,
            Why::Other => 500,
        }
    }
}

/// How progress is written.
#[derive(Serialize, Deserialize)]
struct Written {
    done: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Answer {
    /// The headers, and the payload of an answer that has one of its own.
    pub(crate) fn written(&self, worker: &str) -> (HeaderMap, Bytes) {
        let mut headers = HeaderMap::new();
        headers.insert(name::WORKER, worker);
        let mut payload = Bytes::new();
        let kind = match self {
            Self::Running => "running",
            Self::Progress(progress) => {
                let written = Written {
                    done: progress.done,
                    total: progress.total,
                    message: progress.message.clone(),
                };
                payload = serde_json::to_vec(&written).unwrap_or_default().into();
                "progress"
            }
            Self::Result { part, key } => {
                headers.insert(name::KEY, quoted(key));
                headers.insert(name::PART, format!("{}/{}", part.number, part.of));
                "result"
            }
            Self::Refused(refusal) => {
                let why = serde_json::to_value(refusal.why).unwrap_or_default();
                headers.insert(name::REFUSED, why.as_str().unwrap_or("other"));
                "refused"
            }
            Self::NoResponders => "no responders",
        };
        headers.insert(name::ANSWER, kind);
        (headers, payload)
    }

    /// What a message to an inbox says, if it is an answer.
    pub(crate) fn read(message: &async_nats::Message) -> Option<Self> {
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return Some(Self::NoResponders);
        }
        let headers = message.headers.as_ref()?;
        let given = |name: &str| headers.get(name).map(|value| value.as_str());
        match given(name::ANSWER)? {
            "running" => Some(Self::Running),
            "progress" => {
                let written: Written = serde_json::from_slice(&message.payload).ok()?;
                let mut progress = Progress::new(written.done);
                progress.total = written.total;
                progress.message = written.message;
                Some(Self::Progress(progress))
            }
            "result" => {
                let (number, of) = given(name::PART)?.split_once('/')?;
                let part = Part {
                    number: number.parse().ok()?,
                    of: of.parse().ok()?,
                };
                let key = serde_json::from_str(given(name::KEY)?).ok()?;
                Some(Self::Result { part, key })
            }
            "refused" => {
                let why = serde_json::from_value(given(name::REFUSED)?.into());
                let text = given(async_nats::service::NATS_SERVICE_ERROR);
                Some(Self::Refused(Refusal::new(
                    why.unwrap_or(Why::Other),
                    text.unwrap_or("no reason was given"),
                )))
            }
            _ => None,
        }
    }
}

/// The parts of a result, in order.
pub(crate) fn split(result: &Bytes, most: usize) -> Vec<(Part, Bytes)> {
    let most = most.max(1);
    let of = result.len().div_ceil(most).max(1);
    let part = |index: usize| {
        let from = index * most;
        let until = (from + most).min(result.len());
        let part = Part {
            number: index as u32 + 1,
            of: of as u32,
        };
        (part, result.slice(from..until))
    };
    (0..of).map(part).collect()
}

/// A result that comes in parts.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    bytes: BytesMut,
    next: u32,
}

/// Why a result cannot be put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartsError {
    /// A part is missing.
    Gap,
    /// It has more bytes than are taken.
    TooLong,
}

impl Parts {
    /// Takes the next part; the result is whole with the last one. One that was there already is passed over.
    pub(crate) fn add(
        &mut self,
        part: Part,
        bytes: &[u8],
        most: usize,
    ) -> Result<Option<Bytes>, PartsError> {
        if part.number <= self.next {
            return Ok(None);
        }
        if part.number != self.next + 1 || part.number > part.of {
            return Err(PartsError::Gap);
        }
        if self.bytes.len() + bytes.len() > most {
            return Err(PartsError::TooLong);
        }
        self.next = part.number;
        self.bytes.extend_from_slice(bytes);
        Ok((part.number == part.of).then(|| self.bytes.split().freeze()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(answer: &Answer) -> async_nats::Message {
        let (headers, payload) = answer.written("worker7");
        async_nats::Message {
            subject: "_INBOX.a.b".into(),
            reply: None,
            length: payload.len(),
            payload,
            headers: Some(headers),
            status: None,
            description: None,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let answers = [
            Answer::Running,
            Answer::Progress(Progress::new(1.0)),
            Answer::Progress(Progress::new(1.0).of(3.0).message("page 1\r\nof 3")),
            Answer::Result {
                part: Part { number: 2, of: 3 },
                key: "a\r\nb".to_owned(),
            },
        ];
        for answer in answers {
            assert_eq!(Answer::read(&message(&answer)), Some(answer));
        }
        let mut refused = message(&Answer::Refused(Refusal::new(Why::Skew, "")));
        let headers = refused.headers.as_mut().unwrap();
        headers.insert("Nats-Service-Error", "another version");
        let read = Answer::read(&refused);
        let skew = Refusal::new(Why::Skew, "another version");
        assert_eq!(read, Some(Answer::Refused(skew)));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        let mut other = message(&Answer::Running);
        other.headers.as_mut().unwrap().insert(name::ANSWER, "no");
        assert_eq!(Answer::read(&other), None);
        other.headers = None;
        assert_eq!(Answer::read(&other), None);
        other.status = Some(StatusCode::NO_RESPONDERS);
        assert_eq!(Answer::read(&other), Some(Answer::NoResponders));
    }

    #[test]
    fn parts_are_the_whole_again() {
        for length in [0, 1, 9, 10, 11, 95] {
            let whole = Bytes::from(vec![7; length]);
            let mut parts = Parts::default();
            let mut last = None;
            for (part, bytes) in split(&whole, 10) {
                assert_eq!(last, None);
                last = parts.add(part, &bytes, 100).unwrap();
                // Delivered twice.
                assert_eq!(parts.add(part, &bytes, 100), Ok(None));
            }
            assert_eq!(last, Some(whole));
        }
    }

    #[test]
    fn a_part_that_is_missing_or_too_much_is_seen() {
        let part = |number| Part { number, of: 3 };
        let mut parts = Parts::default();
        assert_eq!(parts.add(part(1), b"ab", 3), Ok(None));
        assert_eq!(parts.add(part(3), b"c", 3), Err(PartsError::Gap));
        assert_eq!(parts.add(part(2), b"cd", 3), Err(PartsError::TooLong));
        let beyond = Part { number: 4, of: 3 };
        assert_eq!(parts.add(beyond, b"", 3), Err(PartsError::Gap));
    }
}
