//! The trace of who calls goes on at the worker.

use std::sync::{Arc, Mutex};

use async_nats::HeaderMap;
use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

use crate::fake::{Scene, desk, quick};

/// The spans that have ended.
#[derive(Clone, Debug, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Ended {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(spans);
        Ok(())
    }
}

#[tokio::test]
async fn the_span_of_a_call_is_the_parent_at_the_worker() {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let spans = Ended::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(spans.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    let _here = tracing::subscriber::set_default(subscriber);

    let mut scene = Scene::begin(|discover| {
        quick(discover).headers(|_| {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", "the program's");
            headers
        })
    })
    .await;
    let desk = desk();
    let turn = scene.call("pay", "{}", async |worker| {
        let call = worker.call().await;
        call.run(&desk).await;
        call.all("traceparent").join(", ")
    });
    let (_, parent) = turn.instrument(tracing::info_span!("turn")).await;
    let spans = spans.0.lock().unwrap();
    let ours = spans.iter().find(|span| {
        let context = &span.span_context;
        parent == format!("00-{}-{}-01", context.trace_id(), context.span_id())
    });
    assert_eq!(ours.expect(&parent).name, "execute_tool pay");
}
