//! Anthropic Messages.
//!
//! The facts are those of the provider's documentation of tool use and of its SDK's types `ToolParam`, `ToolChoiceParam`,
//! `ToolUseBlock` and `ToolResultBlockParam`.

mod history;
mod response;
mod stream;

use serde_json::Value;

use super::configured::dialect;
use super::exchange::{Exchange, Streams};
use super::ids::Ids;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::settings::{Asked, ToolChoice};
use super::stream::{Framing, TurnStream};
use super::strict_limits::StrictLimits;
use super::{Message, RequestFields, RequestWarning, Turn};
use crate::journal::Recovered;
use crate::manifest::CACHE_MARKER;
use crate::turns::Conversation;
use crate::{DecodeError, ManifestError, Report, RequestSettingsError, ToolResult};

/// Anthropic's Messages API.
///
/// `encode` gives one user message with all results, which is what keeps models calling in parallel; put nothing before them. What did not
/// end well has `is_error`. Images go as images if they are PNG, JPEG, GIF or WebP; of others and of sounds a text says what they are, and of
/// a link its name and address. Ids go back as they came: they are the provider's own, and it takes no others than of letters, digits,
/// `_` and `-`, as [`call_id`](Self::call_id) makes them of those from elsewhere.
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

dialect!(Anthropic, strict, cached, streams, deferred);

impl Provider for Anthropic {
    const NAME: &'static str = "Anthropic Messages";
    const SEVERAL: &'static str = "You can write several `tool_use` blocks in one reply.";
    const PLAIN: Subset = subset::ANTHROPIC;
    const STRICT: Option<Subset> = Some(subset::ANTHROPIC_STRICT);
    const STRICT_LIMITS: StrictLimits = StrictLimits::ANTHROPIC;

    fn tool(tool: &Offered<'_>) -> String {
        let strict = if tool.is_strict {
            ",\"strict\":true"
        } else {
            ""
        };
        let deferred = match tool.is_deferred {
            true => ",\"defer_loading\":true",
            false => "",
        };
        format!(
            "{{\"name\":{},\"description\":{},\"input_schema\":{}{strict}{deferred}}}",
            Value::from(tool.name),
            Value::from(tool.description),
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

impl Exchange for Anthropic {
    const IDS: Ids = Ids::ANTHROPIC;

    fn read(body: &[u8], _choice: Option<usize>) -> Result<Turn, DecodeError> {
        response::read(body)
    }

    fn answer(report: &Report) -> Vec<Message> {
        response::answer(report)
    }

    fn complete(history: &mut Vec<Message>, recovered: Option<&Recovered>) -> Vec<ToolResult> {
        history::complete(history, recovered)
    }

    fn conversation(history: &[Message]) -> Conversation {
        history::conversation(history)
    }
}

impl Streams for Anthropic {
    fn turn(_: Option<usize>) -> TurnStream {
        let read = |body: &[u8]| response::read(body);
        TurnStream::new(
            Framing::Events,
            stream::Content::default(),
            read,
            stream::EXPECTED,
        )
    }
}
