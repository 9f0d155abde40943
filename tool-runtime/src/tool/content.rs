//! What goes back to a model: the parts of an answer.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::outgoing::Ends;

/// One part of an answer.
///
/// Return one, several in a `Vec` or an array, or a `Result` or an `Option` of these. What a provider takes only as text
/// it gets as text, and what it does not take at all is replaced by a text that says so ([`as_text`](Self::as_text)).
///
/// ```
/// use tool_runtime::{Content, tool};
///
/// /// Draws a circle.
/// #[tool(pure)]
/// async fn draw_circle(
///     /// The radius in pixels.
///     radius: u32,
/// ) -> [Content; 2] {
///     let png = vec![0x89, 0x50, 0x4e, 0x47]; // and so on
///     [
///         Content::text(format!("A circle with radius {radius}:")),
///         Content::image("image/png", png),
///     ]
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Text for the model to read.
    Text(String),
    /// A JSON value, as text.
    Json(String),
    /// An image.
    Image(Media),
    /// A sound.
    Audio(Media),
    /// The address of something the model may ask for.
    ResourceLink(Box<ResourceLink>),
    /// The name of a tool that the model may call from now on. Anthropic shows the model the definition, if that stands in the request and is
    /// kept back (`Anthropic.deferred()`, with the feature `search`); others get a text.
    ToolReference(String),
}

impl Content {
    /// Text for the model to read.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A value, written as JSON: all of it, however long. A tool that returns the value itself has it written no further than a result
    /// may be long ([`Policy::max_result_bytes`](crate::Policy::max_result_bytes)).
    ///
    /// ```
    /// # use tool_runtime::Content;
    /// assert_eq!(Content::json(&[1, 2])?, Content::Json("[1,2]".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What the value's `Serialize` implementation answers.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::Json)
    }

    /// An image: its MIME type and the bytes of its file.
    ///
    /// Models look at `image/png`, `image/jpeg`, `image/gif` and `image/webp`.
    pub fn image(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::Image(Media::new(mime_type, data))
    }

    /// A sound: its MIME type, such as `audio/wav`, and the bytes of its file.
    pub fn audio(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::Audio(Media::new(mime_type, data))
    }

    /// The address of something, and its name; see [`ResourceLink`] for what else can be said about it.
    pub fn resource_link(uri: impl Into<String>, name: impl Into<String>) -> Self {
        ResourceLink::new(uri, name).into()
    }

    /// The part as text: of an image and a sound only what it is, since a text cannot show it.
    ///
    /// ```
    /// # use tool_runtime::Content;
    /// let image = Content::image("image/png", [0; 1200]);
    /// assert_eq!(image.as_text(), "[image/png, 1200 bytes, not shown]");
    /// let link = Content::resource_link("file:///reports/7.pdf", "Report 7");
    /// assert_eq!(link.as_text(), "Report 7: file:///reports/7.pdf");
    /// ```
    pub fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Json(text) => Cow::Borrowed(text),
            Self::Image(media) | Self::Audio(media) => Cow::Owned(media.to_string()),
            Self::ResourceLink(link) => Cow::Owned(link.to_string()),
            Self::ToolReference(name) => Cow::Owned(format!("You can call `{name}` now.")),
        }
    }
}

impl From<ResourceLink> for Content {
    fn from(link: ResourceLink) -> Self {
        Self::ResourceLink(Box::new(link))
    }
}

/// The file of an image or a sound.
///
/// [`Display`](fmt::Display) says what it is; neither that nor `Debug` shows the data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// What kind of file it is, such as `image/png`.
    pub mime_type: String,
    /// The bytes of the file. A dialect writes them as its provider wants them.
    pub data: Vec<u8>,
}

impl Media {
    fn new(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self {
            mime_type: mime_type.into(),
            data: data.into(),
        }
    }

    /// Whether models look at it, if it is an image.
    pub(crate) fn is_shown(&self) -> bool {
        matches!(
            self.mime_type.as_str(),
            "image/jpeg" | "image/png" | "image/gif" | "image/webp"
        )
    }
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mime_type, data } = self;
        write!(f, "[{mime_type}, {} bytes, not shown]", data.len())
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media")
            .field("mime_type", &self.mime_type)
            .field("bytes", &self.data.len())
            .finish()
    }
}

/// The address of something that the model, or the program it talks to, may ask for.
///
/// ```
/// use tool_runtime::Content;
/// use tool_runtime::tool::ResourceLink;
///
/// let mut report = ResourceLink::new("file:///reports/7.pdf", "Report 7");
/// report.mime_type = Some("application/pdf".to_owned());
/// report.description = Some("The figures of July.".to_owned());
/// assert_eq!(
///     Content::from(report).as_text(),
///     "Report 7: file:///reports/7.pdf (application/pdf)\nThe figures of July."
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceLink {
    /// The address.
    pub uri: String,
    /// What it is called.
    pub name: String,
    /// What it is called when shown to people, if not by its name.
    pub title: Option<String>,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// What kind of file it is.
    pub mime_type: Option<String>,
    /// How many bytes it has.
    pub size: Option<u64>,
}

impl ResourceLink {
    /// A link of which nothing is known but its address and its name.
    pub fn new(uri: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            name: name.into(),
            title: None,
            description: None,
            mime_type: None,
            size: None,
        }
    }
}

