//! One toolbox for the whole program, and the state of each request: who asks, and what of that a tool may see.
//!
//! ```text
//! cargo run --example state_per_request
//! ```
//!
//! A tool borrows only the part of the state that it needs. The toolbox is built once; `bind` gives it a request's state, and costs a few
//! pointers.

use std::collections::BTreeMap;
use std::sync::Arc;

use tool_runtime::{Provide, Report, ToolCall, ToolError, Toolbox, tool, tools};

/// What all requests share.
struct Orders(BTreeMap<u64, Vec<&'static str>>);

/// What the request's token said. The model never sees it and cannot choose it.
struct Customer {
    id: u64,
}

/// The state of one request.
#[derive(Provide)]
struct Request {
    orders: Arc<Orders>,
    customer: Customer,
}

/// List the orders of the customer who asks.
#[tool(reads("orders"))]
async fn list_orders(
    #[state] orders: &Orders,
    #[state] customer: &Customer,
) -> Result<String, ToolError> {
    match orders.0.get(&customer.id) {
        Some(orders) => Ok(orders.join(", ")),
        None => Err(ToolError::new("There is no order yet.")),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let toolbox = Toolbox::<Request>::builder()
        .tools(tools![list_orders])
        .build()?;
    let orders = Orders([(7, vec!["a lamp", "a chair"]), (8, vec!["a desk"])].into());
    let orders = Arc::new(orders);

    let (seven, nine) = tokio::join!(ask(&toolbox, &orders, 7), ask(&toolbox, &orders, 9));
    println!("customer 7: {}", seven.results()[0].text());
    println!("customer 9: {}", nine.results()[0].text());
    Ok(())
}

/// One request: whatever the model writes, it is about this customer.
async fn ask(toolbox: &Toolbox<Request>, orders: &Arc<Orders>, id: u64) -> Report {
    let desk = toolbox.bind(Request {
        orders: Arc::clone(orders),
        customer: Customer { id },
    });
    let calls = [ToolCall::new("call_1", "list_orders", "{}")];
    desk.run(calls).await
}
