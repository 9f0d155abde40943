//! Errors, one type per stage: building a toolbox, making a manifest, reading a response, answering a call.

use std::error::Error;
use std::fmt;

use crate::tool::Place;

/// What a tool fails with.
///
/// Any error works in a tool's `Result`; this one is for a message without a type of its own. The model reads
/// [`Display`](fmt::Display), never the sources.
///
/// ```
/// use tool_runtime::{ToolError, tool};
///
/// /// Look up a customer.
/// #[tool(reads("customer:{customer_id}"))]
/// async fn get_customer(
///     /// The customer's number.
///     customer_id: u64,
/// ) -> Result<String, ToolError> {
///     Err(ToolError::new(format!("there is no customer {customer_id}")))
/// }
/// ```
#[derive(Debug)]
pub struct ToolError {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    serialisation: bool,
}

impl ToolError {
    /// A failure with a message for the model: what went wrong, and what would be right.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
            serialisation: false,
        }
    }

    /// The error itself if it is a `ToolError`, else one that shows its `Display` text and keeps it as the source.
    pub(crate) fn from_source(source: Box<dyn Error + Send + Sync>) -> Self {
        match source.downcast::<Self>() {
            Ok(error) => *error,
            Err(source) => Self {
                message: source.to_string(),
                source: Some(source),
                serialisation: false,
            },
        }
    }

    pub(crate) fn not_serialisable(error: serde_json::Error) -> Self {
        Self {
            message: error.to_string(),
            source: Some(Box::new(error)),
            serialisation: true,
        }
    }

    /// Whether the tool did its work and only its result could not be written.
    pub(crate) fn is_serialisation(&self) -> bool {
        self.serialisation
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ToolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Why a toolbox could not be built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// Two tools have one name.
    DuplicateName {
        /// The name.
        name: String,
        /// Where the first is defined.
        first: Place,
        /// Where the second is defined.
        second: Place,
    },
    /// A tool has a name that some provider refuses.
    IllegalName {
        /// The name.
        name: String,
        /// Where the tool is defined.
        place: Place,
    },
    /// A tool takes one value as all its arguments, and that value is no object with members of its own, which is what
    /// every provider requires: an enum, a map, a list.
    NotAnObject {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
    },
    /// An option of a parameter contradicts the parameter's type, or a default or an example its bounds.
    Parameter {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
        /// The argument's name.
        parameter: String,
        /// What is wrong with it, as the end of a sentence about the argument.
        problem: String,
    },
    /// The default policy is not one that can be kept.
    Policy(PolicyError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateName {
                name,
                first,
                second,
            } => write!(
                f,
                "two tools are named `{name}`: at {first} and at {second}; give one another name with `#[tool(name = \"…\")]`"
            ),
            Self::IllegalName { name, place } => write!(
                f,
                "the tool name `{name}` at {place} is not one every provider takes: 1 to 64 ASCII letters, digits, `_` and `-`, beginning with a letter or `_`"
            ),
            Self::NotAnObject { name, place } => write!(
                f,
                "the arguments of `{name}` at {place} are no object with members of its own, which every provider requires; take a struct with `#[arg(flatten)]`, or leave the attribute out"
            ),
            Self::Parameter {
                name,
                place,
                parameter,
                problem,
            } => write!(
                f,
                "the argument `{parameter}` of `{name}` at {place} {problem}; change the option or the type"
            ),
            Self::Policy(error) => error.fmt(f),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Policy(error) => error.source(),
            _ => None,
        }
    }
}

impl From<PolicyError> for BuildError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}

/// Why a policy cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A number or duration is zero, or larger than the policy takes.
    OutOfRange {
        /// The setting, as a method of `Policy`.
        setting: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What it was set to.
        found: String,
    },
    /// A setting is for a tool that the toolbox does not have.
    UnknownTool {
        /// The name in the policy.
        name: String,
        /// The toolbox's name that is nearest to it, if one is near.
        nearest: Option<String>,
    },
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange {
                setting,
                expected,
                found,
            } => write!(
                f,
                "the policy's `{setting}` takes {expected}; it is {found}"
            ),
            Self::UnknownTool { name, nearest } => {
                write!(
                    f,
                    "the policy is about the tool `{name}`, which the toolbox does not have"
                )?;
                match nearest {
                    Some(near) => write!(f, "; did you mean `{near}`?"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Error for PolicyError {}

/// Why a provider's manifest could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManifestError {
    /// The provider takes fewer tools.
    TooManyTools {
        /// The provider.
        dialect: &'static str,
        /// How many tools there are.
        count: usize,
        /// How many it takes.
        limit: usize,
    },
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyTools {
                dialect,
                count,
                limit,
            } => write!(
                f,
                "{dialect} takes at most {limit} tools in a request; the toolbox has {count}"
            ),
        }
    }
}

impl Error for ManifestError {}

/// Why a provider's response could not be read.
///
/// Only the response as a whole fails: a call that is wrong becomes an error result of that call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The response is not JSON.
    NotJson {
        /// What was expected.
        expected: &'static str,
        /// What the parser found.
        problem: String,
        /// The beginning of the response.
        beginning: String,
    },
    /// The response is JSON, but of another provider or not a response.
    WrongShape {
        /// What was expected.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The provider answered with an error.
    Provider {
        /// Its text.
        message: String,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson {
                expected,
                problem,
                beginning,
            } => write!(
                f,
                "expected {expected}, found text that is not JSON ({problem}): `{beginning}`"
            ),
            Self::WrongShape { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Provider { message } => {
                write!(f, "the provider answered with an error: {message}")
            }
        }
    }
}

impl Error for DecodeError {}
