//! tool-runtime, as its README advises, with its default policy but for the number of calls.

use std::sync::Arc;

use tool_runtime::{Bound, Policy, Report, ToolCall, Toolbox, tool, tools};

use super::{Contender, Texts};
use crate::work::{self, Customer, Order, Placed};

/// Adds two numbers.
#[tool(pure)]
async fn add(
    /// The first number.
    a: i64,
    /// The second number.
    b: i64,
) -> i64 {
    work::add(a, b).await
}

/// Looks up a customer.
#[tool(pure)]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> Customer {
    work::get_customer(customer_id).await
}

/// Places an order.
#[tool]
async fn place_order(#[arg(flatten)] order: Order) -> Placed {
    work::place_order(order).await
}

/// Saves a text.
#[tool]
async fn save_text(
    /// The text.
    text: String,
) -> usize {
    work::save_text(text).await
}

/// Loads a text.
#[tool(pure)]
async fn load_text(
    /// The text's number.
    id: u64,
) -> String {
    work::load_text(id).await
}

pub struct Ours {
    desk: Bound<()>,
}

impl Contender for Ours {
    const NAME: &'static str = "tool-runtime";
    type Answer = Report;

    fn new() -> Self {
        let toolbox = Toolbox::<()>::builder()
            .tools(tools![add, get_customer, place_order, save_text, load_text])
            // 1,000 by default.
            .policy(Policy::default().max_calls(100_000))
            .build();
        Self {
            desk: toolbox.expect("a toolbox").bind(()),
        }
    }

    async fn call(&self, call: &ToolCall) -> Report {
        self.desk.run([call.clone()]).await
    }

    async fn batch(this: Arc<Self>, calls: Vec<ToolCall>) -> impl Texts {
        this.desk.run(calls).await
    }
}
