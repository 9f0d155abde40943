//! Who is there: `$SRV.PING`; and what they offer: `$SRV.INFO` of one worker of each group.

use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use async_nats::service::{Info, PingResponse};
use bytes::Bytes;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_stream::StreamExt;

use super::DiscoverError;
use super::discover::Settings;
use super::groups::Groups;
use super::listing::Listing;
use crate::wire::{Subjects, is_token};

/// How often those that have not answered are asked again.
const AGAIN: Duration = Duration::from_millis(250);

/// However little time there is, no worker is asked sooner again.
const SOONEST: Duration = Duration::from_millis(10);

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
            found: found.found(),
            missing,
            prefix: settings.prefix.clone(),
            within,
        });
    }
    Ok(Listing::of(found.into_found(), settings))
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

/// Asks who is there, and one worker of each group what it offers.
async fn answers(client: &Client, settings: &Settings, until: Instant) -> Option<Groups> {
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await.ok()?;
    let quiet = settings.within / 8;
    let mut groups = Groups::new(quiet.max(SOONEST), Instant::now());
    settings.question(client, &inbox).await?;
    let mut ask_again = Instant::now() + AGAIN;
    loop {
        while let Some((service, id)) = groups.next_to_ask(Instant::now()) {
            send(client, info_of(&service, &id), &inbox).await?;
        }
        let suffices = settings.suffices(&groups);
        let end = match suffices && !groups.has_unasked() {
            true => until.min(groups.news() + quiet),
            false => until,
        };
        let late = groups.late().unwrap_or(until);
        tokio::select! {
            biased;
            // A stranger that never stops answering does not keep anybody.
            () = sleep_until(end) => return Some(groups),
            () = sleep_until(ask_again), if !suffices => {
                settings.question(client, &inbox).await?;
                ask_again = Instant::now() + AGAIN;
            }
            // Another is asked.
            () = sleep_until(late) => {}
            answer = answers.next() => {
                let answer = answer?.payload;
                if let Ok(info) = serde_json::from_slice::<Info>(&answer) {
                    groups.answered(info, Instant::now());
                } else if let Ok(ping) = serde_json::from_slice::<PingResponse>(&answer)
                    && settings.is_asked_for(&ping)
                {
                    groups.is_there(ping, Instant::now());
                }
            }
        }
    }
}

/// Asks with an empty message.
pub(super) async fn send(client: &Client, subject: String, inbox: &str) -> Option<()> {
    let question = client.publish_with_reply(subject, inbox.to_owned(), Bytes::new());
    question.await.ok()
}

/// Where the workers of a service are asked whether they are there.
pub(super) fn ping_of(service: &str) -> String {
    format!("$SRV.PING.{service}")
}

/// Where one worker is asked what it offers.
pub(super) fn info_of(service: &str, id: &str) -> String {
    format!("$SRV.INFO.{service}.{id}")
}

/// Whether it is a worker of ours under this prefix.
pub(super) fn is_worker(ping: &PingResponse, prefix: &str) -> bool {
    Subjects::new(prefix, &ping.name).is_ok()
        && is_token(&ping.id)
        && ping.metadata.get("prefix").is_some_and(|its| its == prefix)
        && ping.metadata.contains_key("format")
}

impl Settings {
    async fn question(&self, client: &Client, inbox: &str) -> Option<()> {
        if self.services.is_empty() {
            return send(client, "$SRV.PING".to_owned(), inbox).await;
        }
        for service in &self.services {
            send(client, ping_of(service), inbox).await?;
        }
        Some(())
    }

    /// Whether it is a worker of a service whose tools are wanted.
    fn is_asked_for(&self, ping: &PingResponse) -> bool {
        let is_wanted = self.services.is_empty() || self.services.contains(&ping.name);
        is_wanted && is_worker(ping, &self.prefix)
    }

    fn missing(&self, groups: &Groups) -> Vec<String> {
        let is_missing = |name: &&String| !groups.has_found(name);
        self.services.iter().filter(is_missing).cloned().collect()
    }

    fn suffices(&self, groups: &Groups) -> bool {
        groups.found() >= self.at_least && (self.at_least == 0 || self.missing(groups).is_empty())
    }
}
