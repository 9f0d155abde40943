//! Why there are no tools of workers.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why the tools of workers cannot be had.
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tool_nats::RemoteTools;
/// use tool_nats::remote::DiscoverError;
///
/// let client = tool_nats::async_nats::connect("nats://localhost").await?;
/// match RemoteTools::discover(client).service("desk").await {
///     Ok(remote) => println!("{} workers", remote.workers().len()),
///     Err(DiscoverError::TooFew { .. }) => println!("the desk is closed"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiscoverError {
    /// The prefix or the name of a service is none that a subject can have.
    Name {
        /// What is wrong with it.
        problem: String,
    },
    /// A setting is one that cannot be kept.
    Setting {
        /// The setting, as a method of [`Discover`](super::Discover).
        setting: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What it was set to.
        found: String,
    },
    /// The client has no connection to a server.
    NotConnected {
        /// The time that it had.
        within: Duration,
    },
    /// Too few workers have answered.
    TooFew {
        /// How many are wanted.
        wanted: usize,
        /// How many there are.
        found: usize,
        /// The services that were asked for and have no worker.
        missing: Vec<String>,
        /// The beginning of the subjects.
        prefix: String,
        /// The time that they had.
        within: Duration,
    },
}

impl fmt::Display for DiscoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { problem } => f.write_str(problem),
            Self::Setting {
                setting,
                expected,
                found,
            } => write!(f, "`{setting}` is {found}; it takes {expected}"),
            Self::NotConnected { within } => write!(
                f,
                "there was no connection to a NATS server within {within:?}; see whether it runs and takes the client's credentials"
            ),
            Self::TooFew {
                wanted,
                found,
                missing,
                prefix,
                within,
            } => {
                let workers = match found {
                    0 => "no worker has".to_owned(),
                    1 => "1 worker has".to_owned(),
                    found => format!("{found} workers have"),
                };
                write!(f, "{workers} answered within {within:?}")?;
                if found < wanted {
                    write!(f, " and at least {wanted} should")?;
                }
                if !missing.is_empty() {
                    let missing: Vec<_> = missing.iter().map(|name| format!("`{name}`")).collect();
                    write!(f, ", none of the service {}", missing.join(", "))?;
                }
                write!(
                    f,
                    "; start one, see whether those that run have the prefix `{prefix}` and whether the server lets this program ask (`$SRV.PING`, `$SRV.INFO`) and them answer, or give them more time with `within`"
                )
            }
        }
    }
}

impl Error for DiscoverError {}

/// What `Display` says, with the source: it is what a `main` that returns the error prints.
impl fmt::Debug for DiscoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match Error::source(self) {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}
