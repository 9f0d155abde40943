//! What `batch` reads: calls, or a provider's whole response.

use serde::Deserialize;
use serde_json::Value;
use tool_runtime::dialect::{Dialect, Mcp, Message, Turn, recognise};
use tool_runtime::{DecodeError, ToolCall};

use crate::dialects::Provider;
use crate::exit::Failure;
use crate::files::Source;
use crate::words::by_serde;

/// What was read.
pub(crate) struct Read {
    pub(crate) calls: Vec<ToolCall>,
    /// Whose response it was, or who is to be answered.
    pub(crate) dialect: Option<&'static dyn Dialect>,
    /// What is wrong with a streamed response that was read all the same.
    pub(crate) warning: Option<String>,
}

/// How calls of ours look, for messages.
const FORM: &str = r#"[{"name": "…", "arguments": {…}}]"#;

/// Reads calls, or a response of the provider, or of whichever provider it is.
pub(crate) fn read(source: &Source, provider: Option<&'static Provider>) -> Result<Read, Failure> {
    let text = source.read()?;
    let wrong = |error: String| Failure::unusable(format!("{}: {error}", source.name()));
    if text.trim_start().starts_with('[') {
        return Ok(Read {
            calls: list(&text).map_err(wrong)?,
            dialect: provider.map(|provider| provider.plain),
            warning: None,
        });
    }
    let (dialect, turn) = match provider {
        Some(provider) => (provider.plain, response(provider, &text)),
        None if is_streamed(&text) => {
            return Err(wrong(
                "this is a streamed response; say whose by `--dialect`".to_owned(),
            ));
        }
        None => match recognise(&text) {
            Ok(dialect) => (dialect, dialect.decode(text.as_bytes())),
            Err(error) => return Err(wrong(format!("{error}; or give calls, as in {FORM}"))),
        },
    };
    let turn = turn.map_err(|error| wrong(error.to_string()))?;
    Ok(Read {
        calls: turn.calls().to_vec(),
        dialect: Some(dialect),
        warning: turn.interruption().map(ToString::to_string),
    })
}

/// A response of this provider, whole or as it was streamed.
fn response(provider: &Provider, text: &str) -> Result<Turn, DecodeError> {
    let error = match provider.plain.decode(text.as_bytes()) {
        Ok(turn) => return Ok(turn),
        Err(error) => error,
    };
    // Ollama streams lines of JSON, which begin as a whole response does.
    let may_stream = is_streamed(text) || matches!(error, DecodeError::NotJson { .. });
    let streaming = provider.streaming.filter(|_| may_stream);
    let Some(streaming) = streaming else {
        return Err(error);
    };
    let mut stream = streaming.stream();
    stream.push(text);
    stream.end();
    match stream.into_turn() {
        Ok(turn) if is_streamed(text) || turn.interruption().is_none() => Ok(turn),
        Err(error) if is_streamed(text) => Err(error),
        _ => Err(error),
    }
}

fn is_streamed(text: &str) -> bool {
    let text = text.trim_start();
    ["data:", "event:", ":"]
        .iter()
        .any(|field| text.starts_with(field))
}

/// A call of ours, but for its arguments, whose text is not to be written anew.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    id: String,
    name: String,
    #[serde(default, rename = "arguments")]
    _arguments: Value,
}

fn list(text: &str) -> Result<Vec<ToolCall>, String> {
    let entries: Vec<Value> = serde_json::from_str(text)
        .map_err(|error| format!("it is not JSON: {error}; calls look like {FORM}"))?;
    let mut calls = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        let entry: Entry = serde_json::from_value(entry).map_err(|error| {
            format!("call {index}: {}; calls look like {FORM}", by_serde(&error))
        })?;
        calls.push(entry);
    }
    let texts = Message::list(text).map_err(|error| error.to_string())?;
    let calls = calls.into_iter().zip(&texts);
    calls
        .map(|(entry, text)| call(&entry, text.as_str()))
        .collect()
}

/// The call with its arguments as they stand: MCP's form of a call is ours without the id, and its reader keeps texts.
fn call(entry: &Entry, text: &str) -> Result<ToolCall, String> {
    let request = format!(r#"{{"method":"tools/call","id":0,"params":{text}}}"#);
    let turn = Mcp.decode(request).map_err(|error| error.to_string())?;
    let arguments = turn.calls().first().map_or("", ToolCall::arguments);
    Ok(ToolCall::new(&entry.id, &entry.name, arguments))
}
