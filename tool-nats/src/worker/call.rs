//! One call, from its place to its answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::service::Request as Message;
use async_nats::{HeaderMap, Subject};
use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_stream::StreamExt as _;
use tool_runtime::batch::{Event, Events};
use tool_runtime::{Batch, Effects, Ending, Report, ToolCall, ToolError};

use super::endpoint::{Asked, Endpoint};
use super::progress::Throttle;
use super::shared::Shared;
use super::{IncomingCall, say};
use crate::wire::{Answer, Refusal, Request, Why, last_token};

/// A call that runs, for those who wait for it.
pub(super) struct Call {
    inboxes: Mutex<Vec<Inbox>>,
    /// Somebody waits for it who did not, or does not any more.
    changed: Notify,
}

/// Where somebody waits for a result.
pub(super) struct Inbox {
    message: Message,
    heartbeat: Duration,
    until: Option<Instant>,
    is_wanted: bool,
}

/// A caller that asks more often for one call has lost more than answers.
const MAX_INBOXES: usize = 16;
/// So that the clock has it.
const MAX_HEARTBEAT: Duration = Duration::from_secs(60 * 60);

impl Inbox {
    pub(super) fn new(message: Message, request: &Request) -> Self {
        // More than the clock has is without end.
        let until = request
            .timeout
            .and_then(|time| Instant::now().checked_add(time));
        Self {
            message,
            heartbeat: request.heartbeat.min(MAX_HEARTBEAT),
            until,
            is_wanted: true,
        }
    }

    pub(super) fn token(&self) -> &str {
        let reply = self.message.message.reply.as_ref();
        reply.map_or("", |reply| last_token(reply))
    }
}

impl Call {
    pub(super) fn new(inbox: Inbox) -> Self {
        Self {
            inboxes: Mutex::new(vec![inbox]),
            changed: Notify::new(),
        }
    }

    /// The same call again, from whoever has lost the first.
    pub(super) fn join(&self, inbox: Inbox) -> Result<(), Box<Message>> {
        let mut inboxes = self.inboxes();
        if inboxes.len() >= MAX_INBOXES {
            return Err(Box::new(inbox.message));
        }
        inboxes.push(inbox);
        drop(inboxes);
        self.changed.notify_one();
        Ok(())
    }

    pub(super) fn unwanted(&self, token: &str) {
        for inbox in self.inboxes().iter_mut() {
            inbox.is_wanted &= inbox.token() != token;
        }
        self.changed.notify_one();
    }

    pub(super) fn take_inboxes(&self) -> Vec<Inbox> {
        std::mem::take(&mut self.inboxes())
    }

    fn is_wanted(&self) -> bool {
        self.inboxes().iter().any(|inbox| inbox.is_wanted)
    }

    /// When the last who waits does not any more.
    fn until(&self) -> Option<Instant> {
        let inboxes = self.inboxes();
        let mut last = None;
        for inbox in inboxes.iter().filter(|inbox| inbox.is_wanted) {
            last = last.max(Some(inbox.until?));
        }
        last
    }

    fn heartbeat(&self) -> Duration {
        let inboxes = self.inboxes();
        let heartbeats = inboxes.iter().map(|inbox| inbox.heartbeat);
        heartbeats.min().unwrap_or(MAX_HEARTBEAT)
    }

    fn replies(&self) -> Vec<Subject> {
        let inboxes = self.inboxes();
        let replies = inboxes.iter().filter(|inbox| inbox.is_wanted);
        replies
            .filter_map(|inbox| inbox.message.message.reply.clone())
            .collect()
    }

    fn inboxes(&self) -> MutexGuard<'_, Vec<Inbox>> {
        self.inboxes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is done for a call.
pub(super) struct Job {
    shared: Arc<Shared>,
    call: Arc<Call>,
    incoming: IncomingCall,
    asked: Asked,
}

impl Job {
    pub(super) fn new(
        shared: Arc<Shared>,
        endpoint: &Endpoint,
        call: Arc<Call>,
        headers: HeaderMap,
        asked: Asked,
    ) -> Self {
        let incoming = IncomingCall {
            headers,
            tool: endpoint.tool.clone(),
            call_id: asked.request.call_id.clone(),
        };
        Self {
            shared,
            call,
            incoming,
            asked,
        }
    }

