//! A model that calls the three tools of `examples/desk.rs` in one turn, the second with a customer that is not there, and then
//! answers. Its replies are constructed with the SDK's builders.

use std::error::Error;

use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use aws_sdk_bedrockruntime::types::{
    self, ContentBlock, ConversationRole, Message, StopReason, ToolUseBlock,
};
use serde_json::json;

use crate::{from_json, message};

/// What it says to a history.
pub fn reply(history: &[Message]) -> Result<ConverseOutput, Box<dyn Error>> {
    let (blocks, reason) = if history.len() == 1 {
        let calls = [
            call("tooluse_01", "get_customer", 1234)?,
            call("tooluse_02", "get_orders", 12340)?,
            call("tooluse_03", "get_tickets", 1234)?,
        ];
        (calls.to_vec(), StopReason::ToolUse)
    } else {
        let answer = ContentBlock::Text("Ada has one open ticket.".to_owned());
        (vec![answer], StopReason::EndTurn)
    };
    let said = message(ConversationRole::Assistant, blocks)?;
    let output = ConverseOutput::builder().output(types::ConverseOutput::Message(said));
    Ok(output.stop_reason(reason).build()?)
}

fn call(id: &str, name: &str, customer_id: u64) -> Result<ContentBlock, Box<dyn Error>> {
    let call = ToolUseBlock::builder().tool_use_id(id).name(name);
    let call = call.input(from_json(&json!({"customer_id": customer_id})));
    Ok(ContentBlock::ToolUse(call.build()?))
}
