//! What stands round every call: to authorise it, to change what comes of it, to write it down.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio::runtime::Handle;

use super::Toolbox;
use super::journaling::Entry;
use crate::tool::{
    Answer, CallContext, Preparation, Prepared, State, ToolClosure, ToolDefinition, ToolFuture,
};
use crate::{ToolError, ToolResult};

/// Stands round the calls of a toolbox over the state `S`: see [`ToolboxBuilder::layer`](crate::ToolboxBuilder::layer).
///
/// Its two methods are two moments of a call, and each does nothing unless it is written:
///
/// - [`call`](Self::call) stands round each attempt, within all that the runtime does: the call has its place in the order, its
///   permits and its clock. Here a call is authorised, its result changed, its future put into a span.
/// - [`finished`](Self::finished) sees the result of every call, exactly once, whatever became of it: also of one that was skipped,
///   that names no tool, that timed out or whose batch was dropped. Here it is written down and counted.
///
/// [`around`] and [`finished`] make one of a closure.
///
/// ```
/// use tool_runtime::layer::{self, Layer, Next, Request};
/// use tool_runtime::tool::ToolFuture;
/// use tool_runtime::{ToolCall, ToolError, ToolResult, Toolbox, tool, tools};
///
/// struct User {
///     is_admin: bool,
/// }
///
/// struct Guard;
///
/// impl Layer<User> for Guard {
///     fn call(&self, request: Request<User>, next: Next) -> ToolFuture {
///         Box::pin(async move {
///             if request.definition().is_destructive() && !request.state().is_admin {
///                 return Err(ToolError::denied("Only an administrator may do this."));
///             }
///             next.run().await
///         })
///     }
///
///     fn finished(&self, result: &ToolResult, _: &User) {
///         println!("{} {}", result.name(), result.outcome().ending);
///     }
/// }
///
/// /// Close an account for good.
/// #[tool(writes("account:{account}"), destructive)]
/// async fn close_account(
///     /// The account's number.
///     account: u64,
/// ) {
///     // …
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let toolbox = Toolbox::<User>::builder().tools(tools![close_account]).layer(Guard).build()?;
/// let desk = toolbox.bind(User { is_admin: false });
/// let report = desk.run([ToolCall::new("call_1", "close_account", r#"{"account": 7}"#)]).await;
/// assert_eq!(
///     report.results()[0].text(),
///     "`close_account` was not called, since it is not allowed: Only an administrator may do this. Nothing was changed. Do not repeat the call."
/// );
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer of a toolbox with state `{S}`",
    label = "not a layer here",
    note = "write `layer::around(|request: Request<…>, next| async move {{ next.run().await }})` for what stands round calls, `layer::finished(|result, state| …)` for what sees their results",
    note = "a layer is for one state, unless it is generic over it; with the feature `tower`, `tool_runtime::tower::layer(…)` makes one of tower's middleware"
)]
pub trait Layer<S>: Send + Sync + 'static {
    /// Stands round one attempt of a call whose arguments are valid.
    ///
    /// [`Next::run`] goes on, to the layers within and at last to the tool; a layer that does not call it answers in the tool's
    /// place, or denies the call with [`ToolError::denied`]. A panic is the call's. Time that is spent here is the call's, and its
    /// permits are held.
    ///
    /// A plain `fn` tool has a thread of its own; the layers round it run on that thread, also what they await.
    fn call(&self, request: Request<S>, next: Next) -> ToolFuture {
        let _ = request;
        next.run()
    }

    /// Sees the result of a call, before the batch has its report and before it is among its events. A panic is caught and does
    /// nothing.
    ///
    /// Whoever finished the call waits for this, so what takes its time is to be handed on, through a channel say. Where a batch is
    /// dropped, its calls that had no result are seen as cancelled, on the thread that drops it.
    fn finished(&self, result: &ToolResult, state: &S) {
        let _ = (result, state);
    }
}

