//! What each provider is shown of it, and a whole exchange with each.

use serde_json::{Value, json};
use support::texts;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses, RequestFormat,
};
use tool_runtime::testing::{Reply, ScriptedModel};
use tool_runtime::{BatchTool, Policy, Toolbox};

use crate::desk::{Store, batch, plain, store};

fn small() -> Toolbox<Store> {
    let view = plain(Policy::default()).only(["get", "add"]).unwrap();
    view.with_batch_tool(BatchTool::new()).unwrap()
}

fn large() -> Toolbox<Store> {
    plain(Policy::default())
        .with_batch_tool(BatchTool::new())
        .unwrap()
}

/// The parameters of `batch`, and whether they are strict.
fn shown(toolbox: &Toolbox<Store>, format: &dyn RequestFormat) -> (Value, bool) {
    let manifest = toolbox.manifest(format).unwrap();
    let tool = manifest.tools().last().unwrap();
    assert_eq!(tool.name(), "batch");
    (tool.parameters().clone(), tool.is_strict())
}

const FORMATS: [&dyn RequestFormat; 8] = [
    &Anthropic,
    &OpenAiChat,
    &OpenAiResponses,
    &Gemini,
    &Bedrock,
    &Mcp,
    &Mistral,
    &Ollama,
];

#[test]
fn few_tools_have_their_own_schemas_in_it() {
    for format in FORMATS {
        let (schema, _) = shown(&small(), format);
        let branches = schema["properties"]["calls"]["items"]["anyOf"].as_array();
        let branches = branches.unwrap_or_else(|| panic!("{}: {schema}", format.name()));
        let names: Vec<_> = branches
            .iter()
            .map(|branch| &branch["properties"]["tool"]["enum"][0])
            .collect();
        assert_eq!(names, ["get", "add"], "{}", format.name());
        let key = &branches[0]["properties"]["arguments"]["properties"]["key"]["type"];
        assert_eq!(key, "integer", "{}", format.name());
    }
    let strict: [&dyn RequestFormat; 5] = [
        &Anthropic.strict(),
        &OpenAiChat.strict(),
        &OpenAiResponses.strict(),
        &Bedrock.strict(),
        &Mistral.strict(),
    ];
    for format in strict {
        let (schema, is_strict) = shown(&small(), format);
        assert!(is_strict, "{}", format.name());
        assert!(
            schema["properties"]["calls"]["items"]["anyOf"].is_array(),
            "{}",
            format.name()
        );
    }
}

#[test]
fn many_tools_are_named_and_their_arguments_are_text() {
    for format in FORMATS {
        let (schema, _) = shown(&large(), format);
        let call = &schema["properties"]["calls"]["items"]["properties"];
        assert_eq!(
            call["tool"]["enum"].as_array().unwrap().len(),
            9,
            "{}",
            format.name()
        );
        assert_eq!(call["arguments"]["type"], "string", "{}", format.name());
    }
}

/// A model of each provider calls it, and reads all results in its one.
#[tokio::test(start_paused = true)]
async fn a_whole_exchange_with_each_provider() {
    macro_rules! exchange {
        ($($dialect:expr),*) => {$({
            let calls = [("add", json!({"key": 1, "amount": 2})), ("get", json!({"key": 1}))];
            let arguments = batch("", &calls);
            let arguments: Value = serde_json::from_str(arguments.arguments()).unwrap();
            let model = ScriptedModel::new($dialect)
                .turn(Reply::new().call("batch", arguments))
                .turn_from(|results| Reply::new().text(results[0].text.clone()));
            let desk = small().bind(store());
            let mut history = vec![json!({"role": "user", "content": "Go."}).into()];
            let turn = $dialect.decode(model.respond(&history)).unwrap();
            history.extend(turn.messages());
            let report = desk.run(turn.calls()).await;
            assert_eq!(texts(&report), ["step 1 (`add`): ok\n2\n\nstep 2 (`get`): ok\n2"]);
            history.extend($dialect.encode(&report));
            let last = model.respond(&history);
            let last = String::from_utf8(last).unwrap();
            assert!(last.contains(r"step 1 (`add`): ok\n2\n\nstep 2 (`get`): ok\n2"), "{last}");
            model.finished();
        })*};
    }
    exchange!(
        Anthropic,
        OpenAiChat,
        OpenAiResponses,
        Gemini,
        Bedrock,
        Mistral,
        Ollama
    );
}
