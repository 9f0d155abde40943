//! Names from elsewhere: what each provider sees of them, and that every name finds its tool and no other.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use support::{call, codes, texts};
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mcp, OpenAiChat, OpenAiResponses, RequestFormat, RequestSettings,
    ToolChoice,
};
use tool_runtime::{BuildError, RuntimeTool, ToolDefinition, Toolbox, tool, tools};

/// Adds.
#[tool(pure)]
async fn math_add() -> &'static str {
    "ours"
}

/// A tool that answers its own name.
#[track_caller]
fn named(name: &str) -> RuntimeTool<()> {
    let answer = name.to_owned();
    RuntimeTool::new(
        ToolDefinition::named(name, "Does something."),
        move |_, _, _| {
            let answer = answer.clone();
            async move { Ok::<_, String>(answer) }
        },
    )
}

fn toolbox<'a>(names: impl IntoIterator<Item = &'a str>) -> Toolbox {
    let tools = names.into_iter().map(named);
    Toolbox::<()>::builder()
        .tools(tools.collect())
        .build()
        .unwrap()
}

/// The names that the manifest has, in order.
fn wire_names(toolbox: &Toolbox, format: &dyn RequestFormat) -> Vec<String> {
    fn find(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| find(value, names)),
            Value::Object(members) => match members.get("name").and_then(Value::as_str) {
                Some(name) => names.push(name.to_owned()),
                None => members.values().for_each(|value| find(value, names)),
            },
            _ => {}
        }
    }
    let manifest = serde_json::to_value(toolbox.manifest(format).unwrap()).unwrap();
    let mut names = Vec::new();
    find(&manifest, &mut names);
    names
}

const NARROW: [&dyn RequestFormat; 4] = [&OpenAiChat, &OpenAiResponses, &Anthropic, &Bedrock];

#[tokio::test]
async fn each_provider_sees_the_nearest_name_that_it_takes() {
    let toolbox = toolbox(["math.add", "files:read/all", "get_time"]);
    for format in NARROW {
        let expected = ["math_add", "files_read_all", "get_time"];
        assert_eq!(wire_names(&toolbox, format), expected, "{}", format.name());
    }
    let gemini = ["math.add", "files:read_all", "get_time"];
    assert_eq!(wire_names(&toolbox, &Gemini), gemini);
    let mcp = ["math.add", "files_read_all", "get_time"];
    assert_eq!(wire_names(&toolbox, &Mcp), mcp);
    let calls = ["math_add", "math.add", "files_read_all", "files:read_all"];
    let report = toolbox.run(calls.map(|name| call(name, "{}"))).await;
    let own = ["math.add", "math.add", "files:read/all", "files:read/all"];
    assert_eq!(texts(&report), own);
    // What goes back bears the name that came.
    assert_eq!(report.results()[0].name(), "math_add");
    assert!(report.undeclared().eq(["math.add", "files:read/all"]));
}

#[tokio::test]
async fn a_name_that_would_be_two_tools_gets_a_number() {
    let list = ["math.add", "math/add", "math:add"].into_iter().map(named);
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![math_add])
        .tools(list.collect())
        .build()
        .unwrap();
    let names = wire_names(&toolbox, &OpenAiChat);
    assert_eq!(names[0], "math_add");
    for (name, own) in names[1..].iter().zip(["math.add", "math/add", "math:add"]) {
        assert!(name.starts_with("math_add_"), "{name}");
        let report = toolbox.run([call(name, "{}")]).await;
        assert_eq!(texts(&report), [own]);
    }
    let report = toolbox.run([call("math_add", "{}")]).await;
    assert_eq!(texts(&report), ["ours"]);
    // A view has the same names.
    let view = toolbox.only(["math/add"]).unwrap();
    assert_eq!(wire_names(&view, &OpenAiChat), names[2..3]);
}

