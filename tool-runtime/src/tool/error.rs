//! What a tool fails with, and what it says about the failure.

mod causes;
mod stored;

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use causes::causes;
use serde_json::Value;
pub(crate) use stored::StoredError;

use crate::outcome::{ErrorDetail, error_id};

/// What a tool fails with.
///
/// Any error works in a tool's `Result`; this one is for a message without a type of its own, and for what the runtime
/// cannot know of a failure. The model reads [`Display`](fmt::Display), never the sources.
///
/// ```
/// use std::time::Duration;
/// use tool_runtime::{ToolError, tool};
///
/// /// Book a seat.
/// #[tool(writes("seat:{seat}"))]
/// fn book_seat(
///     /// The seat's number.
///     seat: u16,
/// ) -> Result<String, ToolError> {
///     let free = std::fs::read_to_string("free").map_err(ToolError::internal)?;
///     let free: Vec<u16> = free.lines().flat_map(str::parse).collect();
///     if free.is_empty() {
///         return Err(ToolError::new("The seats are not known yet.")
///             .retry_after(Duration::from_secs(30))
///             .no_effects());
///     }
///     if !free.contains(&seat) {
///         return Err(ToolError::new(format!("Seat {seat} is taken."))
///             .permanent()
///             .no_effects()
///             .with_details(serde_json::json!({ "free": free })));
///     }
///     Ok(format!("Seat {seat} is yours."))
/// }
/// ```
///
/// It keeps what was said of it when it goes through `Box<dyn Error + Send + Sync>`, `anyhow::Error` or an enum of errors,
/// also under a context: what the runtime knows of the outer error is what its text or its sources have of a `ToolError`.
///
/// An error of another type does not become this one under `?`, on purpose: most were not written for a model. Say which it
/// is with `map_err(ToolError::internal)`, or with a message of your own and [`with_source`](Self::with_source).
#[derive(Clone, Debug)]
pub struct ToolError(Box<Inner>);

/// Boxed, so that the `Result`s of tools stay small.
#[derive(Clone, Debug)]
struct Inner {
    message: String,
    /// Shared by clones.
    source: Option<Arc<dyn Error + Send + Sync>>,
    /// The tool did its work and only its result could not be written.
    serialisation: bool,
    /// Under which the log has it, once a call has ended with it and the model does not read all of it.
    id: Option<String>,
    /// The texts of its sources, once a call has ended with it whose policy wants them told.
    causes: Vec<String>,
    notes: Notes,
}

/// What was said about a failure beside its message.
#[derive(Clone, Debug, Default)]
struct Notes {
    internal: bool,
    kind: Kind,
    no_effects: bool,
    retry: Retry,
    details: Option<Value>,
}

/// What kind of an end it is for the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The tool failed.
    #[default]
    Failure,
    Denied,
    Overloaded,
    TimedOut,
    /// The call could not be written down first, and was not made.
    Unwritten,
    /// The calls that it consists of did not succeed, and what became of each is its text.
    Steps,
    /// The call was told to end before it came to the tool, and was not made.
    Uncalled,
}

#[derive(Clone, Copy, Debug, Default)]
enum Retry {
    #[default]
    NotSaid,
    May(Option<Duration>),
    Useless,
}

