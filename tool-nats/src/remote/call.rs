//! One call: sent, waited for, told that it is not wanted any more.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::client::PublishErrorKind;
use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use tokio::time::{Instant, sleep_until};
use tool_runtime::tool::{Answer, DeclaredEffects};
use tool_runtime::{CallContext, ToolDefinition, ToolError};

use super::added;
use super::asking;
use super::failure::Of;
use super::inbox::send_now;
use super::link::Link;
use super::listing::Offered;
use super::mailbox::{End, Mailbox, Said};
use super::result;
use crate::wire::{Refusal, Request, Subjects, Why};

/// How long a call waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a tool's calls have in common.
pub(super) struct Target {
    pub(super) link: Arc<Link>,
    pub(super) subjects: Subjects,
    /// What the toolbox calls it.
    pub(super) name: String,
    /// What its workers call it.
    pub(super) own_name: String,
    pub(super) fingerprint: String,
    pub(super) version: String,
    /// Where its calls are sent.
    subject: String,
    /// Whether the runtime says what may have changed, since the tool declares it.
    declares: bool,
    needs_approval: bool,
}

/// What came of an attempt.
enum Attempt {
    Answered(Answer),
    /// Nothing was run, since a worker has no room.
    NoRoom(Refusal),
}

impl Target {
    pub(super) fn new(link: Arc<Link>, tool: &Offered, definition: &ToolDefinition) -> Self {
        let offer = &tool.offer;
        Self {
            link,
            name: tool.name.clone(),
            own_name: offer.name().to_owned(),
            fingerprint: offer.fingerprint().to_owned(),
            version: tool.version.to_string(),
            subject: tool.subjects.call(&offer.endpoint(), offer.fingerprint()),
            subjects: tool.subjects.clone(),
            declares: *definition.effects() != DeclaredEffects::Undeclared,
            needs_approval: definition.needs_approval(),
        }
    }

    pub(super) async fn call(
        &self,
        arguments: &str,
        context: CallContext,
    ) -> Result<Answer, ToolError> {
        if !self.is_connected(&context).await {
            return Err(self.of().not_connected());
        }
        let payload = Bytes::copy_from_slice(arguments.as_bytes());
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(5))
            .with_max_delay(Duration::from_millis(200))
            .with_max_times(10)
            .with_jitter()
            .build();
        loop {
            let refusal = match self.attempt(payload.clone(), &context).await? {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::NoRoom(refusal) => refusal,
            };
            let again = delays.next().map(|delay| Instant::now() + delay);
            let in_time = |at: &Instant| context.deadline().is_none_or(|deadline| *at < deadline);
            let Some(again) = again.filter(in_time) else {
                return Err(self.of().no_room(&refusal));
            };
            tokio::select! {
                () = sleep_until(again) => {}
                () = context.cancellation().cancelled() => return Err(self.of().no_room(&refusal)),
            }
        }
    }

    pub(super) fn of(&self) -> Of<'_> {
        Of {
            service: self.subjects.service(),
            name: &self.name,
            declares: self.declares,
        }
    }

    async fn is_connected(&self, context: &CallContext) -> bool {
        tokio::select! {
            is_connected = asking::connected(&self.link.client, Instant::now() + PATIENCE) => is_connected,
            () = context.cancellation().cancelled() => false,
        }
    }

    async fn attempt(&self, payload: Bytes, context: &CallContext) -> Result<Attempt, ToolError> {
        let headers = self.headers(context)?;
        let sent = payload.len() + added::length(&headers);
        let mut waiting = Waiting::new(self, context.idempotency_key());
        let inbox = format!("{}.{}", self.link.inbox, waiting.token);
        let client = &self.link.client;
        let sending =
            client.publish_with_reply_and_headers(self.subject.clone(), inbox, headers, payload);
        if let Err(error) = sending.await {
            waiting.is_over = true;
            return Err(match error.kind() {
                PublishErrorKind::MaxPayloadExceeded => {
                    self.of().too_long(sent, client.max_payload())
                }
                _ => self.of().not_connected(),
            });
        }
        let end = waiting.end(context).await?;
        match end {
            End::Refused(refusal) if matches!(refusal.why, Why::Busy | Why::Draining) => {
                Ok(Attempt::NoRoom(refusal))
            }
            End::Refused(refusal) => Err(self.of().refused(&refusal)),
            End::NoResponders => Err(self.nobody().await),
            End::Gap => Err(self.of().part_lost()),
            End::TooLong => Err(self.of().answer_too_long(self.link.settings.max_result)),
            End::Closed => Err(self.of().lost(waiting.has_worker(), Duration::ZERO)),
            End::Result { report, worker } => {
                let result =
                    result::read(&report).map_err(|why| self.of().no_result(&worker, why))?;
                let is_cancelled = context.cancellation().is_cancelled();
                if is_cancelled && result::was_stopped(&result) {
                    // The runtime knows why the call ends, and drops this.
                    return std::future::pending().await;
                }
                result::answer(self.of(), &self.own_name, &worker, &result).map(Attempt::Answered)
            }
        }
    }

    fn headers(&self, context: &CallContext) -> Result<HeaderMap, ToolError> {
        let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
        let request = Request {
            fingerprint: self.fingerprint.clone(),
            call_id: beginning(context.call().id()).to_owned(),
            key: context.idempotency_key(),
            attempt: context.attempt(),
            timeout: context.deadline().map(left),
            heartbeat: self.link.settings.heartbeat,
            // Where it needs approval, the runtime calls it only with that.
            approved: self.needs_approval,
        };
        let mut headers = request.headers();
        if let Some(program) = &self.link.settings.headers {
            let added = added::add(&mut headers, &program(context));
            added.map_err(|added::Unsendable(why)| self.of().unsendable(why))?;
        }
        #[cfg(feature = "otel")]
        super::trace::inject(&mut headers);
        Ok(headers)
    }

    /// Nobody hears calls of this definition. Whether others are there says whether to try again.
    async fn nobody(&self) -> ToolError {
        match self.link.why.other_version(self).await {
            Some(other) => {
                let (known, version) = (&self.version, other.version);
                let source = |offers: &str| {
                    let fingerprint = &self.fingerprint;
                    format!(
                        "calls are of version {known} ({fingerprint}), and a worker of version {version} offers {offers}; discover again"
                    )
                };
                match other.fingerprint {
                    Some(fingerprint) => self.of().other_version(source(&fingerprint)),
                    None => self.of().gone(source("no such tool")),
                }
            }
            None => self.of().nobody(),
        }
    }
}

