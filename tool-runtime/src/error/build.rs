//! Building a toolbox.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::PolicyError;
use super::did_you_mean;
use crate::text::shortened;
use crate::tool::Place;

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
    /// A tool has a name that some provider refuses, or one from elsewhere has none, or one of more than 1,024 bytes.
    IllegalName {
        /// The name.
        name: String,
        /// Where the tool is defined.
        place: Place,
    },
    /// A tool takes one value as all its arguments, and that value is no object with members of its own, which is what
    /// every provider requires: an enum, a map, a list. Or the schema that it was given is none of an object.
    NotAnObject {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
    },
    /// A tool has an output schema that is none of an object with members of its own, which a structured answer is: it returns text,
    /// a list, an enum, an `Option`, or the schema that it was given does not say `"type": "object"`.
    OutputNotAnObject {
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
    /// The schema of a run-time tool's parameters is not one, or leads to one that is not in it.
    InvalidSchema {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// The output schema that a run-time tool was given is not one, or leads to one that is not in it.
    InvalidOutputSchema {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// The effects of a tool are not what effects can be: no keys, a group without a name.
    InvalidEffects {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// The timeout of a tool is zero or longer than a day.
    InvalidTimeout {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
        /// The timeout.
        timeout: Duration,
    },
    /// A view is to have a tool that the toolbox does not have.
    ViewOfUnknownTool {
        /// The name.
        name: String,
        /// The tool that was most likely meant.
        nearest: Option<String>,
    },
    /// A view is to have the tools with a tag that no tool of the toolbox has.
    ViewOfUnknownTag {
        /// The tag.
        tag: String,
        /// The tag that was most likely meant.
        nearest: Option<String>,
    },
    /// A layer is for a tool that the toolbox does not have.
    LayerForUnknownTool {
        /// The name that the layer is for.
        name: String,
        /// The tool that was most likely meant.
        nearest: Option<String>,
    },
    /// A test is to have a double or a fault for a tool that the toolbox does not have.
    TestOfUnknownTool {
        /// The name.
        name: String,
        /// The tool that was most likely meant.
        nearest: Option<String>,
    },
    /// A tool has a number of attempts, or of calls that run at once, that it cannot have.
    InvalidSetting {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
        /// The setting, as a method of `ToolDefinition`.
        setting: &'static str,
        /// What a tool takes.
        expected: &'static str,
        /// What it was set to.
        found: String,
    },
    /// A tool needs a cargo feature of `tool-runtime` that is not switched on.
    MissingFeature {
        /// The tool's name.
        name: String,
        /// Where the tool is defined.
        place: Place,
        /// The feature.
        feature: &'static str,
    },
    /// A [batch tool](crate::BatchTool) cannot be added to a toolbox.
    BatchTool {
        /// Its name.
        name: String,
        /// Why not, as the end of a sentence, and what to do.
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
            } if first == second => write!(
                f,
                "the tool `{name}` at {first} is in the toolbox twice; list it, have it discovered or add it, once"
            ),
            Self::DuplicateName {
                name,
                first,
                second,
            } => write!(
                f,
                "two tools are named `{name}`: at {first} and at {second}; give one another name, with `#[tool(name = \"…\")]` or in its `ToolDefinition`"
            ),
            Self::IllegalName { name, place } if name.is_empty() => {
                write!(f, "the tool at {place} has an empty name; give it one")
            }
            Self::IllegalName { name, place } if name.len() > 1024 => write!(
                f,
                "the tool name `{}` at {place} has {} bytes; at most 1,024 are taken",
                shortened(name, 40),
                name.len()
            ),
            Self::IllegalName { name, place } => write!(
                f,
                "the tool name `{name}` at {place} is not one every provider takes: 1 to 64 ASCII letters, digits, `_` and `-`, beginning with a letter or `_`"
            ),
            Self::NotAnObject { name, place } => write!(
                f,
                "the arguments of `{name}` at {place} are no object with members of its own, which every provider requires; take a struct with `#[arg(flatten)]`, or leave the attribute out; a schema of your own says `\"type\": \"object\"` and has no `$ref`, `allOf`, `anyOf`, `const`, `enum`, `not` or `oneOf` beside it"
            ),
            Self::InvalidSchema {
                name,
                place,
                problem,
            } => write!(
                f,
                "the schema of the parameters of `{name}` at {place} cannot be used: {problem}"
            ),
            Self::InvalidOutputSchema {
                name,
                place,
                problem,
            } => write!(
                f,
                "the output schema of `{name}` at {place} cannot be used: {problem}"
            ),
            Self::InvalidEffects {
                name,
                place,
                problem,
            } => write!(
                f,
                "the effects of `{name}` at {place} are not valid: {problem}"
            ),
            Self::InvalidTimeout {
                name,
                place,
                timeout,
            } => write!(
                f,
                "the timeout of `{name}` at {place} is {timeout:?}; a tool takes more than zero and at most one day"
            ),
            Self::ViewOfUnknownTool { name, nearest } => {
                write!(
                    f,
                    "a view is to have the tool `{name}`, which the toolbox does not have"
                )?;
                did_you_mean(f, nearest.as_deref())
            }
            Self::ViewOfUnknownTag { tag, nearest } => {
                write!(
                    f,
                    "a view is to have the tools with the tag `{tag}`, which no tool of the toolbox has"
                )?;
                did_you_mean(f, nearest.as_deref())
            }
            Self::LayerForUnknownTool { name, nearest } => {
                write!(
                    f,
                    "a layer is for the tool `{name}`, which the toolbox does not have"
                )?;
                did_you_mean(f, nearest.as_deref())
            }
            Self::TestOfUnknownTool { name, nearest } => {
                write!(
                    f,
                    "a test is to change the tool `{name}`, which the toolbox does not have"
                )?;
                did_you_mean(f, nearest.as_deref())
            }
            Self::InvalidSetting {
                name,
                place,
                setting,
                expected,
                found,
            } => write!(
                f,
                "`{setting}` of `{name}` at {place} is {found}; a tool takes {expected}"
            ),
            Self::MissingFeature {
                name,
                place,
                feature,
            } => write!(
                f,
                "the tool `{name}` at {place} needs the feature `{feature}`; write `tool-runtime = {{ version = \"…\", features = [\"{feature}\"] }}` in `Cargo.toml`"
            ),
            Self::OutputNotAnObject { name, place } => write!(
                f,
                "`{name}` at {place} has an output schema that is none of an object with members of its own; return a struct, or remove `output_schema`; a schema of your own says `\"type\": \"object\"` and has no `anyOf`, `const`, `enum`, `not` or `oneOf` beside it"
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
            Self::BatchTool { name, problem } => {
                write!(
                    f,
                    "the batch tool `{}` cannot be added: {problem}",
                    shortened(name, 64)
                )
            }
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
