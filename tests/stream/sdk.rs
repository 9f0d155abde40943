//! The calls as they are read here, for `.ci/streams` to compare with what the providers' own SDKs make of the same streams.

use std::fs;

use serde_json::{Value, json};
use tool_runtime::ToolCall;

use crate::fixture::fixtures;

fn call(call: &ToolCall) -> Value {
    let arguments = match call.is_text() {
        true => json!(call.arguments()),
        // None is none for every SDK.
        false if call.arguments().is_empty() => json!({}),
        false => serde_json::from_str(call.arguments()).unwrap_or(Value::Null),
    };
    json!({"id": call.id(), "name": call.name(), "arguments": arguments, "is_cut_off": call.is_cut_off()})
}

/// Of every stream that ends well; which of them an SDK does not take, the script says, with the reason.
#[test]
fn calls_are_written_for_the_sdks_to_compare() {
    let folder = format!("{}/streams", env!("CARGO_TARGET_TMPDIR"));
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for fixture in fixtures() {
        let read = fixture.whole();
        if let Some(turn) = read.ended_well() {
            let calls: Vec<Value> = turn.calls().iter().map(call).collect();
            let file = format!("{folder}/{}.json", fixture.title());
            let messages: Vec<Value> = turn.messages().map(|message| json!(message)).collect();
            let read = json!({"calls": calls, "messages": messages});
            fs::write(file, read.to_string()).unwrap();
        }
    }
}
