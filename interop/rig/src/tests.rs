//! Does the provider get the tools, and a result for each call?

use std::time::Duration;

use rig_core::providers::anthropic::AnthropicConfig;
use scripted_server::{ANTHROPIC, Answer, Told, expected_results, results};
use serde_json::{Value, json};
use tool_runtime::dialect::Anthropic;

use super::*;

/// Runs the conversation; gives what the two requests said of tools, and what the second told.
async fn run(
    script: [Answer; 2],
    model: impl Fn(String) -> DynModel<Completion>,
    provider: impl RequestFormat,
) -> (Vec<Value>, Vec<Told>) {
    let server = Server::start(script).await.expect("a port");
    let toolbox = desk::toolbox().expect("three tools");
    let tools = tools(&toolbox, provider).expect("definitions");
    let (answer, reports) = converse(&model(server.url()), &toolbox, tools, "What is up?")
        .await
        .expect("an answer");
    assert_eq!(answer, "Ada has one open ticket.");

    // As long as the longest of them, and not as all of them.
    let [report] = &reports[..] else {
        panic!("one turn with calls")
    };
    assert_eq!(report.critical_path().calls, [2]);
    assert!(report.critical_path().duration >= Duration::from_millis(600));
    assert!(report.speed_up() > 1.5, "{}", report.speed_up());

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(results(&requests[0]), []);
    assert_eq!(requests[1]["messages"][1]["role"], "assistant");
    let tools = requests.iter().map(|request| request["tools"].clone());
    (tools.collect(), results(&requests[1]))
}

fn manifest(provider: impl RequestFormat) -> Value {
    let toolbox = desk::toolbox().expect("three tools");
    let manifest = toolbox.manifest(provider).expect("a manifest");
    serde_json::from_str(manifest.as_str()).expect("JSON")
}

#[tokio::test]
async fn three_calls_of_which_one_fails() {
    let model = |url| {
        let openai = OpenAIConfig::new("not needed").with_base_url(url);
        openai.client().chat("gpt-5.5").erase()
    };
    let (tools, told) = run(OPENAI_CHAT, model, OpenAiChat).await;
    let manifest = manifest(OpenAiChat);
    assert_eq!(tools, [manifest.clone(), manifest]);
    assert_eq!(told, expected_results("call", false));
}

#[tokio::test]
async fn the_same_at_a_provider_with_a_mark_for_errors() {
    let model = |url: String| {
        let anthropic = AnthropicConfig::new("not needed").with_base_url(url);
        anthropic.client().completion("claude-sonnet-5-5").erase()
    };
    let (tools, told) = run(ANTHROPIC, model, Anthropic).await;
    // The client asks for arguments as they are written.
    let mut manifest = manifest(Anthropic);
    for tool in manifest.as_array_mut().expect("a list") {
        tool["eager_input_streaming"] = json!(true);
    }
    assert_eq!(tools, [manifest.clone(), manifest]);
    // The text says it too, for the client does not tell whether its provider has a mark.
    let mut expected = expected_results("toolu", false);
    expected[1].is_error = true;
    assert_eq!(told, expected);
}

/// So that the model is told what is wrong with them.
#[test]
fn arguments_that_are_no_object_stay_as_they_were() {
    let name = ToolName::new("get_customer").expect("a name");
    let function = message::ToolFunction::parse(name, r#"{"customer_id": 12"#);
    let asked = message::ToolCall::from_wire("call_1", function);
    assert_eq!(call(&asked).arguments(), r#"{"customer_id": 12"#);
}
