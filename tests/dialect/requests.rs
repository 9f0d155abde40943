//! Every form a manifest has, with the tools that have a form in it.

use std::collections::BTreeMap;

use serde_json::Value;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Configured, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
    RequestFormat, Slim,
};
use tool_runtime::{Manifest, Toolbox};

use crate::shapes;

pub(crate) struct Request {
    /// The provider's name in the names of files, and what is settled.
    pub(crate) name: &'static str,
    pub(crate) format: &'static dyn RequestFormat,
    /// The tools that have a form in it.
    pub(crate) tools: fn() -> Toolbox,
}

const ANTHROPIC_STRICT: Configured<Anthropic> = Anthropic.strict().cached();
const BEDROCK_STRICT: Configured<Bedrock> = Bedrock.strict().cached();
const ANTHROPIC_SLIM: Configured<Anthropic> = Anthropic.slim(Slim::ALL);
const GEMINI_SLIM: Configured<Gemini> = Gemini.slim(Slim::ALL);
const OPENAI_CHAT_SLIM: Configured<OpenAiChat> = OpenAiChat.strict().slim(Slim::ALL);
const MISTRAL_STRICT: Configured<Mistral> = Mistral.strict();
const OPENAI_CHAT_STRICT: Configured<OpenAiChat> = OpenAiChat.strict();
const OPENAI_RESPONSES_STRICT: Configured<OpenAiResponses> = OpenAiResponses.strict();

macro_rules! request {
    ($name:literal, $format:expr, $tools:ident) => {
        Request {
            name: $name,
            format: &$format,
            tools: shapes::$tools,
        }
    };
}

pub(crate) const REQUESTS: [Request; 16] = [
    request!("anthropic.plain", Anthropic, all),
    request!("anthropic.slim", ANTHROPIC_SLIM, all),
    request!("anthropic.strict", ANTHROPIC_STRICT, everywhere),
    request!("bedrock.plain", Bedrock, all),
    request!("bedrock.strict", BEDROCK_STRICT, everywhere),
    request!("gemini.plain", Gemini, open),
    request!("gemini.slim", GEMINI_SLIM, open),
    request!("mcp.plain", Mcp, all),
    request!("mistral.plain", Mistral, all),
    request!("mistral.strict", MISTRAL_STRICT, recursive),
    request!("ollama.plain", Ollama, finite),
    request!("openai-chat.plain", OpenAiChat, all),
    request!("openai-chat.strict", OPENAI_CHAT_STRICT, recursive),
    request!("openai-chat.strict-slim", OPENAI_CHAT_SLIM, recursive),
    request!("openai-responses.plain", OpenAiResponses, all),
    request!(
        "openai-responses.strict",
        OPENAI_RESPONSES_STRICT,
        recursive
    ),
];

impl Request {
    pub(crate) fn provider(&self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    pub(crate) fn settings(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// Whether a call has `null` for what it leaves out.
    pub(crate) fn is_filled(&self) -> bool {
        let is_openai = ["mistral", "openai-chat", "openai-responses"].contains(&self.provider());
        is_openai && self.settings().starts_with("strict")
    }
}

/// The schemas of a manifest by the names of their tools.
pub(crate) fn schemas(request: &Request, manifest: &Manifest) -> BTreeMap<String, Value> {
    let manifest = serde_json::to_value(manifest).unwrap();
    let tools = match request.provider() {
        "gemini" => &manifest[0]["functionDeclarations"],
        _ => &manifest,
    };
    let tools = tools.as_array().unwrap().iter();
    tools
        .filter_map(|tool| {
            let (tool, schema) = match request.provider() {
                "anthropic" => (tool, "/input_schema"),
                "bedrock" => (tool.get("toolSpec")?, "/inputSchema/json"),
                "gemini" => (tool, "/parametersJsonSchema"),
                "mcp" => (tool, "/inputSchema"),
                "openai-responses" => (tool, "/parameters"),
                _ => (&tool["function"], "/parameters"),
            };
            Some((
                tool["name"].as_str()?.to_owned(),
                tool.pointer(schema)?.clone(),
            ))
        })
        .collect()
}
