//! A dialect with settings.

use std::borrow::Cow;

use super::{Dialect, Message, Slim, StreamingDialect, Turn, TurnStream};
use crate::journal::Recovered;
use crate::turns::Conversation;
use crate::{DecodeError, Report, ToolCall, ToolResult};

/// A dialect with settings, as its methods `strict`, `lenient` and `cached` make it: `Anthropic.strict().cached()`.
///
/// Of a strict tool a provider sees to it that calls fit the schema, which it therefore limits: see [`Manifest::moved`](crate::Manifest::moved) and
/// [`ManifestError::Shapes`](crate::ManifestError::Shapes). At OpenAI every argument of a strict tool is required, and one that may be left out is `null`
/// instead, which tools read as absence.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::OpenAiChat, tool, tools};
///
/// /// Finds books.
/// #[tool(pure)]
/// async fn find_books(
///     /// Words of the title.
///     title: String,
///     /// How many at most.
///     limit: Option<u8>,
/// ) -> String {
///     format!("{title} {limit:?}")
/// }
///
/// let toolbox = Toolbox::new(tools![find_books])?;
/// let manifest = serde_json::to_value(toolbox.manifest(OpenAiChat.strict())?)?;
/// let function = &manifest[0]["function"];
/// assert_eq!(function["strict"], true);
/// assert_eq!(function["parameters"]["required"], serde_json::json!(["title", "limit"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Configured<D> {
    pub(super) dialect: D,
    pub(super) is_strict: bool,
    pub(super) is_lenient: bool,
    pub(super) is_cached: bool,
    /// Whether tools that the model has not found are sent, and kept back by the provider.
    pub(super) is_deferred: bool,
    pub(super) slim: Slim,
    /// Which answer is read of several.
    pub(super) choice: Option<usize>,
}

impl<D> Configured<D> {
    pub(super) const fn new(dialect: D) -> Self {
        Self {
            dialect,
            is_strict: false,
            is_lenient: false,
            is_cached: false,
            is_deferred: false,
            slim: Slim::NOTHING,
            choice: None,
        }
    }

    pub(super) const fn with_strict(mut self) -> Self {
        self.is_strict = true;
        self
    }

    pub(super) const fn with_cache(mut self) -> Self {
        self.is_cached = true;
        self
    }

    #[cfg(feature = "search")]
    pub(super) const fn with_deferral(mut self) -> Self {
        self.is_deferred = true;
        self
    }

    pub(super) const fn with_choice(mut self, index: usize) -> Self {
        self.choice = Some(index);
        self
    }

    /// The same; what the provider has no form for becomes the nearest wider schema, and a tool that has no strict form, or
    /// is one too many, is offered without one. [`Manifest::moved`](crate::Manifest::moved) lists both.
    pub const fn lenient(mut self) -> Self {
        self.is_lenient = true;
        self
    }

    /// The same without what [`Slim`] leaves out.
    pub const fn slim(mut self, slim: Slim) -> Self {
        self.slim = slim;
        self
    }
}

impl<D> Configured<D>
where
    Self: Dialect,
{
    /// Reads a complete response, as the dialect without settings does.
    ///
    /// # Errors
    ///
    /// If it is not JSON, not of this provider, or the provider's own error.
    pub fn decode(&self, body: impl AsRef<[u8]>) -> Result<Turn, DecodeError> {
        Dialect::decode(self, body.as_ref())
    }

    /// The messages that answer every call of a batch; none for a batch without calls.
    pub fn encode(&self, report: &Report) -> Vec<Message> {
        Dialect::encode(self, report)
    }

    /// Answers the calls of a stored history that have no result, as the dialect without settings does; those calls, in their
    /// order.
    pub fn complete(&self, history: &mut Vec<Message>) -> Vec<ToolCall> {
        Dialect::complete(self, history)
    }

    /// Answers the calls of a stored history that have no result with what a journal says of them, as the dialect without settings
    /// does; their results, in their order.
    pub fn complete_from(
        &self,
        history: &mut Vec<Message>,
        recovered: &Recovered,
    ) -> Vec<ToolResult> {
        Dialect::complete_from(self, history, recovered)
    }

    /// A stored history as a conversation whose turns can be looked at, as the dialect without settings reads it.
    pub fn conversation(&self, history: &[Message]) -> Conversation {
        Dialect::conversation(self, history)
    }

    /// An id that the provider takes for a call of another provider's model, as the dialect without settings makes it.
    pub fn call_id<'a>(&self, id: &'a str) -> Cow<'a, str> {
        Dialect::call_id(self, id)
    }
}

