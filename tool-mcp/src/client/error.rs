//! Why a server's tools cannot be had.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use tool_runtime::ManifestDiff;

/// Why [`McpTools::connect`](super::McpTools::connect) failed.
///
/// Its texts are for whoever runs the program, and have neither tokens nor passwords in them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The name is none that every tool's name can begin with.
    Name {
        /// The name.
        name: String,
    },
    /// A setting is one that cannot be kept.
    Setting {
        /// The server's name.
        server: String,
        /// The setting, as a method of [`Connect`](super::Connect).
        setting: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What it was set to.
        found: String,
    },
    /// The server cannot be started or reached, or does not speak the protocol.
    Unreachable {
        /// The server's name.
        server: String,
        /// What went wrong.
        problem: String,
        /// The last lines that a child process wrote on standard error.
        stderr: Vec<String>,
    },
    /// The server did not answer in time.
    TimedOut {
        /// The server's name.
        server: String,
        /// What was not done by then, as the end of a sentence.
        step: &'static str,
        /// The time that it had.
        after: Duration,
        /// The last lines that a child process wrote on standard error.
        stderr: Vec<String>,
    },
    /// The server's list of tools cannot be used.
    List {
        /// The server's name.
        server: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something was said of a tool that the server does not have.
    UnknownTool {
        /// The server's name.
        server: String,
        /// The tool, by the server's own name for it.
        tool: String,
        /// The tools that it has.
        known: Vec<String>,
    },
    /// The tools are not those that were pinned.
    Drift {
        /// The server's name.
        server: String,
        /// What is different from what was pinned; nothing if only a fingerprint was.
        drift: Option<ManifestDiff>,
    },
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name } => write!(
                f,
                "`{name}` cannot be the name of a server, which the names of its tools begin with; give it 1 to 32 ASCII letters, digits, `_` and `-`, beginning with a letter or `_`"
            ),
            Self::Setting {
                server,
                setting,
                expected,
                found,
            } => write!(
                f,
                "`{setting}` of the server `{server}` is {found}; it takes {expected}"
            ),
            Self::Unreachable {
                server,
                problem,
                stderr,
            } => {
                write!(f, "the server `{server}` cannot be used: {problem}")?;
                last_lines(f, stderr)
            }
            Self::TimedOut {
                server,
                step,
                after,
                stderr,
            } => {
                write!(
                    f,
                    "the server `{server}` did not {step} within {after:?}; see whether it runs, or give it more time"
                )?;
                last_lines(f, stderr)
            }
            Self::List { server, problem } => {
                write!(
                    f,
                    "the tools of the server `{server}` cannot be listed: {problem}"
                )
            }
            Self::UnknownTool {
                server,
                tool,
                known,
            } => write!(
                f,
                "something is said of the tool `{tool}`, which the server `{server}` does not have; it has {}",
                listed(known)
            ),
            Self::Drift {
                server,
                drift: Some(drift),
            } => write!(
                f,
                "the tools of the server `{server}` are not those that were pinned:\n{drift}\nLook at what is different; if it is wanted, pin the new ones"
            ),
            Self::Drift {
                server,
                drift: None,
            } => write!(
                f,
                "the tools of the server `{server}` are not those that were pinned; pin a manifest instead of a fingerprint to be told what is different"
            ),
        }
    }
}

impl Error for ConnectError {}

fn last_lines(f: &mut fmt::Formatter<'_>, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    write!(f, "\nIt wrote on standard error:")?;
    lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
}

/// So many names are told.
const MAX_NAMES: usize = 20;

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(MAX_NAMES).map(|name| format!("`{name}`"));
    let shown: Vec<String> = shown.collect();
    match names.len() {
        0 => "none".to_owned(),
        n if n > MAX_NAMES => format!("{} and {} more", shown.join(", "), n - MAX_NAMES),
        _ => shown.join(", "),
    }
}
