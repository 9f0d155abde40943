//! Return values to content.
//!
//! The expansion writes `Rendered(Returned(value).split()?).render()`. Both steps go by method priority: for a `Result` an
//! inherent method wins over a trait's, and for text a trait's that takes the value wins over one that takes a reference
//! to it. The bounds stand on the methods and not on the impls, so that the method is found and rustc then speaks of the
//! bound, in our words. One trait could not do this: `Result` is `Serialize` too, and it must be seen through under any
//! alias. Nor could inherent methods for each kind of text: a return type with a misspelt name fits them all, which
//! rustc would report beside the misspelling.

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
    note = "put `#[derive(serde::Serialize)]` on the type, or return text"
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
    label = "not an error that is `Send + Sync`",
    note = "implement `std::error::Error` for it and own what it holds, or fail with `String`, `Box<dyn Error + Send + Sync>`, `anyhow::Error` or `ToolError`"
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

/// For what is text already, or content.
pub trait Ready {
    /// The content.
    fn render(self) -> Result<Content, ToolError>;
}

impl Ready for Rendered<Content> {
    fn render(self) -> Result<Content, ToolError> {
        Ok(self.0)
    }
}

impl Ready for Rendered<String> {
    fn render(self) -> Result<Content, ToolError> {
        Ok(Content::Text(self.0))
    }
}

impl Ready for Rendered<&str> {
    fn render(self) -> Result<Content, ToolError> {
        Ok(Content::Text(self.0.to_owned()))
    }
}

impl Ready for Rendered<Cow<'_, str>> {
    fn render(self) -> Result<Content, ToolError> {
        Ok(Content::Text(self.0.into_owned()))
    }
}

impl Ready for Rendered<()> {
    fn render(self) -> Result<Content, ToolError> {
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

impl<T> AnyValue<T> for &Rendered<T> {
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
