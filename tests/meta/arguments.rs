//! What the model reads of wrong arguments of the batch tool itself, and what is taken.

use serde_json::json;
use support::{codes, texts};
use tool_runtime::batch::Repair;
use tool_runtime::{Policy, ToolCall};

use crate::desk::{batch, store, toolbox, under};

#[track_caller]
fn refuses(arguments: &str, problems: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let call = ToolCall::new("a", "batch", arguments);
    let beside = ToolCall::new("b", "list", "");
    let report = runtime.block_on(toolbox().bind(store()).run([call, beside]));
    assert_eq!(codes(&report), ["invalid_arguments", "ok"]);
    assert_eq!(
        texts(&report)[0],
        format!(
            "`batch` was not called, because its arguments are not valid:\n{problems}\nCall it again with correct arguments."
        )
    );
    assert!(report.results()[0].steps().is_none());
}

#[test]
fn each_mistake_has_its_words() {
    let missing = "- `calls`: expected an array of 1 to 16 calls, since this argument is required, got nothing";
    refuses("{}", missing);
    refuses(
        r#"{"call": []}"#,
        &missing.replace(
            "nothing",
            "nothing; should `call`, which is unknown, be `calls`?",
        ),
    );
    refuses(
        r#"{"calls": {"tool": "get"}}"#,
        "- `calls`: expected an array of 1 to 16 calls, got an object",
    );
    refuses(
        r#"{"calls": []}"#,
        "- `calls`: expected one call or more, got an empty array",
    );
    let many = vec![json!({"tool": "list", "arguments": {}}); 17];
    refuses(
        &json!({ "calls": many }).to_string(),
        "- `calls`: expected at most 16 calls, got 17; make the others in the next turn",
    );
    refuses(
        r#"{"calls": ["list", {"tool": 7, "arguments": []}, {"name": "get", "arguments": {}}, {"tool": "list"}]}"#,
        "- `calls[0]`: expected an object with `tool` and `arguments`, got string \"list\"\n\
         - `calls[1].tool`: expected the name of a tool, got integer `7`\n\
         - `calls[1].arguments`: expected an object, or its JSON text, got an array\n\
         - `calls[2].name`: expected only `tool` and `arguments`, got an argument the tool does not have\n\
         - `calls[2].tool`: expected the name of a tool, since this argument is required, got nothing\n\
         - `calls[3].arguments`: expected an object, or its JSON text, since this argument is required, got nothing",
    );
    refuses(
        r#"{"calls": [{"tool": "list", "arguments": {}}, {"tool": "batch", "arguments": {"calls": []}}]}"#,
        "- `calls[1].tool`: expected another tool, got `batch` itself; put its calls into this array",
    );
    refuses(
        r#"{"calls": [{"#,
        "- expected a JSON object, got text that is not valid JSON: the text ends inside of an object (at character 12 of 12); write it to its end",
    );
}

#[tokio::test(start_paused = true)]
async fn arguments_are_an_object_or_its_text() {
    let arguments = r#"{"calls": [
        {"tool": "get", "arguments": "{\"key\": 1}"},
        {"arguments": {"key": 18446744073709551615}, "tool": "get"},
        {"tool": "list", "arguments": ""},
        {"tool": "get", "arguments": "key 1"}
    ]}"#;
    let report = toolbox()
        .bind(store())
        .run([ToolCall::new("a", "batch", arguments)])
        .await;
    let steps = report.results()[0].steps().unwrap();
    assert_eq!(codes(steps), ["ok", "ok", "ok", "invalid_arguments"]);
    assert_eq!(
        steps.results()[1].call().arguments(),
        r#"{"key": 18446744073709551615}"#
    );
    assert_eq!(steps.results()[1].id(), "a/2");
}

#[tokio::test(start_paused = true)]
async fn what_was_meant_is_taken_where_the_policy_says_so() {
    let calls = json!([{"tool": "get", "arguments": {"key": "1"}}]).to_string();
    let arguments = json!({ "calls": calls }).to_string();
    let toolbox = under(Policy::default().repair(Repair::Safe));
    let report = toolbox
        .bind(store())
        .run([ToolCall::new("a", "batch", arguments)])
        .await;
    assert_eq!(texts(&report), ["step 1 (`get`): ok\n0"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_cut_off_makes_none() {
    let call = batch("a", &[("list", json!({}))]).cut_off();
    let report = toolbox().bind(store()).run([call]).await;
    assert_eq!(codes(&report), ["invalid_arguments"]);
}
