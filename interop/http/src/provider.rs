//! What differs between providers beside their dialects: the path, the headers, and what stands beside tools and messages.

use reqwest::{Client, RequestBuilder, Response};
use serde::Serialize;
use serde_json::{Value, json};
use tool_runtime::Manifest;
use tool_runtime::dialect::{Anthropic, Message, OpenAiChat};

/// Where requests go.
pub struct Provider<D> {
    /// How it writes and reads tools, calls and results.
    pub dialect: D,
    request: RequestBuilder,
    settings: Value,
}

/// One message of the history.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Said {
    /// By the user.
    Value(Value),
    /// By the model, or by the tools.
    Message(Message),
}

#[derive(Serialize)]
struct Request<'a> {
    tools: Manifest,
    messages: &'a [Said],
    stream: bool,
    #[serde(flatten)]
    settings: &'a Value,
}

impl Said {
    pub fn by_user(text: &str) -> Self {
        Self::Value(json!({"role": "user", "content": text}))
    }
}

/// Anthropic Messages.
pub fn anthropic(url: &str, key: &str) -> Provider<Anthropic> {
    let request = Client::new().post(format!("{url}/messages"));
    Provider {
        dialect: Anthropic,
        request: request
            .header("x-api-key", key)
            .header("anthropic-version", "2023-06-01"),
        settings: json!({"model": "claude-sonnet-5-5", "max_tokens": 1024}),
    }
}

/// OpenAI Chat Completions, or whatever is compatible with it.
pub fn openai_chat(url: &str, key: &str) -> Provider<OpenAiChat> {
    let request = Client::new().post(format!("{url}/chat/completions"));
    Provider {
        dialect: OpenAiChat,
        request: request.bearer_auth(key),
        settings: json!({"model": "gpt-5.5"}),
    }
}

impl<D> Provider<D> {
    pub async fn send(
        &self,
        tools: Manifest,
        messages: &[Said],
        stream: bool,
    ) -> reqwest::Result<Response> {
        let request = Request {
            tools,
            messages,
            stream,
            settings: &self.settings,
        };
        let builder = self.request.try_clone().expect("it has no body yet");
        builder.json(&request).send().await?.error_for_status()
    }
}
