//! A text that is no manifest.

use std::error::Error;
use std::fmt;

/// Why a text could not be read as a manifest.
///
/// ```
/// use tool_runtime::Manifest;
///
/// let error = r#"{"tools": []}"#.parse::<Manifest>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "not a manifest: it is not a list of tools; store what `Manifest::as_str` gives"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManifestTextError {
    /// It is not JSON.
    NotJson {
        /// The parser's message, with line and column.
        message: String,
    },
    /// It is JSON, and not what a provider takes as tools.
    NotAManifest {
        /// What is wrong with it.
        problem: String,
    },
}

impl fmt::Display for ManifestTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { message } => write!(f, "not a manifest: it is not JSON: {message}"),
            Self::NotAManifest { problem } => write!(
                f,
                "not a manifest: {problem}; store what `Manifest::as_str` gives"
            ),
        }
    }
}

impl Error for ManifestTextError {}