impl ToolError {
    /// A failure with a message for the model: what went wrong, and what would be right.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            message: message.into(),
            source: None,
            serialisation: false,
            id: None,
            causes: Vec::new(),
            notes: Notes::default(),
        }))
    }

    /// A failure that is none of the model's business: it reads only that there was one, with an
    /// [id](crate::ToolResult::error_id) under which it is found again; the program gets the error as the [`source`](Error::source).
    ///
    /// ```
    /// # use std::error::Error;
    /// # use tool_runtime::ToolError;
    /// let error = ToolError::internal("connection to db-7 refused");
    /// assert_eq!(error.to_string(), "internal error");
    /// assert_eq!(error.source().unwrap().to_string(), "connection to db-7 refused");
    /// ```
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut this = Self::new("internal error").with_source(error);
        this.0.notes.internal = true;
        this
    }

    /// The call is not allowed, and was not made: its outcome is [`Denied`](crate::Ending::Denied). For a
    /// [layer](crate::layer::Layer) that authorises calls; `reason` is for the model.
    ///
    /// ```
    /// # use tool_runtime::ToolError;
    /// let error = ToolError::denied("Only an administrator may do this.");
    /// assert!(error.is_denied() && error.has_no_effects());
    /// ```
    pub fn denied(reason: impl Into<String>) -> Self {
        Self::new(reason).of_kind(Kind::Denied).no_effects()
    }

    /// There is no room for the call now, and it was not made: its outcome is [`OverLimit`](crate::Ending::OverLimit). It may succeed
    /// later. For a [layer](crate::layer::Layer) that keeps to a rate, sheds load or spares a backend that fails.
    pub fn overloaded(reason: impl Into<String>) -> Self {
        let this = Self::new(reason).of_kind(Kind::Overloaded);
        this.no_effects().retryable()
    }

    /// A layer's time was over, and the call was stopped.
    #[cfg(feature = "tower")]
    pub(crate) fn timed_out() -> Self {
        Self::new("the time of a layer was over").of_kind(Kind::TimedOut)
    }

    /// The call was told to end before it came to the tool.
    pub(crate) fn uncalled() -> Self {
        let this = Self::new("The call was told to end before it came to the tool.");
        this.of_kind(Kind::Uncalled).no_effects()
    }

    /// The call could not be written down, and was not made; why not is for the program.
    pub(crate) fn unwritten(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let this = Self::new("the call could not be written down first, and was not made");
        this.of_kind(Kind::Unwritten)
            .with_source(error)
            .no_effects()
    }

    /// No call of those that it consists of has succeeded; what the model reads of each, as it leaves.
    pub(crate) fn of_steps(text: String) -> Self {
        Self::new(text).of_kind(Kind::Steps)
    }

    /// Whether the call was told to end before it came to the tool.
    pub(crate) fn is_uncalled(&self) -> bool {
        self.kind() == Kind::Uncalled
    }

    /// Whether the call could not be written down.
    #[cfg(feature = "tracing")]
    pub(crate) fn is_unwritten(&self) -> bool {
        self.kind() == Kind::Unwritten
    }

    fn of_kind(mut self, kind: Kind) -> Self {
        self.0.notes.kind = kind;
        self
    }

    /// Keeps `error` as the [`source`](Error::source), for the program.
    #[must_use]
    pub fn with_source(mut self, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(error.into().into());
        self
    }

    /// Says that the same call may succeed later: it is tried again if its tool is `idempotent` or changes nothing, see
    /// [`Policy::retry`](crate::Policy::retry).
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.0.notes.retry = Retry::May(None);
        self
    }

    /// Says that the same call may succeed after `delay`, as a backend says with `Retry-After`: it is tried again as one that is
    /// [`retryable`](Self::retryable), not sooner.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.0.notes.retry = Retry::May(Some(delay));
        self
    }

    /// Says that the same call will fail again. It is not tried again, nor is one of which nothing is said; an error under which
    /// this one lies is permanent too.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.0.notes.retry = Retry::Useless;
        self
    }

    /// Says that the call changed nothing, whatever the tool declares: the model reads so, and
    /// [`Outcome::effects`](crate::Outcome::effects) says so.
    #[must_use]
    pub fn no_effects(mut self) -> Self {
        self.0.notes.no_effects = true;
        self
    }

    /// Data about the failure, such as what would be right. The model reads it as JSON after the message, so put what only
    /// the program may know into a [source](Self::with_source); of an [internal](Self::internal) failure it reads neither.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<Value>) -> Self {
        self.0.notes.details = Some(details.into());
        self
    }

    /// Whether it was said that the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.notes.retry, Retry::May(_))
    }

    /// The time after which the same call may succeed, if one was said.
    pub fn retry_delay(&self) -> Option<Duration> {
        match self.0.notes.retry {
            Retry::May(delay) => delay,
            Retry::NotSaid | Retry::Useless => None,
        }
    }

    /// Whether it was said that the same call will fail again.
    pub fn is_permanent(&self) -> bool {
        matches!(self.0.notes.retry, Retry::Useless)
    }

    /// Whether the call was not allowed.
    pub fn is_denied(&self) -> bool {
        self.kind() == Kind::Denied
    }

    /// Whether there was no room for the call.
    pub fn is_overloaded(&self) -> bool {
        self.kind() == Kind::Overloaded
    }

    /// Whether the tool was called at all.
    pub(crate) fn was_called(&self) -> bool {
        matches!(self.kind(), Kind::Failure | Kind::TimedOut | Kind::Steps)
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.notes.kind
    }

    /// Whether the model reads only that something failed.
    pub fn is_internal(&self) -> bool {
        self.0.notes.internal
    }

    /// Whether the model reads less than what it says.
    pub(crate) fn is_hidden_at(&self, detail: ErrorDetail) -> bool {
        match self.kind() {
            // Its text is the runtime's own.
            Kind::TimedOut | Kind::Steps | Kind::Uncalled => false,
            // Nothing is said of why.
            Kind::Unwritten => true,
            Kind::Failure | Kind::Denied | Kind::Overloaded => {
                self.is_internal() || self.is_serialisation() || detail == ErrorDetail::Kind
            }
        }
    }

    /// Makes it ready to be told by a call that ended with it: gives it an id if the model does not read all of it, and spells out its
    /// sources if they are told. Not under a lock, since what they say is the program's code.
    pub(crate) fn made_ready(mut self, detail: ErrorDetail) -> Self {
        if self.is_hidden_at(detail) {
            self.0.id.get_or_insert_with(error_id);
        }
        if detail == ErrorDetail::Sources {
            self.0.causes = causes(&self);
        }
        self
    }

    /// The id under which the log has it.
    pub(crate) fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// The texts of its sources, if they are told.
    pub(crate) fn told_causes(&self) -> &[String] {
        &self.0.causes
    }

    /// Whether it was said that the call changed nothing.
    pub fn has_no_effects(&self) -> bool {
        self.0.notes.no_effects
    }

    /// Data about the failure.
    pub fn details(&self) -> Option<&Value> {
        self.0.notes.details.as_ref()
    }

    pub(crate) fn not_serialisable(error: serde_json::Error) -> Self {
        let mut this = Self::new(error.to_string()).with_source(error);
        this.0.serialisation = true;
        this
    }

    /// The same with another text, without what is for the program alone.
    pub(crate) fn with_message(&self, message: String) -> Self {
        Self(Box::new(Inner {
            message,
            source: None,
            serialisation: self.0.serialisation,
            id: self.0.id.clone(),
            causes: self.0.causes.clone(),
            notes: self.0.notes.clone(),
        }))
    }

    /// Its text, as it is.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the tool did its work and only its result could not be written.
    pub(crate) fn is_serialisation(&self) -> bool {
        self.0.serialisation
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nobody asks while the thread ends.
        let _ = SEEN.try_with(|seen| {
            if let Some(notes @ None) = &mut *seen.borrow_mut() {
                *notes = Some(self.0.notes.clone());
            }
        });
        f.write_str(&self.0.message)
    }
}

