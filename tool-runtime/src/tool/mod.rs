//! One tool: what it says about itself, how its arguments are read and how its result is written.
//!
//! `#[tool]` implements [`Tool`]; implement it by hand where a tool is not a function:
//!
//! ```
//! use std::sync::Arc;
//! use tool_runtime::tool::{Named, Place, Prepared, State, ToolDefinition};
//! use tool_runtime::{CallContext, Content, Tool, Toolbox, tools};
//!
//! struct Echo {}
//!
//! impl Named for Echo {
//!     const NAME: &'static str = "echo";
//!     const PLACE: Place = Place::new(file!(), line!());
//! }
//!
//! impl<S: State> Tool<S> for Echo {
//!     fn definition(&self) -> ToolDefinition {
//!         ToolDefinition::new::<Self>("Says the same again.")
//!     }
//!
//!     fn prepare(&self, arguments: &str, _: CallContext, _: Arc<S>) -> Prepared {
//!         let arguments = arguments.to_owned();
//!         Prepared::new(Box::pin(async move { Ok(Content::Json(arguments).into()) }))
//!     }
//! }
//!
//! # fn main() -> Result<(), tool_runtime::BuildError> {
//! let toolbox = Toolbox::new(tools![Echo])?;
//! # Ok(()) }
//! ```

mod advertised;
pub(crate) mod arguments;
pub(crate) mod bound;
pub(crate) mod call_effects;
mod canonical;
mod closed;
pub(crate) mod compiled;
pub(crate) mod content;
pub(crate) mod context;
pub(crate) mod decimal;
pub(crate) mod declaration;
pub(crate) mod definition;
mod diagnosis;
mod distinct;
mod draft;
pub(crate) mod effect_key;
pub(crate) mod effects;
pub(crate) mod error;
pub(crate) mod key;
#[cfg(feature = "testing")]
mod key_template;
#[cfg(any(
    feature = "chrono",
    feature = "rust_decimal",
    feature = "semver",
    feature = "url",
    feature = "uuid"
))]
mod key_types;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod merge;
mod misspelt;
mod naming;
pub(crate) mod number_format;
pub(crate) mod options;
pub(crate) mod output;
pub(crate) mod parameter;
mod path;
pub(crate) mod places;
pub(crate) mod problem;
pub(crate) mod provide;
pub(crate) mod repair;
pub(crate) mod root;
pub(crate) mod runtime_tool;
pub(crate) mod schema;
pub(crate) mod schema_text;
mod seen;
pub(crate) mod shown;
pub(crate) mod steps;
pub(crate) mod structured;
mod template;
#[cfg(feature = "testing")]
mod touch_log;
mod touched;
mod type_names;
#[cfg_attr(not(feature = "schema-validation"), path = "no_validator.rs")]
mod validator;
mod words;
mod written;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use call_effects::{Access, CallEffects};
pub(crate) use call_effects::{Touch, Touches};
pub(crate) use canonical::{Canonical, form as json_form};
pub(crate) use compiled::Compiled;
pub(crate) use content::Parts;
pub use content::{Answer, Content, Media, ResourceLink};
pub use context::{CallContext, Progress};
pub(crate) use context::{Calls, Listener};
pub use definition::{Place, ToolDefinition};
pub use effect_key::EffectKey;
pub(crate) use effects::Changes;
pub use effects::{DeclaredEffects, KeyTemplates};
pub use error::ToolError;
pub use key::{Key, KeyText};
#[cfg(feature = "testing")]
pub(crate) use key_template::{overlapping, template};
pub(crate) use limits::ArgumentLimits;
pub use list::ToolList;
pub(crate) use naming::Naming;
pub use options::FromText;
pub use output::{Failure, Output};
pub use parameter::{Argument, Borrowed};
pub use problem::{ArgumentErrors, ArgumentProblem};
pub use provide::{IntoState, NoState, Provide, State};
pub use repair::{RepairKind, Repaired};
pub(crate) use repair::{RepairedArguments, repair};
pub use runtime_tool::{Arguments, RuntimeTool};
pub use schema::Schema;
pub use shown::Example;
pub use structured::Structured;
#[cfg(feature = "testing")]
pub(crate) use touch_log::{Says, TouchLog, UndeclaredTouch};
pub(crate) use written::{Limited, limited};

