//! A message as its bytes: the call in the client's own text, and an answer for a request that nobody can read.
//!
//! rmcp reads arguments into a map, in which keys that were there twice are there once and long numbers are rounded, and it does not say to
//! whom it is that a request is no request. So the bytes are looked at before.

use rmcp::model::{ClientJsonRpcMessage, ClientRequest, ErrorData, GetExtensions, RequestId};
use serde_json::Value;
use tool_runtime::ToolCall;
use tool_runtime::dialect::Mcp;

use crate::message_id::MessageId;

/// A call as the client wrote it, beside what rmcp has made of it.
#[derive(Clone)]
pub(super) struct RawCall(pub(super) ToolCall);

/// What the bytes are.
pub(super) enum Incoming {
    Message(Box<ClientJsonRpcMessage>),
    /// A request that gets this answer.
    Refused(Option<RequestId>, ErrorData),
    /// Nothing that wants an answer, or of which nobody knows who waits for it.
    Ignored,
}

/// Reads a message.
pub(super) fn read(bytes: &[u8]) -> Incoming {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match serde_json::from_slice(bytes) {
        Ok(ClientJsonRpcMessage::Request(mut request)) => {
            if is_unread_call(&request.request) || has_other_cursor(&request.request, bytes) {
                return unread(bytes);
            }
            if let ClientRequest::CallToolRequest(call) = &mut request.request
                && let Some(raw) = raw_call(bytes)
            {
                call.extensions_mut().insert(raw);
            }
            Incoming::Message(Box::new(ClientJsonRpcMessage::Request(request)))
        }
        Ok(message) => Incoming::Message(Box::new(message)),
        Err(_) => unread(bytes),
    }
}

/// The call in the text of a request, if it is one.
pub(super) fn raw_call(bytes: &[u8]) -> Option<RawCall> {
    let turn = Mcp.decode(bytes).ok()?;
    turn.calls().first().cloned().map(RawCall)
}

/// rmcp takes what it cannot read for a method that it does not know.
fn is_unread_call(request: &ClientRequest) -> bool {
    matches!(request, ClientRequest::CustomRequest(custom) if is_known(&custom.method))
}

/// rmcp takes a cursor that is no text for none, and a client would read the first page for ever.
fn has_other_cursor(request: &ClientRequest, bytes: &[u8]) -> bool {
    let ClientRequest::ListToolsRequest(list) = request else {
        return false;
    };
    let cursor = list.params.as_ref().and_then(|page| page.cursor.as_ref());
    let given = || serde_json::from_slice::<Value>(bytes).ok();
    cursor.is_none() && given().is_some_and(|given| !given["params"]["cursor"].is_null())
}

fn is_known(method: &str) -> bool {
    [
        "initialize",
        "ping",
        "tools/call",
        "tools/list",
        "server/discover",
        "subscriptions/listen",
    ]
    .contains(&method)
}

/// What rmcp does not read.
fn unread(bytes: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return no_json(bytes, &error),
    };
    if let Some(message) = without_arguments(bytes, &value) {
        return Incoming::Message(Box::new(message));
    }
    let id = value
        .get("id")
        .and_then(|id| serde_json::from_value(id.clone()).ok());
    let method = value.get("method").and_then(Value::as_str);
    let refused = match (&value, method) {
        (Value::Array(_), _) => {
            "expected one message, got an array: since the revision 2025-06-18 there are no batches"
                .to_owned()
        }
        (Value::Object(_), Some(_)) if value.get("id").is_none() => return Incoming::Ignored,
        (Value::Object(_), Some(_)) if id.is_none() => {
            "expected a whole number or a string for `id`".to_owned()
        }
        (Value::Object(_), Some(method)) => {
            return Incoming::Refused(id, invalid_params(bytes, method));
        }
        _ => "expected a request, a notification or a response of JSON-RPC 2.0".to_owned(),
    };
    Incoming::Refused(id, ErrorData::invalid_request(refused, None))
}

/// A line that is no JSON is answered if it shows who waits for that: some write `NaN` into what is a request otherwise.
fn no_json(bytes: &[u8], error: &serde_json::Error) -> Incoming {
    let mut id = MessageId::default();
    id.read(bytes);
    match id.id() {
        Some(id) => Incoming::Refused(Some(id), parse_error(error)),
        None => Incoming::Ignored,
    }
}

pub(super) fn parse_error(error: &serde_json::Error) -> ErrorData {
    let text = format!(
        "the message is no JSON: {error}; there are no `NaN`, `Infinity`, comments and single quotes in it"
    );
    ErrorData::parse_error(text, None)
}

/// A call whose arguments are no object is one all the same: what is wrong with them the runtime tells the model.
fn without_arguments(bytes: &[u8], value: &Value) -> Option<ClientJsonRpcMessage> {
    let raw = raw_call(bytes)?;
    let mut message = serde_json::from_value(replaced(value)?).ok()?;
    match &mut message {
        ClientJsonRpcMessage::Request(request) if !is_unread_call(&request.request) => {
            request.request.extensions_mut().insert(raw);
            Some(message)
        }
        _ => None,
    }
}

/// A request `tools/call` whose arguments are no object, with an object in their place.
pub(super) fn replaced(request: &Value) -> Option<Value> {
    let mut request = request.clone();
    let arguments = request.get_mut("params")?.get_mut("arguments")?;
    if arguments.is_object() {
        return None;
    }
    *arguments = Value::Object(serde_json::Map::new());
    Some(request)
}

fn invalid_params(bytes: &[u8], method: &str) -> ErrorData {
    let why = match Mcp.decode(bytes) {
        Err(error) if method == "tools/call" => error.to_string(),
        _ => format!("the `params` are not those of `{method}`"),
    };
    ErrorData::invalid_params(why, None)
}
