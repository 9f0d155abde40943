//! The service: who asks is read from the token and from nothing else, and each request has the desk of who asks.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use tool_runtime::dialect::{Anthropic, Message};

use crate::office::{Office, Role, Shop, User};

/// The largest response of a model that is read.
const MAX_BODY: usize = 256 * 1024;

pub(crate) struct App {
    pub(crate) office: Office,
    /// Whose they are. A program of yours has them from who issues them, or their hashes.
    pub(crate) tokens: HashMap<&'static str, User>,
    pub(crate) shops: HashMap<Arc<str>, Arc<Shop>>,
}

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/turn", post(turn))
        .route("/v1/tools", get(tools))
        .route("/v1/audit", get(audit))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
}

/// Why a request is not answered as it was meant.
pub(crate) struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: String,
        }
        let Self(status, error) = self;
        let mut response = (status, json(&Body { error })).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl FromRequestParts<Arc<App>> for User {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refused> {
        let said = parts.headers.get(header::AUTHORIZATION);
        let token = said
            .and_then(|said| said.to_str().ok())
            .and_then(|said| said.strip_prefix("Bearer "));
        let user = token.and_then(|token| app.tokens.get(token)).cloned();
        user.ok_or_else(|| {
            let error = "send `Authorization: Bearer …` with a token that is known".to_owned();
            Refused(StatusCode::UNAUTHORIZED, error)
        })
    }
}

/// Takes a model's response, calls its tools, and gives the messages to put into the history: the model's and what answers it.
///
/// Who goes away drops the handler, and so the batch: what has not begun does not begin.
async fn turn(State(app): State<Arc<App>>, user: User, body: Bytes) -> Result<Response, Refused> {
    #[derive(Serialize)]
    struct Messages {
        messages: Vec<Message>,
    }
    let turn = Anthropic.decode(&body);
    let turn =
        turn.map_err(|error| Refused(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    let internal =
        |error: &dyn Display| Refused(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let shop = app.shops.get(&user.tenant).cloned();
    let shop = shop.ok_or_else(|| internal(&"the tenant has no shop"))?;
    let desk = app
        .office
        .desk(&user, shop)
        .map_err(|error| internal(&error))?;
    let report = desk.run(turn.calls()).await;
    let mut messages: Vec<Message> = turn.messages().collect();
    messages.extend(Anthropic.encode(&report));
    Ok(json(&Messages { messages }))
}

/// The tools that this user's model may be told of.
async fn tools(State(app): State<Arc<App>>, user: User) -> Result<Response, Refused> {
    let manifest = app.office.view(user.role).manifest(Anthropic);
    let manifest =
        manifest.map_err(|error| Refused(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(is_json(manifest.as_str().to_owned()))
}

/// What was done for the tenant, for its administrators.
async fn audit(State(app): State<Arc<App>>, user: User) -> Result<Response, Refused> {
    if user.role != Role::Administrator {
        let error = "the audit is for administrators".to_owned();
        return Err(Refused(StatusCode::FORBIDDEN, error));
    }
    Ok(json(&app.office.audit.lines(Some(&user.tenant))))
}

/// Not `axum::Json`, whose feature switches on `raw_value` of serde_json for the whole build.
fn json(value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => is_json(text),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn is_json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
