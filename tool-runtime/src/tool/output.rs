//! Return values to content.
//!
//! The expansion writes `Rendered(Returned(value).split()?).render()`. Both steps go by method priority: an inherent
//! method for the special type wins over a trait's for the rest. The bounds stand on the methods and not on the impls,
//! so that the method is found and rustc then speaks of the bound, in our words. One trait could not do this: `Result`
//! is `Serialize` too, and it must be seen through under any alias.

use std::borrow::Cow;
use std::error::Error;

use serde::Serialize;

use crate::ToolError;

/// What a tool answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Text for the model to read.
    Text(String),
    /// A JSON value, as text.
    Json(String),
}

impl Content {
    /// The text that goes to the model.
    pub fn as_text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Json(text) => text,
        }
    }
}

/// What a call without a result of its own answers: an empty text is refused by some providers and tells nothing.
const ACKNOWLEDGEMENT: &str = "Done.";

/// What a tool may return: anything that is `Serialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned by a tool",
    label = "not `Serialize`, so it cannot be written for the model",
    note = "put `#[derive(serde::Serialize)]` on it, or return text"
)]
pub trait Output {
    /// Writes the value as JSON.
    ///
    /// # Errors
    ///
    /// What its `Serialize` implementation answers.
    fn to_json(&self) -> Result<String, serde_json::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Output for T {
    fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// What a tool may fail with: anything that converts into `Box<dyn Error + Send + Sync>`.
#[diagnostic::on_unimplemented(
    message = "a tool cannot fail with `{Self}`",
    label = "not an error",
    note = "implement `std::error::Error` for it, or fail with `String`, `anyhow::Error` or `ToolError`"
)]
pub trait Failure {
    /// The failure as a [`ToolError`], itself if it is one.
    fn into_tool_error(self) -> ToolError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn Error + Send + Sync>>> Failure for E {
    fn into_tool_error(self) -> ToolError {
        ToolError::from_source(self.into())
    }
}

/// What the function returned.
#[derive(Debug)]
pub struct Returned<T>(pub T);

impl<T, E> Returned<Result<T, E>> {
    /// The value, or the failure as a `ToolError`.
    pub fn split(self) -> Result<T, ToolError>
    where
        E: Failure,
    {
        self.0.map_err(Failure::into_tool_error)
    }
}

/// For a return value that is no `Result`.
pub trait AnyReturn<T> {
    /// The value.
    fn split(self) -> Result<T, ToolError>;
}

impl<T> AnyReturn<T> for Returned<T> {
    fn split(self) -> Result<T, ToolError> {
        Ok(self.0)
    }
}

/// What the function answers when it did not fail.
#[derive(Debug)]
pub struct Rendered<T>(pub T);

impl Rendered<Content> {
    /// The content.
    pub fn render(self) -> Result<Content, ToolError> {
        Ok(self.0)
    }
}

impl Rendered<String> {
    /// The content.
    pub fn render(self) -> Result<Content, ToolError> {
        Ok(Content::Text(self.0))
    }
}

impl Rendered<&str> {
    /// The content.
    pub fn render(self) -> Result<Content, ToolError> {
        Ok(Content::Text(self.0.to_owned()))
    }
}

impl Rendered<Cow<'_, str>> {
    /// The content.
    pub fn render(self) -> Result<Content, ToolError> {
        Ok(Content::Text(self.0.into_owned()))
    }
}

impl Rendered<()> {
    /// The content.
    pub fn render(self) -> Result<Content, ToolError> {
        Ok(Content::Text(ACKNOWLEDGEMENT.to_owned()))
    }
}

/// For a value that is written as JSON.
pub trait AnyValue<T> {
    /// The content: the value as JSON.
    fn render(self) -> Result<Content, ToolError>
    where
        T: Output;
}

impl<T> AnyValue<T> for Rendered<T> {
    fn render(self) -> Result<Content, ToolError>
    where
        T: Output,
    {
        match self.0.to_json() {
            Ok(json) => Ok(Content::Json(json)),
            Err(error) => Err(ToolError::not_serialisable(error)),
        }
    }
}