/// A layer that does this round each attempt of a call, as [`Layer::call`].
///
/// ```
/// use std::time::Duration;
/// use tool_runtime::{ToolError, Toolbox, layer, tool, tools};
///
/// # /// Adds.
/// # #[tool(pure)] async fn add(/** A number. */ a: i64) -> i64 { a }
/// let log = layer::around(|request: layer::Request<()>, next| async move {
///     let answer = next.run().await;
///     println!("attempt {} of {}", request.context().attempt(), request.definition().name());
///     answer
/// });
/// let toolbox = Toolbox::<()>::builder().tools(tools![add]).layer(log).build()?;
/// # Ok::<(), tool_runtime::BuildError>(())
/// ```
pub fn around<S, F, Fut>(function: F) -> impl Layer<S>
where
    S: State,
    F: Fn(Request<S>, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer, ToolError>> + Send + 'static,
{
    struct Around<F>(F);

    impl<S: State, F, Fut> Layer<S> for Around<F>
    where
        F: Fn(Request<S>, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer, ToolError>> + Send + 'static,
    {
        fn call(&self, request: Request<S>, next: Next) -> ToolFuture {
            Box::pin(self.0(request, next))
        }
    }

    Around(function)
}

/// A layer that does this with the result of each call, as [`Layer::finished`].
///
/// ```
/// use std::sync::mpsc;
/// use tool_runtime::{ToolResult, Toolbox, layer, tool, tools};
///
/// # /// Adds.
/// # #[tool(pure)] async fn add(/** A number. */ a: i64) -> i64 { a }
/// let (results, audit) = mpsc::channel();
/// let toolbox = Toolbox::<()>::builder()
///     .tools(tools![add])
///     .layer(layer::finished(move |result: &ToolResult, _: &()| {
///         let _ = results.send(result.clone()); // written elsewhere
///     }))
///     .build()?;
/// # drop(audit);
/// # Ok::<(), tool_runtime::BuildError>(())
/// ```
pub fn finished<S, F>(function: F) -> impl Layer<S>
where
    S: State,
    F: Fn(&ToolResult, &S) + Send + Sync + 'static,
{
    struct Finished<F>(F);

    impl<S: State, F: Fn(&ToolResult, &S) + Send + Sync + 'static> Layer<S> for Finished<F> {
        fn finished(&self, result: &ToolResult, state: &S) {
            self.0(result, state);
        }
    }

    Finished(function)
}

/// One attempt of a call, as a layer sees it.
pub struct Request<S: 'static> {
    toolbox: Toolbox<S>,
    tool: usize,
    context: CallContext,
    state: Arc<S>,
}

impl<S> Request<S> {
    /// The call and what the runtime knows of it: id, arguments, deadline, which attempt it is.
    pub fn context(&self) -> &CallContext {
        &self.context
    }

    /// The tool that is called.
    pub fn definition(&self) -> &ToolDefinition {
        &self.toolbox.0.all.definitions[self.tool]
    }

    /// The toolbox's state: who asks, say.
    pub fn state(&self) -> &S {
        &self.state
    }
}

impl<S> Clone for Request<S> {
    fn clone(&self) -> Self {
        Self {
            toolbox: self.toolbox.clone(),
            tool: self.tool,
            context: self.context.clone(),
            state: Arc::clone(&self.state),
        }
    }
}

impl<S> fmt::Debug for Request<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("tool", &self.definition().name())
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

/// What comes after a layer: the layers within, then the tool. Dropped, they never run.
///
/// Run it where the layer is polled: on a task of its own it would go on when its call was stopped, and nothing would know of it.
#[must_use = "a call does nothing unless `run` is awaited"]
pub struct Next(ToolFuture);

impl Next {
    /// Goes on.
    pub fn run(self) -> ToolFuture {
        self.0
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

/// The layers of a tool, the outermost first.
pub(super) type Layers<S> = Vec<Arc<dyn Layer<S>>>;

/// A prepared call that is written down first, if it is to be, with the layers round it.
pub(super) fn stand_round<S: State>(
    layers: &[Arc<dyn Layer<S>>],
    entry: Option<Entry>,
    prepared: Prepared,
    (toolbox, tool, state): (&Toolbox<S>, usize, &Arc<S>),
    context: CallContext,
) -> Prepared {
    let request = Request {
        toolbox: toolbox.clone(),
        tool,
        context: context.clone(),
        state: Arc::clone(state),
    };
    let round = |call: ToolFuture| {
        let written = match entry {
            Some(entry) => entry.first(call),
            None => call,
        };
        layered(layers, &request, written)
    };
    let work = match prepared.work {
        Preparation::Future(future) => Preparation::Future(round(future)),
        Preparation::Blocking(closure) => Preparation::Blocking(on_thread(context, closure, round)),
        rejected @ Preparation::Rejected(_) => rejected,
    };
    Prepared { work, ..prepared }
}

fn layered<S: State>(
    layers: &[Arc<dyn Layer<S>>],
    request: &Request<S>,
    future: ToolFuture,
) -> ToolFuture {
    layers.iter().rev().fold(future, |within, layer| {
        let (layer, request) = (Arc::clone(layer), request.clone());
        // What the layer does before its future is polled is part of the call too.
        Box::pin(async move { layer.call(request, Next(within)).await })
    })
}

/// The thread of the call runs what stands round it. Once told to end, one that has not come to the tool is dropped there: a tool
/// that begins when its call is over would do what nobody asks for any more.
fn on_thread(
    context: CallContext,
    closure: ToolClosure,
    round: impl FnOnce(ToolFuture) -> ToolFuture,
) -> ToolClosure {
    let begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&begun);
    let future = round(Box::pin(async move {
        begins.store(true, Ordering::Relaxed);
        closure()
    }));
    Box::new(move || {
        let handle = Handle::current();
        handle.block_on(async {
            let (mut future, mut over) = (future, pin!(context.cancellation().cancelled()));
            poll_fn(|cx| {
                if !begun.load(Ordering::Relaxed) && over.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Err(ToolError::uncalled()));
                }
                future.as_mut().poll(cx)
            })
            .await
        })
    })
}