impl fmt::Display for ResourceLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.title.as_ref().unwrap_or(&self.name);
        write!(f, "{name}: {}", self.uri)?;
        let bytes = self.size.map(|size| format!("{size} bytes"));
        let facts: Vec<String> = self.mime_type.iter().cloned().chain(bytes).collect();
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        match &self.description {
            Some(description) => write!(f, "\n{description}"),
            None => Ok(()),
        }
    }
}

/// All that a tool answers: its parts, at least one.
///
/// Made from them by `into`; an empty `Vec` becomes a short acknowledgement, since a model that reads nothing cannot tell
/// that the call was answered.
///
/// ```
/// use tool_runtime::Content;
/// use tool_runtime::tool::Answer;
///
/// assert_eq!(Answer::from(Content::text("a")).parts().len(), 1);
/// assert_eq!(Answer::from(Vec::new()).parts(), [Content::text("Done.")]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    parts: Parts,
    way: Way,
}

/// One part, as nearly always, without a list's allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parts {
    One(Content),
    Several(Vec<Content>),
}

/// How far an answer is on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// As the tool made it.
    Returned,
    /// As the tool made it, of what was longer.
    Shortened,
    /// It was cut while it was written. Its only part shows so; here is more of both ends, for who looks for what is not to leave.
    Cut(Box<Ends>),
    /// As it leaves.
    Left { truncated: bool },
}

/// What a call without a result of its own answers: an empty text is refused by some providers and tells nothing.
const ACKNOWLEDGEMENT: &str = "Done.";

impl Answer {
    /// What a call without a result of its own answers.
    pub(crate) fn acknowledgement() -> Self {
        Content::text(ACKNOWLEDGEMENT).into()
    }

    /// What there is of a value that was too long to be written.
    pub(super) fn cut(shown: String, ends: Ends) -> Self {
        Self {
            parts: Parts::One(Content::Text(shown)),
            way: Way::Cut(Box::new(ends)),
        }
    }

    /// What leaves, and whether that is not all that the tool answered.
    pub(crate) fn left(parts: Parts, truncated: bool) -> Self {
        Self {
            parts,
            way: Way::Left { truncated },
        }
    }

    /// Its only part, if it is as the tool made it and not on its way yet.
    pub(crate) fn only_returned(&self) -> Option<&Content> {
        match (&self.parts, &self.way) {
            (Parts::One(part), Way::Returned) => Some(part),
            _ => None,
        }
    }

    /// The same, as what leaves.
    pub(crate) fn left_as_it_is(self) -> Self {
        Self {
            way: Way::Left { truncated: false },
            ..self
        }
    }

    /// The parts, and both ends of the only one if it was cut while it was written; all of it if it is what leaves.
    pub(crate) fn into_returned(self) -> Result<(Parts, Option<Box<Ends>>), Self> {
        match self.way {
            Way::Returned | Way::Shortened => Ok((self.parts, None)),
            Way::Cut(ends) => Ok((self.parts, Some(ends))),
            Way::Left { .. } => Err(self),
        }
    }

    /// Whether it leaves without something that the tool answered, for its length.
    pub(crate) fn is_truncated(&self) -> bool {
        matches!(self.way, Way::Left { truncated: true })
    }

    /// Whether the tool says that it answers less than there is.
    pub(crate) fn is_shortened(&self) -> bool {
        matches!(self.way, Way::Shortened)
    }

    /// The same, as part of an answer that was too long where it was made, on another machine say: the
    /// [outcome](crate::Outcome::truncated) has it that the model does not read all of it.
    ///
    /// ```
    /// # use tool_runtime::{Content, RuntimeTool, ToolCall, ToolDefinition, Toolbox, tool::Answer};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let definition = ToolDefinition::named("read_log", "Reads the log.");
    /// let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| {
    ///     Ok::<_, String>(Answer::from(Content::text("first line … last line")).shortened())
    /// });
    /// # if cfg!(feature = "schema-validation") {
    /// let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
    /// let report = toolbox.run([ToolCall::new("call_1", "read_log", "{}")]).await;
    /// assert!(report.results()[0].outcome().truncated);
    /// # }
    /// # }
    /// ```
    #[must_use]
    pub fn shortened(self) -> Self {
        match self.way {
            Way::Returned => Self {
                way: Way::Shortened,
                ..self
            },
            _ => self,
        }
    }

    /// The same, after another part.
    pub(crate) fn after(self, first: Content) -> Self {
        let parts = match self.parts {
            Parts::One(part) => vec![first, part],
            Parts::Several(parts) => [vec![first], parts].concat(),
        };
        Self {
            parts: Parts::Several(parts),
            way: self.way,
        }
    }

    /// The parts, in the tool's order.
    pub fn parts(&self) -> &[Content] {
        match &self.parts {
            Parts::One(part) => std::slice::from_ref(part),
            Parts::Several(parts) => parts,
        }
    }
}

impl From<Content> for Answer {
    fn from(part: Content) -> Self {
        Self {
            parts: Parts::One(part),
            way: Way::Returned,
        }
    }
}

impl From<Vec<Content>> for Answer {
    fn from(parts: Vec<Content>) -> Self {
        match parts.is_empty() {
            true => Self::acknowledgement(),
            false => Self {
                parts: Parts::Several(parts),
                way: Way::Returned,
            },
        }
    }
}
