//! Return values to answers.
//!
//! The expansion writes `Rendered(Returned(value).split()?).render()`. Both steps go by method priority: for a `Result` an
//! inherent method wins over a trait's, and for text a trait's that takes the value wins over one that takes a reference
//! to it. The bounds stand on the methods and not on the impls, so that the method is found and rustc then speaks of the
//! bound, in our words. One trait could not do this: `Result` is `Serialize` too, and it must be seen through under any
//! alias. Nor could inherent methods for each kind of text: a return type with a misspelt name fits them all, which
//! rustc would report beside the misspelling.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use serde::Serialize;

use super::content::{Answer, Content};
use super::error::ToolError;
use super::written;

/// What a tool may return: anything that is `Serialize`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned by a tool",
    label = "not `Serialize`, so it cannot be written for the model",
    note = "put `#[derive(serde::Serialize)]` on the type, or return text"
)]
pub trait Output {
    /// Writes the value as JSON, as far as a result may be long.
    ///
    /// # Errors
    ///
    /// What its `Serialize` implementation answers.
    fn to_answer(&self) -> Result<Answer, serde_json::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Output for T {
    fn to_answer(&self) -> Result<Answer, serde_json::Error> {
        written::json(self)
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
        self.into().into()
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
    /// The answer.
    fn render(self) -> Result<Answer, ToolError>;
}

/// Not one impl for all that converts: these are compiled here, once, and not where a tool is.
macro_rules! ready {
    ($($ty:ty: $render:expr;)*) => {
        $(
            impl Ready for Rendered<$ty> {
                fn render(self) -> Result<Answer, ToolError> {
                    let render: fn($ty) -> Answer = $render;
                    Ok(render(self.0))
                }
            }
        )*
    };
}

ready! {
    (): |()| Answer::acknowledgement();
    Answer: |answer| answer;
    Content: Answer::from;
    Vec<Content>: Answer::from;
    &Content: |part| part.clone().into();
    &[Content]: |parts| parts.to_vec().into();
    String: |text| Content::Text(text).into();
    Cow<'_, str>: |text| Content::text(text).into();
    Box<str>: |text| Content::text(text).into();
    Arc<str>: |text| Content::text(&*text).into();
    char: |character| Content::text(character).into();
}

impl<const N: usize> Ready for Rendered<[Content; N]> {
    fn render(self) -> Result<Answer, ToolError> {
        Ok(Vec::from(self.0).into())
    }
}

/// Text that a tool may lend from its state, through any number of references.
pub trait Text {
    /// The text.
    fn text(&self) -> &str;
}

impl Text for str {
    fn text(&self) -> &str {
        self
    }
}

impl Text for String {
    fn text(&self) -> &str {
        self
    }
}

impl Text for Cow<'_, str> {
    fn text(&self) -> &str {
        self
    }
}

impl Text for Box<str> {
    fn text(&self) -> &str {
        self
    }
}

impl Text for Arc<str> {
    fn text(&self) -> &str {
        self
    }
}

impl<T: Text + ?Sized> Text for &T {
    fn text(&self) -> &str {
        T::text(self)
    }
}

impl<T: Text + ?Sized> Ready for Rendered<&T> {
    fn render(self) -> Result<Answer, ToolError> {
        Ok(Content::text(self.0.text()).into())
    }
}

/// What is there is answered as it is without the `Option`; `None` is `null`, as it is of an `Option` of anything else.
impl<T> Ready for Rendered<Option<T>>
where
    Rendered<T>: Ready,
{
    fn render(self) -> Result<Answer, ToolError> {
        match self.0 {
            Some(value) => Rendered(value).render(),
            None => Ok(Content::Json("null".to_owned()).into()),
        }
    }
}

/// For a value that is written as JSON.
pub trait AnyValue<T> {
    /// The answer: the value as JSON.
    fn render(self) -> Result<Answer, ToolError>
    where
        T: Output;
}

impl<T> AnyValue<T> for &Rendered<T> {
    fn render(self) -> Result<Answer, ToolError>
    where
        T: Output,
    {
        self.0.to_answer().map_err(ToolError::not_serialisable)
    }
}
