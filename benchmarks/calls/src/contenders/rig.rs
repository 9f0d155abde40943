//! rig: its attribute and tool set.

use ::rig_agent::tool::{ToolContext, ToolSet};
use ::rig_core::tool::ToolExecutionError;
use rig_core::rig_tool;
use tool_runtime::ToolCall;

use super::by_join_all;
use crate::work::{self, Customer, Order, Placed};

type Error = ToolExecutionError;

#[rig_tool(
    description = "Adds two numbers.",
    params(a = "The first number.", b = "The second number.")
)]
async fn add(a: i64, b: i64) -> Result<i64, Error> {
    Ok(work::add(a, b).await)
}

#[rig_tool(
    description = "Looks up a customer.",
    params(customer_id = "The customer's number.")
)]
async fn get_customer(customer_id: u64) -> Result<Customer, Error> {
    Ok(work::get_customer(customer_id).await)
}

#[rig_tool(description = "Places an order.", params(order = "The order."))]
async fn place_order(order: Order) -> Result<Placed, Error> {
    Ok(work::place_order(order).await)
}

#[rig_tool(description = "Saves a text.", params(text = "The text."))]
async fn save_text(text: String) -> Result<usize, Error> {
    Ok(work::save_text(text).await)
}

#[rig_tool(description = "Loads a text.", params(id = "The text's number."))]
async fn load_text(id: u64) -> Result<String, Error> {
    Ok(work::load_text(id).await)
}

#[rig_tool(description = "Waits.", params(ms = "How long, in milliseconds."))]
async fn wait(ms: u64) -> Result<u64, Error> {
    Ok(work::wait(ms).await)
}

#[rig_tool(description = "Computes.", params(ms = "How long, in milliseconds."))]
async fn compute(ms: u64) -> Result<u64, Error> {
    Ok(work::compute(ms).await)
}

#[rig_tool(
    description = "Blocks its thread.",
    params(ms = "How long, in milliseconds.")
)]
async fn block(ms: u64) -> Result<u64, Error> {
    Ok(work::block(ms).await)
}

pub struct Rig {
    tools: ToolSet,
}

impl Rig {
    fn tools() -> Self {
        let mut tools = ToolSet::default();
        tools.add_tool(Add);
        tools.add_tool(GetCustomer);
        tools.add_tool(PlaceOrder);
        tools.add_tool(SaveText);
        tools.add_tool(LoadText);
        tools.add_tool(Wait);
        tools.add_tool(Compute);
        tools.add_tool(Block);
        Self { tools }
    }

    async fn call(&self, call: &ToolCall) -> String {
        let mut context = ToolContext::default();
        let result = self
            .tools
            .execute(call.name(), call.arguments(), &mut context)
            .await;
        result.output().render()
    }

    fn json(&self) -> Option<String> {
        Some(serde_json::to_string(&self.tools.tool_definitions()).expect("JSON"))
    }
}

by_join_all!(Rig, "rig", String);
