//! What a scripted model says in one turn.

use serde::Serialize;
use serde_json::Value;

/// One turn of a [`ScriptedModel`](super::ScriptedModel), as it is written down: what the model thinks, says and calls, in this order.
///
/// ```
/// use serde_json::json;
/// use tool_runtime::testing::Reply;
///
/// let both_at_once = Reply::new()
///     .thinking("Both can be looked up at once.")
///     .text("I look it up.")
///     .call("get_customer", json!({"id": 7}))
///     .call("get_orders", json!({"customer_id": 7}));
/// # let _ = both_at_once;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a reply is said when it is a turn of a `ScriptedModel`"]
pub struct Reply {
    parts: Vec<Part>,
    is_cut: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Thinking(String),
    Text(String),
    Refusal(String),
    Call(Call),
}

/// A call: its arguments are JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// One is made if there is none.
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) arguments: String,
    /// The arguments end in the middle.
    pub(super) is_cut: bool,
}

impl Reply {
    /// A turn in which nothing is said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The model declines, each provider's in its own way: a text with a reason to stop, a refusal, or no answer at all (Gemini). Where
    /// a provider has no way (Mistral, Ollama), it is a text.
    pub fn refusal(text: impl Into<String>) -> Self {
        Self::new().with(Part::Refusal(text.into()))
    }

    /// The same, with thoughts; OpenAI Chat Completions shows none.
    pub fn thinking(self, text: impl Into<String>) -> Self {
        self.with(Part::Thinking(text.into()))
    }

    /// The same, with text. Where a message has one text before its calls, all texts are in that.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Part::Text(text.into()))
    }

    /// The same, with a call. Its id is made, in the provider's form, and the same in every run.
    ///
    /// # Panics
    ///
    /// If the arguments are no JSON object.
    #[track_caller]
    pub fn call(self, name: impl Into<String>, arguments: impl Serialize) -> Self {
        self.called(None, name.into(), &arguments)
    }

    /// The same, with a call of this id. An empty one is none, where providers leave ids out: Gemini, Mistral, Ollama.
    ///
    /// # Panics
    ///
    /// If the arguments are no JSON object.
    #[track_caller]
    pub fn call_with_id(
        self,
        id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Serialize,
    ) -> Self {
        self.called(Some(id.into()), name.into(), &arguments)
    }

    /// The same, cut off by the limit of tokens in the middle of its last part. A call then ends in its arguments. (Ollama's server
    /// drops such a call.)
    pub fn cut_off(mut self) -> Self {
        self.is_cut = true;
        self
    }

    #[track_caller]
    fn called(self, id: Option<String>, name: String, arguments: &impl Serialize) -> Self {
        let written = serde_json::to_string(arguments);
        let arguments = match written {
            Ok(arguments) if arguments.starts_with('{') => arguments,
            Ok(other) => panic!("the arguments for `{name}` are a JSON object, not `{other}`"),
            Err(error) => panic!("the arguments for `{name}` cannot be written as JSON: {error}"),
        };
        self.with(Part::Call(Call {
            id,
            name,
            arguments,
            is_cut: false,
        }))
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}

/// A reply that is said: what was cut is cut, and every call has its id.
#[derive(Debug)]
pub(super) struct Spoken {
    /// Which turn it is, from 1.
    pub(super) turn: usize,
    pub(super) parts: Vec<Part>,
    pub(super) is_cut: bool,
}

impl Spoken {
    /// `id` makes the id of a call that has none.
    pub(super) fn of(reply: Reply, turn: usize, mut id: impl FnMut() -> String) -> Self {
        let Reply { mut parts, is_cut } = reply;
        parts.retain(|part| !part.is_empty());
        let mut parts = joined(parts);
        if let Some(last) = parts.last_mut().filter(|_| is_cut) {
            cut(last);
        }
        for part in &mut parts {
            if let Part::Call(call) = part {
                call.id.get_or_insert_with(&mut id);
            }
        }
        Self {
            turn,
            parts,
            is_cut,
        }
    }

    pub(super) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.parts.iter().filter_map(|part| match part {
            Part::Call(call) => Some(call),
            _ => None,
        })
    }

    /// All texts in one, and a refusal where that is a text.
    pub(super) fn text(&self) -> String {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) | Part::Refusal(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// All thoughts in one.
    pub(super) fn thoughts(&self) -> String {
        let thoughts = self.parts.iter().filter_map(|part| match part {
            Part::Thinking(text) => Some(text.as_str()),
            _ => None,
        });
        thoughts.collect()
    }

    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.parts[..], [Part::Refusal(_)])
    }

    /// The one of four words for why it ends.
    pub(super) fn reason<'a>(
        &self,
        cut: &'a str,
        refusal: &'a str,
        calls: &'a str,
        end: &'a str,
    ) -> &'a str {
        match () {
            () if self.is_cut => cut,
            () if self.is_refusal() => refusal,
            () if self.calls().next().is_some() => calls,
            () => end,
        }
    }
}

impl Call {
    /// The id, as it goes on the wire.
    pub(super) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// The arguments where they are an object: of what was cut there is nothing.
    pub(super) fn object(&self) -> &str {
        if self.is_cut { "{}" } else { &self.arguments }
    }
}

impl Part {
    fn is_empty(&self) -> bool {
        match self {
            Self::Thinking(text) | Self::Text(text) => text.is_empty(),
            Self::Refusal(_) | Self::Call(_) => false,
        }
    }
}

/// A text that follows a text goes on with it: a stream does not tell them apart.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Text(text)), Part::Text(more))
            | (Some(Part::Thinking(text)), Part::Thinking(more)) => text.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    joined
}

/// Half of the part, and something of it: else the part before would be the one that was cut.
fn cut(part: &mut Part) {
    let text = match part {
        Part::Thinking(text) | Part::Text(text) | Part::Refusal(text) => text,
        Part::Call(call) => {
            call.is_cut = true;
            &mut call.arguments
        }
    };
    let half = text.char_indices().nth(text.chars().count().div_ceil(2));
    text.truncate(half.map_or(text.len(), |(at, _)| at));
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