impl<D> Configured<D>
where
    Self: StreamingDialect,
{
    /// What reads the streamed response of one turn.
    pub fn stream(&self) -> TurnStream {
        StreamingDialect::stream(self)
    }
}

/// A dialect without settings, and the methods that settle it.
macro_rules! dialect {
    ($dialect:ident $(, $setting:ident)*) => {
        impl $crate::dialect::request::Sealed for $dialect {}

        impl $crate::dialect::RequestFormat for $dialect {
            fn name(&self) -> &'static str {
                <Self as $crate::dialect::request::Provider>::NAME
            }

            fn terms(&self) -> $crate::dialect::Terms {
                $crate::dialect::RequestFormat::terms(&$crate::dialect::Configured::new(*self))
            }

            fn key(&self) -> Option<$crate::dialect::FormatKey> {
                $crate::dialect::RequestFormat::key(&$crate::dialect::Configured::new(*self))
            }

            fn manifest(
                &self,
                definitions: &[$crate::tool::ToolDefinition],
            ) -> Result<$crate::Manifest, $crate::ManifestError> {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::RequestFormat::manifest(&plain, definitions)
            }

            fn request_fields(
                &self,
                definitions: &[$crate::tool::ToolDefinition],
                settings: &$crate::dialect::RequestSettings,
            ) -> Result<$crate::dialect::RequestFields, $crate::RequestSettingsError> {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::RequestFormat::request_fields(&plain, definitions, settings)
            }
        }

        impl $crate::dialect::Dialect for $dialect {
            fn decode(&self, body: &[u8]) -> Result<$crate::dialect::Turn, $crate::DecodeError> {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::Dialect::decode(&plain, body)
            }

            fn encode(&self, report: &$crate::Report) -> Vec<$crate::dialect::Message> {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::Dialect::encode(&plain, report)
            }

            fn complete(
                &self,
                history: &mut Vec<$crate::dialect::Message>,
            ) -> Vec<$crate::ToolCall> {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::Dialect::complete(&plain, history)
            }

            fn complete_from(
                &self,
                history: &mut Vec<$crate::dialect::Message>,
                recovered: &$crate::journal::Recovered,
            ) -> Vec<$crate::ToolResult> {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::Dialect::complete_from(&plain, history, recovered)
            }

            fn conversation(
                &self,
                history: &[$crate::dialect::Message],
            ) -> $crate::turns::Conversation {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::Dialect::conversation(&plain, history)
            }

            fn call_id<'a>(&self, id: &'a str) -> ::std::borrow::Cow<'a, str> {
                let plain = $crate::dialect::Configured::new(*self);
                $crate::dialect::Dialect::call_id(&plain, id)
            }
        }

        impl $dialect {
            /// Reads a complete response: its calls, and the messages to be kept in the history.
            ///
            /// # Errors
            ///
            /// If it is not JSON, not of this provider, or the provider's own error.
            pub fn decode(
                &self,
                body: impl AsRef<[u8]>,
            ) -> Result<$crate::dialect::Turn, $crate::DecodeError> {
                $crate::dialect::Dialect::decode(self, body.as_ref())
            }

            /// The messages that answer every call of a batch; none for a batch without calls.
            pub fn encode(&self, report: &$crate::Report) -> Vec<$crate::dialect::Message> {
                $crate::dialect::Dialect::encode(self, report)
            }

            /// Answers the calls of a stored history that have no result, since the program ended before they had one; those
            /// calls, in their order.
            ///
            /// A provider refuses a history in which a call has no result. Here each gets one, in its place among the others
            /// and marked as an error where there is a mark for that: the call was interrupted and may have taken effect.
            /// Nothing else is changed, not a byte of it, and so is nothing if every call has its result.
            ///
            /// ```
            /// use tool_runtime::dialect::{Message, OpenAiChat};
            ///
            /// let stored = r#"[{"role": "user", "content": "Close my account."},
            ///     {"role": "assistant", "content": null, "tool_calls": [
            ///         {"id": "call_1", "type": "function", "function": {"name": "close_account", "arguments": "{}"}}]}]"#;
            /// let mut history = Message::list(stored)?;
            /// for call in OpenAiChat.complete(&mut history) {
            ///     println!("{} was interrupted", call.name());
            /// }
            /// assert_eq!(
            ///     history[2].as_str(),
            ///     r#"{"role":"tool","tool_call_id":"call_1","content":"`close_account` was interrupted, and its result is lost. It may have taken effect; check before repeating."}"#
            /// );
            /// # Ok::<(), tool_runtime::DecodeError>(())
            /// ```
            pub fn complete(
                &self,
                history: &mut Vec<$crate::dialect::Message>,
            ) -> Vec<$crate::ToolCall> {
                $crate::dialect::Dialect::complete(self, history)
            }

            /// Answers the calls of a stored history that have no result with what a [journal](crate::journal) says of them; their
            /// results, in their order.
            ///
            /// As [`complete`](Self::complete), but that more is known: a call that has its result in the journal gets that. One that
            /// began may have taken effect, or changed nothing if it cannot. Of one that is not there it is said that it was not
            /// called, so the journal has to be that of all calls of this history. A call whose id and name are there with other
            /// arguments is answered as by `complete`.
            ///
            /// ```
            /// use tool_runtime::dialect::{Message, OpenAiChat};
            /// use tool_runtime::journal::{Record, Recovered};
            ///
            /// let mut history = Message::list(r#"[{"role": "assistant", "content": null, "tool_calls": [
            ///     {"id": "call_1", "type": "function", "function": {"name": "pay", "arguments": "{}"}},
            ///     {"id": "call_2", "type": "function", "function": {"name": "post", "arguments": "{}"}}]}]"#)?;
            /// let rows = [r#"{"format":1,"started":{"key":"3f…-000","index":0,
            ///     "call":{"id":"call_1","name":"pay","arguments":"{}"},"may_change":true}}"#];
            /// let rows = rows.iter().map(|row| serde_json::from_str::<Record>(row));
            /// let recovered = rows.collect::<Result<Recovered, _>>().unwrap();
            ///
            /// let results = OpenAiChat.complete_from(&mut history, &recovered);
            /// assert_eq!(
            ///     results[0].text(),
            ///     "`pay` was interrupted, because the program ended while it was running. It may have taken effect; check before repeating."
            /// );
            /// assert_eq!(
            ///     results[1].text(),
            ///     "`post` was not called, because the program ended before. Nothing was changed. Call it again if it is still needed."
            /// );
            /// # Ok::<(), tool_runtime::DecodeError>(())
            /// ```
            pub fn complete_from(
                &self,
                history: &mut Vec<$crate::dialect::Message>,
                recovered: &$crate::journal::Recovered,
            ) -> Vec<$crate::ToolResult> {
                $crate::dialect::Dialect::complete_from(self, history, recovered)
            }

            /// A stored history as a conversation whose turns can be looked at: which of them could have been one, say.
            ///
            /// What cannot be read as a message of the provider's says nothing. Where results have no mark for an error, one that
            /// this runtime did not write is not known to be one.
            ///
            /// ```
            /// use tool_runtime::dialect::{Message, OpenAiChat};
            /// # use tool_runtime::{Toolbox, tool, tools};
            /// # /// Look up a customer.
            /// # #[tool(reads("customer:{id}"))] async fn get_customer(/** Which. */ id: u64) -> u64 { id }
            ///
            /// let history = Message::list(r#"[{"role": "user", "content": "Compare customers 7 and 8."},
            ///     {"role": "assistant", "content": null, "tool_calls": [
            ///         {"id": "call_1", "type": "function", "function": {"name": "get_customer", "arguments": "{\"id\": 7}"}}]},
            ///     {"role": "tool", "tool_call_id": "call_1", "content": "7"},
            ///     {"role": "assistant", "content": null, "tool_calls": [
            ///         {"id": "call_2", "type": "function", "function": {"name": "get_customer", "arguments": "{\"id\": 8}"}}]},
            ///     {"role": "tool", "tool_call_id": "call_2", "content": "8"}]"#)?;
            /// let toolbox = Toolbox::new(tools![get_customer])?;
            /// let stats = toolbox.turn_stats(&OpenAiChat.conversation(&history));
            /// assert_eq!((stats.turns.len(), stats.could_save()), (2, 1));
            /// # Ok::<(), Box<dyn std::error::Error>>(())
            /// ```
            pub fn conversation(
                &self,
                history: &[$crate::dialect::Message],
            ) -> $crate::turns::Conversation {
                $crate::dialect::Dialect::conversation(self, history)
            }

            /// An id that the provider takes for a call of another provider's model: `id` if it takes that, or one that is made of it,
            /// of the same always the same. No id, an empty text, stays none.
            ///
            /// It is for a history that goes on at another provider, whose messages are then written anew: there the call has this id,
            /// and so has its result. `decode` and `encode` leave ids as they are, since a provider takes those that it has given.
            ///
            /// ```
            /// use tool_runtime::dialect::{Gemini, Mistral, OpenAiChat};
            ///
            /// let id = "toolu_01A09q90qw90lq917835lq9"; // of Anthropic
            /// assert_eq!(OpenAiChat.call_id(id), id);
            /// assert_eq!(Gemini.call_id(id), id);
            /// // Mistral takes nine letters and digits and nothing else.
            /// assert_eq!(Mistral.call_id(id), "Jbs7X80PF");
            /// ```
            pub fn call_id<'a>(&self, id: &'a str) -> ::std::borrow::Cow<'a, str> {
                $crate::dialect::Dialect::call_id(self, id)
            }

            /// The same; what the provider has no form for becomes the nearest wider schema, and
            /// [`Manifest::moved`](crate::Manifest::moved) lists it.
            pub const fn lenient(self) -> $crate::dialect::Configured<Self> {
                $crate::dialect::Configured::new(self).lenient()
            }

            /// The same without what [`Slim`](crate::dialect::Slim) leaves out.
            pub const fn slim(
                self,
                slim: $crate::dialect::Slim,
            ) -> $crate::dialect::Configured<Self> {
                $crate::dialect::Configured::new(self).slim(slim)
            }
        }

        $($crate::dialect::configured::$setting!($dialect);)*
    };
}

