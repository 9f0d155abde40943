//! Whole responses, and the calls that are in them. `fixtures/README.md` says what each was constructed from.

use serde_json::Value;
use tool_runtime::ToolCall;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Configured, Dialect, Gemini, Mcp, Mistral, Ollama, OpenAiChat,
    OpenAiResponses,
};

pub(crate) struct Fixture {
    /// The provider's name in the names of files.
    pub(crate) provider: &'static str,
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) name: &'static str,
    pub(crate) body: &'static str,
    calls: &'static [Expected],
    pub(crate) judged: Judged,
}

/// What of it the provider's SDK takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// All.
    Whole,
    /// The response, and the results without it: a call in it is not for us, or of a kind that the checker does not pair.
    Apart,
    /// The results alone: the call that was cut off is no JSON.
    Results,
    /// Nothing: its ids are not as they should be.
    Nothing,
}

pub(crate) enum Expected {
    Call(&'static str, &'static str, &'static str),
    /// The argument is a text.
    Text(&'static str, &'static str, &'static str),
    Cut(&'static str, &'static str, &'static str),
}

use Expected::{Call, Cut, Text};

impl Fixture {
    pub(crate) fn calls(&self) -> Vec<ToolCall> {
        let calls = self.calls.iter();
        calls
            .map(|call| match *call {
                Call(id, name, arguments) => ToolCall::new(id, name, arguments),
                Text(id, name, text) => ToolCall::with_text(id, name, text),
                Cut(id, name, arguments) => ToolCall::new(id, name, arguments).cut_off(),
            })
            .collect()
    }

    pub(crate) fn file(&self) -> String {
        format!("{}.{}", self.provider, self.name)
    }

    /// Where the calls stand, as JSON pointers, told without the library.
    pub(crate) fn places(&self) -> Vec<String> {
        let body: Value = serde_json::from_str(self.body).unwrap();
        let choice = usize::from(self.name == "choices");
        let (list, inside) = match self.provider {
            "anthropic" => ("/content".to_owned(), ""),
            "openai-responses" => ("/output".to_owned(), ""),
            "gemini" => (
                format!("/candidates/{choice}/content/parts"),
                "/functionCall",
            ),
            "bedrock" => ("/output/message/content".to_owned(), "/toolUse"),
            "ollama" => ("/message/tool_calls".to_owned(), ""),
            // The request is the call.
            "mcp" => return vec![String::new()],
            _ => (format!("/choices/{choice}/message/tool_calls"), ""),
        };
        let elements = body.pointer(&list).and_then(Value::as_array);
        let places = elements.into_iter().flatten().enumerate();
        places
            .filter(|(_, element)| is_call(element))
            .map(|(index, _)| format!("{list}/{index}{inside}"))
            .collect()
    }
}

/// Whether an element of a turn is a call that is not the provider's own.
fn is_call(element: &Value) -> bool {
    let ours = ["tool_use", "function_call", "custom_tool_call", "function"];
    match (element.get("type"), element.get("toolUse")) {
        (_, Some(block)) => block.get("type").is_none(),
        (Some(kind), _) => {
            ours.contains(&kind.as_str().unwrap()) || element.get("custom").is_some()
        }
        (None, None) => element
            .get("functionCall")
            .or(element.get("function"))
            .is_some(),
    }
}

const SECOND: Configured<OpenAiChat> = OpenAiChat.choice(1);
const SECOND_CANDIDATE: Configured<Gemini> = Gemini.choice(1);

macro_rules! fixtures {
    ($($provider:literal $name:literal $dialect:expr, $judged:ident, [$($call:expr),* $(,)?];)*) => {
        pub(crate) const FIXTURES: &[Fixture] = &[$(Fixture {
            provider: $provider,
            dialect: &$dialect,
            name: $name,
            body: include_str!(concat!("fixtures/", $provider, ".", $name, ".json")),
            calls: &[$($call),*],
            judged: Judged::$judged,
        }),*];
    };
}

const SEVEN: &str = r#"{"id":7}"#;
const SPACED: &str = r#"{ "id": 7 }"#;
const CAFE: &str = r#"{ "text": "caf\u00e9" }"#;

fixtures! {
    "anthropic" "parallel" Anthropic, Whole, [
        Call("toolu_b2", "find_book", SPACED),
        Call("toolu_a1", "say", CAFE),
        Call("toolu_c3", "reserve_book", SEVEN),
    ];
    "anthropic" "server" Anthropic, Whole, [Call("toolu_1", "find_book", SPACED)];
    "anthropic" "cut" Anthropic, Whole, [
        Call("toolu_1", "find_book", SPACED),
        Cut("toolu_2", "say", "{}"),
    ];
    "anthropic" "refusal" Anthropic, Whole, [];
    "anthropic" "ids" Anthropic, Nothing, [
        Call("", "say", r#"{ "text": "no id" }"#),
        Call("", "say", r#"{ "text": "empty" }"#),
        Call("", "say", r#"{"text":"null, and a string"}"#),
        Call("toolu_1", "break_off", ""),
        Call("toolu_1", "say", r#"{ "text": "twice" }"#),
    ];

    "openai-chat" "parallel" OpenAiChat, Whole, [
        Call("call_b2", "find_book", r#"{"id": 7}"#),
        Call("call_a1", "say", r#"{"text":"caf\u00e9 \"Emma\""}"#),
        Call("call_c3", "reserve_book", SEVEN),
    ];
    "openai-chat" "cut" OpenAiChat, Results, [
        Call("call_1", "find_book", SEVEN),
        Cut("call_2", "say", r#"{"text":"Good mor"#),
    ];
    "openai-chat" "refusal" OpenAiChat, Whole, [];
    "openai-chat" "choices" SECOND, Whole, [Call("call_1", "find_book", SEVEN)];
    "openai-chat" "custom" OpenAiChat, Apart, [
        Text("call_1", "say", "Good \"morning\"\n{"),
        Call("call_2", "find_book", SEVEN),
    ];
    "openai-chat" "ids" OpenAiChat, Nothing, [
        Call("", "say", r#"{"text":"no id"}"#),
        Call("", "say", r#"{"text":"empty"}"#),
        Call("", "say", r#"{ "text": "null, and an object" }"#),
        Call("call_1", "break_off", ""),
        Call("call_1", "say", r#"{"text":"twice"}"#),
    ];

    "openai-responses" "parallel" OpenAiResponses, Whole, [
        Call("call_b2", "find_book", r#"{"id": 7}"#),
        Call("call_a1", "say", r#"{"text":"caf\u00e9"}"#),
        Call("call_c3", "reserve_book", SEVEN),
    ];
    "openai-responses" "server" OpenAiResponses, Whole, [Call("call_1", "find_book", SEVEN)];
    "openai-responses" "cut" OpenAiResponses, Results, [
        Call("call_1", "find_book", SEVEN),
        Cut("call_2", "say", r#"{"text":"Good mor"#),
    ];
    "openai-responses" "refusal" OpenAiResponses, Whole, [];
    "openai-responses" "custom" OpenAiResponses, Whole, [
        Text("call_1", "say", "Good \"morning\"\n{"),
        Call("call_2", "find_book", SEVEN),
    ];
    "openai-responses" "ids" OpenAiResponses, Nothing, [
        Call("", "say", r#"{"text":"no id"}"#),
        Call("", "say", r#"{"text":"empty"}"#),
        Call("", "say", r#"{ "text": "null, and an object" }"#),
        Call("call_1", "break_off", ""),
        Call("call_1", "say", r#"{"text":"twice"}"#),
    ];

    "gemini" "parallel" Gemini, Whole, [
        Call("id_b2", "find_book", SPACED),
        Call("id_a1", "say", CAFE),
        Call("id_c3", "reserve_book", SEVEN),
    ];
    "gemini" "without_ids" Gemini, Whole, [
        Call("", "say", r#"{ "text": "first" }"#),
        Call("", "break_off", "{}"),
        Call("", "say", r#"{ "text": "third" }"#),
    ];
    "gemini" "server" Gemini, Whole, [Call("id_1", "find_book", SPACED)];
    "gemini" "cut" Gemini, Whole, [
        Call("id_1", "find_book", SPACED),
        Cut("id_2", "say", "{}"),
    ];
    "gemini" "refusal" Gemini, Whole, [];
    "gemini" "choices" SECOND_CANDIDATE, Whole, [Call("id_1", "find_book", SPACED)];
    "gemini" "ids" Gemini, Nothing, [
        Call("", "say", r#"{ "text": "empty" }"#),
        Call("", "say", r#"{"text":"null, and a string"}"#),
        Call("id_1", "break_off", "{}"),
        Call("id_1", "say", r#"{ "text": "twice" }"#),
    ];

    "bedrock" "parallel" Bedrock, Whole, [
        Call("tooluse_b2", "find_book", SPACED),
        Call("tooluse_a1", "say", CAFE),
        Call("tooluse_c3", "reserve_book", SEVEN),
    ];
    "bedrock" "server" Bedrock, Apart, [Call("tooluse_1", "find_book", SPACED)];
    "bedrock" "cut" Bedrock, Whole, [
        Call("tooluse_1", "find_book", SPACED),
        Cut("tooluse_2", "say", "{}"),
    ];
    "bedrock" "refusal" Bedrock, Whole, [];
    "bedrock" "ids" Bedrock, Nothing, [
        Call("", "say", r#"{ "text": "no id" }"#),
        Call("", "say", r#"{ "text": "empty" }"#),
        Call("", "say", r#"{"text":"null, and a string"}"#),
        Call("tooluse_1", "break_off", "{}"),
        Call("tooluse_1", "say", r#"{ "text": "twice" }"#),
    ];

    "mistral" "parallel" Mistral, Whole, [
        Call("b2B3c4D5e", "find_book", r#"{"id": 7}"#),
        Call("a1B2c3D4e", "say", CAFE),
        Call("c3D4e5F6g", "reserve_book", SEVEN),
    ];
    "mistral" "cut" Mistral, Whole, [
        Call("a1B2c3D4e", "find_book", SEVEN),
        Cut("b2B3c4D5e", "say", r#"{"text":"Good mor"#),
    ];
    "mistral" "ids" Mistral, Nothing, [
        Call("", "say", r#"{"text":"no id"}"#),
        Call("", "say", r#"{ "text": "the text null" }"#),
        Call("", "break_off", ""),
        Call("a1B2c3D4e", "say", r#"{"text":"once"}"#),
        Call("a1B2c3D4e", "say", r#"{"text":"twice"}"#),
    ];

    "ollama" "parallel" Ollama, Whole, [
        Call("", "find_book", SPACED),
        Call("", "say", CAFE),
        Call("", "reserve_book", SEVEN),
    ];
    "ollama" "ids" Ollama, Whole, [
        Call("call_1", "say", r#"{ "text": "once" }"#),
        Call("call_1", "say", r#"{ "text": "twice" }"#),
        Call("", "break_off", "{}"),
    ];

    "mcp" "request" Mcp, Whole, [Call("7", "find_book", SPACED)];
    "mcp" "without_arguments" Mcp, Whole, [Call("request-8", "break_off", "{}")];
}
