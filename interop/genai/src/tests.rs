//! Does the provider get the tools, and a result for each call?

use std::time::Duration;

use scripted_server::{ANTHROPIC, Answer, Told, expected_results, results};
use serde_json::{Value, json};
use tool_runtime::dialect::Anthropic;

use super::*;

#[track_caller]
fn check_time(reports: &[Report]) {
    // As long as the longest of them, and not as all of them.
    let [report] = reports else {
        panic!("one turn with calls")
    };
    assert_eq!(report.critical_path().calls, [2]);
    assert!(report.critical_path().duration >= Duration::from_millis(600));
    assert!(report.speed_up() > 1.5, "{}", report.speed_up());
}

/// Runs the conversation; gives what the two requests said of tools, and what the second told.
async fn run(
    adapter: AdapterKind,
    script: [Answer; 2],
    provider: impl RequestFormat,
) -> (Vec<Value>, Vec<Told>) {
    let server = Server::start(script).await.expect("a port");
    let client = client(adapter, &server.url()).expect("a client");
    let toolbox = desk::toolbox().expect("three tools");
    let tools = tools(&toolbox, provider).expect("definitions");
    let (answer, reports) = converse(&client, &toolbox, tools, "What is up?")
        .await
        .expect("an answer");
    assert_eq!(answer, "Ada has one open ticket.");
    check_time(&reports);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(results(&requests[0]), []);
    assert_eq!(requests[1]["messages"][1]["role"], "assistant");
    let tools = requests.iter().map(|request| request["tools"].clone());
    (tools.collect(), results(&requests[1]))
}

#[tokio::test]
async fn three_calls_of_which_one_fails() {
    let (tools, told) = run(AdapterKind::OpenAI, OPENAI_CHAT, OpenAiChat).await;
    // The client says of each tool that it is not strict, which is what the provider takes it for.
    let mut manifest = manifest(OpenAiChat);
    for tool in manifest.as_array_mut().expect("a list") {
        tool["function"]["strict"] = json!(false);
    }
    assert_eq!(tools, [manifest.clone(), manifest]);
    assert_eq!(told, expected_results("call", false));
}

#[tokio::test]
async fn the_same_at_another_provider() {
    let (tools, told) = run(AdapterKind::Anthropic, ANTHROPIC, Anthropic).await;
    let manifest = manifest(Anthropic);
    assert_eq!(tools, [manifest.clone(), manifest]);
    // The provider has a mark for errors, but the client does not send it.
    assert_eq!(told, expected_results("toolu", false));
}

fn manifest(provider: impl RequestFormat) -> Value {
    let toolbox = desk::toolbox().expect("three tools");
    let manifest = toolbox.manifest(provider).expect("a manifest");
    serde_json::from_str(manifest.as_str()).expect("JSON")
}

/// A limit of the client, of which the README speaks.
#[tokio::test]
async fn arguments_that_are_no_json_lose_the_response() {
    let response = r#"{"choices": [{"message": {"role": "assistant", "content": null, "tool_calls": [
        {"id": "call_01", "type": "function", "function": {"name": "get_customer", "arguments": "{\"customer_id\": 12"}}
    ]}}]}"#;
    let server = Server::start([Answer::Whole(response)])
        .await
        .expect("a port");
    let client = client(AdapterKind::OpenAI, &server.url()).expect("a client");
    let toolbox = desk::toolbox().expect("three tools");
    assert!(
        converse(&client, &toolbox, Vec::new(), "What is up?")
            .await
            .is_err()
    );
    assert_eq!(server.requests().len(), 1);
}
