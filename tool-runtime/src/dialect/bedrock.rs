//! Bedrock Converse, the request side.
//!
//! The facts are those of botocore's model of `bedrock-runtime`: `ToolConfiguration`, `ToolSpecification`.

use serde_json::Value;

use super::configured::request;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::strict_limits::StrictLimits;
use crate::ManifestError;

/// Amazon Bedrock's Converse API. The manifest is the value of `toolConfig.tools`, of which there is at least one: with
/// no tool, leave `toolConfig` out.
///
/// Only some models take strict tools, or a cache marker.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Bedrock, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// assert_eq!(
///     toolbox.manifest(Bedrock.cached())?.as_str(),
///     r#"[{"toolSpec":{"name":"tell_time","description":"Says what time it is.","inputSchema":{"json":{"type":"object","properties":{},"additionalProperties":false}}}},{"cachePoint":{"type":"default"}}]"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bedrock;

request!(Bedrock, strict, cached);

impl Provider for Bedrock {
    const NAME: &'static str = "Bedrock Converse";
    const PLAIN: Subset = subset::BEDROCK;
    const STRICT: Option<Subset> = Some(subset::BEDROCK_STRICT);
    const STRICT_LIMITS: StrictLimits = StrictLimits::ANTHROPIC;

    fn tool(tool: &Offered<'_>) -> String {
        let name = Value::from(tool.definition.name());
        // An empty description is refused.
        let description = match tool.definition.description() {
            "" => String::new(),
            text => format!(",\"description\":{}", Value::from(text)),
        };
        let strict = if tool.is_strict {
            ",\"strict\":true"
        } else {
            ""
        };
        format!(
            "{{\"toolSpec\":{{\"name\":{name}{description},\"inputSchema\":{{\"json\":{}}}{strict}}}}}",
            tool.schema
        )
    }

    fn list(&self, tools: &[String], is_cached: bool) -> Result<String, ManifestError> {
        if tools.is_empty() {
            return Err(ManifestError::NoTools {
                dialect: Self::NAME,
                instead: "leave `toolConfig` out of the request",
            });
        }
        let marker = if is_cached {
            ",{\"cachePoint\":{\"type\":\"default\"}}"
        } else {
            ""
        };
        Ok(format!("[{}{marker}]", tools.join(",")))
    }
}
