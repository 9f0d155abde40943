//! Does the model get the tools, and a result for each call?

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn three_calls_of_which_one_fails() {
    let toolbox = desk::toolbox().expect("three tools");
    let requests = Mutex::new(Vec::new());
    let model = async |tools, history: Vec<Message>| {
        let reply = scripted::reply(&history);
        requests.lock().expect("no panic").push((tools, history));
        reply
    };
    let (answer, reports) = converse(model, &toolbox, "What is up?")
        .await
        .expect("an answer");
    assert_eq!(answer, "Ada has one open ticket.");

    let requests = requests.into_inner().expect("no panic");
    let manifest = toolbox.manifest(Bedrock).expect("a manifest");
    let manifest: Value = serde_json::from_str(manifest.as_str()).expect("JSON");
    for (tools, _) in &requests {
        assert_eq!(
            Value::from_iter(tools.tools().iter().map(offered)),
            manifest
        );
    }
    let [(offered, first), (again, second)] = &requests[..] else {
        panic!("two requests")
    };
    let in_their_order = |tools| format!("{tools:?}");
    assert_eq!(in_their_order(offered), in_their_order(again));
    assert_eq!(first.len(), 1);
    assert_eq!(*second[1].role(), ConversationRole::Assistant);
    let results: Vec<_> = second[2].content().iter().map(told).collect();
    assert_eq!(
        results,
        [
            (
                "tooluse_01",
                r#"{"id":1234,"name":"Ada Lovelace","plan":"gold"}"#,
                None
            ),
            (
                "tooluse_02",
                "There is no customer 12340. Customer numbers have four digits, such as 1234. Nothing was changed.",
                Some(&ToolResultStatus::Error)
            ),
            (
                "tooluse_03",
                r#"[{"id":9,"subject":"The engine is loud.","open":true}]"#,
                None
            ),
        ]
    );

    // As long as the longest of them, and not as all of them.
    let [report] = &reports[..] else {
        panic!("one turn with calls")
    };
    assert_eq!(report.critical_path().calls, [2]);
    assert!(report.critical_path().duration >= Duration::from_millis(600));
    assert!(report.speed_up() > 1.5, "{}", report.speed_up());
}

/// A tool as the service's JSON has it.
fn offered(tool: &Tool) -> Value {
    let tool = tool.as_tool_spec().expect("a tool of ours");
    let schema = tool.input_schema().and_then(|schema| schema.as_json().ok());
    json!({"toolSpec": {
        "name": tool.name(),
        "description": tool.description(),
        "inputSchema": {"json": schema.map(to_json)},
    }})
}

fn told(block: &ContentBlock) -> (&str, &str, Option<&ToolResultStatus>) {
    let result = block.as_tool_result().expect("a result");
    let [content] = result.content() else {
        panic!("one part")
    };
    let text = content.as_text().expect("text");
    (result.tool_use_id(), text, result.status())
}

#[test]
fn documents_are_json() {
    let value = json!({"a": [1, -1, 0.5, null, true, "text"], "b": {}, "c": u64::MAX});
    assert_eq!(to_json(&from_json(&value)), value);
}
