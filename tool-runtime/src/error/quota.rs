//! A quota that meets a toolbox.

use std::error::Error;
use std::fmt;

use super::did_you_mean;

/// Why a [quota](crate::Quota) cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuotaError {
    /// It is for a tool that the toolbox does not have.
    UnknownTool {
        /// The name in the quota.
        name: String,
        /// The toolbox's name that is nearest to it, if one is near.
        nearest: Option<String>,
    },
    /// It has a limit for several tools together, and names none.
    NoTools,
}

impl fmt::Display for QuotaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTool { name, nearest } => {
                write!(
                    f,
                    "the quota is for the tool `{name}`, which the toolbox does not have"
                )?;
                did_you_mean(f, nearest.as_deref())
            }
            Self::NoTools => f.write_str(
                "the quota's `tools` takes one name or more; there is none; for a limit on all tools say `all_tools`",
            ),
        }
    }
}

impl Error for QuotaError {}
