//! What all dialects need to read a response: its members as text, and which provider it is of.

use std::borrow::Cow;

use crate::DecodeError;
use crate::json::{self, Cursor, Malformed};
use crate::text::shortened;

/// The members of a JSON object, each value as its own text.
#[derive(Debug)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Members<'a> {
    /// The members of `text`, or `None` if it is not an object.
    pub(super) fn of(text: &'a str) -> Result<Option<Self>, Malformed> {
        let Some(mut cursor) = Cursor::object(text) else {
            return Ok(None);
        };
        let mut members = Vec::new();
        while cursor.advance()? {
            members.push((cursor.key()?, cursor.value()?));
        }
        Ok(Some(Self(members)))
    }

    /// The text of the value of `key`; the last one, as other parsers have it, if it stands there twice.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let mut members = self.0.iter().rev();
        members
            .find(|(name, _)| name == key)
            .map(|(_, value)| *value)
    }

    /// The string that is the value of `key`.
    pub(super) fn string(&self, key: &str) -> Option<String> {
        self.get(key).and_then(json::string)
    }

    /// The elements of the array that is the value of `key`; none if it is something else.
    pub(super) fn elements(&self, key: &str) -> Vec<&'a str> {
        self.get(key).and_then(elements).unwrap_or_default()
    }

    /// The members of the object that is the value of `key`.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        self.get(key).and_then(|text| Self::of(text).ok().flatten())
    }
}

/// The elements of `text`, or `None` if it is not an array.
pub(super) fn elements(text: &str) -> Option<Vec<&str>> {
    let mut cursor = Cursor::array(text)?;
    let mut elements = Vec::new();
    while cursor.advance().ok()? {
        elements.push(cursor.value().ok()?);
    }
    Some(elements)
}

/// Whether `text` is a whole value of JSON.
pub(super) fn is_complete(text: &str) -> bool {
    json::value_end(text, 0).is_ok_and(|end| json::skip_space(text, end) == text.len())
}

/// The one that is to be read of several answers, or what is wrong.
pub(super) fn chosen<'a>(
    answers: &[&'a str],
    choice: Option<usize>,
    noun: &str,
) -> Result<&'a str, String> {
    match (answers, choice) {
        ([], _) => Err(format!("no {noun}")),
        (answers, Some(choice)) => answers.get(choice).copied().ok_or_else(|| {
            format!(
                "{} {noun}, and `.choice({choice})`; the first is 0",
                answers.len()
            )
        }),
        ([only], None) => Ok(only),
        (several, None) => Err(format!(
            "{} {noun}, where one is read; say which by `.choice(0)` of the dialect, or ask for one",
            several.len()
        )),
    }
}

/// The members of a response, which is one JSON object.
pub(super) fn members<'a>(
    body: &'a [u8],
    expected: &'static str,
) -> Result<Members<'a>, DecodeError> {
    let text = whole(body, expected)?;
    match Members::of(text).map_err(|error| malformed(body, expected, &error))? {
        Some(members) => Ok(members),
        None => Err(DecodeError::WrongShape {
            expected,
            found: format!("`{}`, which is no object", shortened(text.trim(), 60)),
        }),
    }
}

/// The text of one JSON value and of nothing after it.
pub(super) fn whole<'a>(body: &'a [u8], expected: &'static str) -> Result<&'a str, DecodeError> {
    let text =
        std::str::from_utf8(body).map_err(|error| not_json(body, expected, error.to_string()))?;
    let end = json::value_end(text, 0).map_err(|error| malformed(body, expected, &error))?;
    if json::skip_space(text, end) < text.len() {
        let problem = format!("more text after the value, at byte {end}");
        return Err(not_json(body, expected, problem));
    }
    Ok(text)
}

fn malformed(body: &[u8], expected: &'static str, error: &Malformed) -> DecodeError {
    let problem = format!("{} at byte {}", error.message, error.at);
    not_json(body, expected, problem)
}

fn not_json(body: &[u8], expected: &'static str, problem: String) -> DecodeError {
    DecodeError::NotJson {
        expected,
        problem,
        beginning: shortened(&String::from_utf8_lossy(body), 60),
    }
}

/// Which provider an object is of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    OpenAiChat,
    /// The message alone, without the response round it.
    OpenAiMessage,
    OpenAiResponses,
    Anthropic,
    Gemini,
    Bedrock,
    Ollama,
    ProviderError(String),
    Unknown(String),
}

/// Judged by the one member that each provider's response has and no other's, or by two. Mistral's is OpenAI's.
pub(super) fn kind(members: &Members<'_>) -> Kind {
    let has = |key| members.get(key).is_some_and(|value| value != "null");
    if let Some(message) = provider_error(members) {
        Kind::ProviderError(message)
    } else if has("choices") {
        Kind::OpenAiChat
    } else if has("candidates") || has("promptFeedback") {
        Kind::Gemini
    } else if members.string("object").as_deref() == Some("response") {
        Kind::OpenAiResponses
    } else if has("output") && has("stopReason") {
        Kind::Bedrock
    } else if has("message") && has("done") {
        Kind::Ollama
    } else if has("tool_calls") {
        Kind::OpenAiMessage
    } else if (members.string("type").as_deref() == Some("message")
        || members.string("role").as_deref() == Some("assistant"))
        && members
            .get("content")
            .is_some_and(|content| content.starts_with('['))
    {
        Kind::Anthropic
    } else {
        let keys: Vec<String> = members
            .0
            .iter()
            .map(|(key, _)| shortened(key, 30))
            .collect();
        Kind::Unknown(crate::text::listed(keys.iter().take(8).map(String::as_str)))
    }
}

/// The text of a provider's error: `{"error": {"message": …}}`, `{"error": "…"}` or `{"object": "error", …}`.
fn provider_error(members: &Members<'_>) -> Option<String> {
    if members.string("object").as_deref() == Some("error") {
        return members.string("message");
    }
    let text = members.get("error")?;
    let message = members
        .object("error")
        .and_then(|error| error.string("message"));
    let object = || text.starts_with('{').then(|| shortened(text, 200));
    message.or_else(|| members.string("error")).or_else(object)
}

impl Kind {
    /// The error for a response of this kind where another was expected.
    pub(super) fn unexpected(self, expected: &'static str) -> DecodeError {
        let found = match self {
            Self::OpenAiChat => {
                "a response of OpenAI Chat Completions (it has `choices`)".to_owned()
            }
            Self::OpenAiMessage => {
                "a message of OpenAI Chat Completions; give the whole response, with its `choices`"
                    .to_owned()
            }
            Self::OpenAiResponses => {
                "a response of OpenAI Responses (`\"object\": \"response\"`)".to_owned()
            }
            Self::Anthropic => {
                "a response of Anthropic Messages (`\"type\": \"message\"`)".to_owned()
            }
            Self::Gemini => "a response of Gemini (it has `candidates`)".to_owned(),
            Self::Bedrock => {
                "a response of Bedrock Converse (it has `output` and `stopReason`)".to_owned()
            }
            Self::Ollama => "a response of Ollama (it has `message` and `done`)".to_owned(),
            Self::ProviderError(message) => return DecodeError::Provider { message },
            Self::Unknown(keys) if keys.is_empty() => "an empty object".to_owned(),
            Self::Unknown(keys) => format!("an object with {keys}"),
        };
        DecodeError::WrongShape { expected, found }
    }
}
