//! What a call says beside its arguments.

use std::time::Duration;

use async_nats::HeaderMap;

use super::{FORMAT, Refusal, Why};

/// The names of headers.
pub(crate) mod name {
    pub(crate) const FORMAT: &str = "Tool-Format";
    pub(crate) const FINGERPRINT: &str = "Tool-Fingerprint";
    pub(crate) const CALL_ID: &str = "Tool-Call-Id";
    pub(crate) const KEY: &str = "Tool-Idempotency-Key";
    pub(crate) const ATTEMPT: &str = "Tool-Attempt";
    pub(crate) const TIMEOUT: &str = "Tool-Timeout-Ms";
    pub(crate) const HEARTBEAT: &str = "Tool-Heartbeat-Ms";
    pub(crate) const APPROVED: &str = "Tool-Approved";
    pub(crate) const ANSWER: &str = "Tool-Answer";
    pub(crate) const WORKER: &str = "Tool-Worker";
    pub(crate) const REPEATED: &str = "Tool-Repeated";
    pub(crate) const REFUSED: &str = "Tool-Refused";
    pub(crate) const PART: &str = "Tool-Part";
}

/// A call, without its arguments and where it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) fingerprint: String,
    pub(crate) call_id: String,
    pub(crate) key: String,
    pub(crate) attempt: u32,
    /// How long the caller still waits.
    pub(crate) timeout: Option<Duration>,
    pub(crate) heartbeat: Duration,
    pub(crate) approved: bool,
}

/// A key is in memory for a while.
const MAX_KEY: usize = 256;
const MAX_ID: usize = 4_096;

impl Request {
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name::FORMAT, FORMAT.to_string());
        headers.insert(name::FINGERPRINT, self.fingerprint.as_str());
        headers.insert(name::CALL_ID, quoted(&self.call_id));
        headers.insert(name::KEY, quoted(&self.key));
        headers.insert(name::ATTEMPT, self.attempt.to_string());
        headers.insert(name::HEARTBEAT, milliseconds(self.heartbeat));
        if let Some(timeout) = self.timeout {
            headers.insert(name::TIMEOUT, milliseconds(timeout));
        }
        if self.approved {
            headers.insert(name::APPROVED, "1");
        }
        headers
    }

    /// # Errors
    ///
    /// What the caller is told, which has asked in a way that is not understood.
    pub(crate) fn read(headers: Option<&HeaderMap>) -> Result<Self, Refusal> {
        let none = HeaderMap::new();
        let headers = headers.unwrap_or(&none);
        let given = |name: &str| headers.get(name).map(|value| value.as_str());
        match given(name::FORMAT) {
            Some(format) if format == FORMAT.to_string() => {}
            Some(other) => {
                let other = other.escape_debug();
                return Err(Refusal::new(
                    Why::Format,
                    format!("the call is in format `{other}`; this worker reads format {FORMAT}"),
                ));
            }
            None => return Err(malformed(name::FORMAT, "is missing")),
        }
        let needed = |name: &'static str| given(name).ok_or_else(|| malformed(name, "is missing"));
        let text = |name: &'static str, most: usize| {
            let text: String = serde_json::from_str(needed(name)?)
                .map_err(|_| malformed(name, "is no JSON string"))?;
            match text.len() {
                0 if name == name::KEY => Err(malformed(name, "is empty")),
                length if length > most => Err(malformed(name, "is too long")),
                _ => Ok(text),
            }
        };
        let number = |name: &'static str, value: &str| {
            value
                .parse::<u64>()
                .map_err(|_| malformed(name, "is no number"))
        };
        let timeout = match given(name::TIMEOUT) {
            Some(value) => Some(Duration::from_millis(number(name::TIMEOUT, value)?)),
            None => None,
        };
        let heartbeat = number(name::HEARTBEAT, needed(name::HEARTBEAT)?)?;
        let attempt = number(name::ATTEMPT, needed(name::ATTEMPT)?)?;
        Ok(Self {
            fingerprint: needed(name::FINGERPRINT)?.to_owned(),
            call_id: text(name::CALL_ID, MAX_ID)?,
            key: text(name::KEY, MAX_KEY)?,
            attempt: attempt.try_into().unwrap_or(u32::MAX),
            timeout,
            // Nobody is told more often than that.
            heartbeat: Duration::from_millis(heartbeat.max(10)),
            approved: given(name::APPROVED) == Some("1"),
        })
    }
}

fn malformed(name: &str, problem: &str) -> Refusal {
    Refusal::new(Why::Malformed, format!("the header `{name}` {problem}"))
}

/// Texts of a model and of a provider are in quotes, since a header ends with its line.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn milliseconds(time: Duration) -> String {
    // Rounded up: nothing would be no time at all.
    time.as_nanos().div_ceil(1_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request {
            fingerprint: "ba7816bf8f01cfea414140de5dae2223b00361a3".to_owned(),
            call_id: "call_1\r\nTool-Approved: 1 \"ä\"".to_owned(),
            key: "key-7".to_owned(),
            attempt: 2,
            timeout: Some(Duration::from_millis(1_500)),
            heartbeat: Duration::from_secs(2),
            approved: false,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let written = request();
        assert_eq!(Request::read(Some(&written.headers())), Ok(written));
        let endless = Request {
            timeout: None,
            approved: true,
            ..request()
        };
        assert_eq!(Request::read(Some(&endless.headers())), Ok(endless));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_the_header() {
        let refused = |change: fn(&mut HeaderMap)| {
            let mut headers = request().headers();
            change(&mut headers);
            let refusal = Request::read(Some(&headers)).unwrap_err();
            (refusal.why, refusal.text)
        };
        let without = Request::read(None).unwrap_err();
        assert_eq!(without.text, "the header `Tool-Format` is missing");
        assert_eq!(
            refused(|headers| headers.insert(name::FORMAT, "2")),
            (
                Why::Format,
                "the call is in format `2`; this worker reads format 1".to_owned()
            )
        );
        assert_eq!(
            refused(|headers| headers.insert(name::CALL_ID, "call_1")).1,
            "the header `Tool-Call-Id` is no JSON string"
        );
        assert_eq!(
            refused(|headers| headers.insert(name::KEY, quoted(&"k".repeat(300)))).1,
            "the header `Tool-Idempotency-Key` is too long"
        );
        assert_eq!(
            refused(|headers| headers.insert(name::TIMEOUT, "soon")).1,
            "the header `Tool-Timeout-Ms` is no number"
        );
    }
}
