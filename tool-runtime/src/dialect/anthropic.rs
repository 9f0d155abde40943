//! Anthropic Messages.
//!
//! The facts are those of the provider's documentation of tool use and of its SDK's types `ToolParam`, `ToolChoiceParam`,
//! `ToolUseBlock` and `ToolResultBlockParam`.

use std::fmt::Write;

use serde_json::Value;

use super::base64::base64;
use super::configured::request;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::response::{Kind, Members, kind, members};
use super::settings::{Asked, ToolChoice};
use super::strict_limits::StrictLimits;
use super::{Dialect, Message, RequestFields, RequestWarning, Turn};
use crate::manifest::CACHE_MARKER;
use crate::tool::Content;
use crate::{DecodeError, ManifestError, Report, RequestSettingsError, ToolCall, ToolResult};

const EXPECTED: &str = "a response of Anthropic Messages (an object with `\"type\": \"message\"`)";

/// Anthropic's Messages API.
///
/// `encode` gives one user message with all results, which is what keeps models calling in parallel. Images go as images
/// if they are PNG, JPEG, GIF or WebP; of others and of sounds a text says what they are.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Anthropic, tool, tools};
///
/// /// Sets the clock.
/// #[tool]
/// async fn set_clock(
///     /// The hour.
///     #[arg(range(max = 23))]
///     hour: u8,
/// ) {
///     let _ = hour;
/// }
///
/// let toolbox = Toolbox::new(tools![set_clock])?;
/// let manifest = toolbox.manifest(Anthropic.strict().cached())?;
/// let tool = &serde_json::to_value(&manifest)?[0];
/// assert_eq!(tool["strict"], true);
/// assert_eq!(tool["cache_control"]["type"], "ephemeral");
/// // Bounds are not in the strict subset, so the model reads them in the description.
/// assert_eq!(tool["input_schema"]["properties"]["hour"]["description"], "The hour. (at least 0; at most 23)");
/// assert_eq!(manifest.moved().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anthropic;

request!(Anthropic, strict, cached);

impl Provider for Anthropic {
    const NAME: &'static str = "Anthropic Messages";
    const PLAIN: Subset = subset::ANTHROPIC;
    const STRICT: Option<Subset> = Some(subset::ANTHROPIC_STRICT);
    const STRICT_LIMITS: StrictLimits = StrictLimits::ANTHROPIC;

    fn tool(tool: &Offered<'_>) -> String {
        let strict = if tool.is_strict {
            ",\"strict\":true"
        } else {
            ""
        };
        format!(
            "{{\"name\":{},\"description\":{},\"input_schema\":{}{strict}}}",
            Value::from(tool.definition.name()),
            Value::from(tool.definition.description()),
            tool.schema
        )
    }

    /// The cache marker is a member of the last tool.
    fn list(&self, tools: &str, is_cached: bool) -> Result<String, ManifestError> {
        Ok(match tools.strip_suffix('}') {
            Some(open) if is_cached => format!("[{open}{}]", CACHE_MARKER),
            _ => format!("[{tools}]"),
        })
    }

    /// The switch for parallel calls is a member of the choice, and `none` has none (the SDK's `ToolChoice*Param`). A forced call
    /// is refused with extended thinking, and by the newest models in any case: Opus 5.5, Sonnet 5.5, Fable and Mythos 5.1 and 5.2
    /// (texts of the API's errors, and pydantic-ai's profiles, tested live; as of November 2026).
    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError> {
        if asked.is_forced() {
            if asked.is_thinking {
                return Err(RequestSettingsError::Refused {
                    dialect: Self::NAME,
                    problem: "refuses to force a call with extended thinking",
                    instead: "use `ToolChoice::Auto` and ask for the call in the prompt, or switch thinking off",
                });
            }
            fields.warn(RequestWarning::SomeModelsRefuse {
                dialect: Self::NAME,
                models: "the newest models, and all with extended thinking,",
                refused: "a forced call; for them use `ToolChoice::Auto` and ask for the call in the prompt",
            });
        }
        let choice = match asked.choice {
            ToolChoice::Forbidden => {
                fields.push("tool_choice", "{\"type\":\"none\"}");
                return Ok(());
            }
            ToolChoice::Auto if asked.parallel.is_none() => return Ok(()),
            ToolChoice::Auto => "\"type\":\"auto\"".to_owned(),
            ToolChoice::Required => "\"type\":\"any\"".to_owned(),
            ToolChoice::Named(name) => {
                format!("\"type\":\"tool\",\"name\":{}", Value::from(name.as_str()))
            }
        };
        let switch = match asked.parallel {
            None => String::new(),
            Some(parallel) => format!(",\"disable_parallel_tool_use\":{}", !parallel),
        };
        fields.push("tool_choice", format!("{{{choice}{switch}}}"));
        Ok(())
    }
}

