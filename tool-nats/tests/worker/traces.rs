//! The trace of whoever calls.

use harness::NatsServer;
use opentelemetry::global::set_text_map_propagator;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tool_nats::Worker;
use tool_runtime::{Toolbox, tool, tools};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::caller::Caller;

/// Says the id of the trace that it is part of.
#[tool(pure)]
async fn trace() -> String {
    let context = tracing::Span::current().context();
    context.span().span_context().trace_id().to_string()
}

#[tokio::test]
async fn a_tool_is_in_the_trace_of_its_caller() {
    let provider = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    let subscriber = tracing_subscriber::registry().with(layer);
    // For all threads: what others trace first would else be what nobody listens to.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    set_text_map_propagator(TraceContextPropagator::new());

    let server = NatsServer::start();
    let toolbox = Toolbox::new(tools![trace]).unwrap();
    let worker = Worker::new("desk", toolbox.bind(()));
    let _running = worker.start(&server.client().await).await.unwrap();
    let caller = Caller::of(server.client().await, "desk").await;
    let id = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{id}-b7ad6b7169203331-01");
    let ask = caller.ask("trace", "{}").with("traceparent", &parent);
    assert_eq!(caller.end(&ask).await.text(), id);
    // Nobody's, or nonsense: a trace of its own.
    for ask in [
        caller.ask("trace", "{}"),
        caller.ask("trace", "{}").with("traceparent", "00-x-y-01"),
    ] {
        let own = caller.end(&ask).await.text();
        assert!(own != id && own.len() == 32, "{own}");
    }
}
