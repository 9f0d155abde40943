//! What the tasks of one worker share: its client, its calls, its memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_nats::Client;
use async_nats::service::Request as Message;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::call::{Call, Inbox, Job};
use super::endpoint::{Asked, Endpoint};
use super::source::Desk;
use super::window::{Seen, Window};
use super::{Worker, say};
use crate::wire::{Refusal, Why};

pub(super) struct Shared {
    client: Client,
    id: String,
    pub(super) desk: Arc<dyn Desk>,
    places: Arc<Semaphore>,
    window: Mutex<Window<Arc<Call>>>,
    /// The calls by the tokens of their inboxes.
    tokens: Mutex<HashMap<String, Arc<Call>>>,
    is_draining: AtomicBool,
    leaves: CancellationToken,
    /// Cancels all calls, which are answered.
    pub(super) ends: CancellationToken,
    /// Ends all tasks.
    gone: CancellationToken,
    pub(super) pumps: TaskTracker,
    pub(super) calls: TaskTracker,
}

impl Shared {
    pub(super) fn new(worker: &Worker, client: &Client, id: &str) -> Self {
        let gone = CancellationToken::new();
        Self {
            client: client.clone(),
            id: id.to_owned(),
            desk: Arc::clone(&worker.desk),
            places: Arc::new(Semaphore::new(worker.max_calls)),
            window: Mutex::new(Window::new(worker.keeps)),
            tokens: Mutex::default(),
            is_draining: AtomicBool::new(false),
            leaves: gone.child_token(),
            ends: CancellationToken::new(),
            gone,
            pumps: TaskTracker::new(),
            calls: TaskTracker::new(),
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Runs a call that can be run, joins it to one that runs, or answers it from memory.
    pub(super) fn admit(
        self: &Arc<Self>,
        endpoint: &Arc<Endpoint>,
        asked: Asked,
        mut message: Message,
    ) -> Result<(), NotTaken> {
        if self.is_draining.load(Ordering::Acquire) {
            let text = "the worker is shutting down";
            return Err(not_taken(message, Refusal::new(Why::Draining, text)));
        }
        let key = asked.request.key.as_str();
        let mut window = self.window();
        match window.look(key, &asked.print, Instant::now()) {
            Seen::Another => {
                let text =
                    "the idempotency key is that of a call of another tool or with other arguments";
                Err(not_taken(message, Refusal::new(Why::Key, text)))
            }
            Seen::Running(call) => {
                let inbox = Inbox::new(message, &asked.request);
                let token = inbox.token().to_owned();
                call.join(inbox)
                    .map_err(|message| not_taken(*message, busy()))?;
                self.tokens().insert(token, call);
                Ok(())
            }
            Seen::Ended(result) => {
                let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
                    return Err(not_taken(message, busy()));
                };
                drop(window);
                let (this, key) = (Arc::clone(self), asked.request.key);
                self.calls.spawn(self.while_it_is_there(async move {
                    say::result(&message, &this, &key, &result, true).await;
                    drop(place);
                }));
                Ok(())
            }
            Seen::Never => {
                let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
                    return Err(not_taken(message, busy()));
                };
                let headers = message.message.headers.take().unwrap_or_default();
                let inbox = Inbox::new(message, &asked.request);
                let token = inbox.token().to_owned();
                let call = Arc::new(Call::new(inbox));
                window.begin(key, asked.print, Arc::clone(&call));
                self.tokens().insert(token, Arc::clone(&call));
                drop(window);
                let job = Job::new(Arc::clone(self), endpoint, call, headers, asked);
                self.calls.spawn(self.while_it_is_there(async move {
                    job.traced().await;
                    drop(place);
                }));
                Ok(())
            }
        }
    }

    /// A call has ended: who waits for it hears that from now on, and who asks from now on is not among them.
    pub(super) fn ended(&self, key: &str, call: &Call, kept: Option<bytes::Bytes>) -> Vec<Inbox> {
        let mut window = self.window();
        window.end(key, kept, Instant::now());
        let inboxes = call.take_inboxes();
        drop(window);
        let mut tokens = self.tokens();
        for inbox in &inboxes {
            tokens.remove(inbox.token());
        }
        inboxes
    }

    /// Nobody waits any more at the inbox with this token.
    pub(super) fn cancel(&self, token: &str) {
        let call = self.tokens().get(token).cloned();
        if let Some(call) = call {
            call.unwanted(token);
        }
    }

    pub(super) fn drain(&self) {
        self.is_draining.store(true, Ordering::Release);
        self.leaves.cancel();
    }

    pub(super) fn end_calls(&self) {
        self.ends.cancel();
    }

    pub(super) fn end(&self) {
        self.gone.cancel();
    }

    /// Ends when the worker is to leave the service.
    pub(super) async fn leaves(&self) {
        self.leaves.cancelled().await;
    }

    /// The future, ended when the worker is dropped.
    pub(super) fn while_it_is_there<F: Future<Output = ()>>(
        &self,
        future: F,
    ) -> impl Future<Output = ()> + use<F> {
        let gone = self.gone.clone();
        async move {
            gone.run_until_cancelled(future).await;
        }
    }

    fn window(&self) -> MutexGuard<'_, Window<Arc<Call>>> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, HashMap<String, Arc<Call>>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call of which nothing is run, and what is said to it.
pub(super) type NotTaken = Box<(Message, Refusal)>;

pub(super) fn not_taken(message: Message, refusal: Refusal) -> NotTaken {
    Box::new((message, refusal))
}

fn busy() -> Refusal {
    let text = "the worker has as many calls as it takes";
    Refusal::new(Why::Busy, text)
}
