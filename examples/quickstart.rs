//! One turn of a model, one by one and in parallel.
//!
//! ```text
//! cargo run --example quickstart                 the shipped responses
//! cargo run --example quickstart -- FILE         a provider's response from a file, or - for standard input
//! ```

use std::io::Read;
use std::process::ExitCode;

use desk::Comparison;

const SHIPPED: [(&str, &str); 3] = [
    ("anthropic.json", include_str!("fixtures/anthropic.json")),
    (
        "openai_chat.json",
        include_str!("fixtures/openai_chat.json"),
    ),
    ("one_fails.json", include_str!("fixtures/one_fails.json")),
];

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args().nth(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(file: Option<String>) -> Result<(), Box<dyn std::error::Error>> {
    for warning in desk::toolbox()?.warnings() {
        eprintln!("warning: {warning}");
    }
    match file.as_deref() {
        None => {
            for (name, body) in SHIPPED {
                show(name, &desk::compare(body.as_bytes()).await?);
            }
        }
        Some("-") => {
            let mut body = Vec::new();
            std::io::stdin().read_to_end(&mut body)?;
            show("standard input", &desk::compare(&body).await?);
        }
        Some(path) => {
            let body = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
            show(path, &desk::compare(&body).await?);
        }
    }
    Ok(())
}

fn show(name: &str, comparison: &Comparison) {
    println!("{name} ({})", comparison.provider);
    if comparison.parallel.results().is_empty() {
        println!("  the model calls no tool: an empty turn, the end of a conversation\n");
        return;
    }
    for line in comparison.timeline(72).lines() {
        println!("  {line}");
    }
    println!("  back to the model:");
    for message in &comparison.messages {
        println!("    {message}");
    }
    println!();
}
