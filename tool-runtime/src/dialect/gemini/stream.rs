//! A streamed response of Gemini: each event is a response with the parts that are new.

use std::borrow::Cow;

use serde_json::Value;

use super::response::{blocked, call, failure, read};
use crate::dialect::response::{Kind, Members, elements, kind};
use crate::dialect::said::of_part;
use crate::dialect::stream::{
    Assemble, Draft, Fault, Text, Told, event, lost, several, unexpected,
};
use crate::dialect::{Message, Turn};
use crate::{DecodeError, ToolCall};

pub(super) const EXPECTED: &str = "a stream of Gemini (events with `candidates`)";

#[derive(Debug)]
pub(super) struct Parts {
    choice: Option<usize>,
    parts: Vec<Part>,
    told: Told,
    calls: usize,
    has_begun: bool,
    is_over: bool,
}

/// Reads a response that is no stream of events: a whole one, or the array that comes without `alt=sse`.
pub(super) fn unstreamed(body: &[u8], choice: Option<usize>) -> Result<Turn, DecodeError> {
    let array = std::str::from_utf8(body).ok().and_then(elements);
    let Some(first) = array.map(|array| array.first().copied().unwrap_or_default()) else {
        return read(body, choice);
    };
    match read(first.as_bytes(), choice) {
        Err(DecodeError::Provider { message }) => Err(DecodeError::Provider { message }),
        _ => Err(DecodeError::WrongShape {
            expected: EXPECTED,
            found: "an array of responses; ask for `alt=sse`".to_owned(),
        }),
    }
}

#[derive(Debug)]
enum Part {
    /// Text without a signature, of which more may come.
    Text(Draft),
    /// As it came.
    Whole(String),
}

impl Parts {
    pub(super) fn new(choice: Option<usize>) -> Self {
        Self {
            choice,
            parts: Vec::new(),
            told: Told::default(),
            calls: 0,
            has_begun: false,
            is_over: false,
        }
    }
}

impl Assemble for Parts {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let response = event(data, EXPECTED)?;
        match kind(&response) {
            Kind::Gemini => {}
            // The last event may tell of the use of tokens alone.
            Kind::Unknown(_) if self.has_begun => return Ok(()),
            _ => return Err(unexpected(&response, EXPECTED).into()),
        }
        blocked(&response)?;
        self.has_begun = true;
        let mut wrong = Ok(());
        for candidate in response.parts("candidates").map_err(lost(EXPECTED))? {
            let index = candidate.index_if_given("index").map_err(lost(EXPECTED))?;
            let index = index.unwrap_or_default();
            match self.choice {
                None if index > 0 => wrong = Err(several("candidates", EXPECTED)),
                choice if choice.unwrap_or_default() != index => {}
                _ => wrong = wrong.and(self.candidate(&candidate, calls)),
            }
        }
        wrong
    }

    /// A call comes in one event.
    fn lose(&mut self) {}

    fn has_begun(&self) -> bool {
        self.has_begun
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn end(&mut self, _: &mut Vec<ToolCall>) {}

    fn rest(&mut self, _: bool) -> String {
        // Only the last part may grow.
        let last = self.parts.len().saturating_sub(1);
        let parts = self.parts.iter().enumerate();
        self.told
            .rest(parts, |(place, part)| part.text(place < last))
    }

    /// The parts as they came, since each may bear a signature; but texts that have none go on in one part, as they do in a whole
    /// response.
    fn messages(&self) -> Vec<Message> {
        let parts: Vec<String> = self.parts.iter().filter_map(Part::to_json).collect();
        match parts.is_empty() {
            true => Vec::new(),
            false => vec![Message::new(format!(
                "{{\"role\":\"model\",\"parts\":[{}]}}",
                parts.join(",")
            ))],
        }
    }
}

