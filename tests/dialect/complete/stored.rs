//! Messages that come from where histories are stored.

use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, Dialect, Mcp, Message};

const HISTORY: &str = r#" [ {"role":"user" , "content":"Hi."},
    {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"find","input":{"z":1.50,"a":[]}}]} ] "#;

#[test]
fn a_list_keeps_the_text_of_each() {
    let mut history = Message::list(HISTORY).unwrap();
    assert_eq!(history[0].as_str(), r#"{"role":"user" , "content":"Hi."}"#);
    assert!(HISTORY.contains(history[1].as_str()));
    assert_eq!(Anthropic.complete(&mut history).len(), 1);
    assert_eq!(history.len(), 3);
    let texts: Vec<&str> = history.iter().map(Message::as_str).collect();
    let again = Message::list(&format!("[{}]", texts.join(","))).unwrap();
    assert_eq!(again, history);
}

#[test]
fn serde_keeps_the_order_of_members() {
    let history: Vec<Message> = serde_json::from_str(HISTORY).unwrap();
    assert_eq!(history[0].as_str(), r#"{"role":"user","content":"Hi."}"#);
    // With serde_json's feature `arbitrary_precision` a number keeps its digits.
    let written = history[1].as_str().replace("1.50", "1.5");
    assert_eq!(
        written,
        r#"{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"find","input":{"z":1.5,"a":[]}}]}"#
    );
    let stored = serde_json::to_string(&history).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<Message>>(&stored).unwrap(),
        history
    );
}

#[test]
fn values_are_messages_too() {
    let stored: Vec<Value> = serde_json::from_str(HISTORY).unwrap();
    let mut history: Vec<Message> = stored.iter().cloned().map(Message::from).collect();
    let dialect: &dyn Dialect = &Anthropic;
    let calls = dialect.complete(&mut history);
    let arguments: Value = serde_json::from_str(calls[0].arguments()).unwrap();
    assert_eq!(arguments, stored[1]["content"][0]["input"]);
    let values: Vec<Value> = history.iter().map(|message| json!(message)).collect();
    assert_eq!(values[..2], stored);
    assert_eq!(values[2]["content"][0]["is_error"], true);
    assert_eq!(
        serde_json::from_value::<Vec<Message>>(json!(stored)).unwrap(),
        history[..2]
    );
}

#[test]
fn what_is_no_message_is_refused_in_words() {
    let error = |json: &str| json.parse::<Message>().unwrap_err().to_string();
    let expected = "expected a message of a conversation (a JSON object), found";
    assert_eq!(
        error("[{}]"),
        format!("{expected} `[{{}}]`, which is no object")
    );
    assert_eq!(
        error(r#"{"role":"#),
        format!(
            "{expected} text that is not JSON (EOF while parsing a value at byte 8): `{{\"role\":`"
        )
    );
    assert_eq!(
        error("{} {}"),
        format!(
            "{expected} text that is not JSON (more text after the value, at byte 2): `{{}} {{}}`"
        )
    );
    let error = |json: &str| Message::list(json).unwrap_err().to_string();
    assert_eq!(
        error("[{}, 7]"),
        format!("{expected} `7`, which is no object")
    );
    assert_eq!(
        error("\"Hi.\""),
        "expected a conversation (a JSON array of messages), found `\"Hi.\"`"
    );
    let error = serde_json::from_str::<Vec<Message>>("[\"Hi.\"]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid type: string \"Hi.\", expected a message of a conversation (a JSON object) at line 1 column 6"
    );
}

/// A request of MCP is one call, and there is no history.
#[test]
fn mcp_has_nothing_to_complete() {
    let request = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"find"}}"#;
    let mut history = vec![request.parse().unwrap()];
    assert_eq!(Mcp.complete(&mut history), []);
    assert_eq!(history[0].as_str(), request);
}
