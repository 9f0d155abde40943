//! What all dialects need to read a response: its members as text, and which provider it is of.

use std::borrow::Cow;

use crate::json::{self, Cursor, Malformed};
use crate::text::shortened;
use crate::{DecodeError, ToolCall};

/// The members of a JSON object, each value as its own text, and where in the response the object stands.
///
/// What is asked for by `string` and `object` may be missing or of any type. What a call could be lost with is asked for
/// by `word`, `list`, `parts` and `part`, which tell the place of what is wrong.
#[derive(Debug)]
pub(super) struct Members<'a> {
    text: &'a str,
    path: String,
    members: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Members<'a> {
    /// The members of `text`, or `None` if it is not an object.
    pub(super) fn of(text: &'a str) -> Result<Option<Self>, Malformed> {
        Self::at(String::new(), text)
    }

    fn at(path: String, text: &'a str) -> Result<Option<Self>, Malformed> {
        let Some(mut cursor) = Cursor::object(text) else {
            return Ok(None);
        };
        let mut members = Vec::new();
        while cursor.advance()? {
            members.push((cursor.key()?, cursor.value()?));
        }
        Ok(Some(Self {
            text,
            path,
            members,
        }))
    }

    /// The object's own text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Each member, in its place.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        let members = self.members.iter();
        members.map(|(key, value)| (key.as_ref(), *value))
    }

    /// The number that is the value of `key`, if it is a whole one.
    pub(super) fn index(&self, key: &str) -> Option<usize> {
        self.get(key).and_then(|text| text.parse().ok())
    }

    /// The same; what is there and is no such number is told.
    pub(super) fn index_if_given(&self, key: &str) -> Result<Option<usize>, Misfit> {
        let text = self.given(key);
        text.map(|text| {
            let index = text.parse().ok();
            index.ok_or_else(|| misfit(&self.path_of(key), text, "index"))
        })
        .transpose()
    }

    /// The elements of the array that is the value of `key`; none if it is something else.
    pub(super) fn elements(&self, key: &str) -> Vec<&'a str> {
        self.get(key).and_then(elements).unwrap_or_default()
    }

    /// The text of the value of `key`; the last one, as other parsers have it, if it stands there twice.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let mut members = self.members.iter().rev();
        members
            .find(|(name, _)| name == key)
            .map(|(_, value)| *value)
    }

    /// The string that is the value of `key`.
    pub(super) fn string(&self, key: &str) -> Option<String> {
        self.get(key).and_then(json::string)
    }

    /// The members of the object that is the value of `key`.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        self.get(key).and_then(|text| Self::of(text).ok().flatten())
    }

    /// The value of `key`, if there is one: `null` is none.
    pub(super) fn given(&self, key: &str) -> Option<&'a str> {
        self.get(key).filter(|text| *text != "null")
    }

    /// The string that is the value of `key`, which has to be there.
    pub(super) fn word(&self, key: &str) -> Result<String, Misfit> {
        let text = self.given(key).ok_or_else(|| self.missing(key))?;
        json::string(text).ok_or_else(|| misfit(&self.path_of(key), text, "string"))
    }

    /// The same, if there is a value.
    pub(super) fn word_if_given(&self, key: &str) -> Result<Option<String>, Misfit> {
        self.given(key).map(|_| self.word(key)).transpose()
    }

    /// The objects in the list that is the value of `key`, which has to be there.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Self>, Misfit> {
        match self.given(key) {
            Some(_) => self.parts(key),
            None => Err(self.missing(key)),
        }
    }

    /// The same; none if there is no value.
    pub(super) fn parts(&self, key: &str) -> Result<Vec<Self>, Misfit> {
        let Some(text) = self.given(key) else {
            return Ok(Vec::new());
        };
        let path = self.path_of(key);
        let values = elements(text).ok_or_else(|| misfit(&path, text, "list"))?;
        let places = values.iter().enumerate();
        places
            .map(|(index, text)| Self::object_at(format!("{path}[{index}]"), text))
            .collect()
    }

    /// The members of the object that is the value of `key`, if there is a value.
    pub(super) fn part(&self, key: &str) -> Result<Option<Self>, Misfit> {
        let text = self.given(key);
        text.map(|text| Self::object_at(self.path_of(key), text))
            .transpose()
    }

    fn object_at(path: String, text: &'a str) -> Result<Self, Misfit> {
        // The text is part of one that was read as JSON.
        match Self::at(String::new(), text).ok().flatten() {
            Some(members) => Ok(Self { path, ..members }),
            None => Err(misfit(&path, text, "object")),
        }
    }

    fn path_of(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    /// What is wrong where `key` has no value.
    pub(super) fn missing(&self, key: &str) -> Misfit {
        match self.path.as_str() {
            "" => format!("a response without `{key}`"),
            path => format!("`{path}` without `{key}`"),
        }
    }
}

