//! A journal that cannot be read or written.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a [`FileJournal`](crate::journal::FileJournal) is not opened, read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum JournalError {
    /// The system refuses the file.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A record is of another release.
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The record's format.
        found: u64,
        /// The one that is known here.
        known: u64,
    },
    /// A line is no record.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What the system says is the source.
            Self::File { path, .. } => write!(
                f,
                "the journal `{}` cannot be read or written",
                path.display()
            ),
            Self::UnknownFormat {
                path,
                line,
                found,
                known,
            } => write!(
                f,
                "line {line} of the journal `{}` has format {found}, and only format {known} is known; read it with the release that wrote it",
                path.display()
            ),
            Self::Unreadable {
                path,
                line,
                problem,
            } => write!(
                f,
                "line {line} of the journal `{}` is no record of a call: {problem}; give the path of a file that a `FileJournal` has written, or move this one away",
                path.display()
            ),
        }
    }
}

impl Error for JournalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { error, .. } => Some(error),
            Self::UnknownFormat { .. } | Self::Unreadable { .. } => None,
        }
    }
}
