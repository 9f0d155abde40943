//! What a worker is: its name, its tools, how much it takes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use tool_runtime::tool::State;
use tool_runtime::{Bound, Toolbox};

use super::source::{Desk, Fixed, PerCall};
use super::window::Keeps;
use super::{IncomingCall, RunningWorker, WorkerError, running};

/// A toolbox whose tools other programs call, before it is started.
///
/// ```no_run
/// use tool_nats::{Worker, async_nats};
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Adds two numbers.
/// #[tool(pure)]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> i64 {
///     a + b
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let client = async_nats::connect("nats://localhost:4222").await?;
///     let toolbox = Toolbox::new(tools![add])?;
///     let running = Worker::new("adder", toolbox.bind(())).version(env!("CARGO_PKG_VERSION")).start(&client).await?;
///     tokio::signal::ctrl_c().await?;
///     running.drain().await;
///     Ok(())
/// }
/// ```
///
/// | setting | default | what it bounds |
/// |---|---|---|
/// | [`max_calls`](Self::max_calls) | 64 | calls in progress; one more is answered `busy`, and its caller tries again |
/// | [`remember`](Self::remember) | 1,024 calls, 300 s; 16 MiB in all | results that are kept for callers that ask again |
/// | [`grace`](Self::grace) | 30 s | how long calls have to end when it drains |
/// | [`version`](Self::version) | `0.0.0` | |
/// | [`description`](Self::description) | none | |
/// | [`prefix`](Self::prefix) | `tools` | |
///
/// What one call may take, and what it may answer, is the toolbox's [`Policy`](tool_runtime::Policy): its time, the bytes of its arguments and
/// of its result.
///
/// # What a caller can rely on
///
/// - Every call that has a place for its answer is answered once: with a result, or with a refusal that says that nothing was run.
/// - A call that comes again under the same idempotency key, from a caller that has lost the first answer, is not run again: it joins the one
///   that runs, or is answered from memory. A failed call is forgotten if it changed nothing or says that it may be repeated. The same key
///   with another tool or other arguments is refused.
/// - A tool that needs approval is not called unless the caller says that it was approved; the caller's program asks, and whoever may send to
///   the worker's subjects is believed.
/// - Calls of one worker are in no order among each other: the caller's batch keeps it.
///
/// While the connection is lost, calls go on; their results are sent when it is there again.
#[derive(Clone)]
#[must_use = "a worker does nothing until it is started"]
pub struct Worker {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: String,
    pub(super) prefix: String,
    pub(super) max_calls: usize,
    pub(super) keeps: Keeps,
    pub(super) grace: Duration,
    pub(super) desk: Arc<dyn Desk>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// More permits than a semaphore has.
const MOST_CALLS: usize = usize::MAX >> 4;

impl Worker {
    /// A worker of the service `name`, which runs all calls with this toolbox and this state.
    pub fn new<S: State>(name: impl Into<String>, bound: Bound<S>) -> Self {
        Self::of(name.into(), Arc::new(Fixed::new(bound)))
    }

    /// A worker that runs each call with what `choose` gives for it: the state of the tenant whom the caller's headers name, a view for
    /// what he may do. It offers the tools of `toolbox`.
    ///
    /// ```no_run
    /// use tool_nats::{Worker, async_nats};
    /// use tool_nats::worker::IncomingCall;
    /// use tool_runtime::{Toolbox, tool, tools};
    ///
    /// struct Tenant(String);
    ///
    /// /// Says whose desk this is.
    /// #[tool(pure)]
    /// async fn whose(#[state] tenant: &Tenant) -> String {
    ///     tenant.0.clone()
    /// }
    ///
    /// # async fn start(client: async_nats::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let toolbox = Toolbox::<Tenant>::builder().tools(tools![whose]).build()?;
    /// let bindings = toolbox.clone();
    /// let worker = Worker::per_call("desk", &toolbox, move |call: &IncomingCall| {
    ///     let tenant = call.headers().get("Tenant").ok_or("the call names no tenant")?.to_string();
    ///     Ok(bindings.bind(Tenant(tenant.clone())).for_tenant(tenant))
    /// });
    /// let running = worker.start(&client).await?;
    /// # running.drain().await;
    /// # Ok(()) }
    /// ```
    ///
    /// What it fails with is the caller's answer, and nothing is run; a panic is one without details. It is asked once for each call that
    /// is run. Whoever calls again under a key of a call that was run is answered from memory only if all headers of the caller's program are
    /// the same, so that nobody reads what another was answered.
    pub fn per_call<S, F>(name: impl Into<String>, toolbox: &Toolbox<S>, choose: F) -> Self
    where
        S: State,
        F: Fn(&IncomingCall) -> Result<Bound<S>, String> + Send + Sync + 'static,
    {
        let toolbox = toolbox.clone();
        Self::of(name.into(), Arc::new(PerCall { toolbox, choose }))
    }

