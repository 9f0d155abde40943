//! Gemini, the request side.
//!
//! The facts are those of the provider's documentation of function calling and of its SDK's type `FunctionDeclaration`.

use serde_json::Value;

use super::configured::request;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use crate::ManifestError;

/// Gemini's `generateContent` API, with parameters as JSON Schema.
///
/// It has no strict tools: whether calls keep to the schemas is said for a request, with the mode `VALIDATED` or `ANY` of
/// its `toolConfig`.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Gemini, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// assert_eq!(
///     toolbox.manifest(Gemini)?.as_str(),
///     r#"[{"functionDeclarations":[{"name":"tell_time","description":"Says what time it is."}]}]"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gemini;

request!(Gemini);

impl Provider for Gemini {
    const NAME: &'static str = "Gemini";
    const PLAIN: Subset = subset::GEMINI;

    fn tool(tool: &Offered<'_>) -> String {
        // A tool that takes nothing has no schema.
        let takes_nothing = tool.definition.parameters().takes_nothing();
        let parameters = match takes_nothing {
            true => String::new(),
            false => format!(",\"parametersJsonSchema\":{}", tool.schema),
        };
        format!(
            "{{\"name\":{},\"description\":{}{parameters}}}",
            Value::from(tool.definition.name()),
            Value::from(tool.definition.description())
        )
    }

    fn list(&self, tools: &[String], _is_cached: bool) -> Result<String, ManifestError> {
        if tools.is_empty() {
            return Ok("[]".to_owned());
        }
        Ok(format!(
            "[{{\"functionDeclarations\":[{}]}}]",
            tools.join(",")
        ))
    }
}
