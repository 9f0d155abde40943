//! Where a turn's time goes, as a tracing backend shows it: the spans of a batch over OTLP.
//!
//! ```text
//! cargo run --example otlp --features otlp                                      # to a receiver of its own, which prints them
//! cargo run --example otlp --features otlp -- http://localhost:4318/v1/traces   # to a collector, Jaeger say
//! ```
//!
//! The feature `tracing` makes the spans, `tracing-opentelemetry` hands them on, the exporter sends them. The model's turn has a call that
//! waits for another, one that is tried twice, one on a thread and one that fails; what the tools do themselves is inside of their calls.

mod client;
mod receiver;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::time::sleep;
use tool_runtime::{CallContext, Report, ToolCall, ToolError, Toolbox, tool, tools};
use tracing::{Instrument as _, info_span};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::client::Client;
use crate::receiver::Receiver;

/// A question to the database, as its driver would trace it.
async fn query(what: &'static str, takes: u64) {
    let span = info_span!("query", db.query.summary = what);
    sleep(Duration::from_millis(takes)).instrument(span).await;
}

/// Change a customer's plan.
#[tool(writes("customer:{customer_id}"), idempotent)]
async fn set_plan(
    /// The customer's number.
    customer_id: u64,
    /// The plan.
    plan: &str,
    #[context] context: &CallContext,
) -> Result<String, ToolError> {
    query("UPDATE customers", 40).await;
    match context.attempt() {
        1 => Err(ToolError::new("The database is busy.").retryable()),
        _ => Ok(format!("customer {customer_id} has the plan {plan}")),
    }
}

/// Look up a customer.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> Result<&'static str, ToolError> {
    query("SELECT customers", 20).await;
    match customer_id {
        1234 => Ok("Ada Lovelace"),
        _ => Err(ToolError::new("There is no such customer.")),
    }
}

/// Count the days until a plan ends.
#[tool(pure)]
fn days_left() -> u32 {
    info_span!("calendar").in_scope(|| 12)
}

/// One turn, in the span of whoever answers a request.
async fn turn(toolbox: &Toolbox<()>) -> Report {
    let calls = [
        ("set_plan", r#"{"customer_id": 1234, "plan": "gold"}"#),
        ("get_customer", r#"{"customer_id": 1234}"#),
        ("get_customer", r#"{"customer_id": 9}"#),
        ("days_left", "{}"),
    ];
    let calls = calls.into_iter().enumerate();
    let calls: Vec<_> = calls
        .map(|(n, (name, arguments))| ToolCall::new(format!("call_{n}"), name, arguments))
        .collect();
    toolbox.run(calls).instrument(info_span!("turn")).await
}

/// What sends spans there.
fn provider(endpoint: &str) -> Result<SdkTracerProvider, Box<dyn Error>> {
    // A program leaves the client to the exporter, whose default is reqwest's; this one compiles sooner.
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client)
        .with_endpoint(endpoint)
        .build()?;
    let resource = Resource::builder().with_service_name("desk").build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}

/// Runs the turn and sends its spans there.
async fn export(endpoint: &str) -> Result<Report, Box<dyn Error>> {
    let provider = provider(endpoint)?;
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("desk"));
    let subscriber = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(spans);
    tracing::subscriber::set_global_default(subscriber)?;

    let toolbox = Toolbox::new(tools![set_plan, get_customer, days_left])?;
    let report = turn(&toolbox).await;
    // What has not been sent yet is.
    provider.shutdown()?;
    Ok(report)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if let Some(endpoint) = std::env::args().nth(1) {
        export(&endpoint).await?;
        println!("The spans are at {endpoint}, of the service `desk`.");
        return Ok(());
    }
    let receiver = Receiver::start()?;
    export(&receiver.endpoint()).await?;
    print!("{}", receiver.spans().outline());
    Ok(())
}