/// A tool's name and where it is defined, which do not depend on the state it is called with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tool",
    label = "not a tool",
    note = "put `#[tool]` on a function of that name"
)]
pub trait Named {
    /// The name the model calls.
    const NAME: &'static str;
    /// Where the tool is defined.
    const PLACE: Place;
}

/// A function that a model can call, in a toolbox whose state is `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tool of a toolbox with state `{S}`",
    label = "not a tool here",
    note = "put `#[tool]` on a function of that name"
)]
pub trait Tool<S>: Send + Sync + 'static {
    /// What the tool says about itself. Called once, when the toolbox is built.
    fn definition(&self) -> ToolDefinition;

    /// Reads the arguments and makes the call ready; nothing has happened yet when this returns.
    ///
    /// `arguments` is the text as the model wrote it, unchecked.
    fn prepare(&self, arguments: &str, context: CallContext, state: Arc<S>) -> Prepared;
}

/// The work of one call, as a future.
pub type ToolFuture = Pin<Box<dyn Future<Output = Result<Answer, ToolError>> + Send>>;

/// The work of one call, as a function that may keep its thread.
pub type ToolClosure = Box<dyn FnOnce() -> Result<Answer, ToolError> + Send>;

/// A call that is ready to run, or was refused because of its arguments.
pub struct Prepared {
    pub(crate) work: Preparation,
    pub(crate) touches: Touching,
    pub(crate) needs_approval: bool,
}

pub(crate) enum Preparation {
    Future(ToolFuture),
    Blocking(ToolClosure),
    Rejected(ArgumentErrors),
}

/// What a call says about its effects once its arguments are known.
#[derive(Debug)]
pub(crate) enum Touching {
    /// The values of the holes in the tool's templates, as [`Compiled::holes`](compiled::Compiled::holes) lists them.
    Holes(Vec<KeyText>),
    /// All of it, whatever the tool declares.
    Given(CallEffects),
}

impl Prepared {
    /// A call that is ready; the future has not been polled.
    pub fn new(future: ToolFuture) -> Self {
        Self::of(Preparation::Future(future))
    }

    /// A call that is ready and may keep its thread: it runs on one for blocking work, of which the policy says how many
    /// there are at most. Once begun it cannot be stopped; it should look at its context's
    /// [`cancellation`](CallContext::cancellation).
    pub fn blocking(closure: ToolClosure) -> Self {
        Self::of(Preparation::Blocking(closure))
    }

    /// A call whose arguments are not what the tool takes.
    pub fn rejected(errors: ArgumentErrors) -> Self {
        Self::of(Preparation::Rejected(errors))
    }

    fn of(work: Preparation) -> Self {
        Self {
            work,
            touches: Touching::Holes(Vec::new()),
            needs_approval: false,
        }
    }

    /// The same, which is run only if somebody [approves](crate::approval) of it, unless `needed` is false. The tool's definition says
    /// so too ([`ToolDefinition::with_approval`]).
    #[must_use]
    pub fn needing_approval(mut self, needed: bool) -> Self {
        self.needs_approval = needed;
        self
    }

    /// The same, with what stands in the holes of the tool's effect templates: a value for each distinct hole, in the order
    /// in which they first appear, those of `reads` first, then those of `writes`.
    ///
    /// A value that is missing is absent: it cuts the keys that it stands in, which then cover every value.
    ///
    /// ```
    /// use tool_runtime::KeyText;
    /// use tool_runtime::tool::{DeclaredEffects, Prepared, ToolFuture};
    ///
    /// // What the definition says, and what `prepare` makes of the arguments.
    /// let effects = DeclaredEffects::reads(["customer:{id}"]).and_writes(["order:{order}", "log:{id}/{order}"]);
    /// let prepared = |id: u64, order: &str, future: ToolFuture| {
    ///     Prepared::new(future).with_holes([KeyText::of(&id), KeyText::of(order)])
    /// };
    /// # let _ = (effects, prepared);
    /// ```
    #[must_use]
    pub fn with_holes(mut self, values: impl Into<Vec<KeyText>>) -> Self {
        self.touches = Touching::Holes(values.into());
        self
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.work {
            Preparation::Future(_) => "Prepared",
            Preparation::Blocking(_) => "Prepared(blocking)",
            Preparation::Rejected(errors) => {
                return f.debug_tuple("Rejected").field(errors).finish();
            }
        };
        f.debug_tuple(name).field(&self.touches).finish()
    }
}