/// For dialects that know strict tools.
macro_rules! strict {
    ($dialect:ident) => {
        impl $dialect {
            /// The same with strict schemas: the provider sees to it that what the model writes fits them. A tool may say
            /// otherwise: [`ToolDefinition::with_strict`](crate::ToolDefinition::with_strict).
            pub const fn strict(self) -> $crate::dialect::Configured<Self> {
                $crate::dialect::Configured::new(self).with_strict()
            }
        }

        impl $crate::dialect::Configured<$dialect> {
            /// The same with strict schemas: the provider sees to it that what the model writes fits them. A tool may say
            /// otherwise: [`ToolDefinition::with_strict`](crate::ToolDefinition::with_strict).
            pub const fn strict(self) -> Self {
                self.with_strict()
            }
        }
    };
}

/// For dialects that have a marker for the provider's cache.
macro_rules! cached {
    ($dialect:ident) => {
        impl $dialect {
            /// The same with a marker for the provider's prompt cache behind the last tool.
            pub const fn cached(self) -> $crate::dialect::Configured<Self> {
                $crate::dialect::Configured::new(self).with_cache()
            }
        }

        impl $crate::dialect::Configured<$dialect> {
            /// The same with a marker for the provider's prompt cache behind the last tool.
            pub const fn cached(self) -> Self {
                self.with_cache()
            }
        }
    };
}

