//! State: what the program gives to its tools, checked by the compiler.

use std::sync::Arc;

/// What can be a toolbox's state: anything that may be shared by calls on several threads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a toolbox's state",
    label = "calls on several threads share the state, so it must be `Send + Sync + 'static`",
    note = "own the data instead of borrowing it; use `Arc`, `Mutex` or an atomic for what is shared"
)]
pub trait State: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<S: Send + Sync + 'static> State for S {}

/// What a toolbox can be bound to: its state, or an `Arc` or a `Box` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the state `{S}` of this toolbox",
    label = "neither `{S}` nor `Arc<{S}>`",
    note = "bind it to an owned `{S}`, or to a clone of one `Arc<{S}>` for all requests"
)]
pub trait IntoState<S>: Into<Arc<S>> {}

#[diagnostic::do_not_recommend]
impl<S, T: Into<Arc<S>>> IntoState<S> for T {}

/// The state of a toolbox that has none, which alone runs without being bound to one.
#[diagnostic::on_unimplemented(
    message = "a toolbox over `{Self}` has to be bound to one before it runs calls",
    label = "this toolbox has no `{Self}` to lend to its tools",
    note = "write `toolbox.bind(state).run(calls)`, with the `{Self}` of this request; only a `Toolbox<()>` runs without"
)]
pub trait NoState: State {
    /// The state.
    fn none() -> Self;
}

impl NoState for () {
    fn none() {}
}

/// Says that a state can lend a `T` to tools with a `#[state]` parameter of type `&T`.
///
/// Every type provides itself, so a toolbox with one piece of state needs nothing more. For several, derive it for a
/// struct of them, where an `Arc<Db>` lends the `Db` as well:
///
/// ```
/// use tool_runtime::Provide;
///
/// struct Db;
/// struct Mailer;
///
/// #[derive(Provide)]
/// struct App {
///     db: Db,
///     mailer: Mailer,
/// }
///
/// let app = App { db: Db, mailer: Mailer };
/// let _: &Db = app.provide();
/// # let _: &Mailer = app.provide();
/// ```
///
/// By hand it is as short; a trait object is then written `&(dyn Clock + 'static)`:
///
/// ```
/// # use tool_runtime::Provide;
/// # trait Clock: Send + Sync {}
/// # struct System;
/// # impl Clock for System {}
/// # struct App { clock: System }
/// impl Provide<dyn Clock> for App {
///     fn provide(&self) -> &(dyn Clock + 'static) {
///         &self.clock
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the toolbox state `{Self}` does not provide `{T}`",
    label = "this tool needs `{T}` from the toolbox's state",
    note = "build the toolbox over a state that has it, as in `Toolbox::<{T}>::builder()`, or over a struct with a field of that type and `#[derive(Provide)]`"
)]
pub trait Provide<T: ?Sized> {
    /// Lends the value for the length of a call.
    fn provide(&self) -> &T;
}

impl<T> Provide<T> for T {
    fn provide(&self) -> &T {
        self
    }
}