impl Dialect for Anthropic {
    fn decode(&self, body: &[u8]) -> Result<Turn, DecodeError> {
        let response = members(body, EXPECTED)?;
        match kind(&response) {
            Kind::Anthropic => {}
            other => return Err(other.unexpected(EXPECTED)),
        }
        // An empty turn is no message: the provider refuses one without content.
        let content = response.get("content").unwrap_or("[]");
        let blocks = response.elements("content");
        let messages = if blocks.is_empty() {
            Vec::new()
        } else {
            vec![Message::new(format!(
                "{{\"role\":\"assistant\",\"content\":{content}}}"
            ))]
        };
        Ok(Turn {
            calls: blocks.into_iter().filter_map(call).collect(),
            messages,
        })
    }

    fn encode(&self, report: &Report) -> Vec<Message> {
        if report.results().is_empty() {
            return Vec::new();
        }
        let blocks: Vec<String> = report.results().iter().map(result).collect();
        let content = blocks.join(",");
        vec![Message::new(format!(
            "{{\"role\":\"user\",\"content\":[{content}]}}"
        ))]
    }
}

/// The call that a content block is, if it is one for us: `server_tool_use` is the provider's own.
fn call(block: &str) -> Option<ToolCall> {
    let block = Members::of(block).ok().flatten()?;
    (block.string("type")? == "tool_use").then(|| {
        ToolCall::new(
            block.string("id").unwrap_or_default(),
            block.string("name").unwrap_or_default(),
            block.get("input").unwrap_or_default(),
        )
    })
}

/// A result block. The provider refuses an empty text, so an empty result has no content.
fn result(result: &ToolResult) -> String {
    let mut block = format!(
        "{{\"type\":\"tool_result\",\"tool_use_id\":{}",
        Value::from(result.id())
    );
    let content = match result.parts() {
        [Content::Text(text) | Content::Json(text)] if text.is_empty() => None,
        [Content::Text(text) | Content::Json(text)] => Some(Value::from(text.as_str()).to_string()),
        parts => {
            let parts: Vec<String> = parts.iter().filter_map(part).collect();
            (!parts.is_empty()).then(|| format!("[{}]", parts.join(",")))
        }
    };
    if let Some(content) = content {
        // Writing to a `String` does not fail.
        let _ = write!(block, ",\"content\":{content}");
    }
    if result.is_error() {
        block += ",\"is_error\":true";
    }
    block + "}"
}

/// The block of one part among several; none for an empty text.
fn part(part: &Content) -> Option<String> {
    match part {
        Content::Image(image) if is_shown(&image.mime_type) => Some(format!(
            "{{\"type\":\"image\",\"source\":{{\"type\":\"base64\",\"media_type\":{},\"data\":\"{}\"}}}}",
            Value::from(image.mime_type.as_str()),
            base64(&image.data)
        )),
        other => {
            let text = other.as_text();
            (!text.is_empty())
                .then(|| format!("{{\"type\":\"text\",\"text\":{}}}", Value::from(&*text)))
        }
    }
}

/// Whether the provider takes an image of this type.
fn is_shown(mime_type: &str) -> bool {
    matches!(
        mime_type,
        "image/jpeg" | "image/png" | "image/gif" | "image/webp"
    )
}
