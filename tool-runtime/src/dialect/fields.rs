//! What a request says beside its tools, in a provider's words: members out.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::json::Json;
use crate::text::listed;

/// The members that stand beside a [`Manifest`](crate::Manifest): in the request, or in its `toolConfig` at Bedrock.
///
/// It is `Serialize` as an object, also for `#[serde(flatten)]`; the order of its members is always the same.
///
/// ```
/// use tool_runtime::dialect::{OpenAiChat, RequestSettings, ToolChoice};
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// let settings = RequestSettings::default().choice(ToolChoice::Required).parallel(false);
/// let fields = toolbox.request_fields(OpenAiChat, &settings)?;
/// assert_eq!(fields.to_string(), r#"{"tool_choice":"required","parallel_tool_calls":false}"#);
/// assert_eq!(fields.iter().next(), Some(("tool_choice", "\"required\"")));
/// assert_eq!(
///     fields.warnings()[0].to_string(),
///     "OpenAI Chat Completions: some reasoning models refuse `parallel_tool_calls`; leave `parallel` unset for them"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFields {
    members: Vec<(&'static str, String)>,
    /// All of them as one object.
    json: String,
    warnings: Vec<RequestWarning>,
}

impl Default for RequestFields {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            json: "{}".to_owned(),
            warnings: Vec::new(),
        }
    }
}

impl RequestFields {
    pub(super) fn push(&mut self, key: &'static str, json: impl Into<String>) {
        let json = json.into();
        let comma = if self.members.is_empty() { "" } else { "," };
        self.json.pop();
        self.json += &format!("{comma}\"{key}\":{json}}}");
        self.members.push((key, json));
    }

    pub(super) fn warn(&mut self, warning: RequestWarning) {
        self.warnings.push(warning);
    }

    /// All members, as the JSON text of an object; `{}` if there are none.
    pub fn as_str(&self) -> &str {
        &self.json
    }

    /// The members: the key, and the JSON text of the value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members.iter().map(|(key, json)| (*key, json.as_str()))
    }

    /// Whether nothing is to be said.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// What the provider cannot be told, and what some of its models refuse: to be logged.
    pub fn warnings(&self) -> &[RequestWarning] {
        &self.warnings
    }
}

impl AsRef<[u8]> for RequestFields {
    fn as_ref(&self) -> &[u8] {
        self.json.as_bytes()
    }
}

impl fmt::Display for RequestFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.json)
    }
}

impl Serialize for RequestFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (key, json) in self.iter() {
            map.serialize_entry(key, &Json::new(json))?;
        }
        map.end()
    }
}

/// One thing about [`RequestFields`] that whoever sends them should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestWarning {
    /// The provider has no switch for parallel calls, so several may come though one is wanted.
    NoParallelSwitch {
        /// The provider.
        dialect: &'static str,
    },
    /// Some models of the provider refuse what is said to it.
    SomeModelsRefuse {
        /// The provider.
        dialect: &'static str,
        /// Which models.
        models: &'static str,
        /// What they refuse, and what to do for them.
        refused: &'static str,
    },
    /// The provider answers badly where this is said beside tools.
    BadAnswers {
        /// The provider.
        dialect: &'static str,
        /// What is said.
        said: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// While a call is forced the provider enforces the schemas of all tools, also of those that are to have no strict one.
    SchemasEnforced {
        /// The provider.
        dialect: &'static str,
        /// The tools that say `with_strict(false)`.
        tools: Vec<String>,
    },
    /// Strict schemas and parallel calls do not go together with every model of the provider.
    StrictMayLapse {
        /// The provider.
        dialect: &'static str,
    },
}

impl fmt::Display for RequestWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoParallelSwitch { dialect } => write!(
                f,
                "{dialect} has no switch for parallel calls, so several may come in one turn; `Policy::max_concurrency(1)` runs them one by one"
            ),
            Self::SomeModelsRefuse {
                dialect,
                models,
                refused,
            } => write!(f, "{dialect}: {models} refuse {refused}"),
            Self::BadAnswers {
                dialect,
                said,
                instead,
            } => write!(f, "{dialect} answers badly to {said}; {instead}"),
            Self::SchemasEnforced { dialect, tools } => write!(
                f,
                "{dialect} enforces the schemas of all tools while a call is forced, also of {}, for which `with_strict(false)` is said",
                listed(tools.iter().map(String::as_str))
            ),
            Self::StrictMayLapse { dialect } => write!(
                f,
                "fine-tuned models of {dialect} do not keep to strict schemas where they make several calls in one turn; for them write `.parallel(false)`"
            ),
        }
    }
}