impl Error for ToolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<&str> for ToolError {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for ToolError {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

/// The error itself if it is a `ToolError`, else one with its text, with what a `ToolError` in it says, and with the error
/// as the source.
impl From<Box<dyn Error + Send + Sync>> for ToolError {
    fn from(error: Box<dyn Error + Send + Sync>) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(error) => return *error,
            Err(error) => error,
        };
        let (message, notes) = text_and_notes(&*error);
        let mut this = Self::new(message).with_source(error);
        this.0.notes = notes;
        this
    }
}

thread_local! {
    /// The notes of the first `ToolError` that was written, while somebody asks for them.
    static SEEN: RefCell<Option<Option<Notes>>> = const { RefCell::new(None) };
}

/// The text of an error, and the notes of the `ToolError` that it is made from, or else of the nearest among the sources.
///
/// That an error hands out its text is all one can rely on: an `anyhow::Error` made into a box and an enum whose variant
/// is `#[error(transparent)]` have the text and the sources of the error within, but can no longer be downcast to it.
fn text_and_notes(error: &(dyn Error + Send + Sync + 'static)) -> (String, Notes) {
    SEEN.set(Some(None));
    let text = error.to_string();
    let seen = SEEN.take().flatten();
    let from_sources = || {
        let mut chain = successors(error.source(), |error| (*error).source());
        let found = chain.find_map(|error| error.downcast_ref::<ToolError>());
        found.map(|error| error.0.notes.clone())
    };
    (text, seen.or_else(from_sources).unwrap_or_default())
}
