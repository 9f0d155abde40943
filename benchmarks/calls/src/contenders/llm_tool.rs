//! llm-tool: its attribute, its registry and its batch, which takes texts.

use std::sync::Arc;

use ::llm_tool::{
    BatchExecutionMode, BatchToolCallOutcome, BatchToolCallStr, ToolContext, ToolError, ToolOutput,
    ToolRegistry, llm_tool,
};
use tool_runtime::ToolCall;

use super::{Contender, Text, Texts};
use crate::work::{self, Order};

/// Adds two numbers.
#[llm_tool]
async fn add(
    /// The first number.
    a: i64,
    /// The second number.
    b: i64,
) -> i64 {
    work::add(a, b).await
}

/// Looks up a customer.
#[llm_tool]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> Customer {
    work::get_customer(customer_id).await
}

/// Places an order.
#[llm_tool]
async fn place_order(
    /// The order.
    order: Order,
) -> Placed {
    work::place_order(order).await
}

/// Saves a text.
#[llm_tool]
async fn save_text(
    /// The text.
    text: String,
) -> usize {
    work::save_text(text).await
}

/// Loads a text.
#[llm_tool]
async fn load_text(
    /// The text's number.
    id: u64,
) -> String {
    work::load_text(id).await
}

/// Waits.
#[llm_tool]
async fn wait(
    /// How long, in milliseconds.
    ms: u64,
) -> u64 {
    work::wait(ms).await
}

/// Computes.
#[llm_tool]
async fn compute(
    /// How long, in milliseconds.
    ms: u64,
) -> u64 {
    work::compute(ms).await
}

/// Blocks its thread.
#[llm_tool]
async fn block(
    /// How long, in milliseconds.
    ms: u64,
) -> u64 {
    work::block(ms).await
}

pub struct LlmTool {
    registry: ToolRegistry,
    context: ToolContext,
}

impl Text for Result<ToolOutput, ToolError> {
    fn text(&self) -> &str {
        self.as_ref().map_or("error", |output| output.content())
    }
}

impl Text for BatchToolCallOutcome {
    fn text(&self) -> &str {
        self.result.text()
    }
}

impl Contender for LlmTool {
    const NAME: &'static str = "llm-tool";
    type Answer = Result<ToolOutput, ToolError>;

    fn new() -> Self {
        let registry = ToolRegistry::new().with_tool(Add).with_tool(GetCustomer);
        let registry = registry.with_tool(PlaceOrder).with_tool(SaveText);
        let registry = registry.with_tool(LoadText).with_tool(Wait);
        Self {
            registry: registry.with_tool(Compute).with_tool(Block),
            context: ToolContext::new(),
        }
    }

    async fn single(&self, call: ToolCall) -> Self::Answer {
        let Self { registry, context } = self;
        registry
            .dispatch_str(call.name(), call.arguments(), context)
            .await
    }

    async fn batch(this: Arc<Self>, calls: Vec<ToolCall>) -> impl Texts {
        let calls: Vec<_> = calls
            .iter()
            .map(|call| BatchToolCallStr {
                id: call.id(),
                name: call.name(),
                arguments_json: call.arguments(),
            })
            .collect();
        let Self { registry, context } = &*this;
        registry
            .dispatch_batch_str(&calls, BatchExecutionMode::Parallel, context)
            .await
    }

    fn manifest(&self) -> Option<impl AsRef<str>> {
        let definitions = self.registry.definitions_slice();
        Some(serde_json::to_string(&*definitions).expect("JSON"))
    }
}