/// For dialects whose provider keeps definitions back that the model has not found.
macro_rules! deferred {
    ($dialect:ident) => {
        #[cfg(feature = "search")]
        impl $dialect {
            /// The same; a conversation that [searches](crate::search) sends the provider all definitions, and the provider keeps back from
            /// the model what it has not found. Other manifests are as they are without it.
            ///
            /// Those that are kept back are marked `defer_loading`, and the results of searches are `tool_reference`s, as the SDK's types
            /// `ToolParam` and `ToolReferenceBlockParam` have them. Older models, and some of those who host models of the provider,
            /// refuse both.
            pub const fn deferred(self) -> $crate::dialect::Configured<Self> {
                $crate::dialect::Configured::new(self).with_deferral()
            }
        }

        #[cfg(feature = "search")]
        impl $crate::dialect::Configured<$dialect> {
            /// The same; a conversation that [searches](crate::search) sends the provider all definitions, and the provider keeps back from
            /// the model what it has not found, as [without other settings](crate::dialect::Anthropic::deferred).
            pub const fn deferred(self) -> Self {
                self.with_deferral()
            }
        }
    };
}

/// For dialects whose responses can be streamed.
macro_rules! streams {
    ($dialect:ident) => {
        impl $crate::dialect::StreamingDialect for $dialect {
            fn stream(&self) -> $crate::dialect::TurnStream {
                $crate::dialect::StreamingDialect::stream(&$crate::dialect::Configured::new(*self))
            }
        }

        impl $dialect {
            /// What reads the streamed response of one turn.
            pub fn stream(&self) -> $crate::dialect::TurnStream {
                $crate::dialect::StreamingDialect::stream(self)
            }
        }
    };
}

/// For dialects whose responses may have several answers.
macro_rules! choice {
    ($dialect:ident) => {
        impl $dialect {
            /// The same, reading the answer with this index, from 0, where a response has several. Without it such a response is an
            /// error, since only one can go on.
            pub const fn choice(self, index: usize) -> $crate::dialect::Configured<Self> {
                $crate::dialect::Configured::new(self).with_choice(index)
            }
        }

        impl $crate::dialect::Configured<$dialect> {
            /// The same, reading the answer with this index, from 0, where a response has several. Without it such a response is an
            /// error, since only one can go on.
            pub const fn choice(self, index: usize) -> Self {
                self.with_choice(index)
            }
        }
    };
}

pub(super) use {cached, choice, deferred, dialect, streams, strict};
