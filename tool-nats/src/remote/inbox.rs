//! One inbox for all calls: a task reads it and gives each answer to its call.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use async_nats::{Client, Message, Subscriber};
use bytes::Bytes;
use tokio::task::unconstrained;
use tokio_stream::StreamExt;

use super::mailbox::Mailbox;
use crate::wire::{Answer, Subjects, is_token, last_token, name};

/// The calls that wait for answers, by token.
#[derive(Debug)]
pub(super) struct Table {
    /// What no other program's tokens begin with: workers hear cancellations of all callers.
    own: String,
    count: AtomicU64,
    calls: Mutex<HashMap<String, Arc<Mailbox>>>,
}

impl Table {
    pub(super) fn new(own: &str) -> Self {
        Self {
            own: own.to_owned(),
            count: AtomicU64::new(0),
            calls: Mutex::default(),
        }
    }

    /// A token for an attempt of a call, whose answers go to `mailbox`.
    pub(super) fn add(&self, service: &str, mailbox: Arc<Mailbox>) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        // The service is in it for answers to who does not wait any more.
        let token = format!("{}-{count:x}-{service}", self.own);
        self.lock().insert(token.clone(), mailbox);
        token
    }

    pub(super) fn remove(&self, token: &str) {
        self.lock().remove(token);
    }

    fn get(&self, token: &str) -> Option<Arc<Mailbox>> {
        self.lock().get(token).cloned()
    }

    /// The service of a call that was ours.
    fn service<'a>(&self, token: &'a str) -> Option<&'a str> {
        let rest = token.strip_prefix(&self.own)?.strip_prefix('-')?;
        rest.split_once('-').map(|(_, service)| service)
    }

    fn close(&self) {
        for (_, mailbox) in self.lock().drain() {
            mailbox.close();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Mailbox>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the inbox until the client is ended, or the task is.
pub(super) async fn read(mut inbox: Subscriber, table: Arc<Table>, client: Client, prefix: String) {
    while let Some(message) = inbox.next().await {
        if let Some(subject) = deliver(&message, &table, &prefix) {
            send_now(&client, subject);
        }
    }
    table.close();
}

/// Gives an answer to its call. Where nobody waits for it any more and the call runs, the subject where its worker is told.
fn deliver(message: &Message, table: &Table, prefix: &str) -> Option<String> {
    let answer = Answer::read(message)?;
    let token = last_token(&message.subject);
    let worker = message
        .headers
        .as_ref()
        .and_then(|headers| headers.get(name::WORKER))
        .map_or("", |worker| worker.as_str());
    if let Some(mailbox) = table.get(token) {
        mailbox.put(worker, answer, &message.payload);
        return None;
    }
    let runs = matches!(answer, Answer::Running | Answer::Progress(_));
    if !runs || !is_token(worker) {
        return None;
    }
    let subjects = Subjects::new(prefix, table.service(token)?).ok()?;
    Some(subjects.cancel(worker, token))
}

/// Hands an empty message to the client if it takes one now, without waiting: what is dropped cannot wait, and a worker that goes on saying
/// that it runs a call which nobody wants is told again.
pub(super) fn send_now(client: &Client, subject: String) {
    let sending = unconstrained(client.publish(subject, Bytes::new()));
    let _ = pin!(sending).poll(&mut Context::from_waker(Waker::noop()));
}
