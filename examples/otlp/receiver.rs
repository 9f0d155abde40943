//! A receiver of OTLP over HTTP in this process: what a collector would have got.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

/// What listens for spans.
pub(crate) struct Receiver {
    address: SocketAddr,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Receiver {
    /// Listens on a port that is free.
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let spans = Arc::default();
        let received = Arc::clone(&spans);
        thread::spawn(move || {
            for connection in listener.incoming() {
                if let Err(error) = connection.and_then(|one| receive(one, &received)) {
                    eprintln!("spans that cannot be read: {error}");
                }
            }
        });
        Ok(Self { address, spans })
    }

    /// Where spans are sent to.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}/v1/traces", self.address)
    }

    /// What has come, in the order in which it began.
    pub(crate) fn spans(&self) -> Spans {
        let mut spans = lock(&self.spans).clone();
        spans.sort_by_key(|span| span.start_time_unix_nano);
        Spans(spans)
    }
}

fn lock(spans: &Mutex<Vec<Span>>) -> MutexGuard<'_, Vec<Span>> {
    spans.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One request: a head, and a body of the length that it says.
fn receive(connection: TcpStream, spans: &Mutex<Vec<Span>>) -> io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let request = ExportTraceServiceRequest::decode(&*body).map_err(io::Error::other)?;
    let scopes = request.resource_spans.into_iter();
    let scopes = scopes.flat_map(|resource| resource.scope_spans);
    lock(spans).extend(scopes.flat_map(|scope| scope.spans));
    // Without a body, which is an `ExportTraceServiceResponse` that has nothing to say.
    let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    reader.get_mut().write_all(answer)
}

/// The spans of a trace.
pub(crate) struct Spans(Vec<Span>);

impl Spans {
    /// A line for each, below the one that it is in.
    pub(crate) fn outline(&self) -> String {
        let mut lines = String::new();
        for span in &self.0 {
            let is_inside = self.0.iter().any(|one| one.span_id == span.parent_span_id);
            if !is_inside {
                self.write(span, 0, &mut lines);
            }
        }
        lines
    }

    fn write(&self, span: &Span, depth: usize, lines: &mut String) {
        let took = span
            .end_time_unix_nano
            .saturating_sub(span.start_time_unix_nano);
        let name = format!("{}{}", "  ".repeat(depth), span.name);
        let error = attribute(span, "error.type");
        let error = error.map(|code| format!("  error.type={code}"));
        let error = error.unwrap_or_default();
        *lines += &format!("{name:<40} {:>4} ms{error}\n", took / 1_000_000);
        for event in &span.events {
            *lines += &format!("{}- {}\n", "  ".repeat(depth + 1), event.name);
        }
        let inside = self
            .0
            .iter()
            .filter(|one| one.parent_span_id == span.span_id);
        inside.for_each(|one| self.write(one, depth + 1, lines));
    }

    /// Those with this name.
    #[cfg(test)]
    pub(crate) fn named(&self, name: &str) -> Vec<&Span> {
        self.0.iter().filter(|span| span.name == name).collect()
    }
}

/// An attribute of a span in words, if it has it.
pub(crate) fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|one| one.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        Value::DoubleValue(number) => Some(number.to_string()),
        Value::BoolValue(is_so) => Some(is_so.to_string()),
        other => Some(format!("{other:?}")),
    }
}
