//! Who is there: `$SRV.INFO`, and what workers answer.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::service::Info;
use async_nats::{Client, Request};
use bytes::Bytes;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_stream::StreamExt;

use super::DiscoverError;
use super::call::Target;
use super::discover::Settings;
use super::listing::Listing;
use crate::wire::{Offer, Subjects, is_token};

/// How often those that have not answered are asked again.
const AGAIN: Duration = Duration::from_millis(250);

/// More are not looked at.
const MAX_WORKERS: usize = 10_000;

/// By service and id.
type Found = BTreeMap<(String, String), Info>;

/// What the workers offer that answer.
pub(super) async fn ask(client: &Client, settings: &Settings) -> Result<Listing, DiscoverError> {
    let until = Instant::now() + settings.within;
    let within = settings.within;
    if !connected(client, until).await {
        return Err(DiscoverError::NotConnected { within });
    }
    // The client was ended.
    let ended = DiscoverError::NotConnected { within };
    let found = answers(client, settings, until).await.ok_or(ended)?;
    let missing = settings.missing(&found);
    if !settings.suffices(&found) {
        return Err(DiscoverError::TooFew {
            wanted: settings.at_least,
            found: found.len(),
            missing,
            prefix: settings.prefix.clone(),
            within,
        });
    }
    Ok(Listing::of(found.into_values().collect(), settings))
}

/// Whether there is a connection by then. The client tells nobody when there is one, so it is asked.
pub(super) async fn connected(client: &Client, until: Instant) -> bool {
    loop {
        if client.connection_state() == State::Connected {
            return true;
        }
        let now = Instant::now();
        if now >= until {
            return false;
        }
        sleep(Duration::from_millis(20).min(until - now)).await;
    }
}

async fn answers(client: &Client, settings: &Settings, until: Instant) -> Option<Found> {
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await.ok()?;
    let quiet = settings.within / 8;
    let mut found = Found::new();
    settings.question(client, &inbox).await?;
    let mut heard = Instant::now();
    let mut ask_again = heard + AGAIN;
    loop {
        let suffices = settings.suffices(&found);
        let end = match suffices {
            true => until.min(heard + quiet),
            false => until,
        };
        tokio::select! {
            biased;
            // A stranger that never stops answering does not keep anybody.
            () = sleep_until(end) => return Some(found),
            () = sleep_until(ask_again), if !suffices => {
                settings.question(client, &inbox).await?;
                ask_again = Instant::now() + AGAIN;
            }
            answer = answers.next() => {
                let Ok(info) = serde_json::from_slice::<Info>(&answer?.payload) else {
                    continue;
                };
                let key = (info.name.clone(), info.id.clone());
                if settings.is_asked_for(&info)
                    && found.len() < MAX_WORKERS
                    && found.insert(key, info).is_none()
                {
                    heard = Instant::now();
                }
            }
        }
    }
}

impl Settings {
    async fn question(&self, client: &Client, inbox: &str) -> Option<()> {
        let mut subjects: Vec<_> = self.services.iter().map(|name| info_of(name)).collect();
        if subjects.is_empty() {
            subjects.push("$SRV.INFO".to_owned());
        }
        for subject in subjects {
            let question = client.publish_with_reply(subject, inbox.to_owned(), Bytes::new());
            question.await.ok()?;
        }
        Some(())
    }

    /// Whether it is a worker of a service whose tools are wanted.
    pub(super) fn is_asked_for(&self, info: &Info) -> bool {
        let is_wanted = self.services.is_empty() || self.services.contains(&info.name);
        is_wanted
            && Subjects::new(&self.prefix, &info.name).is_ok()
            && is_token(&info.id)
            && info.metadata.get("prefix") == Some(&self.prefix)
            && info.metadata.contains_key("format")
    }

    fn missing(&self, found: &Found) -> Vec<String> {
        let is_missing = |name: &&String| !found.keys().any(|(service, _)| service == *name);
        self.services.iter().filter(is_missing).cloned().collect()
    }

    fn suffices(&self, found: &Found) -> bool {
        found.len() >= self.at_least && (self.at_least == 0 || self.missing(found).is_empty())
    }
}

/// Where the workers of a service are asked for what they offer.
pub(super) fn info_of(service: &str) -> String {
    format!("$SRV.INFO.{service}")
}

/// How long a call waits to learn why nobody hears it.
const WHY_WITHIN: Duration = Duration::from_millis(300);

/// Another definition of a tool.
pub(super) struct OtherVersion {
    pub(super) version: String,
    pub(super) fingerprint: String,
}

/// Another definition of the tool that a worker of its service offers, by the first that answers.
pub(super) async fn other_version(target: &Target) -> Option<OtherVersion> {
    let client = &target.link.client;
    // With an inbox of its own, since the client never forgets one that it has made for a question without an answer.
    let question = Request::new()
        .inbox(client.new_inbox())
        .timeout(Some(WHY_WITHIN));
    let subject = info_of(target.subjects.service());
    let answer = client.send_request(subject, question).await.ok()?;
    let info: Info = serde_json::from_slice(&answer.payload).ok()?;
    if !target.link.settings.is_asked_for(&info) {
        return None;
    }
    let mut offers = info
        .endpoints
        .iter()
        .filter_map(|endpoint| Offer::read(&endpoint.metadata).ok());
    let offer = offers.find(|offer| offer.name() == target.own_name)?;
    (offer.fingerprint() != target.fingerprint).then(|| OtherVersion {
        version: info.version.clone(),
        fingerprint: offer.fingerprint().to_owned(),
    })
}
