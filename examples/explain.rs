//! Why a turn took as long as it did: one with a wait for a call, a wait for a permit, a failure, a skip and a second attempt.
//!
//! ```text
//! cargo run --example explain                    as text and as a timeline
//! cargo run --example explain -- picture.svg     and as a picture
//! ```

use std::time::Duration;

use tokio::time::sleep;
use tool_runtime::batch::{OnFailure, Retry};
use tool_runtime::{CallContext, Policy, ToolCall, ToolError, Toolbox, tool, tools};

/// Book a seat on a train.
#[tool(writes("train:{train}"))]
async fn book_seat(
    /// The train's number.
    train: u32,
) -> Result<String, ToolError> {
    sleep(Duration::from_millis(250)).await;
    match train {
        9 => Err(ToolError::new("Train 9 is full.").no_effects()),
        _ => Ok("booked".to_owned()),
    }
}

/// Print the ticket for a train.
#[tool(reads("train:{train}"))]
async fn print_ticket(
    /// The train's number.
    train: u32,
) -> String {
    sleep(Duration::from_millis(100)).await;
    format!("a ticket for train {train}")
}

/// Say what the weather will be.
#[tool(pure)]
async fn get_weather(
    /// Where.
    city: String,
    #[context] context: &CallContext,
) -> Result<String, ToolError> {
    sleep(Duration::from_millis(150)).await;
    match (city.as_str(), context.attempt()) {
        ("Bonn", 1) => {
            Err(ToolError::new("The service is busy.").retry_after(Duration::from_millis(200)))
        }
        _ => Ok(format!("dry in {city}")),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The weather service takes one request at a time.
    let policy = Policy::default()
        .on_failure(OnFailure::SkipDependents)
        .retry(Retry::default().first_delay(Duration::from_millis(100)))
        .tool_concurrency("get_weather", 1);
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![book_seat, print_ticket, get_weather])
        .policy(policy)
        .build()?;
    let calls = [
        ("book_seat", r#"{"train": 7}"#),
        ("print_ticket", r#"{"train": 7}"#),
        ("book_seat", r#"{"train": 9}"#),
        ("print_ticket", r#"{"train": 9}"#),
        ("get_weather", r#"{"city": "Ulm"}"#),
        ("get_weather", r#"{"city": "Bonn"}"#),
        ("get_weather", r#"{"city": "Kiel"}"#),
    ];
    let calls = calls.map(|(name, arguments)| ToolCall::new("", name, arguments));

    let explanation = toolbox.run(calls).await.explain();
    println!("{explanation}\n");
    println!("{}", explanation.timeline(80));
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(file, explanation.svg())?;
    }
    Ok(())
}
