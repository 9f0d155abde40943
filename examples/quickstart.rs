//! One turn of a model, one by one and in parallel.
//!
//! ```text
//! cargo run --example quickstart                 the shipped responses
//! cargo run --example quickstart -- FILE         a provider's response from a file, or - for standard input
//! ```

use std::io::Read;
use std::process::ExitCode;
use std::time::Duration;

use desk::Comparison;
use tool_runtime::Report;

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
    let Comparison {
        provider,
        one_by_one,
        parallel,
        messages,
    } = comparison;
    println!("{name} ({provider})");
    if parallel.results().is_empty() {
        println!("  the model calls no tool: an empty turn, the end of a conversation\n");
        return;
    }
    println!("  one by one {:>6}", milliseconds(one_by_one.wall()));
    timeline(one_by_one, one_by_one.wall());
    println!(
        "  parallel   {:>6}   {}",
        milliseconds(parallel.wall()),
        speed_up(one_by_one, parallel)
    );
    timeline(parallel, one_by_one.wall());
    println!("  back to the model:");
    for message in messages {
        println!("    {message}");
    }
    println!();
}

fn speed_up(one_by_one: &Report, parallel: &Report) -> String {
    let parallel = parallel.wall().as_secs_f64();
    if parallel == 0.0 {
        return "1.0x".to_owned();
    }
    format!("{:.1}x", one_by_one.wall().as_secs_f64() / parallel)
}

fn milliseconds(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}

/// A bar for each call, `whole` being the width of the picture.
fn timeline(report: &Report, whole: Duration) {
    const WIDTH: f64 = 45.0;
    let column = |at: Duration| {
        let share = at.as_secs_f64() / whole.as_secs_f64().max(f64::EPSILON);
        (share.min(1.0) * WIDTH).round() as usize
    };
    for result in report.results() {
        let (start, end) = match result.span() {
            Some(span) => (
                column(span.started),
                column(span.finished).max(column(span.started) + 1),
            ),
            None => (0, 0),
        };
        let bar = if result.is_error() { "░" } else { "█" };
        println!(
            "    {:<14}{}{}{} {}",
            result.name(),
            " ".repeat(start),
            bar.repeat(end - start),
            " ".repeat((WIDTH as usize).saturating_sub(end)),
            result.outcome().ending
        );
    }
}