/// A provider's id may be as long as it likes, and a header may not.
fn beginning(id: &str) -> &str {
    let most = 1_024;
    match id
        .char_indices()
        .find(|(at, character)| at + character.len_utf8() > most)
    {
        Some((end, _)) => &id[..end],
        None => id,
    }
}

/// An attempt that is sent. Whoever drops it before it is answered tells the worker.
struct Waiting<'a> {
    target: &'a Target,
    mailbox: Arc<Mailbox>,
    token: String,
    is_over: bool,
}

impl<'a> Waiting<'a> {
    fn new(target: &'a Target, key: String) -> Self {
        let link = &target.link;
        let mailbox = Arc::new(Mailbox::new(key, link.settings.max_result));
        let service = target.subjects.service();
        let token = link.table.add(service, Arc::clone(&mailbox));
        Self {
            target,
            mailbox,
            token,
            is_over: false,
        }
    }

    /// What the attempt ends with.
    async fn end(&mut self, context: &CallContext) -> Result<End, ToolError> {
        let lost_after = self.target.link.settings.lost_after;
        let mut is_cancelled = false;
        let mut lost = pin!(sleep_until(Instant::now() + lost_after));
        loop {
            tokio::select! {
                biased;
                said = self.mailbox.next() => match said {
                    Said::End(end) => {
                        self.is_over = true;
                        return Ok(end);
                    }
                    Said::Progress(progress) => context.progress(progress),
                    Said::Running => {}
                },
                () = context.cancellation().cancelled(), if !is_cancelled => {
                    is_cancelled = true;
                    self.cancel();
                    continue;
                }
                () = &mut lost, if !is_cancelled => {
                    // A repeat under the same key joins what still runs, if it does.
                    self.is_over = true;
                    return Err(self.target.of().lost(self.has_worker(), lost_after));
                }
            }
            lost.as_mut().reset(Instant::now() + lost_after);
            if is_cancelled {
                // It was not known whom to tell.
                self.cancel();
            }
        }
    }

    fn has_worker(&self) -> bool {
        self.mailbox.worker().is_some()
    }

    fn cancel(&self) {
        if let Some(worker) = self.mailbox.worker() {
            let subject = self.target.subjects.cancel(&worker, &self.token);
            send_now(&self.target.link.client, subject);
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.target.link.table.remove(&self.token);
        if !self.is_over {
            self.cancel();
        }
    }
}
