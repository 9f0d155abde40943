//! swiftide: its attribute and trait; a spawn for each call, as its agent does.

use std::sync::Arc;

use ::swiftide::chat_completion::errors::ToolError;
use ::swiftide::chat_completion::{Tool, ToolCall as Call, ToolOutput};
use ::swiftide::tool;
use ::swiftide::traits::AgentContext;
use tool_runtime::ToolCall;

use super::{Contender, Text, Texts};
use crate::work::{self, Order};

type Answer = Result<ToolOutput, ToolError>;

fn json(answer: impl serde::Serialize) -> Answer {
    Ok(ToolOutput::text(serde_json::to_string(&answer)?))
}

#[tool(
    description = "Adds two numbers.",
    param(name = "a", description = "The first number."),
    param(name = "b", description = "The second number.")
)]
async fn add(_context: &dyn AgentContext, a: i64, b: i64) -> Answer {
    json(work::add(a, b).await)
}

#[tool(
    description = "Looks up a customer.",
    param(name = "customer_id", description = "The customer's number.")
)]
async fn get_customer(_context: &dyn AgentContext, customer_id: u64) -> Answer {
    json(work::get_customer(customer_id).await)
}

#[tool(
    description = "Places an order.",
    param(name = "order", description = "The order.")
)]
async fn place_order(_context: &dyn AgentContext, order: Order) -> Answer {
    json(work::place_order(order).await)
}

#[tool(
    description = "Saves a text.",
    param(name = "text", description = "The text.")
)]
async fn save_text(_context: &dyn AgentContext, text: String) -> Answer {
    json(work::save_text(text).await)
}

#[tool(
    description = "Loads a text.",
    param(name = "id", description = "The text's number.")
)]
async fn load_text(_context: &dyn AgentContext, id: u64) -> Answer {
    Ok(ToolOutput::text(work::load_text(id).await))
}

#[tool(
    description = "Waits.",
    param(name = "ms", description = "How long, in milliseconds.")
)]
async fn wait(_context: &dyn AgentContext, ms: u64) -> Answer {
    json(work::wait(ms).await)
}

#[tool(
    description = "Computes.",
    param(name = "ms", description = "How long, in milliseconds.")
)]
async fn compute(_context: &dyn AgentContext, ms: u64) -> Answer {
    json(work::compute(ms).await)
}

#[tool(
    description = "Blocks its thread.",
    param(name = "ms", description = "How long, in milliseconds.")
)]
async fn block(_context: &dyn AgentContext, ms: u64) -> Answer {
    json(work::block(ms).await)
}

pub struct Swiftide {
    tools: Vec<Box<dyn Tool>>,
    context: Arc<dyn AgentContext>,
}

impl Swiftide {
    /// As its agent looks for it.
    fn find(&self, name: &str) -> Box<dyn Tool> {
        let tool = self.tools.iter().find(|tool| tool.name() == name);
        tool.cloned().expect("a tool of that name")
    }
}

fn read(call: &ToolCall) -> Call {
    let mut builder = Call::builder();
    builder
        .id(call.id())
        .name(call.name())
        .args(call.arguments().to_owned());
    builder.build().expect("a call")
}

impl Text for Answer {
    fn text(&self) -> &str {
        let output = self.as_ref().ok();
        output.and_then(ToolOutput::content).unwrap_or("error")
    }
}

impl Contender for Swiftide {
    const NAME: &'static str = "swiftide";
    type Answer = Answer;

    fn new() -> Self {
        Self {
            tools: vec![
                add(),
                get_customer(),
                place_order(),
                save_text(),
                load_text(),
                wait(),
                compute(),
                block(),
            ],
            context: Arc::new(()),
        }
    }

    async fn single(&self, call: ToolCall) -> Answer {
        let tool = self.find(call.name());
        tool.invoke(&*self.context, &read(&call)).await
    }

    async fn batch(this: Arc<Self>, calls: Vec<ToolCall>) -> impl Texts {
        let tasks = calls.iter().map(|call| {
            let tool = this.find(call.name());
            let context = this.context.clone();
            let call = read(call);
            tokio::spawn(async move { tool.invoke(&*context, &call).await })
        });
        let mut answers = Vec::with_capacity(calls.len());
        for task in tasks.collect::<Vec<_>>() {
            answers.push(task.await.expect("no panic"));
        }
        answers
    }

    fn manifest(&self) -> Option<impl AsRef<str>> {
        let specifications: Vec<_> = self.tools.iter().map(|tool| tool.tool_spec()).collect();
        Some(serde_json::to_string(&specifications).expect("JSON"))
    }
}
