//! Errors, one type per stage: building a toolbox, making a manifest and what stands beside it, reading a response. What a
//! call fails with is in `tool/error.rs`.

use std::error::Error;
use std::fmt;
use std::time::Duration;

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
    /// A tool has an output schema, and what it returns is no object with members of its own, which a structured answer is:
    /// text, a list, an enum, an `Option`.
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
    /// A layer is for a tool that the toolbox does not have.
    LayerForUnknownTool {
        /// The name that the layer is for.
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
            Self::LayerForUnknownTool { name, nearest } => {
                write!(
                    f,
                    "a layer is for the tool `{name}`, which the toolbox does not have"
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
                "`{name}` at {place} has `output_schema`, and what it returns is no object with members of its own; return a struct, or remove `output_schema`"
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
    /// The effects that it has for a tool cannot stand for the tool's own.
    InvalidEffects {
        /// The tool.
        tool: String,
        /// What is wrong, and what to write instead.
        problem: String,
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
            Self::InvalidEffects { tool, problem } => {
                write!(
                    f,
                    "the policy's effects of `{tool}` are not valid: {problem}"
                )
            }
            Self::UnknownTool { name, nearest } => {
                write!(
                    f,
                    "the policy is about the tool `{name}`, which the toolbox does not have"
                )?;
                did_you_mean(f, nearest.as_deref())
            }
        }
    }
}

fn did_you_mean(f: &mut fmt::Formatter<'_>, nearest: Option<&str>) -> fmt::Result {
    match nearest {
        Some(near) => write!(f, "; did you mean `{near}`?"),
        None => Ok(()),
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
    /// The provider takes a request without tools, and not one with none.
    NoTools {
        /// The provider.
        dialect: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The provider has no form for the arguments of some tools.
    Shapes {
        /// The provider.
        dialect: &'static str,
        /// Everything it has no form for.
        problems: Vec<ShapeProblem>,
    },
    /// The strict tools together have more than the provider takes in a request.
    StrictLimits {
        /// The provider.
        dialect: &'static str,
        /// What there is too much of, each with its number and the limit.
        exceeded: Vec<String>,
    },
}

/// One argument, or a part of one, that a provider has no form for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShapeProblem {
    /// The tool's name.
    pub tool: String,
    /// Where in the arguments, as in `$.lines[].copies`: `$` is the arguments, `[]` an item of a list, `*` a member of any
    /// name.
    pub path: String,
    /// What it is, as the end of a sentence that begins with the path.
    pub problem: String,
    /// What to change in the tool.
    pub change: String,
    /// Whether it has a form where the schema is not strict.
    pub is_strict: bool,
}

impl fmt::Display for ShapeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tool,
            path,
            problem,
            change,
            ..
        } = self;
        write!(f, "`{tool}`: `{path}` {problem}; {change}")
    }
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
            Self::NoTools { dialect, instead } => {
                write!(f, "{dialect} takes no empty list of tools; {instead}")
            }
            Self::Shapes { dialect, problems } => {
                let is_strict = problems.iter().all(|problem| problem.is_strict);
                let strict = if is_strict { "strict " } else { "" };
                write!(f, "{dialect} has no {strict}form for some arguments:")?;
                for problem in problems {
                    write!(f, "\n- {problem}")?;
                }
                f.write_str(match is_strict {
                    true => "\nOr offer these tools without strict schemas: each by `with_strict(false)` in its definition, or all by `.lenient()` of the dialect.",
                    false => "\nOr offer wider schemas there, by `.lenient()` of the dialect.",
                })
            }
            Self::StrictLimits { dialect, exceeded } => {
                let exceeded = exceeded.join(" and ");
                write!(
                    f,
                    "the toolbox has more than {dialect} takes in a request: {exceeded}; offer some tools without strict schemas, by `with_strict(false)` in their definitions or by `.lenient()` of the dialect, or make a second toolbox"
                )
            }
        }
    }
}

impl Error for ManifestError {}

/// Why a provider cannot be told what a request is to say beside its tools.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestSettingsError {
    /// The choice is a tool that the toolbox does not have.
    UnknownTool {
        /// The name.
        name: String,
        /// The tool that was most likely meant.
        nearest: Option<String>,
    },
    /// A call is required, and the toolbox has no tools.
    NoTools,
    /// The provider refuses it, or has no words for it.
    Refused {
        /// The provider.
        dialect: &'static str,
        /// What it does not take, as the end of a sentence that begins with the provider.
        problem: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
}

impl fmt::Display for RequestSettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTool { name, nearest } => {
                write!(
                    f,
                    "the choice is the tool `{name}`, which the toolbox does not have"
                )?;
                did_you_mean(f, nearest.as_deref())
            }
            Self::NoTools => f.write_str(
                "a call is required, and the toolbox has no tools; add one, or use `ToolChoice::Auto`",
            ),
            Self::Refused {
                dialect,
                problem,
                instead,
            } => write!(f, "{dialect} {problem}; {instead}"),
        }
    }
}

impl Error for RequestSettingsError {}

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
