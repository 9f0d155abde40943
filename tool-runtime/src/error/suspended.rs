//! A suspended batch that cannot go on.

use std::error::Error;
use std::fmt;

use crate::text::shortened;

/// Why bytes are not taken for a [suspended batch](crate::batch::SuspendedBatch).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SuspendedError {
    /// They do not look like one.
    NotSuspended,
    /// They are not what was signed with this key.
    Altered,
    /// They are of another release.
    UnknownFormat {
        /// Their format.
        found: u64,
        /// The one that is known here.
        known: u64,
    },
    /// They were signed with this key, and say what cannot be.
    Unreadable {
        /// What is wrong.
        problem: String,
    },
}

impl fmt::Display for SuspendedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSuspended => f.write_str(
                "this is no suspended batch; give the bytes that `SuspendedBatch::sign` returned, all of them and nothing else",
            ),
            Self::Altered => f.write_str(
                "this suspended batch was altered, or signed with another key; store what `SuspendedBatch::sign` returns byte by byte, and verify it with the same key",
            ),
            Self::UnknownFormat { found, known } => write!(
                f,
                "this suspended batch has format {found}, and only format {known} is known; resume it with the release that suspended it"
            ),
            Self::Unreadable { problem } => {
                write!(f, "this suspended batch cannot be read: {problem}")
            }
        }
    }
}

impl Error for SuspendedError {}

/// Why a batch cannot be resumed with these decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeError {
    /// No call of the batch waits under this id.
    UnknownRequest {
        /// The id.
        id: String,
    },
    /// It is another tenant's than the desk's, or one of the two is nobody's.
    OtherTenant,
    /// A decision is for another call.
    ForeignDecision,
    /// There are two decisions on one call.
    DecidedTwice {
        /// The call's index.
        index: usize,
    },
    /// A decision changes arguments, and calls that it should have come before may have run.
    MayNotEdit {
        /// The call's index.
        index: usize,
    },
}

impl fmt::Display for ResumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRequest { id } => write!(
                f,
                "no call of this batch waits for a decision under the id `{}`; take an id that `SuspendedBatch::pending` has",
                shortened(id, 80)
            ),
            Self::OtherTenant => f.write_str(
                "this batch was not begun by a desk of this tenant; resume it with a desk that is `for_tenant` of the tenant that `SuspendedBatch::tenant` says",
            ),
            Self::ForeignDecision => f.write_str(
                "a decision is for none of the calls that wait for one; make it of a call that `SuspendedBatch::pending` of this batch has",
            ),
            Self::DecidedTwice { index } => {
                write!(f, "there are two decisions on call {index}; give one")
            }
            Self::MayNotEdit { index } => write!(
                f,
                "a decision changes the arguments of call {index}, and calls behind it may have run already; suspend the batch with `or_suspend().with_edits()`"
            ),
        }
    }
}

impl Error for ResumeError {}
