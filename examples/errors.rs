//! What the model reads when something goes wrong, and what the program keeps of it.
//!
//! ```text
//! cargo run --example errors
//! ```
//!
//! Every call has a result, whatever became of it. Its text says what happened, whether anything was changed, and what to do.

use std::error::Error;
use std::time::Duration;

use tool_runtime::{ToolCall, ToolError, Toolbox, tool, tools};

/// Look up an order.
#[tool(reads("order:{id}"))]
async fn get_order(
    /// The order's number.
    #[arg(range(min = 1))]
    id: u64,
) -> Result<String, ToolError> {
    match id {
        1 => Ok("a lamp".to_owned()),
        // For the model: it may ask for another.
        2 => Err(ToolError::new("There is no order 2; the last one is 1.")),
        // Not for the model: it reads an id, and the log has the rest under that.
        _ => Err(ToolError::internal("connection to db-7 refused")),
    }
}

/// Cancel an order.
#[tool(writes("order:{id}"), timeout = "50ms")]
async fn cancel_order(
    /// The order's number.
    id: u64,
) {
    // A backend that does not answer: nobody knows whether it has cancelled.
    tokio::time::sleep(Duration::from_secs(60 * id)).await;
}

/// Print an order.
#[tool]
async fn print_order() -> String {
    panic!("the printer is on fire")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A panic is caught and told; the hook would print it here too.
    std::panic::set_hook(Box::new(|_| {}));
    let toolbox = Toolbox::new(tools![get_order, cancel_order, print_order])?;
    let calls = [
        ("get_order", r#"{"id": 1}"#),
        ("get_order", r#"{"id": 2}"#),
        ("get_order", r#"{"id": 3}"#),
        ("get_order", r#"{"id": 0, "order": "lamp"}"#),
        ("get_order", r#"{"id": "one""#),
        ("get_orders", r#"{"id": 1}"#),
        ("cancel_order", r#"{"id": 1}"#),
        ("print_order", "{}"),
    ];
    let calls = calls.map(|(name, arguments)| ToolCall::new("", name, arguments));
    let report = toolbox.run(calls).await;
    for result in report.results() {
        println!("{} {}", result.name(), result.call().arguments());
        for line in result.text().lines() {
            println!("    {line}");
        }
        println!("  {}", result.outcome().ending.code());
        let mut cause = result.error().and_then(ToolError::source);
        while let Some(error) = cause {
            println!("  for the log: {error}");
            cause = error.source();
        }
        if let Some(message) = result.panic_message() {
            println!("  for the log: {message}");
        }
    }
    Ok(())
}
