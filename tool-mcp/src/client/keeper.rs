//! Keeps the connection to one server: reads its list again when that has changed, and makes a new connection when one is lost.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use rmcp::model::SubscriptionFilter;
use rmcp::service::Subscription;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::connect::Settings;
use super::endpoint::{Endpoint, OpenError, Opening, Running};
use super::link::{Current, Live, State};
use super::listing::{ListError, Listing, list};
use super::pins::Drift;
use super::secrets::Secrets;
use super::wire::Wire;

/// How a connection that was lost is made again: the first time after 200 ms, then after twice as long each time and at most after 30 s,
/// each with a random part, without an end.
///
/// ```
/// use std::time::Duration;
/// use tool_mcp::client::Reconnect;
///
/// let reconnect = Reconnect::default()
///     .first_delay(Duration::from_millis(50))
///     .max_delay(Duration::from_secs(5))
///     .attempts(10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reconnect {
    pub(super) first_delay: Duration,
    pub(super) max_delay: Duration,
    pub(super) attempts: Option<usize>,
}

impl Default for Reconnect {
    fn default() -> Self {
        Self {
            first_delay: Duration::from_millis(200),
            max_delay: Duration::from_secs(30),
            attempts: None,
        }
    }
}

impl Reconnect {
    /// It is not made again: every call after that fails.
    pub fn never() -> Self {
        Self::default().attempts(0)
    }

    /// How long before the first attempt, more than zero.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// How long between two attempts at most.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// How many attempts there are until the server is given up.
    #[must_use]
    pub fn attempts(mut self, attempts: usize) -> Self {
        self.attempts = Some(attempts);
        self
    }

    fn delays(&self) -> ExponentialBackoff {
        let delays = ExponentialBuilder::new()
            .with_factor(2.0)
            .with_min_delay(self.first_delay.min(self.max_delay))
            .with_max_delay(self.max_delay)
            .with_jitter();
        match self.attempts {
            Some(attempts) => delays.with_max_times(attempts),
            None => delays.without_max_times(),
        }
        .build()
    }
}

/// A connection and what was listed over it.
pub(super) struct Connected {
    running: Running,
    wire: Arc<Wire>,
    listing: Arc<Listing>,
}

/// Why there is none.
pub(super) enum NotConnected {
    Open(OpenError),
    List(ListError),
}

impl NotConnected {
    fn said(&self) -> String {
        match self {
            Self::Open(error) => error.problem.clone(),
            Self::List(ListError::TimedOut) => "it did not list its tools in time".to_owned(),
            Self::List(ListError::Problem(problem)) => problem.clone(),
        }
    }

    fn is_last(&self) -> bool {
        matches!(self, Self::Open(error) if error.is_last)
    }
}

pub(super) struct Keeper {
    pub(super) endpoint: Endpoint,
    pub(super) opening: Opening,
    pub(super) settings: Arc<Settings>,
    pub(super) secrets: Secrets,
    pub(super) stop: CancellationToken,
}

/// Whom the keeper tells.
pub(super) struct Told {
    pub(super) state: watch::Sender<State>,
    pub(super) current: watch::Sender<Arc<Current>>,
}

impl Connected {
    pub(super) fn state(&self) -> State {
        State::Up(Live {
            peer: self.running.peer().clone(),
            wire: Arc::clone(&self.wire),
        })
    }

    pub(super) fn listing(&self) -> Arc<Listing> {
        Arc::clone(&self.listing)
    }

    pub(super) async fn close(mut self) {
        let _ = self.running.close().await;
    }
}

impl Keeper {
    pub(super) async fn connect(&mut self) -> Result<Connected, NotConnected> {
        let wire = Arc::new(Wire::default());
        let opened = self.endpoint.open(&wire, &self.opening).await;
        let mut running = opened.map_err(|mut error| {
            error.problem = self.secrets.hidden(error.problem);
            NotConnected::Open(error)
        })?;
        let listed = list(running.peer(), &self.settings.naming, self.settings.list).await;
        match listed {
            Ok(listing) => Ok(Connected {
                running,
                wire,
                listing: Arc::new(listing),
            }),
            Err(error) => {
                let _ = running.close().await;
                Err(NotConnected::List(match error {
                    ListError::TimedOut => ListError::TimedOut,
                    ListError::Problem(problem) => ListError::Problem(self.secrets.hidden(problem)),
                }))
            }
        }
    }