#[tokio::test]
async fn a_name_of_200_characters_is_cut() {
    let [one, other] = ["a", "b"].map(|end| "x".repeat(199) + end);
    let toolbox = toolbox([one.as_str(), other.as_str()]);
    for (format, length) in [
        (&OpenAiChat as &dyn RequestFormat, 64),
        (&Gemini, 128),
        (&Mcp, 128),
    ] {
        let names = wire_names(&toolbox, format);
        assert_ne!(names[0], names[1]);
        assert_eq!([names[0].len(), names[1].len()], [length; 2]);
        let report = toolbox.run(
            names
                .iter()
                .map(|name| call(name, "{}"))
                .collect::<Vec<_>>(),
        );
        assert_eq!(texts(&report.await), [one.as_str(), other.as_str()]);
    }
}

#[tokio::test]
async fn a_view_finds_no_hidden_tool_by_any_name() {
    let toolbox = toolbox(["math.add", "math.sub"]);
    let view = toolbox.only(["math.sub"]).unwrap();
    let calls = ["math_add", "math.add", "math_sub", "math.sub"];
    let report = view.run(calls.map(|name| call(name, "{}"))).await;
    assert_eq!(codes(&report), ["unknown_tool", "unknown_tool", "ok", "ok"]);
    // By this name every model finds it, whatever its provider takes.
    let text = texts(&report)[0];
    assert!(text.ends_with("The tool is `math_sub`."), "{text}");
}

#[test]
fn a_forced_tool_is_named_as_in_the_manifest() {
    let toolbox = toolbox(["math.add"]);
    let settings = RequestSettings::default().choice(ToolChoice::Named("math.add".to_owned()));
    let said = |format: &dyn RequestFormat| {
        let fields = toolbox.request_fields(format, &settings).unwrap();
        fields.as_str().to_owned()
    };
    assert!(said(&OpenAiChat).contains(r#""name":"math_add""#));
    assert!(said(&Gemini).contains(r#"["math.add"]"#));
    let wire = RequestSettings::default().choice(ToolChoice::Named("math_add".to_owned()));
    let error = toolbox.request_fields(OpenAiChat, &wire).unwrap_err();
    assert!(
        error.to_string().contains("did you mean `math.add`"),
        "{error}"
    );
}

#[test]
fn no_name_and_a_far_too_long_one_are_refused() {
    #[track_caller]
    fn refused(name: &str, end: &str) {
        let error = Toolbox::<()>::builder()
            .tool(named(name))
            .build()
            .unwrap_err();
        assert!(matches!(error, BuildError::IllegalName { .. }), "{error}");
        assert!(error.to_string().ends_with(end), "{error}");
    }
    refused("", "has an empty name; give it one");
    refused(&"é".repeat(513), "has 1026 bytes; at most 1,024 are taken");
    toolbox([" ", "\n", "🦀", &"é".repeat(512)]);
}

fn name() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a".to_owned()),
        Just(".".to_owned()),
        Just("_".to_owned()),
        Just("-".to_owned()),
        Just(":".to_owned()),
        Just("é".to_owned()),
        Just("7".to_owned()),
        Just("x".repeat(40)),
    ];
    vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Every name on the wire is taken by its provider, is one tool's, and finds it.
    #[test]
    fn every_name_finds_its_tool_and_no_other(names in proptest::collection::hash_set(name(), 1..12)) {
        let names: Vec<String> = names.into_iter().collect();
        let toolbox = toolbox(names.iter().map(String::as_str));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let formats: [(&dyn RequestFormat, usize, &str); 3] =
            [(&OpenAiChat, 64, "-"), (&Gemini, 128, "-.:"), (&Mcp, 128, "-.")];
        for (format, max, marks) in formats {
            let wire = wire_names(&toolbox, format);
            prop_assert_eq!(wire.iter().collect::<HashSet<_>>().len(), names.len());
            for (wire, own) in wire.iter().zip(&names) {
                let taken = |c: char| c.is_ascii_alphanumeric() || c == '_' || marks.contains(c);
                prop_assert!(wire.len() <= max && wire.chars().all(taken), "{}", wire);
                prop_assert_eq!(wire == own || !own.chars().all(taken) || own.len() > max || own.starts_with(|c: char| !c.is_ascii_alphabetic() && c != '_'), true);
            }
            let report = runtime.block_on(async {
                toolbox.run(wire.iter().map(|name| call(name, "{}")).collect::<Vec<_>>()).await
            });
            prop_assert_eq!(texts(&report), names.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}
