//! A streamed response of Gemini: each event is a response with the parts that are new.

use super::response::{MALFORMED, blocked, call};
use crate::dialect::Message;
use crate::dialect::response::{Kind, Members, kind};
use crate::dialect::stream::{Assemble, event};
use crate::{DecodeError, ToolCall};

pub(super) const EXPECTED: &str = "a stream of Gemini (events with `candidates`)";

#[derive(Debug)]
pub(super) struct Parts {
    choice: Option<usize>,
    parts: Vec<String>,
    calls: usize,
    has_begun: bool,
    is_over: bool,
}

impl Parts {
    pub(super) fn new(choice: Option<usize>) -> Self {
        Self {
            choice,
            parts: Vec::new(),
            calls: 0,
            has_begun: false,
            is_over: false,
        }
    }
}

impl Assemble for Parts {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), DecodeError> {
        let response = event(data, EXPECTED)?;
        match kind(&response) {
            Kind::Gemini => {}
            // The last event may tell of the use of tokens alone.
            Kind::Unknown(_) if self.has_begun => return Ok(()),
            other => return Err(other.unexpected(EXPECTED)),
        }
        blocked(&response)?;
        self.has_begun = true;
        for candidate in response.elements("candidates") {
            let Some(candidate) = Members::of(candidate).ok().flatten() else {
                continue;
            };
            let index = candidate.index("index").unwrap_or_default();
            match self.choice {
                None if index > 0 => {
                    return Err(DecodeError::WrongShape {
                        expected: EXPECTED,
                        found: "several candidates, where one is read; say which by `.choice(0)` of the dialect, or ask for one".to_owned(),
                    });
                }
                choice if choice.unwrap_or_default() != index => continue,
                _ => self.candidate(&candidate, calls)?,
            }
        }
        Ok(())
    }

    fn has_begun(&self) -> bool {
        self.has_begun
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn end(&mut self, _: &mut Vec<ToolCall>) {}

    /// The parts as they came, since each may bear a signature.
    fn messages(&self) -> Vec<Message> {
        match self.parts.is_empty() {
            true => Vec::new(),
            false => vec![Message::new(format!(
                "{{\"role\":\"model\",\"parts\":[{}]}}",
                self.parts.join(",")
            ))],
        }
    }
}

impl Parts {
    fn candidate(
        &mut self,
        candidate: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), DecodeError> {
        let content = candidate.object("content");
        let parts = content.map(|content| content.elements("parts"));
        for part in parts.unwrap_or_default() {
            self.parts.push(part.to_owned());
            if let Some(call) = call(part) {
                self.calls += 1;
                calls.push(call);
            }
        }
        let Some(reason) = candidate.string("finishReason") else {
            return Ok(());
        };
        self.is_over = true;
        match self.calls == 0 && MALFORMED.contains(&reason.as_str()) {
            true => Err(DecodeError::MalformedCall {
                reason,
                message: candidate.string("finishMessage").unwrap_or_default(),
            }),
            false => Ok(()),
        }
    }
}
