//! What stands round every call: a layer that measures, and one for a single tool that remembers.
//!
//! ```text
//! cargo run --example layers
//! ```
//!
//! The example `audit` has layers that authorise and keep a log; with the feature `tower` any of tower's may be one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tool_runtime::layer::{self, Layer, Next, Request};
use tool_runtime::tool::Answer;
use tool_runtime::{ToolCall, Toolbox, tool, tools};

/// Say what a currency is worth today.
#[tool(pure)]
async fn get_rate(
    /// Its code.
    currency: String,
) -> f64 {
    tokio::time::sleep(Duration::from_millis(80)).await;
    match currency.as_str() {
        "CHF" => 1.07,
        _ => 1.0,
    }
}

/// Multiply two numbers.
#[tool(pure)]
async fn multiply(
    /// One of them.
    a: f64,
    /// The other.
    b: f64,
) -> f64 {
    a * b
}

/// Says how long each attempt of each call took.
fn measured() -> impl Layer<()> {
    layer::around(|request: Request<()>, next: Next| async move {
        let begun = Instant::now();
        let answer = next.run().await;
        let took = begun.elapsed().as_millis();
        println!("{} took {took} ms", request.definition().name());
        answer
    })
}

/// Answers from memory what it has answered before.
fn remembered() -> impl Layer<()> {
    let answers: Arc<Mutex<HashMap<String, Answer>>> = Arc::default();
    layer::around(move |request: Request<()>, next: Next| {
        let answers = Arc::clone(&answers);
        async move {
            let asked = request.context().arguments().to_owned();
            let known = lock(&answers).get(&asked).cloned();
            if let Some(known) = known {
                return Ok(known);
            }
            let answer = next.run().await?;
            lock(&answers).insert(asked, answer.clone());
            Ok(answer)
        }
    })
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![get_rate, multiply])
        .layer(measured())
        .layer_for(["get_rate"], remembered())
        .build()?;
    for turn in 1..=2 {
        println!("turn {turn}");
        let report = toolbox
            .run([
                ToolCall::new("call_1", "get_rate", r#"{"currency": "CHF"}"#),
                ToolCall::new("call_2", "multiply", r#"{"a": 6, "b": 7}"#),
            ])
            .await;
        for result in report.results() {
            println!("  {} {}", result.id(), result.text());
        }
    }
    Ok(())
}
