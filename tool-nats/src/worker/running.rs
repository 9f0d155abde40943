//! A worker that takes calls, from its first subscription to its last answer.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use async_nats::service::{Info, Service, ServiceExt as _, endpoint};
use tokio::time::timeout;
use tokio_stream::StreamExt as _;

use super::endpoint::{Endpoint, endpoints};
use super::shared::Shared;
use super::{Worker, WorkerError};
use crate::wire::{FORMAT, Subjects, last_token, offers};

/// A worker that takes calls. Dropped, it ends all it has, and their callers hear no more of them: [`drain`](Self::drain) it.
#[must_use = "a worker that is dropped takes no calls: keep it, as in `let running = …`, and drain it; `let _ = …` drops it at once"]
pub struct RunningWorker {
    shared: Arc<Shared>,
    id: String,
    grace: Duration,
}

/// How long the last of what is to be said may take.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long subscriptions may take to end.
const LEAVING: Duration = Duration::from_secs(1);

pub(super) async fn start(worker: Worker, client: &Client) -> Result<RunningWorker, WorkerError> {
    let subjects = Subjects::new(&worker.prefix, &worker.name).map_err(WorkerError::Name)?;
    let offered = worker.desk.offers()?;
    let tools = offered.iter().map(|tool| &tool.offer);
    let offers = offers(tools.map(|offer| (offer.name(), offer.fingerprint())));
    let endpoints = endpoints(offered, &subjects)?;
    let metadata = [
        ("format".to_owned(), FORMAT.to_string()),
        ("prefix".to_owned(), worker.prefix.clone()),
        ("offers".to_owned(), offers),
    ];
    let mut info = Info {
        kind: "io.nats.micro.v1.info_response".to_owned(),
        name: worker.name.clone(),
        // As long as those that async-nats makes.
        id: "0".repeat(22),
        description: worker.description.clone(),
        version: worker.version.clone(),
        metadata: metadata.into(),
        endpoints: endpoints.iter().map(told).collect(),
    };
    check_size(&info, client.max_payload())?;
    let builder = client.service_builder().description(&worker.description);
    let builder = builder.metadata(std::mem::take(&mut info.metadata));
    let service = builder.start(&worker.name, &worker.version).await?;
    let id = service.info().await.id;
    let shared = Arc::new(Shared::new(&worker, client, &id));
    let running = RunningWorker {
        shared: Arc::clone(&shared),
        id,
        grace: worker.grace,
    };
    let begun = begin(&service, endpoints, &shared, &subjects).await;
    tokio::spawn(kept(service, shared));
    begun?;
    Ok(running)
}

/// Subscribes to what is cancelled, then to calls.
async fn begin(
    service: &Service,
    endpoints: Vec<Endpoint>,
    shared: &Arc<Shared>,
    subjects: &Subjects,
) -> Result<(), WorkerError> {
    let cancelled = subjects.cancel(shared.id(), "*");
    let cancelled = shared.client().subscribe(cancelled).await;
    let mut cancelled = cancelled.map_err(|error| WorkerError::Subscribe(error.into()))?;
    let to = Arc::clone(shared);
    tokio::spawn(shared.while_it_is_there(async move {
        while let Some(message) = cancelled.next().await {
            to.cancel(last_token(&message.subject));
        }
    }));
    for endpoint in endpoints {
        let builder = service.endpoint_builder().name(&endpoint.name);
        let builder = builder.metadata(endpoint.metadata.clone());
        let requests = builder.add(&endpoint.subject).await?;
        let pump = endpoint.pumped(requests, Arc::clone(shared));
        shared.pumps.spawn(shared.while_it_is_there(pump));
    }
    shared.pumps.close();
    // What is not there is subscribed when it is.
    let _ = timeout(LAST_WORDS, shared.client().flush()).await;
    Ok(())
}

/// The service has a task of its own, which goes on if the service is dropped.
async fn kept(service: Service, shared: Arc<Shared>) {
    shared.leaves().await;
    let _ = service.stop().await;
}

fn told(endpoint: &Endpoint) -> endpoint::Info {
    endpoint::Info {
        name: endpoint.name.clone(),
        subject: endpoint.subject.clone(),
        queue_group: "q".to_owned(),
        metadata: endpoint.metadata.clone(),
    }
}

/// One answer too long would end the task that answers.
fn check_size(info: &Info, most: usize) -> Result<(), WorkerError> {
    let size = serde_json::to_vec(info).map_or(usize::MAX, |info| info.len());
    match size > most {
        true => Err(WorkerError::TooLarge { size, most }),
        false => Ok(()),
    }
}

impl RunningWorker {
    /// The id of this instance of the service: what answers and `nats micro` call it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Leaves the service, so that new calls go to other workers; lets the calls that it has end, and cancels those that have not after the
    /// [grace period](Worker::grace); answers all. A call that comes meanwhile is refused, and its caller tries another worker.
    ///
    /// A call that the server has sent and that arrives when the subscription is already ended is lost, as in a lost connection: its caller
    /// hears nothing of it.
    pub async fn drain(self) {
        let shared = &self.shared;
        shared.drain();
        let _ = timeout(LEAVING, shared.pumps.wait()).await;
        shared.calls.close();
        if timeout(self.grace, shared.calls.wait()).await.is_err() {
            shared.end_calls();
            let _ = timeout(LAST_WORDS, shared.calls.wait()).await;
        }
        let _ = timeout(LEAVING, shared.client().flush()).await;
    }

    /// Ends when no calls can come any more, since the client has closed its connection.
    pub(super) async fn closed(&self) {
        self.shared.pumps.wait().await;
    }
}

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.shared.end();
    }
}

impl fmt::Debug for RunningWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningWorker")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
