//! Feature `tower`: middleware of [tower](https://docs.rs/tower) round the calls of tools.
//!
//! A rate limit, load shedding or a circuit breaker comes from a crate that knows how; [`layer`] makes a [`Layer`] of it:
//!
//! ```
//! use std::time::Duration;
//! use tool_runtime::{Toolbox, tool, tools};
//! use tower::ServiceBuilder;
//!
//! /// Read a customer's orders.
//! #[tool(reads("orders"))]
//! async fn get_orders() -> Vec<u64> {
//!     vec![77]
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), tool_runtime::BuildError> {
//! let limits = ServiceBuilder::new()
//!     .load_shed() // calls that find no room are answered so, and do not wait
//!     .rate_limit(100, Duration::from_secs(1)); // a rate limit is made inside a runtime
//! let toolbox = Toolbox::<()>::builder()
//!     .tools(tools![get_orders])
//!     .layer_for(["get_orders"], tool_runtime::tower::layer(limits))
//!     .build()?;
//! # Ok(()) }
//! ```
//!
//! The middleware is made once and all calls of the layer's tools go through it, so that what it counts is counted over all batches
//! of the toolbox. It need not be `Clone`: calls take turns to wait until it is ready, and then run beside each other.
//!
//! What goes wrong in it becomes an outcome of the call, by the first of these among the error and its sources:
//!
//! | error | outcome |
//! |---|---|
//! | [`ToolError`], of the tool or of a layer | its own |
//! | `tower::timeout::error::Elapsed` | [`TimedOut`](crate::Ending::TimedOut), effects unknown unless the tool changes nothing |
//! | `tower::load_shed::error::Overloaded` | [`OverLimit`](crate::Ending::OverLimit), retryable |
//! | none | [`Failed`](crate::Ending::Failed), with an internal error |
//!
//! What another error means, tower's `map_err` says, as for a circuit breaker of another crate:
//!
//! ```
//! # use tool_runtime::ToolError;
//! # use tower::ServiceBuilder;
//! # enum BreakerError { Open, Inner(ToolError) }
//! let service = ServiceBuilder::new().map_err(|error: BreakerError| match error {
//!     BreakerError::Open => ToolError::overloaded("the backend is given a rest"),
//!     BreakerError::Inner(error) => error,
//! });
//! // .layer(breaker)
//! # let _ = service;
//! ```
//!
//! Retries are not tower's to make here: the runtime makes them, see [`Retry`](crate::batch::Retry). A request cannot be cloned.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::iter::successors;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::Mutex;
use tower::load_shed::error::Overloaded;
use tower::timeout::error::Elapsed;
use tower::{Layer as Middleware, Service};

use crate::ToolError;
use crate::tool::{Answer, State, ToolFuture};
use crate::toolbox::layer::{Layer, Next, Request};

/// An error of a service.
type BoxError = Box<dyn Error + Send + Sync>;

/// A [`Layer`] of tower's middleware, `tower::ServiceBuilder` included.
pub fn layer<S, L>(middleware: L) -> TowerLayer<L::Service>
where
    S: State,
    L: Middleware<ToolService<S>>,
{
    TowerLayer(Arc::new(Mutex::new(middleware.layer(ToolService::new()))))
}

/// Tower's middleware as a layer of a toolbox, made by [`layer`].
pub struct TowerLayer<V>(Arc<Mutex<V>>);

impl<V> fmt::Debug for TowerLayer<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerLayer").finish_non_exhaustive()
    }
}

/// What the middleware stands round: the next layer, or the tool.
pub struct ToolService<S>(PhantomData<fn(S)>);

impl<S> ToolService<S> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S> Clone for ToolService<S> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for ToolService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToolService")
    }
}

/// One attempt of a call on its way through the middleware.
#[derive(Debug)]
pub struct Attempt<S: 'static> {
    request: Request<S>,
    next: Next,
}

impl<S> Attempt<S> {
    /// The call, its tool and the toolbox's state.
    pub fn request(&self) -> &Request<S> {
        &self.request
    }
}

impl<S: State> Service<Attempt<S>> for ToolService<S> {
    type Response = Answer;
    type Error = ToolError;
    type Future = ToolFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ToolError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, attempt: Attempt<S>) -> ToolFuture {
        attempt.next.run()
    }
}

#[diagnostic::do_not_recommend]
impl<S, V> Layer<S> for TowerLayer<V>
where
    S: State,
    V: Service<Attempt<S>, Response = Answer, Error: Into<BoxError>> + Send + 'static,
    V::Future: Send,
{
    fn call(&self, request: Request<S>, next: Next) -> ToolFuture {
        let service = Arc::clone(&self.0);
        Box::pin(async move {
            let answered = through(&service, Attempt { request, next }).await;
            answered.map_err(outcome)
        })
    }
}

/// Ready and called under one lock: what a service is ready for is the next call, and no other's.
async fn through<S: State, V>(service: &Mutex<V>, attempt: Attempt<S>) -> Result<Answer, BoxError>
where
    V: Service<Attempt<S>, Response = Answer, Error: Into<BoxError>>,
{
    let mut service = service.lock().await;
    let ready = poll_fn(|context| service.poll_ready(context)).await;
    ready.map_err(Into::into)?;
    let answer = service.call(attempt);
    drop(service);
    answer.await.map_err(Into::into)
}

/// What an error of a service says of the call.
fn outcome(error: BoxError) -> ToolError {
    let error = match error.downcast::<ToolError>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    let mut chain = successors(Some(&*error as &(dyn Error + 'static)), |error| {
        (*error).source()
    });
    let known = chain.find_map(|error| match error.downcast_ref::<ToolError>() {
        Some(error) => Some(error.clone()),
        None if error.is::<Elapsed>() => Some(ToolError::timed_out()),
        None if error.is::<Overloaded>() => {
            Some(ToolError::overloaded("too many calls are running"))
        }
        None => None,
    });
    match known {
        Some(known) => known.with_source(error),
        None => ToolError::internal(error),
    }
}
