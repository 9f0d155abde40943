//! What a request says beside its tools, before any provider's words for it: settings in.

use super::fields::{RequestFields, RequestWarning};
use super::request::Provider;
use crate::RequestSettingsError;
use crate::text::nearest;
use crate::tool::ToolDefinition;

/// Whether a model may, must or must not call tools, and whether several at once.
///
/// [`Toolbox::request_fields`](crate::Toolbox::request_fields) says it in a provider's words. What every provider does
/// by itself is not said: by default the model decides, and nothing is settled about parallel calls.
///
/// | | OpenAI, both APIs | Mistral | Anthropic | Gemini | Bedrock |
/// |---|---|---|---|---|---|
/// | [`Required`](ToolChoice::Required) | `tool_choice: "required"` | `tool_choice: "any"` | `tool_choice: {type: "any"}` ¹ | `toolConfig`, mode `ANY` | `toolChoice: {any: {}}` ² |
/// | [`Named`](ToolChoice::Named) | `tool_choice` with the name | the same | `tool_choice: {type: "tool", …}` ¹ | the same with `allowedFunctionNames` | `toolChoice: {tool: {…}}` ² |
/// | [`Forbidden`](ToolChoice::Forbidden) | `tool_choice: "none"` | the same ³ | `tool_choice: {type: "none"}` | `toolConfig`, mode `NONE` | error |
/// | [`parallel(false)`](Self::parallel) | `parallel_tool_calls: false` ² | the same | `disable_parallel_tool_use: true` in `tool_choice` | warning | warning |
/// | [`parallel(true)`](Self::parallel) | `parallel_tool_calls: true` ² | the same | the same with `false` | nothing | nothing |
///
/// ¹ An error with [`thinking`](Self::thinking), otherwise a warning: the newest models refuse it too. ² A warning: some models refuse
/// it. ³ A warning: the answers are bad then, so leave the tools out. [`RequestFields::warnings`] lists them. Ollama's native API has
/// no choice of tools, and MCP no request to a model: any choice is an error there, and `parallel(false)` a warning.
///
/// ```
/// use serde::Serialize;
/// use tool_runtime::dialect::{Anthropic, RequestFields, RequestSettings, ToolChoice};
/// use tool_runtime::{Manifest, Toolbox, tool, tools};
///
/// #[derive(Serialize)]
/// struct Request {
///     model: &'static str,
///     max_tokens: u32,
///     tools: Manifest,
///     #[serde(flatten)]
///     settings: RequestFields,
/// }
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// let settings = RequestSettings::default().choice(ToolChoice::Required).parallel(false);
/// let request = Request {
///     model: "…",
///     max_tokens: 1024,
///     tools: toolbox.manifest(Anthropic)?,
///     settings: toolbox.request_fields(Anthropic, &settings)?,
/// };
/// assert_eq!(
///     serde_json::to_value(request)?["tool_choice"],
///     serde_json::json!({"type": "any", "disable_parallel_tool_use": true})
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct RequestSettings {
    choice: ToolChoice,
    parallel: Option<bool>,
    is_thinking: bool,
}

/// Which tools a model may call, or must.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model decides, as it does where nothing is said.
    #[default]
    Auto,
    /// It calls at least one tool.
    Required,
    /// It calls none, though the tools stay in the request. Nothing is then said of parallel calls.
    Forbidden,
    /// It calls the tool of this name.
    Named(String),
}

impl RequestSettings {
    /// The same with a choice of tools.
    pub fn choice(mut self, choice: ToolChoice) -> Self {
        self.choice = choice;
        self
    }

    /// The same; whether several calls may come in one turn. With `false` at most one comes, where the provider has a switch.
    pub fn parallel(mut self, may_be_parallel: bool) -> Self {
        self.parallel = Some(may_be_parallel);
        self
    }

    /// The same; whether the request asks for extended thinking, with which a provider may refuse a forced call. No member
    /// comes of it.
    pub fn thinking(mut self, is_thinking: bool) -> Self {
        self.is_thinking = is_thinking;
        self
    }
}

/// What is to be said, of a toolbox that has tools: a tool that is chosen is one of them.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) choice: &'a ToolChoice,
    pub(super) parallel: Option<bool>,
    pub(super) is_thinking: bool,
    pub(super) definitions: &'a [ToolDefinition],
    /// Whether some tool has a strict schema.
    pub(super) is_strict: bool,
}

impl Asked<'_> {
    /// Whether a call is to come in any case.
    pub(super) fn is_forced(&self) -> bool {
        matches!(self.choice, ToolChoice::Required | ToolChoice::Named(_))
    }

    /// For a provider without a switch for parallel calls: one call a turn cannot be had there, but where none may come.
    pub(super) fn warn_of_parallel(&self, dialect: &'static str, fields: &mut RequestFields) {
        if self.parallel == Some(false) && *self.choice != ToolChoice::Forbidden {
            fields.warn(RequestWarning::NoParallelSwitch { dialect });
        }
    }
}

/// What a provider's request says of the settings.
///
/// Of a toolbox without tools nothing is said: OpenAI refuses both members in a request without tools (by the texts of its errors),
/// and no call comes of it anyhow.
pub(super) fn fields<P: Provider>(
    definitions: &[ToolDefinition],
    settings: &RequestSettings,
    is_strict: bool,
) -> Result<RequestFields, RequestSettingsError> {
    let mut fields = RequestFields::default();
    let choice = match &settings.choice {
        ToolChoice::Named(name) => ToolChoice::Named(wire_name::<P>(definitions, name)?),
        other => other.clone(),
    };
    if definitions.is_empty() {
        return match settings.choice {
            ToolChoice::Required => Err(RequestSettingsError::NoTools),
            _ => Ok(fields),
        };
    }
    let strict = |tool: &ToolDefinition| tool.is_strict().unwrap_or(is_strict);
    let asked = Asked {
        choice: &choice,
        parallel: settings.parallel,
        is_thinking: settings.is_thinking,
        definitions,
        is_strict: P::STRICT.is_some() && definitions.iter().any(strict),
    };
    P::say(&asked, &mut fields)?;
    Ok(fields)
}

/// The name by which the provider knows the tool.
fn wire_name<P: Provider>(
    definitions: &[ToolDefinition],
    name: &str,
) -> Result<String, RequestSettingsError> {
    let mut known = definitions.iter();
    match known.find(|tool| tool.name() == name) {
        Some(tool) => Ok(tool.wire_name(P::NAMING).to_owned()),
        None => Err(RequestSettingsError::UnknownTool {
            name: name.to_owned(),
            nearest: nearest(name, definitions.iter().map(ToolDefinition::name)).map(str::to_owned),
        }),
    }
}
