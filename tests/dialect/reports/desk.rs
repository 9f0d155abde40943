//! Tools that end in every way.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;
use tool_runtime::tool::ResourceLink;
use tool_runtime::{Content, ToolCall, ToolError, Toolbox, tool, tools};

#[derive(Clone, Copy, Deserialize, schemars::JsonSchema)]
enum How {
    Text,
    Json,
    Several,
    Fail,
    Internal,
    Retryable,
    RetryAfter,
    Permanent,
    Denied,
    Overloaded,
    Details,
    Null,
    Panic,
    Wait,
    Hang,
}

pub(super) const HOWS: [&str; 15] = [
    "Text",
    "Json",
    "Several",
    "Fail",
    "Internal",
    "Retryable",
    "RetryAfter",
    "Permanent",
    "Denied",
    "Overloaded",
    "Details",
    "Null",
    "Panic",
    "Wait",
    "Hang",
];

/// Acts.
#[tool(writes("account:{account}"), idempotent, timeout = "50ms")]
async fn act(
    /// On which account.
    account: u8,
    /// In which way.
    how: How,
) -> Result<Vec<Content>, ToolError> {
    let error = |text: &str| ToolError::new(format!("{text} {account}."));
    match how {
        How::Text => Ok(vec![Content::text("é \"\u{0}\u{2028}😀")]),
        How::Json => Ok(vec![Content::Json(r#"{"z":1.50,"a":1e400}"#.to_owned())]),
        How::Several => Ok(several()),
        How::Fail => Err(error("no luck with")),
        How::Internal => Err(ToolError::internal("db-7 refused").with_details("for us")),
        How::Retryable => Err(error("busy:").retryable()),
        How::RetryAfter => Err(error("busy:").retry_after(Duration::from_millis(300))),
        How::Permanent => Err(error("closed:").permanent().no_effects()),
        How::Denied => Err(ToolError::denied("Not you.")),
        How::Overloaded => Err(ToolError::overloaded("Too many.")),
        How::Details => Err(error("no seat in").with_details(json!({ "free": [1, 2.5, null] }))),
        How::Null => Err(error("nothing in").with_details(Value::Null)),
        How::Panic => panic!("the desk gave way"),
        How::Wait => {
            sleep(Duration::from_micros(7_001)).await;
            Ok(Vec::new())
        }
        How::Hang => std::future::pending().await,
    }
}

fn several() -> Vec<Content> {
    let mut link = ResourceLink::new("desk://7", "desk");
    link.title = Some("Desk 7".to_owned());
    link.description = Some("Where all happens.".to_owned());
    link.mime_type = Some("text/html".to_owned());
    link.size = Some(u64::MAX);
    vec![
        Content::image("image/png", [0xfb, 0xff, 0xbf, 0]),
        Content::image("image/tiff", []),
        Content::audio("audio/wav", [1, 2]),
        link.into(),
        Content::resource_link("desk://8", ""),
        Content::text(""),
    ]
}

/// Looks.
#[tool(pure)]
async fn look(
    /// For how long.
    ms: u64,
) -> String {
    sleep(Duration::from_millis(ms)).await;
    format!("{ms}")
}

/// Counts.
#[tool(inline)]
fn count(
    /// What.
    words: String,
) -> usize {
    words.len()
}

pub(super) fn desk() -> Toolbox {
    Toolbox::new(tools![act, look, count]).unwrap()
}

pub(super) fn call(account: u8, how: &str) -> ToolCall {
    let arguments = json!({ "account": account, "how": how });
    ToolCall::new(format!("{how}_{account}"), "act", arguments.to_string())
}
