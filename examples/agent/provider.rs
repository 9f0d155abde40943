//! What differs between the two formats beside the dialect: the address, the headers, and what stands beside tools and messages.

use std::env;

use reqwest::RequestBuilder;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tool_runtime::Manifest;
use tool_runtime::dialect::{Anthropic, Message, OpenAiChat, StreamingDialect};

/// What the model is told before all else.
const SYSTEM: &str = "You work at a shop's customer desk. Use the tools; call several at once where none needs another's answer. \
    When a call may have taken effect, look before you repeat it. Answer in a few sentences.";

/// Whose format is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    OpenAi,
    Anthropic,
}

/// A request, in the words of either.
#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    stream: bool,
    tools: &'a Manifest,
    messages: Vec<&'a Message>,
    /// Anthropic's: it must be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    /// Anthropic's: no message, as it is at OpenAI.
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
}

impl Provider {
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::OpenAi, Self::Anthropic];
        all.into_iter().find(|provider| provider.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    pub(crate) fn dialect(self) -> &'static dyn StreamingDialect {
        match self {
            Self::OpenAi => &OpenAiChat,
            Self::Anthropic => &Anthropic,
        }
    }

    pub(crate) fn base_url(self) -> &'static str {
        match self {
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Anthropic => "https://api.anthropic.com/v1",
        }
    }

    /// Where requests go, below the base URL.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::OpenAi => "chat/completions",
            Self::Anthropic => "messages",
        }
    }

    pub(crate) fn key_variable(self) -> &'static str {
        match self {
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Anthropic => "ANTHROPIC_API_KEY",
        }
    }

    /// The key, if the environment has one. It is written nowhere.
    pub(crate) fn key(self) -> Option<String> {
        let key = env::var(self.key_variable()).ok();
        key.filter(|key| !key.trim().is_empty())
    }

    /// The request with the key and what else stands in its head.
    pub(crate) fn head(self, request: RequestBuilder) -> RequestBuilder {
        match (self, self.key()) {
            (Self::OpenAi, Some(key)) => request.bearer_auth(key.trim()),
            (Self::OpenAi, None) => request,
            (Self::Anthropic, key) => request
                .header("x-api-key", key.unwrap_or_default().trim())
                .header("anthropic-version", "2023-06-01"),
        }
    }

    /// The request's body. What was said goes as it came, and the tools are the same bytes each time, so that the provider's cache holds.
    pub(crate) fn body(
        self,
        model: &str,
        tools: &Manifest,
        history: &[Message],
    ) -> serde_json::Result<Vec<u8>> {
        let system = Message::from(json!({"role": "system", "content": SYSTEM}));
        let (before, max_tokens, told) = match self {
            Self::OpenAi => (Some(&system), None, None),
            Self::Anthropic => (None, Some(4_096), Some(SYSTEM)),
        };
        serde_json::to_vec(&Request {
            model,
            stream: true,
            tools,
            messages: before.into_iter().chain(history).collect(),
            max_tokens,
            system: told,
        })
    }
}

/// What the user says: the same at both.
pub(crate) fn by_user(text: &str) -> Message {
    json!({"role": "user", "content": text}).into()
}
