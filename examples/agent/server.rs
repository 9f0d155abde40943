//! A provider on the loopback: it reads requests in either format, as strictly as a provider does, and streams what the script says.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_stream::StreamExt as _;
use tool_runtime::dialect::Message;
use tool_runtime::testing::ScriptedModel;

use crate::client::cause;
use crate::failure::Failure;
use crate::provider::Provider;
use crate::script;

/// It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens on a free port. The model writes as fast as such a database deserves.
    pub(crate) async fn start(latency: Duration) -> Result<Self, Failure> {
        let listening = async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            std::io::Result::Ok((listener.local_addr()?, listener))
        };
        let (address, listener) = listening.await.map_err(|error| {
            let cause = cause(&error);
            Failure::new(format!("the script cannot be served on the loopback ({cause}); name a provider with `--base-url`"))
        })?;
        let router = Router::new()
            .route("/v1/{*path}", post(answer))
            .layer(DefaultBodyLimit::disable())
            .with_state(latency / 30);
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    State(pause): State<Duration>,
    axum::extract::Path(path): axum::extract::Path<String>,
    body: Bytes,
) -> Response {
    let all = [Provider::OpenAi, Provider::Anthropic];
    let provider = all.into_iter().find(|provider| provider.path() == path);
    let events = provider.ok_or_else(|| format!("there is no {path}"));
    match events.and_then(|provider| events_for(provider, &body)) {
        Ok(events) => {
            let events = tokio_stream::iter(events).then(move |event| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, Infallible>(event)
            });
            let is_stream = [(header::CONTENT_TYPE, "text/event-stream")];
            (is_stream, Body::from_stream(events)).into_response()
        }
        Err(problem) => {
            let error = json!({"type": "error", "error": {"type": "invalid_request_error", "message": problem}});
            (StatusCode::BAD_REQUEST, error.to_string()).into_response()
        }
    }
}

/// What is streamed for a request, or why it is refused.
fn events_for(provider: Provider, body: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let request: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if request["stream"] != true || request["tools"].as_array().is_none_or(Vec::is_empty) {
        return Err("the script wants tools and `\"stream\": true`".to_owned());
    }
    let messages = request["messages"]
        .as_array()
        .ok_or("there are no messages")?;
    let is_question = messages
        .last()
        .is_some_and(|last| last["role"] == "user" && last["content"].is_string());
    let history: Vec<Message> = messages.iter().cloned().map(Message::from).collect();
    let turns = history
        .iter()
        .filter(|message| message.is_from_model())
        .count();
    // A model for each request, since the history is all that a provider knows.
    let model = ScriptedModel::new(provider.dialect());
    let model = match is_question && turns > 0 {
        true => model.turn(script::other()),
        false => model.turn_from(move |results| script::reply(turns + 1, results)),
    };
    // It is made for tests, and panics where a provider refuses a history.
    let said = catch_unwind(AssertUnwindSafe(|| model.stream(&history)));
    said.map_err(|panic| {
        let text = panic.downcast_ref::<String>();
        text.cloned().unwrap_or_default()
    })
}
