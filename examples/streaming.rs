//! Calls begin while the model is still writing: a response of two seconds, three calls, and how long all of it takes.
//!
//! ```text
//! cargo run --example streaming
//! ```

use std::time::{Duration, Instant};

use tokio::time::sleep;
use tokio_stream::{Stream, StreamExt};
use tool_runtime::batch::StreamedCalls;
use tool_runtime::dialect::Anthropic;
use tool_runtime::{Policy, Toolbox, tool, tools};

/// Look up a customer.
#[tool(reads("customer:{id}"))]
async fn get_customer(
    /// The customer's number.
    id: u64,
) -> String {
    sleep(Duration::from_millis(800)).await;
    format!("customer {id}")
}

/// List the orders of a customer.
#[tool(reads("customer:{id}/orders"))]
async fn get_orders(
    /// The customer's number.
    id: u64,
) -> String {
    sleep(Duration::from_millis(1000)).await;
    format!("orders of {id}")
}

/// List the open tickets of a customer.
#[tool(reads("customer:{id}/tickets"))]
async fn get_tickets(
    /// The customer's number.
    id: u64,
) -> String {
    sleep(Duration::from_millis(600)).await;
    format!("tickets of {id}")
}

/// What a client's `bytes_stream()` gives, of a response that takes two seconds to be written.
fn body() -> impl Stream<Item = Result<String, std::io::Error>> {
    let mut events = vec![
        r#"{"type":"message_start","message":{"type":"message","role":"assistant","content":[]}}"#
            .to_owned(),
    ];
    for (index, name) in ["get_customer", "get_orders", "get_tickets"]
        .iter()
        .enumerate()
    {
        events.push(format!(
            r#"{{"type":"content_block_start","index":{index},"content_block":{{"type":"tool_use","id":"toolu_{index}","name":"{name}","input":{{}}}}}}"#
        ));
        for piece in [r#"{\"id\""#, ": 1234", "}"] {
            events.push(format!(
                r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"input_json_delta","partial_json":"{piece}"}}}}"#
            ));
        }
        events.push(format!(
            r#"{{"type":"content_block_stop","index":{index}}}"#
        ));
    }
    events.push(r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#.to_owned());
    events.push(r#"{"type":"message_stop"}"#.to_owned());

    let pause = Duration::from_secs(2) / events.len() as u32;
    tokio_stream::iter(events).then(move |event| async move {
        sleep(pause).await;
        Ok(format!("data: {event}\n\n"))
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (when, name) in [
        (StreamedCalls::OnComplete, "when the response is whole"),
        (StreamedCalls::Eager, "as they come"),
    ] {
        let toolbox = Toolbox::<()>::builder()
            .tools(tools![get_customer, get_orders, get_tickets])
            .policy(Policy::default().streamed_calls(when))
            .build()?;
        let begun = Instant::now();
        let streamed = toolbox.run_stream(Anthropic.stream(), body()).await?;
        println!("{name}: {:.1} s", begun.elapsed().as_secs_f64());
        for result in streamed.report.results() {
            println!("  {} {}", result.id(), result.text());
        }
    }
    Ok(())
}
