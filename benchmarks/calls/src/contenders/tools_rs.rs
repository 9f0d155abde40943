//! tools-rs: its attribute and `collect_tools`; its user parses the arguments.

use ::tools_rs::{FunctionCall, ToolCollection, collect_tools, tool};
use tool_runtime::ToolCall;

use super::{by_join_all, read};
use crate::work::{self, Customer, Order, Placed};

#[tool]
/// Adds two numbers.
async fn add(a: i64, b: i64) -> i64 {
    work::add(a, b).await
}

#[tool]
/// Looks up a customer.
async fn get_customer(customer_id: u64) -> Customer {
    work::get_customer(customer_id).await
}

#[tool]
/// Places an order.
async fn place_order(order: Order) -> Placed {
    work::place_order(order).await
}

#[tool]
/// Saves a text.
async fn save_text(text: String) -> usize {
    work::save_text(text).await
}

#[tool]
/// Loads a text.
async fn load_text(id: u64) -> String {
    work::load_text(id).await
}

#[tool]
/// Waits.
async fn wait(ms: u64) -> u64 {
    work::wait(ms).await
}

#[tool]
/// Computes.
async fn compute(ms: u64) -> u64 {
    work::compute(ms).await
}

#[tool]
/// Blocks its thread.
async fn block(ms: u64) -> u64 {
    work::block(ms).await
}

pub struct ToolsRs {
    tools: ToolCollection,
}

impl ToolsRs {
    fn tools() -> Self {
        Self {
            tools: collect_tools(),
        }
    }

    async fn call(&self, call: &ToolCall) -> String {
        let arguments = match serde_json::from_str(call.arguments()) {
            Ok(arguments) => arguments,
            Err(error) => return format!("error: {error}"),
        };
        let call = FunctionCall {
            id: None,
            name: call.name().to_owned(),
            arguments,
        };
        match self.tools.call(call).await {
            Ok(answer) => read(answer.result),
            Err(error) => format!("error: {error}"),
        }
    }

    fn json(&self) -> Option<String> {
        Some(self.tools.json().expect("declarations").to_string())
    }
}

by_join_all!(ToolsRs, "tools-rs", String);