    /// Until it is stopped, or there is no connection any more.
    pub(super) async fn keep(mut self, mut connected: Connected, told: Told) {
        let mut delays = self.settings.reconnect.delays();
        loop {
            let since = Instant::now();
            self.attend(&mut connected, &told).await;
            let stopped = self.stop.is_cancelled();
            if !stopped {
                told.state.send_replace(State::Down("it was lost".into()));
            }
            // Not two processes at once.
            connected.close().await;
            if stopped {
                return;
            }
            // A server that falls over at once is not started again at once.
            if since.elapsed() > self.settings.reconnect.max_delay {
                delays = self.settings.reconnect.delays();
            }
            connected = match self.again(&mut delays, &told).await {
                Some(connected) => connected,
                None => return,
            };
            self.publish(connected.listing(), &told);
            told.state.send_replace(connected.state());
        }
    }

    /// A new connection.
    async fn again(&mut self, delays: &mut ExponentialBackoff, told: &Told) -> Option<Connected> {
        let stop = self.stop.clone();
        let mut why = "it was lost".to_owned();
        for delay in delays.by_ref() {
            let attempt = async {
                sleep(delay).await;
                self.connect().await
            };
            let attempt = tokio::select! {
                () = stop.cancelled() => return None,
                attempt = attempt => attempt,
            };
            let error = match attempt {
                Ok(connected) => return Some(connected),
                Err(error) => error,
            };
            why = error.said();
            tracing::warn!(server = %self.settings.naming.server, "no connection to an MCP server: {why}");
            if error.is_last() {
                break;
            }
            told.state.send_replace(State::Down(why.as_str().into()));
        }
        told.state.send_replace(State::Over(why.into()));
        None
    }

    /// Sees to a connection until it is lost or not wanted any more.
    async fn attend(&mut self, connected: &mut Connected, told: &Told) {
        let wire = Arc::clone(&connected.wire);
        let mut subscription = self.subscribe(connected).await;
        if subscription.is_some() {
            // What has changed since the list was read was told to nobody.
            self.read_again(connected, told).await;
        }
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = wire.lost.cancelled() => return,
                () = wire.list_changed.notified() => self.read_again(connected, told).await,
                // What it says has been seen on the wire.
                () = heard(&mut subscription) => {}
            }
        }
    }

    /// Since 2026-07-28, a server tells of changes whom asks.
    async fn subscribe(&mut self, connected: &Connected) -> Option<Subscription> {
        let peer = connected.running.peer();
        let info = peer.peer_info()?;
        let tells = info.capabilities.tools.as_ref()?.list_changed == Some(true);
        if !tells || info.protocol_version.has_initialize() {
            return None;
        }
        let filter = SubscriptionFilter::builder().tools_list_changed().build();
        tokio::select! {
            subscription = peer.listen(filter) => subscription.ok(),
            () = connected.wire.lost.cancelled() => None,
            () = self.stop.cancelled() => None,
            () = sleep(self.settings.list.within) => None,
        }
    }

    async fn read_again(&mut self, connected: &mut Connected, told: &Told) {
        let listing = tokio::select! {
            listing = list(connected.running.peer(), &self.settings.naming, self.settings.list) => listing,
            () = connected.wire.lost.cancelled() => return,
            () = self.stop.cancelled() => return,
        };
        match listing {
            Ok(listing) => self.publish(Arc::new(listing), told),
            Err(error) => {
                let problem = self.secrets.hidden(NotConnected::List(error).said());
                let server = &self.settings.naming.server;
                tracing::warn!(%server, "the tools of an MCP server have changed, and cannot be listed: {problem}");
            }
        }
    }

    /// What is offered stays as it was pinned, whatever the server lists now.
    fn publish(&self, listing: Arc<Listing>, told: &Told) {
        let checked = self.settings.check(&listing);
        told.current.send_if_modified(|current| {
            let next = match checked {
                Ok(()) => Current {
                    listing,
                    drift: None,
                },
                Err(drift) => Current {
                    listing: Arc::clone(&current.listing),
                    drift: Some(drift),
                },
            };
            let is_new = next.listing.manifest != current.listing.manifest
                || next.drift.is_some()
                || current.drift.is_some();
            if is_new {
                *current = Arc::new(next);
            }
            is_new
        });
    }
}

impl Settings {
    pub(super) fn check(&self, listing: &Listing) -> Result<(), Drift> {
        match &self.pinned {
            Some(pinned) => pinned.check(&listing.manifest),
            None => Ok(()),
        }
    }
}

/// Reads what a subscription says, so that it does not fill up; never, if there is none.
async fn heard(subscription: &mut Option<Subscription>) {
    match subscription {
        Some(some) => {
            if !matches!(some.next().await, Ok(Some(_))) {
                *subscription = None;
            }
        }
        None => std::future::pending().await,
    }
}
