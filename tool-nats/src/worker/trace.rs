//! The worker's part of a trace that its caller began.

use async_nats::HeaderMap;
use opentelemetry::global::get_text_map_propagator;
use opentelemetry::propagation::Extractor;
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::IncomingCall;

/// The span of a call, in that of its caller if the program's propagator finds one in the headers.
pub(super) fn span(call: &IncomingCall) -> Span {
    let name = format!("call {}", call.tool());
    let span = info_span!(target: "tool_nats", "call", otel.name = name, otel.kind = "server", messaging.system = "nats");
    let parent = get_text_map_propagator(|propagator| propagator.extract(&Given(call.headers())));
    // Nobody sends spans to OpenTelemetry.
    let _ = span.set_parent(parent);
    span
}

struct Given<'a>(&'a HeaderMap);

impl Extractor for Given<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        // A name that no header can have is one that none has.
        let is_legal = |byte: u8| byte.is_ascii_graphic() && byte != b':';
        if !key.bytes().all(is_legal) {
            return None;
        }
        self.0.get(key).map(|value| value.as_str())
    }

    fn keys(&self) -> Vec<&str> {
        // Propagators ask for what they know by its name.
        Vec::new()
    }
}
