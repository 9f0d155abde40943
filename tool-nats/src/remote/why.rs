//! Why nobody hears a call: one question for all calls that want to know.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::service::{Info, PingResponse};
use async_nats::{Client, StatusCode, Subscriber};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};
use tokio_stream::StreamExt;

use super::asking::{info_of, is_worker, ping_of, send};
use super::call::Target;
use crate::wire::Offer;

/// How long a call waits to learn it.
const WHY_WITHIN: Duration = Duration::from_millis(300);

/// How long what was learnt serves other calls: many fail at once, and each worker of a service is asked.
const SERVES: Duration = Duration::from_secs(1);

/// A worker that has another definition of a tool, or no such tool.
pub(super) struct OtherVersion {
    pub(super) version: String,
    pub(super) fingerprint: Option<String>,
}

/// What was asked of each service.
#[derive(Default)]
pub(super) struct Why {
    services: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Asked>>>>,
}

type Asking = Pin<Box<dyn Future<Output = Option<Seen>> + Send>>;

/// The last question. Whoever waits for the answer drives it; if that call ends, the next one goes on with it.
#[derive(Default)]
struct Asked {
    at: Option<Instant>,
    asking: Option<Asking>,
    seen: Option<Seen>,
}

/// The tools of a worker that is there, with their fingerprints.
struct Seen {
    version: String,
    tools: HashMap<String, String>,
}

impl Why {
    /// The first worker of the tool's service that answers, if it does not have the tool in this definition.
    pub(super) async fn other_version(&self, target: &Target) -> Option<OtherVersion> {
        let asked = self.asked(target.subjects.service());
        let other = async {
            let mut asked = asked.lock().await;
            let seen = asked.seen(Instant::now(), || asking(target)).await?;
            let fingerprint = seen.tools.get(&target.own_name);
            (fingerprint != Some(&target.fingerprint)).then(|| OtherVersion {
                version: seen.version.clone(),
                fingerprint: fingerprint.cloned(),
            })
        };
        timeout(WHY_WITHIN, other).await.ok()?
    }

    fn asked(&self, service: &str) -> Arc<tokio::sync::Mutex<Asked>> {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = services.entry(service.to_owned()).or_default();
        Arc::clone(asked)
    }
}

impl Asked {
    async fn seen(&mut self, now: Instant, ask: impl FnOnce() -> Asking) -> Option<&Seen> {
        if self.at.is_none_or(|at| now >= at + SERVES) {
            self.at = Some(now);
            self.asking = Some(ask());
        }
        if let Some(asking) = &mut self.asking {
            self.seen = asking.await;
            self.asking = None;
        }
        self.seen.as_ref()
    }
}

fn asking(target: &Target) -> Asking {
    let prefix = target.link.settings.prefix.clone();
    let service = target.subjects.service().to_owned();
    let asking = seen(target.link.client.clone(), prefix, service);
    Box::pin(async { timeout(WHY_WITHIN, asking).await.ok()? })
}

/// Asks who is there, and the first that answers what it offers.
async fn seen(client: Client, prefix: String, service: String) -> Option<Seen> {
    // An inbox of its own, since the client never forgets one that it has made for a question without an answer.
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await.ok()?;
    send(&client, ping_of(&service), &inbox).await?;
    let is_one = |ping: &PingResponse| ping.name == service && is_worker(ping, &prefix);
    let PingResponse { id, .. } = first(&mut answers, is_one).await?;
    send(&client, info_of(&service, &id), &inbox).await?;
    let is_its = |info: &Info| info.name == service && info.id == id;
    let info = first(&mut answers, is_its).await?;
    let offers = info.endpoints.iter();
    let offers = offers.filter_map(|endpoint| Offer::read(&endpoint.metadata).ok());
    let named = |offer: Offer| (offer.name().to_owned(), offer.fingerprint().to_owned());
    Some(Seen {
        tools: offers.map(named).collect(),
        version: info.version,
    })
}

/// The first answer that is one. None if the server says that nobody is there.
async fn first<T: DeserializeOwned>(
    answers: &mut Subscriber,
    is_one: impl Fn(&T) -> bool,
) -> Option<T> {
    loop {
        let answer = answers.next().await?;
        if answer.status == Some(StatusCode::NO_RESPONDERS) {
            return None;
        }
        match serde_json::from_slice(&answer.payload) {
            Ok(answer) if is_one(&answer) => return Some(answer),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn version(version: &str) -> Option<Seen> {
        Some(Seen {
            version: version.to_owned(),
            tools: HashMap::new(),
        })
    }

    #[tokio::test]
    async fn a_call_that_ends_leaves_its_question_to_the_next() {
        let begin = Instant::now();
        let mut asked = Asked::default();
        let (answer, answered) = oneshot::channel();
        let ask = || -> Asking { Box::pin(async { answered.await.ok()? }) };
        let first = asked.seen(begin, ask);
        assert!(timeout(Duration::ZERO, first).await.is_err());
        assert!(answer.send(version("1.0.0")).is_ok());
        for _ in 0..2 {
            let next = asked.seen(begin + SERVES / 2, || unreachable!("it is asked"));
            assert_eq!(next.await.unwrap().version, "1.0.0");
        }
        let later = asked.seen(begin + SERVES, || Box::pin(async { version("2.0.0") }));
        assert_eq!(later.await.unwrap().version, "2.0.0");
    }
}
