//! adk-tool: its attribute and trait; its user parses the arguments and finds the tool.

use std::collections::HashMap;
use std::sync::Arc;

use adk_rust_macros::tool;
use adk_tool::{AdkError, SimpleToolContext, Tool, ToolContext};
use serde_json::{Value, json};
use tool_runtime::ToolCall;

use super::{by_join_all, read};
use crate::work::{self, arguments};

fn value(answer: impl serde::Serialize) -> Result<Value, AdkError> {
    serde_json::to_value(answer).map_err(|error| AdkError::tool(error.to_string()))
}

/// Adds two numbers.
#[tool]
async fn add(arguments: arguments::Add) -> Result<Value, AdkError> {
    value(work::add(arguments.a, arguments.b).await)
}

/// Looks up a customer.
#[tool]
async fn get_customer(arguments: arguments::GetCustomer) -> Result<Value, AdkError> {
    value(work::get_customer(arguments.customer_id).await)
}

/// Places an order.
#[tool]
async fn place_order(arguments: arguments::PlaceOrder) -> Result<Value, AdkError> {
    value(work::place_order(arguments.order).await)
}

/// Saves a text.
#[tool]
async fn save_text(arguments: arguments::SaveText) -> Result<Value, AdkError> {
    value(work::save_text(arguments.text).await)
}

/// Loads a text.
#[tool]
async fn load_text(arguments: arguments::LoadText) -> Result<Value, AdkError> {
    value(work::load_text(arguments.id).await)
}

/// Waits.
#[tool]
async fn wait(arguments: arguments::Time) -> Result<Value, AdkError> {
    value(work::wait(arguments.ms).await)
}

/// Computes.
#[tool]
async fn compute(arguments: arguments::Time) -> Result<Value, AdkError> {
    value(work::compute(arguments.ms).await)
}

/// Blocks its thread.
#[tool]
async fn block(arguments: arguments::Time) -> Result<Value, AdkError> {
    value(work::block(arguments.ms).await)
}

pub struct Adk {
    tools: HashMap<String, Arc<dyn Tool>>,
    /// One for all calls: to make one costs two UUIDs.
    context: Arc<dyn ToolContext>,
}

impl Adk {
    fn tools() -> Self {
        let tools: [Arc<dyn Tool>; 8] = [
            Arc::new(Add),
            Arc::new(GetCustomer),
            Arc::new(PlaceOrder),
            Arc::new(SaveText),
            Arc::new(LoadText),
            Arc::new(Wait),
            Arc::new(Compute),
            Arc::new(Block),
        ];
        Self {
            tools: tools.map(|tool| (tool.name().to_owned(), tool)).into(),
            context: Arc::new(SimpleToolContext::new("benchmark")),
        }
    }

    async fn call(&self, call: &ToolCall) -> String {
        let Some(tool) = self.tools.get(call.name()) else {
            return format!("error: there is no tool `{}`", call.name());
        };
        let arguments = match serde_json::from_str(call.arguments()) {
            Ok(arguments) => arguments,
            Err(error) => return format!("error: {error}"),
        };
        match tool.execute(self.context.clone(), arguments).await {
            Ok(answer) => read(answer),
            Err(error) => format!("error: {error}"),
        }
    }

    fn json(&self) -> Option<String> {
        let tools = self.tools.values().map(|tool| {
            json!({
                "name": tool.name(), "description": tool.description(),
                "input_schema": tool.parameters_schema(),
            })
        });
        Some(Value::from_iter(tools).to_string())
    }
}

by_join_all!(Adk, "adk-tool", String);
