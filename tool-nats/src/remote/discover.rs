//! What is wanted of workers: the settings.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::{Client, HeaderMap};
use tool_runtime::CallContext;

use super::link::Link;
use super::{DiscoverError, RemoteTools, asking};
use crate::wire::Subjects;

/// Which workers are asked for, and how their tools are called; made by [`RemoteTools::discover`], and `.await` asks. Where rustc says that
/// there is no method `tools` on `Discover`, or that `?` cannot be applied to it, `.await` is what is missing.
///
/// | setting | default | |
/// |---|---|---|
/// | [`service`](Self::service) | all | the services whose tools are taken |
/// | [`prefix`](Self::prefix) | `tools` | the beginning of all subjects |
/// | [`within`](Self::within) | 2 s | how long workers have to answer |
/// | [`at_least`](Self::at_least) | 1 | workers that have to be there |
/// | [`named_by`](Self::named_by) | the tool's own name | what a tool is called |
/// | [`heartbeat`](Self::heartbeat) | 2 s | how often a worker says that a call runs |
/// | [`lost_after`](Self::lost_after) | 10 s | the silence after which a call's worker is taken for lost |
/// | [`max_result_bytes`](Self::max_result_bytes) | 16 MiB | the answer to one call |
/// | [`headers`](Self::headers) | none | what the program adds to calls |
///
/// A call's time is the batch's: `Policy::call_timeout`, or the tool's own.
#[must_use = "nobody is asked until it is awaited"]
pub struct Discover {
    client: Client,
    settings: Settings,
}

type Naming = dyn Fn(&str, &str) -> String + Send + Sync;
type Added = dyn Fn(&CallContext) -> HeaderMap + Send + Sync;

/// What stays as it was set.
pub(super) struct Settings {
    pub(super) services: Vec<String>,
    pub(super) prefix: String,
    pub(super) within: Duration,
    pub(super) at_least: usize,
    pub(super) naming: Option<Arc<Naming>>,
    pub(super) heartbeat: Duration,
    pub(super) lost_after: Duration,
    pub(super) max_result: usize,
    pub(super) headers: Option<Arc<Added>>,
}

impl Discover {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            settings: Settings {
                services: Vec::new(),
                prefix: "tools".to_owned(),
                within: Duration::from_secs(2),
                at_least: 1,
                naming: None,
                heartbeat: Duration::from_secs(2),
                lost_after: Duration::from_secs(10),
                max_result: 16 << 20,
                headers: None,
            },
        }
    }

    /// Only the tools of this service. Called several times, of these services, and each has to have a worker, unless
    /// [`at_least`](Self::at_least) is 0.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.settings.services.push(name.into());
        self
    }

    /// What all subjects begin with, as it was given the workers.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.prefix = prefix.into();
        self
    }

    /// How long workers have to answer. As soon as there are [as many as wanted](Self::at_least) and for an eighth of this time no other
    /// has answered, no more are waited for. A worker that is asked for its tools and does not answer within an eighth of it is followed by
    /// another with the same tools.
    pub fn within(mut self, time: Duration) -> Self {
        self.settings.within = time;
        self
    }

    /// How many workers have to be there, of all services together. They are asked again and again, so that a program and its workers may
    /// be started at once. With 0 it is no error that there are none; [`RemoteTools::refresh`] asks for them later.
    pub fn at_least(mut self, workers: usize) -> Self {
        self.settings.at_least = workers;
        self
    }

    /// What tools are called in a toolbox, by their service and their own name, which is what the worker hears. Tools that come to have one
    /// name are all [refused](RemoteTools::refused), since which of them is meant nobody can tell.
    ///
    /// ```no_run
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = tool_nats::async_nats::connect("nats://localhost").await?;
    /// let remote = tool_nats::RemoteTools::discover(client)
    ///     .named_by(|service, tool| format!("{service}__{tool}")) // desk__get_customer
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn named_by(mut self, name: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Self {
        self.settings.naming = Some(Arc::new(name));
        self
    }

    /// How often a worker says that a call runs, in calls that take longer than that.
    pub fn heartbeat(mut self, time: Duration) -> Self {
        self.settings.heartbeat = time;
        self
    }

    /// How long a worker may say nothing of a call before it is taken for lost: longer than a [heartbeat](Self::heartbeat), so that one that
    /// is late is no loss.
    pub fn lost_after(mut self, time: Duration) -> Self {
        self.settings.lost_after = time;
        self
    }

    /// How long the answer to one call may be, in all its parts. What of a result reaches a model is `Policy::max_result_bytes`.
    pub fn max_result_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_result = bytes;
        self
    }

    /// What the program adds to each attempt of a call: who asks, for workers that
    /// [choose by call](crate::Worker). The closure runs for each attempt of a call; where it panics, the call has.
    ///
    /// ```no_run
    /// use tool_nats::async_nats::HeaderMap;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = tool_nats::async_nats::connect("nats://localhost").await?;
    /// let remote = tool_nats::RemoteTools::discover(client)
    ///     .headers(|_call| {
    ///         let mut headers = HeaderMap::new();
    ///         headers.insert("Tenant", "acme");
    ///         headers
    ///     })
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Headers whose names begin with `Tool-` or `Nats-`, in capitals or not, are the bridge's and the server's, and are not added. With the
    /// feature `otel`, `traceparent` and `tracestate` are those of the current span, if there is one. A value with a line break cannot be
    /// sent: `HeaderMap::insert` panics for it, and one that came to be there otherwise is an internal failure of the call, of which nothing
    /// was called.
    pub fn headers(
        mut self,
        headers: impl Fn(&CallContext) -> HeaderMap + Send + Sync + 'static,
    ) -> Self {
        self.settings.headers = Some(Arc::new(headers));
        self
    }

    async fn discovered(self) -> Result<RemoteTools, DiscoverError> {
        self.settings.check()?;
        let listing = asking::ask(&self.client, &self.settings).await?;
        let link = Link::new(self.client, self.settings).await?;
        Ok(RemoteTools::new(link, listing))
    }
}

impl Settings {
    fn check(&self) -> Result<(), DiscoverError> {
        let name = |problem| DiscoverError::Name { problem };
        Subjects::new(&self.prefix, "any").map_err(name)?;
        for service in &self.services {
            Subjects::new(&self.prefix, service).map_err(name)?;
        }
        let setting = |setting, expected, found| DiscoverError::Setting {
            setting,
            expected,
            found,
        };
        for (name, time) in [("within", self.within), ("heartbeat", self.heartbeat)] {
            if time.is_zero() {
                return Err(setting(name, "more than zero", "zero".to_owned()));
            }
        }
        if self.lost_after <= self.heartbeat {
            let found = format!("{:?}", self.lost_after);
            return Err(setting("lost_after", "more than `heartbeat`", found));
        }
        match self.max_result {
            0 => Err(setting("max_result_bytes", "one or more", "0".to_owned())),
            _ => Ok(()),
        }
    }

    /// What a tool is called.
    pub(super) fn name(&self, service: &str, tool: &str) -> String {
        match &self.naming {
            Some(name) => name(service, tool),
            None => tool.to_owned(),
        }
    }
}

impl IntoFuture for Discover {
    type Output = Result<RemoteTools, DiscoverError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.discovered())
    }
}

impl fmt::Debug for Discover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discover")
            .field("services", &self.settings.services)
            .field("prefix", &self.settings.prefix)
            .finish_non_exhaustive()
    }
}
