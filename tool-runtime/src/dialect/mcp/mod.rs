//! The Model Context Protocol, the side that has the tools.
//!
//! The facts are those of the revision 2026-07-28 and of its SDK's types `Tool` and `ToolAnnotations`.

mod response;

use serde_json::Value;

use super::configured::dialect;
use super::exchange::Exchange;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::settings::{Asked, ToolChoice};
use super::{Message, RequestFields, Turn};
use crate::journal::Recovered;
use crate::tool::{DeclaredEffects, Naming, ToolDefinition};
use crate::turns::Conversation;
use crate::{DecodeError, Report, RequestSettingsError, ToolResult};

/// The Model Context Protocol. The manifest is the value of `tools` in the result of `tools/list`.
///
/// What a definition knows of a tool's effects goes into the annotations; nothing is said where it knows nothing.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Mcp, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// assert_eq!(
///     toolbox.manifest(Mcp)?.as_str(),
///     r#"[{"name":"tell_time","description":"Says what time it is.","inputSchema":{"type":"object","properties":{},"additionalProperties":false},"annotations":{"readOnlyHint":true}}]"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `decode` reads one request `tools/call`, whose id becomes the call's, a number as its digits; there is no turn to keep. `encode` gives for
/// it one `CallToolResult`, the value of `result` in the answer; a server that has to tell the id `7` from `"7"` answers under the id of the
/// request that it has. What did not end well has `isError`, and so the model reads it, also that there is no such tool. Images, sounds and
/// links go as they are, of any kind; an object goes as `structuredContent`, and as a text for clients that read no other.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Mcp, tool, tools};
///
/// /// Looks up a book's title.
/// #[tool(pure)]
/// async fn find_title(/** The book's number. */ id: u64) -> Result<&'static str, String> {
///     if id == 7 { Ok("Emma") } else { Err("there is no such book".to_owned()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let request = r#"{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "find_title", "arguments": {"id": 7}}}"#;
/// let turn = Mcp.decode(request)?;
/// let report = Toolbox::new(tools![find_title])?.run(turn.calls()).await;
/// let result = &Mcp.encode(&report)[0];
/// assert_eq!(result.as_str(), r#"{"content":[{"type":"text","text":"Emma"}],"resultType":"complete"}"#);
/// let answer = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#);
/// # let _ = answer;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mcp;

dialect!(Mcp);

impl Provider for Mcp {
    const NAME: &'static str = "MCP";
    const SEVERAL: &'static str =
        "Make several tool calls in one reply wherever your client allows that.";
    const NAMING: Naming = Naming::MCP;
    const PLAIN: Subset = subset::MCP;
    const OUTPUT: Option<Subset> = Some(subset::MCP);

    fn tool(tool: &Offered<'_>) -> String {
        let title = tool.definition.title();
        let mut text = format!(
            "{{\"name\":{}{},\"description\":{},\"inputSchema\":{}",
            Value::from(tool.name),
            title
                .map(|title| format!(",\"title\":{}", Value::from(title)))
                .unwrap_or_default(),
            Value::from(tool.description),
            tool.schema
        );
        if let Some(output) = tool.output {
            text += ",\"outputSchema\":";
            text += output;
        }
        let hints = hints(tool);
        if !hints.is_empty() {
            text += &format!(",\"annotations\":{{{}}}", hints.join(","));
        }
        text + "}"
    }

    /// A server lists tools and asks no model: which are called, and how many at once, is the client's to decide.
    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError> {
        if *asked.choice != ToolChoice::Auto {
            return Err(RequestSettingsError::Refused {
                dialect: Self::NAME,
                problem: "has no choice of tools, which is the client's",
                instead: "use `ToolChoice::Auto`, and list a view of the toolbox if not all tools are to be called",
            });
        }
        asked.warn_of_parallel(Self::NAME, fields);
        Ok(())
    }
}

/// The annotations.
fn hints(tool: &Offered<'_>) -> Vec<String> {
    let definition = tool.definition;
    let mut hints = match definition.has_effects_per_call() {
        true => Vec::new(),
        false => changes(definition),
    };
    if let Some(is_open_world) = definition.is_open_world() {
        hints.push(format!("\"openWorldHint\":{is_open_world}"));
    }
    hints
}

/// A tool destroys something unless it says otherwise, in the protocol's eyes: so it is said of one whose author declares
/// what it changes and not that it destroys.
fn changes(definition: &ToolDefinition) -> Vec<String> {
    if definition.effects().changes_nothing() {
        return vec!["\"readOnlyHint\":true".to_owned()];
    }
    let mut hints = Vec::new();
    let is_declared = *definition.effects() != DeclaredEffects::Undeclared;
    if is_declared || definition.is_destructive() {
        hints.push(format!(
            "\"destructiveHint\":{}",
            definition.is_destructive()
        ));
    }
    if definition.is_idempotent() {
        hints.push("\"idempotentHint\":true".to_owned());
    }
    hints
}

impl Exchange for Mcp {
    fn read(body: &[u8], _choice: Option<usize>) -> Result<Turn, DecodeError> {
        response::read(body)
    }

    fn answer(report: &Report) -> Vec<Message> {
        response::answer(report)
    }

    /// One request is one call: there is no history.
    fn complete(_: &mut Vec<Message>, _: Option<&Recovered>) -> Vec<ToolResult> {
        Vec::new()
    }

    /// A conversation is the client's.
    fn conversation(_: &[Message]) -> Conversation {
        Conversation::new()
    }
}
