//! A provider that answers as it is told, once for each request, and keeps what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use tool_runtime::dialect::StreamingDialect;
use tool_runtime::testing::{Reply, ScriptedModel};

/// One answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    head: String,
    body: String,
    /// Says nothing more and stays, instead of going away.
    hangs: bool,
}

impl Answer {
    /// A status with some headers, a line each, and a body.
    pub(super) fn whole(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self {
            // Each answer has its own connection.
            head: format!(
                "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n"
            ),
            body: body.to_owned(),
            hangs: false,
        }
    }

    /// A turn as a stream, of which only so much comes as `is_enough` of its events. The connection then breaks, or hangs.
    pub(super) fn part(
        dialect: &'static dyn StreamingDialect,
        reply: Reply,
        hangs: bool,
        is_enough: impl Fn(&str) -> bool,
    ) -> Self {
        let mut body = String::new();
        for event in events(dialect, reply) {
            body.push_str(&event);
            if is_enough(&body) {
                break;
            }
        }
        Self {
            // More is promised than comes.
            head: "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 1000000\r\n\r\n".to_owned(),
            body,
            hangs,
        }
    }

    /// A turn as a stream.
    pub(super) fn turn(dialect: &'static dyn StreamingDialect, reply: Reply) -> Self {
        let body = events(dialect, reply).concat();
        Self::whole("200 OK", "content-type: text/event-stream\r\n", &body)
    }

    /// The same without the last of its events, and with no sign that anything is missing.
    pub(super) fn without_its_end(self) -> Self {
        let (body, _) = self
            .body
            .split_once("\"finish_reason\":\"stop\"")
            .expect("an end");
        let (body, _) = body.rsplit_once("data:").expect("an event");
        Self::whole("200 OK", "", body)
    }

    /// Nothing at all.
    pub(super) fn silence() -> Self {
        Self {
            head: String::new(),
            body: String::new(),
            hangs: true,
        }
    }
}

fn events(dialect: &'static dyn StreamingDialect, reply: Reply) -> Vec<String> {
    let events = ScriptedModel::new(dialect).turn(reply).stream(&[]);
    let events = events.into_iter().map(String::from_utf8);
    events.collect::<Result<_, _>>().expect("text")
}

/// It listens until the process ends.
pub(super) struct Server {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl Server {
    pub(super) fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, answers): (_, Vec<_>) = (Arc::clone(&requests), answers.into_iter().collect());
        thread::spawn(move || {
            // Those that hang are kept open.
            let mut open = Vec::new();
            for (answer, connection) in answers.into_iter().zip(listener.incoming()) {
                let mut connection = connection.expect("a connection");
                kept.lock().expect("no panic").push(read(&connection));
                let text = answer.head + &answer.body;
                connection.write_all(text.as_bytes()).expect("it is read");
                if answer.hangs {
                    open.push(connection);
                }
            }
            // Until somebody comes who is not told of.
            let _ = listener.accept();
        });
        Self {
            url: format!("http://{address}/v1"),
            requests,
        }
    }

    /// The messages of its last request.
    pub(super) fn asked(&self) -> Vec<Value> {
        let requests = self.requests.lock().expect("no panic");
        let messages = requests
            .last()
            .and_then(|request| request["messages"].as_array());
        messages.expect("a request with messages").clone()
    }
}

/// The body of a request.
fn read(connection: &TcpStream) -> Value {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    serde_json::from_slice(&body).expect("JSON")
}