impl Parts {
    fn candidate(
        &mut self,
        candidate: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), Fault> {
        let lost = lost(EXPECTED);
        let content = candidate.part("content").map_err(&lost)?;
        let parts = content.map(|content| content.parts("parts")).transpose();
        let parts = parts.map_err(&lost)?.unwrap_or_default();
        let reason = candidate.word_if_given("finishReason").map_err(&lost);
        // What nobody can read may have been the limit of tokens.
        let is_cut = match &reason {
            Ok(reason) => reason.as_deref() == Some("MAX_TOKENS"),
            Err(_) => true,
        };
        let mut pieces = Ok(());
        for (part, place) in parts.iter().zip(1..) {
            if let Err(misfit) = part.part("functionCall") {
                pieces = Err(lost(misfit));
            } else if is_piece(part.text()) {
                pieces = self.piece(part.text(), calls);
            } else {
                self.part(part.text(), is_cut && place == parts.len(), calls);
            }
        }
        let Some(reason) = reason? else {
            return pieces;
        };
        self.is_over = true;
        match failure(candidate, reason).filter(|_| self.calls == 0) {
            Some(problem) => Err(Fault::Told(problem)),
            None => pieces,
        }
    }

    fn part(&mut self, part: &str, is_cut: bool, calls: &mut Vec<ToolCall>) {
        if let Some(call) = call(part) {
            self.calls += 1;
            calls.push(if is_cut { call.cut_off() } else { call });
        }
        match (text(part), self.parts.last_mut()) {
            (Some((text, is_thought)), Some(Part::Text(draft)))
                if draft.has("thought") == is_thought =>
            {
                draft.append("text", &text);
            }
            (Some(_), _) => {
                let members = Members::of(part).ok().flatten();
                let draft = members.as_ref().map(Draft::of);
                self.parts.push(Part::Text(draft.unwrap_or_default()));
            }
            (None, _) => self.parts.push(Part::Whole(part.to_owned())),
        }
    }

    /// A piece of a call. The first has its name; the others cannot be put together here, so it is cut off.
    fn piece(&mut self, part: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        if let Some(call) = call(part).filter(|call| !call.name().is_empty()) {
            self.calls += 1;
            let id = match call.id() {
                "" => String::new(),
                id => format!("\"id\":{},", Value::from(id)),
            };
            self.parts.push(Part::Whole(format!(
                "{{\"functionCall\":{{{id}\"name\":{},\"args\":{{}}}}}}",
                Value::from(call.name())
            )));
            calls.push(call.cut_off());
        }
        let found = "a call in pieces; leave `streamFunctionCallArguments` out of the request";
        Err(lost(EXPECTED)(found.to_owned()))
    }
}

/// Whether a part is a piece of a call, as Vertex has them on request: more of it follows, or has come before.
fn is_piece(part: &str) -> bool {
    let members = Members::of(part).ok().flatten();
    let call = members.and_then(|members| members.object("functionCall"));
    call.is_some_and(|call| {
        call.get("willContinue") == Some("true")
            || call.get("partialArgs").is_some()
            || call.string("name").is_none_or(|name| name.is_empty())
    })
}

/// The text that a part is, without a signature, and whether it is a thought.
fn text(part: &str) -> Option<(String, bool)> {
    let members = Members::of(part).ok().flatten()?;
    let is_plain = members
        .iter()
        .all(|(key, value)| key == "text" || key == "thought" && value == "true");
    let is_thought = members.get("thought").is_some();
    is_plain.then(|| Some((members.string("text")?, is_thought)))?
}

impl Part {
    fn text(&self, has_ended: bool) -> Option<Text<'_>> {
        match self {
            Self::Text(draft) if draft.has("thought") => None,
            Self::Text(draft) => Some((draft.text("text")?, has_ended)),
            Self::Whole(part) => Some((Cow::Owned(of_part(part)?), true)),
        }
    }

    /// As JSON text; the provider refuses an empty text.
    fn to_json(&self) -> Option<String> {
        match self {
            Self::Text(draft) => {
                let is_empty = draft.string("text").is_none_or(|text| text.is_empty());
                (!is_empty).then(|| draft.to_json())
            }
            Self::Whole(json) => Some(json.clone()),
        }
    }
}
