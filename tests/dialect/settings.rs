//! What a request says beside its tools: which may or must be called, and whether several at once.

use std::collections::BTreeMap;

use serde::Serialize;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Configured, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
    RequestFields, RequestFormat, RequestSettings, ToolChoice,
};
use tool_runtime::{Manifest, ToolDefinition, Toolbox, tools};

use crate::library;

/// Every setting, under the name that it has in the names of files.
pub(crate) fn every() -> Vec<(&'static str, RequestSettings)> {
    let settings = RequestSettings::default;
    let choice = |choice| settings().choice(choice);
    let tool = || choice(ToolChoice::Named("order_books".into()));
    vec![
        ("auto", choice(ToolChoice::Auto)),
        ("parallel", settings().parallel(true)),
        ("single", settings().parallel(false)),
        ("required", choice(ToolChoice::Required)),
        (
            "required_single",
            choice(ToolChoice::Required).parallel(false),
        ),
        ("tool", tool()),
        ("tool_parallel", tool().parallel(true)),
        ("tool_single", tool().parallel(false)),
        ("forbidden", choice(ToolChoice::Forbidden)),
        (
            "forbidden_single",
            choice(ToolChoice::Forbidden).parallel(false),
        ),
    ]
}

/// Some tools of the library have no other form there.
const GEMINI: Configured<Gemini> = Gemini.lenient();
const OLLAMA: Configured<Ollama> = Ollama.lenient();

pub(crate) const FORMATS: [(&str, &dyn RequestFormat); 7] = [
    ("anthropic", &Anthropic),
    ("bedrock", &Bedrock),
    ("gemini", &GEMINI),
    ("mistral", &Mistral),
    ("ollama", &OLLAMA),
    ("openai-chat", &OpenAiChat),
    ("openai-responses", &OpenAiResponses),
];

/// A request's members for tools, as they are sent.
#[derive(Serialize)]
struct Request {
    tools: Manifest,
    #[serde(flatten)]
    fields: RequestFields,
}

/// What is sent with each setting that the provider takes; of Bedrock's request it is the `toolConfig`.
pub(crate) fn requests(format: &dyn RequestFormat) -> Vec<(&'static str, String)> {
    let toolbox = library::toolbox();
    let tools = toolbox.manifest(format).unwrap();
    let taken = every().into_iter().filter_map(|(name, settings)| {
        let fields = toolbox.request_fields(format, &settings).ok()?;
        let tools = tools.clone();
        let request = serde_json::to_string(&Request { tools, fields }).unwrap();
        Some((name, request))
    });
    taken.collect()
}

/// The members, or the error, of every setting.
fn told(format: &dyn RequestFormat) -> BTreeMap<&'static str, String> {
    let toolbox = library::toolbox();
    let told = every().into_iter().map(|(name, settings)| {
        let told = match toolbox.request_fields(format, &settings) {
            Ok(fields) => fields.to_string(),
            Err(error) => format!("error: {error}"),
        };
        (name, told)
    });
    told.collect()
}