    #[cfg(feature = "otel")]
    pub(super) async fn traced(self) {
        let span = super::trace::span(&self.incoming);
        tracing::Instrument::instrument(self.run(), span).await;
    }

    #[cfg(not(feature = "otel"))]
    pub(super) async fn traced(self) {
        self.run().await;
    }

    async fn run(mut self) {
        let is_approved = self.asked.request.approved;
        let batch = match self.shared.desk.start(&self.incoming, is_approved) {
            Ok(batch) => batch,
            Err(why) => return self.refuse(&why).await,
        };
        // Before the call begins: what it says before anybody listens is lost.
        let events = batch.events();
        let arguments = std::mem::take(&mut self.asked.arguments);
        let call = ToolCall::new(&*self.incoming.call_id, &*self.incoming.tool, arguments);
        batch.push(call.with_idempotency_key(&*self.asked.request.key));
        self.attend(&batch, events).await;
        let report = batch.finish().await;
        self.answer(&report).await;
    }

    /// Stays with a call until it has ended, and says meanwhile how it is.
    async fn attend(&self, batch: &Batch, mut events: Events) {
        let begun = Instant::now();
        let mut heard = begun;
        let mut is_over = false;
        let mut progress = Throttle::default();
        loop {
            let beat = heard + self.call.heartbeat();
            tokio::select! {
                event = events.next() => match event {
                    Some(Event::Progress { progress: new, .. }) => progress.offer(new),
                    Some(Event::Finished { .. }) | None => break,
                    Some(_) => {}
                },
                () = self.call.changed.notified() => {
                    if !self.call.is_wanted() {
                        batch.cancel(0);
                    }
                }
                () = at(self.call.until()), if !is_over => {
                    is_over = true;
                    batch.cancel(0);
                }
                () = self.shared.ends.cancelled(), if !is_over => {
                    is_over = true;
                    batch.cancel(0);
                }
                () = at(progress.due()) => {
                    heard = Instant::now();
                    self.tell(&mut progress).await;
                }
                () = sleep_until(beat) => {
                    heard = Instant::now();
                    self.meanwhile(&Answer::Running).await;
                }
            }
        }
        self.tell(&mut progress).await;
    }

    async fn tell(&self, progress: &mut Throttle) {
        if let Some(progress) = progress.take() {
            self.meanwhile(&Answer::Progress(progress)).await;
        }
    }

    async fn meanwhile(&self, answer: &Answer) {
        say::meanwhile(self.call.replies(), &self.shared, answer).await;
    }

    async fn answer(&self, report: &Report) {
        let result = Bytes::from(serde_json::to_vec(report).unwrap_or_default());
        let kept = is_kept(report).then(|| result.clone());
        let key = &self.asked.request.key;
        for inbox in self.shared.ended(key, &self.call, kept) {
            say::result(&inbox.message, &self.shared, key, &result, false).await;
        }
    }

    async fn refuse(&self, why: &str) {
        let key = &self.asked.request.key;
        for inbox in self.shared.ended(key, &self.call, None) {
            let refusal = Refusal::new(Why::Denied, why);
            say::refused(&inbox.message, &self.shared, refusal).await;
        }
    }
}

/// Whether who asks again is told the same: not if it may be run again without harm and perhaps goes better then.
fn is_kept(report: &Report) -> bool {
    let [result] = report.results() else {
        return false;
    };
    let outcome = result.outcome();
    let may_be_repeated = || result.error().is_some_and(ToolError::is_retryable);
    outcome.ending == Ending::Ok || (outcome.effects != Effects::None && !may_be_repeated())
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
