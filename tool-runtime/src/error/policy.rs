//! A policy that meets its toolbox.

use std::error::Error;
use std::fmt;

use super::did_you_mean;

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
    /// A limit is for each tenant's calls of a group of which nothing says what tools are in it.
    UnknownGroup {
        /// The name in the policy.
        name: String,
        /// The group's name that is nearest to it, if one is near.
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
            Self::UnknownGroup { name, nearest } => {
                write!(
                    f,
                    "the policy's `group_concurrency_per_tenant` is for the group `{name}`, and no `group_concurrency` says which tools are in it"
                )?;
                did_you_mean(f, nearest.as_deref())
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

impl Error for PolicyError {}