#[track_caller]
fn check(format: &dyn RequestFormat, expected: [(&'static str, &str); 10]) {
    let expected = expected.map(|(name, told)| (name, told.to_owned()));
    assert_eq!(told(format), BTreeMap::from(expected));
}

#[test]
fn openai_is_told_in_two_members() {
    let chat = [
        ("auto", "{}"),
        ("parallel", r#"{"parallel_tool_calls":true}"#),
        ("single", r#"{"parallel_tool_calls":false}"#),
        ("required", r#"{"tool_choice":"required"}"#),
        (
            "required_single",
            r#"{"tool_choice":"required","parallel_tool_calls":false}"#,
        ),
        (
            "tool",
            r#"{"tool_choice":{"type":"function","function":{"name":"order_books"}}}"#,
        ),
        (
            "tool_parallel",
            r#"{"tool_choice":{"type":"function","function":{"name":"order_books"}},"parallel_tool_calls":true}"#,
        ),
        (
            "tool_single",
            r#"{"tool_choice":{"type":"function","function":{"name":"order_books"}},"parallel_tool_calls":false}"#,
        ),
        ("forbidden", r#"{"tool_choice":"none"}"#),
        ("forbidden_single", r#"{"tool_choice":"none"}"#),
    ];
    check(&OpenAiChat, chat);
    // Responses has the name of a function one level higher.
    let responses = chat.map(|(name, told)| {
        let flat = told.replace(
            r#""function":{"name":"order_books"}"#,
            r#""name":"order_books""#,
        );
        (name, flat)
    });
    let expected = responses.each_ref().map(|(name, told)| (*name, &**told));
    check(&OpenAiResponses, expected);
}

#[test]
fn mistral_is_told_in_the_same_members() {
    let any = r#"{"tool_choice":"any"}"#;
    let tool = r#"{"tool_choice":{"type":"function","function":{"name":"order_books"}}}"#;
    let none = r#"{"tool_choice":"none"}"#;
    let with = |told: &str, parallel: bool| {
        let told =
            told.trim_end_matches('}').to_owned() + &"}".repeat(told.matches('{').count() - 1);
        format!("{told},\"parallel_tool_calls\":{parallel}}}")
    };
    check(
        &Mistral,
        [
            ("auto", "{}"),
            ("parallel", r#"{"parallel_tool_calls":true}"#),
            ("single", r#"{"parallel_tool_calls":false}"#),
            ("required", any),
            ("required_single", &with(any, false)),
            ("tool", tool),
            ("tool_parallel", &with(tool, true)),
            ("tool_single", &with(tool, false)),
            ("forbidden", none),
            ("forbidden_single", none),
        ],
    );
}

#[test]
fn ollama_has_no_choice_at_all() {
    let forced = "error: Ollama has no choice of tools; use `ToolChoice::Auto` and ask for the call in the prompt";
    let forbidden = "error: Ollama has no choice of tools; leave `tools` out of the request";
    check(
        &Ollama,
        [
            ("auto", "{}"),
            ("parallel", "{}"),
            ("single", "{}"),
            ("required", forced),
            ("required_single", forced),
            ("tool", forced),
            ("tool_parallel", forced),
            ("tool_single", forced),
            ("forbidden", forbidden),
            ("forbidden_single", forbidden),
        ],
    );
}

#[test]
fn anthropic_is_told_in_one_member() {
    check(
        &Anthropic,
        [
            ("auto", "{}"),
            (
                "parallel",
                r#"{"tool_choice":{"type":"auto","disable_parallel_tool_use":false}}"#,
            ),
            (
                "single",
                r#"{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}"#,
            ),
            ("required", r#"{"tool_choice":{"type":"any"}}"#),
            (
                "required_single",
                r#"{"tool_choice":{"type":"any","disable_parallel_tool_use":true}}"#,
            ),
            (
                "tool",
                r#"{"tool_choice":{"type":"tool","name":"order_books"}}"#,
            ),
            (
                "tool_parallel",
                r#"{"tool_choice":{"type":"tool","name":"order_books","disable_parallel_tool_use":false}}"#,
            ),
            (
                "tool_single",
                r#"{"tool_choice":{"type":"tool","name":"order_books","disable_parallel_tool_use":true}}"#,
            ),
            ("forbidden", r#"{"tool_choice":{"type":"none"}}"#),
            ("forbidden_single", r#"{"tool_choice":{"type":"none"}}"#),
        ],
    );
}

#[test]
fn gemini_is_told_by_the_mode() {
    let any = r#"{"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}"#;
    let tool = r#"{"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["order_books"]}}}"#;
    let none = r#"{"toolConfig":{"functionCallingConfig":{"mode":"NONE"}}}"#;
    check(
        &Gemini,
        [
            ("auto", "{}"),
            ("parallel", "{}"),
            ("single", "{}"),
            ("required", any),
            ("required_single", any),
            ("tool", tool),
            ("tool_parallel", tool),
            ("tool_single", tool),
            ("forbidden", none),
            ("forbidden_single", none),
        ],
    );
}

#[test]
fn bedrock_has_no_choice_that_forbids() {
    let any = r#"{"toolChoice":{"any":{}}}"#;
    let tool = r#"{"toolChoice":{"tool":{"name":"order_books"}}}"#;
    let forbidden = "error: Bedrock Converse has no choice that forbids tools; leave `toolConfig` out of the request, or, where the history has calls and so needs it, use `ToolChoice::Auto` and say in the prompt that no tool is to be called";
    check(
        &Bedrock,
        [
            ("auto", "{}"),
            ("parallel", "{}"),
            ("single", "{}"),
            ("required", any),
            ("required_single", any),
            ("tool", tool),
            ("tool_parallel", tool),
            ("tool_single", tool),
            ("forbidden", forbidden),
            ("forbidden_single", forbidden),
        ],
    );
}

#[test]
fn mcp_has_no_choice_at_all() {
    let choice = "error: MCP has no choice of tools, which is the client's; use `ToolChoice::Auto`, and list a view of the toolbox if not all tools are to be called";
    check(
        &Mcp,
        [
            ("auto", "{}"),
            ("parallel", "{}"),
            ("single", "{}"),
            ("required", choice),
            ("required_single", choice),
            ("tool", choice),
            ("tool_parallel", choice),
            ("tool_single", choice),
            ("forbidden", choice),
            ("forbidden_single", choice),
        ],
    );
}

#[test]
fn nothing_set_is_nothing_said() {
    for (provider, format) in FORMATS {
        let toolbox = library::toolbox();
        let fields = toolbox.request_fields(format, &RequestSettings::default());
        assert_eq!(fields, Ok(RequestFields::default()), "{provider}");
    }
    let fields = RequestFields::default();
    assert!(fields.is_empty() && fields.warnings().is_empty());
    assert_eq!(fields.as_str(), "{}");
}

#[test]
fn the_members_are_the_same_in_every_form() {
    for (provider, format) in FORMATS {
        for (name, settings) in every() {
            let Ok(fields) = library::toolbox().request_fields(format, &settings) else {
                continue;
            };
            let members: Vec<_> = fields
                .iter()
                .map(|(key, json)| format!("\"{key}\":{json}"))
                .collect();
            let place = format!("{provider}: {name}");
            assert_eq!(
                format!("{{{}}}", members.join(",")),
                fields.as_str(),
                "{place}"
            );
            let written = serde_json::to_string(&fields).unwrap();
            assert_eq!(written, fields.as_str(), "{place}");
            assert_eq!(fields.as_ref(), fields.as_str().as_bytes(), "{place}");
            assert_eq!(fields.is_empty(), fields.iter().next().is_none(), "{place}");
        }
    }
}

#[track_caller]
fn warns(format: &dyn RequestFormat, settings: &RequestSettings, expected: &[&str]) {
    let fields = library::toolbox().request_fields(format, settings).unwrap();
    let warnings = fields.warnings().iter().map(ToString::to_string);
    assert_eq!(warnings.collect::<Vec<_>>(), expected);
}

const NO_SWITCH: &str = "Gemini has no switch for parallel calls, so several may come in one turn; `Policy::max_concurrency(1)` runs them one by one";

#[test]
fn what_a_provider_cannot_be_told_is_a_warning() {
    let single = RequestSettings::default().parallel(false);
    warns(&Gemini, &single, &[NO_SWITCH]);
    for format in [&Bedrock as &dyn RequestFormat, &Mcp, &Ollama] {
        warns(
            format,
            &single,
            &[&NO_SWITCH.replace("Gemini", format.name())],
        );
    }
    warns(&Anthropic, &single, &[]);
    warns(&Mistral, &single, &[]);
    // What is the case there anyhow, and what is moot.
    let parallel = RequestSettings::default().parallel(true);
    let formats: [&dyn RequestFormat; 6] = [&Bedrock, &Gemini, &Mcp, &Ollama, &Anthropic, &Mistral];
    for format in formats {
        warns(format, &parallel, &[]);
    }
    let none = single.choice(ToolChoice::Forbidden);
    warns(&Gemini, &none, &[]);
    warns(&Anthropic, &none, &[]);
    warns(&OpenAiChat, &none, &[]);
    warns(
        &Mistral,
        &none,
        &[
            "Mistral answers badly to `tool_choice: \"none\"` beside tools; leave `tools` and this out of the request",
        ],
    );
}

#[test]
fn what_some_models_refuse_is_a_warning() {
    let required = RequestSettings::default().choice(ToolChoice::Required);
    warns(&OpenAiChat, &required, &[]);
    warns(&Gemini, &required, &[]);
    warns(
        &OpenAiResponses,
        &required.clone().parallel(false),
        &[
            "OpenAI Responses: some reasoning models refuse `parallel_tool_calls`; leave `parallel` unset for them",
        ],
    );
    warns(
        &Anthropic,
        &required,
        &[
            "Anthropic Messages: the newest models, and all with extended thinking, refuse a forced call; for them use `ToolChoice::Auto` and ask for the call in the prompt",
        ],
    );
    warns(
        &Bedrock,
        &required,
        &[
            "Bedrock Converse: some models refuse `toolChoice`; use `ToolChoice::Auto` for them, which is not said",
        ],
    );
    warns(
        &Bedrock,
        &required.thinking(true),
        &[
            "Bedrock Converse: some models refuse `toolChoice`, and Claude may refuse a forced call with extended thinking; use `ToolChoice::Auto` for them, which is not said",
        ],
    );
}

#[test]
fn anthropic_forces_no_call_with_extended_thinking() {
    let thinking = RequestSettings::default().thinking(true);
    for choice in [
        ToolChoice::Required,
        ToolChoice::Named("order_books".into()),
    ] {
        let settings = thinking.clone().choice(choice);
        let toolbox = library::toolbox();
        let error = toolbox.request_fields(Anthropic, &settings).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Anthropic Messages refuses to force a call with extended thinking; use `ToolChoice::Auto` and ask for the call in the prompt, or switch thinking off"
        );
        for format in [&OpenAiChat as &dyn RequestFormat, &OpenAiResponses, &Gemini] {
            warns(format, &settings, &[]);
        }
    }
    warns(&Anthropic, &thinking.clone().parallel(false), &[]);
    warns(&Anthropic, &thinking.choice(ToolChoice::Forbidden), &[]);
}

#[test]
fn strict_schemas_and_parallel_calls_may_not_go_together_at_openai() {
    const STRICT: Configured<OpenAiChat> = OpenAiChat.strict();
    let refused = "OpenAI Chat Completions: some reasoning models refuse `parallel_tool_calls`; leave `parallel` unset for them";
    let lapse = "fine-tuned models of OpenAI Chat Completions do not keep to strict schemas where they make several calls in one turn; for them write `.parallel(false)`";
    let parallel = RequestSettings::default().parallel(true);
    warns(&STRICT, &parallel, &[refused, lapse]);
    warns(&OpenAiChat, &parallel, &[refused]);
    warns(&STRICT, &parallel.clone().parallel(false), &[refused]);
    warns(&STRICT, &RequestSettings::default(), &[]);
    warns(&Mistral.strict(), &parallel, &[]);
}

#[test]
fn gemini_enforces_also_what_is_not_to_be_strict() {
    let tool = |name: &'static str| ToolDefinition::named(name, "A tool.");
    let definitions = [tool("find").with_strict(false), tool("buy")];
    let settings = RequestSettings::default().choice(ToolChoice::Named("buy".into()));
    let fields = Gemini.request_fields(&definitions, &settings).unwrap();
    assert_eq!(
        fields.warnings()[0].to_string(),
        "Gemini enforces the schemas of all tools while a call is forced, also of `find`, for which `with_strict(false)` is said"
    );
    assert_eq!(fields.warnings().len(), 1);
}

#[test]
fn a_tool_is_chosen_from_the_toolbox() {
    let error = |toolbox: &Toolbox, format: &dyn RequestFormat, name: &str| {
        let settings = RequestSettings::default().choice(ToolChoice::Named(name.into()));
        let error = toolbox.request_fields(format, &settings).unwrap_err();
        error.to_string()
    };
    for (_, format) in FORMATS {
        assert_eq!(
            error(&library::toolbox(), format, "order_book"),
            "the choice is the tool `order_book`, which the toolbox does not have; did you mean `order_books`?"
        );
    }
    let view = library::toolbox().only(["arrange_shelf"]).unwrap();
    assert_eq!(
        error(&view, &Anthropic, "order_books"),
        "the choice is the tool `order_books`, which the toolbox does not have"
    );
}

#[test]
fn of_no_tools_nothing_is_said_and_nothing_can_be_required() {
    let toolbox = Toolbox::new(tools![]).unwrap();
    for (provider, format) in FORMATS {
        for (name, settings) in every() {
            let told = match toolbox.request_fields(format, &settings) {
                Ok(fields) => fields.to_string(),
                Err(error) => error.to_string(),
            };
            let expected = match name.split('_').next() {
                Some("required") => {
                    "a call is required, and the toolbox has no tools; add one, or use `ToolChoice::Auto`"
                }
                Some("tool") => {
                    "the choice is the tool `order_books`, which the toolbox does not have"
                }
                _ => "{}",
            };
            assert_eq!(told, expected, "{provider}: {name}");
        }
    }
}
