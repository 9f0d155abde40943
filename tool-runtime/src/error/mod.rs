//! Errors, one type per stage: building a toolbox, making a manifest and what stands beside it, reading a response. What a
//! call fails with is in `tool/error.rs`.

mod build;
mod decode;
mod journal;
mod manifest;
mod manifest_text;
mod policy;
mod quota;
mod request;
mod suspended;

use std::fmt;

pub use build::BuildError;
pub use decode::DecodeError;
pub use journal::JournalError;
pub use manifest::{ManifestError, ShapeProblem};
pub use manifest_text::ManifestTextError;
pub use policy::PolicyError;
pub use quota::QuotaError;
pub use request::RequestSettingsError;
pub use suspended::{ResumeError, SuspendedError};

/// The end of a message about a name that is not there.
fn did_you_mean(f: &mut fmt::Formatter<'_>, nearest: Option<&str>) -> fmt::Result {
    match nearest {
        Some(near) => write!(f, "; did you mean `{near}`?"),
        None => Ok(()),
    }
}
