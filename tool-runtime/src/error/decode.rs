//! Reading a response.

use std::error::Error;
use std::fmt;

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
    /// The response is JSON, but of another provider, not a response, or a part of it is not what it should be.
    WrongShape {
        /// What was expected.
        expected: &'static str,
        /// What it is, with the place of a part of it, such as `content[1]`.
        found: String,
    },
    /// The model wrote a call that is none, and the provider left it out: ask again.
    MalformedCall {
        /// The provider's reason to stop, such as `MALFORMED_FUNCTION_CALL`.
        reason: String,
        /// The provider's text, if it has one.
        message: String,
    },
    /// The stream came to an end before the turn did.
    EndsEarly {
        /// What was expected.
        expected: &'static str,
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
            Self::MalformedCall { reason, message } => {
                write!(f, "the model wrote a call that cannot be read ({reason})")?;
                match message.as_str() {
                    "" => f.write_str("; ask it again"),
                    message => write!(f, ": {message}; ask it again"),
                }
            }
            Self::EndsEarly { expected } => {
                write!(
                    f,
                    "expected {expected}, which ended before the turn did; ask again"
                )
            }
            Self::Provider { message } => {
                write!(f, "the provider answered with an error: {message}")
            }
        }
    }
}

impl Error for DecodeError {}