    fn of(name: String, desk: Arc<dyn Desk>) -> Self {
        Self {
            name,
            version: "0.0.0".to_owned(),
            description: String::new(),
            prefix: "tools".to_owned(),
            max_calls: 64,
            keeps: Keeps {
                calls: 1_024,
                time: Duration::from_secs(300),
                bytes: 16 * 1024 * 1024,
            },
            grace: Duration::from_secs(30),
            desk,
        }
    }

    /// The version of the service, as SemVer. Callers take a tool's definition from the highest.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// What the service is, for people.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// What all subjects begin with, so that permissions can be given for them; callers have the same.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How many calls may be in progress at once.
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls;
        self
    }

    /// How many results are kept for callers that ask again, and for how long. No calls or no time: none is kept, and what runs is still not
    /// run a second time.
    pub fn remember(mut self, calls: usize, time: Duration) -> Self {
        (self.keeps.calls, self.keeps.time) = (calls, time);
        self
    }

    /// How long calls have to end when the worker [drains](RunningWorker::drain); then they are cancelled.
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Offers the tools and takes calls, until what this returns is drained or dropped: keep it, as in `let running = …`; `let _ = …` drops it
    /// at once. Mostly [`serve`](Self::serve) is what a program wants.
    ///
    /// Where the client has no connection yet, it comes back after five seconds, and takes calls once there is one. Whether the server lets it
    /// hear calls it is not told: what is refused stands in the client's events and log.
    ///
    /// # Errors
    ///
    /// If a name or a setting makes no sense, a tool cannot be offered, or the server takes no message as long as the list of the tools:
    /// nothing was offered then.
    pub async fn start(self, client: &Client) -> Result<RunningWorker, WorkerError> {
        self.check()?;
        running::start(self, client).await
    }

    /// [Starts](Self::start), waits for `shutdown`, and [drains](RunningWorker::drain).
    ///
    /// ```no_run
    /// # use tool_nats::{Worker, async_nats};
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    /// # async fn serve(client: async_nats::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// # let toolbox = Toolbox::new(tools![tell_time])?;
    /// Worker::new("clock", toolbox.bind(())).serve(&client, tokio::signal::ctrl_c()).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// What `shutdown` ends with does not matter. Services are mostly stopped by SIGTERM: wait for that too, as the README does.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start); and if the client closes its connection for good.
    pub async fn serve(self, client: &Client, shutdown: impl Future) -> Result<(), WorkerError> {
        let running = self.start(client).await?;
        tokio::select! {
            _ = shutdown => {
                running.drain().await;
                Ok(())
            }
            () = running.closed() => Err(WorkerError::Closed),
        }
    }

    fn check(&self) -> Result<(), WorkerError> {
        if semver::Version::parse(&self.version).is_err() {
            return Err(WorkerError::Version(self.version.clone()));
        }
        if !(1..=MOST_CALLS).contains(&self.max_calls) {
            return Err(WorkerError::Setting {
                setting: "max_calls",
                value: self.max_calls.to_string(),
                expected: "at least 1, and less than 2^60",
            });
        }
        let times = [("remember", self.keeps.time), ("grace", self.grace)];
        match times.into_iter().find(|(_, time)| *time > DAY) {
            Some((setting, time)) => Err(WorkerError::Setting {
                setting,
                value: format!("{time:?}"),
                expected: "at most a day",
            }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
