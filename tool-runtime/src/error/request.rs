//! What a request says beside its tools.

use std::error::Error;
use std::fmt;

use super::did_you_mean;

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
