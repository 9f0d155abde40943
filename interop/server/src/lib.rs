//! A provider on the loopback that gives the answers it was told to give, and keeps what it was asked.
//!
//! Its answers are constructed from the providers' SDK types (openai `ChatCompletion` and `ChatCompletionChunk`, anthropic
//! `Message` and `RawMessageStreamEvent`). In each script the model first calls the three tools of `examples/desk.rs` in one turn,
//! the second with a customer that is not there, and then answers.

mod script;
mod told;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_stream::{StreamExt, iter};

pub use script::{ANTHROPIC, ANTHROPIC_STREAMED, Answer, OPENAI_CHAT, OPENAI_CHAT_STREAMED};
pub use told::{Told, expected_results, results};

/// Between two pieces of a streamed answer.
const PAUSE: Duration = Duration::from_millis(100);

/// A server that answers its n-th POST with the n-th answer of its script, whatever the path. It ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    asked: Arc<Asked>,
    task: JoinHandle<io::Result<()>>,
}

#[derive(Debug)]
struct Asked {
    script: Vec<Answer>,
    requests: Mutex<Vec<Value>>,
}

impl Server {
    /// Listens on a free port.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn start(script: impl Into<Vec<Answer>>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Asked {
            script: script.into(),
            requests: Mutex::default(),
        });
        let router = Router::new().fallback(post(answer));
        let router = router.with_state(Arc::clone(&asked));
        let task = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self {
            address,
            asked,
            task,
        })
    }

    /// What clients call the base URL, with the version in it and without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The bodies of the requests so far.
    pub fn requests(&self) -> Vec<Value> {
        self.asked.lock().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Asked {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(State(asked): State<Arc<Asked>>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice(&body) else {
        return (StatusCode::BAD_REQUEST, "the request is no JSON").into_response();
    };
    let index = {
        let mut requests = asked.lock();
        requests.push(request);
        requests.len() - 1
    };
    match asked.script.get(index) {
        Some(Answer::Whole(text)) => ([(CONTENT_TYPE, "application/json")], *text).into_response(),
        Some(Answer::Streamed(text)) => {
            ([(CONTENT_TYPE, "text/event-stream")], streamed(text)).into_response()
        }
        None => (StatusCode::BAD_REQUEST, "the script is at its end").into_response(),
    }
}

/// The text in pieces: what lies between two comments `: pause` of the event stream comes at once.
fn streamed(text: &'static str) -> Body {
    let pieces = iter(text.split_inclusive(": pause\n\n"));
    Body::from_stream(pieces.throttle(PAUSE).map(Ok::<_, Infallible>))
}