/// What was found where something else is expected, in words.
pub(super) type Misfit = String;

fn misfit(path: &str, text: &str, expected: &str) -> Misfit {
    let kind = match text.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'[') => "a list",
        Some(b'{') => "an object",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    format!("`{path}`, which is {kind} and no {expected}")
}

/// The error for a response in which something else was found than is expected.
pub(super) fn wrong(expected: &'static str) -> impl Fn(Misfit) -> DecodeError {
    move |found| DecodeError::WrongShape { expected, found }
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

/// Whether `text` is a whole object of JSON.
pub(super) fn is_object(text: &str) -> bool {
    text.trim_start().starts_with('{') && is_complete(text)
}

/// The arguments that a value is: an object as it stands. In a string is JSON text, as OpenAI has it and some hosts of other formats;
/// no value is an empty text.
pub(super) fn arguments(given: Option<&str>) -> String {
    match given {
        None => String::new(),
        Some(text) => json::string(text).unwrap_or_else(|| text.to_owned()),
    }
}

/// The call, cut off if it is.
pub(super) fn cut_if(call: ToolCall, is_cut: bool) -> ToolCall {
    if is_cut { call.cut_off() } else { call }
}

/// The one that is to be read of several answers, or what is wrong.
pub(super) fn chosen<'r, 'a>(
    answers: &'r [Members<'a>],
    choice: Option<usize>,
    noun: &str,
) -> Result<&'r Members<'a>, Misfit> {
    match (answers, choice) {
        ([], _) => Err(format!("no {noun}")),
        (answers, Some(choice)) => {
            // By the index that it says, as in a stream, wherever it stands.
            let mut said = answers.iter();
            let said = said.find(|answer| answer.index("index") == Some(choice));
            said.or_else(|| answers.get(choice)).ok_or_else(|| {
                format!(
                    "{} {noun}, of which `.choice({choice})` is none: the first is 0",
                    answers.len()
                )
            })
        }
        ([only], None) => Ok(only),
        (several, None) => Err(format!(
            "{} {noun}, where one is read; choose one with `.choice(0)` of the dialect, or ask for one",
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
    let begins = body.trim_ascii_start();
    let is_stream = ["data:", "event:", ":"]
        .iter()
        .any(|field| begins.starts_with(field.as_bytes()));
    if is_stream {
        return DecodeError::WrongShape {
            expected,
            found:
                "a stream of events; read it with `stream()` of the dialect, or ask for no stream"
                    .to_owned(),
        };
    }
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
    let has = |key| members.given(key).is_some();
    let starts = |key, with: char| {
        members
            .get(key)
            .is_some_and(|value| value.starts_with(with))
    };
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
    } else if members.string("type").as_deref() == Some("message") && has("content")
        || members.string("role").as_deref() == Some("assistant") && starts("content", '[')
    {
        Kind::Anthropic
    } else {
        let keys: Vec<String> = members
            .members
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
