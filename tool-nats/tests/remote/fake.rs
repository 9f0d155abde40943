//! A worker that says what the test says. Offers and answers are constructed by `docs/protocol.md`, over the services of async-nats.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::service::{Request, Service, ServiceExt};
use async_nats::{Client, HeaderMap, Subscriber};
use bytes::Bytes;
use harness::NatsServer;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tool_nats::RemoteTools;
use tool_nats::remote::Discover;
use tool_runtime::dialect::Mcp;
use tool_runtime::{CallContext, Progress, Report, ToolCall, ToolDefinition, Toolbox, tool, tools};

/// Nothing here takes so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Look up a customer.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /** The customer's number. */
    customer_id: u64,
) -> Result<String, String> {
    match customer_id {
        0 => Err("There is no customer 0.".to_owned()),
        _ => Ok(format!("customer {customer_id}")),
    }
}

/// Open a ticket.
#[tool(writes("ticket:{subject}"))]
async fn open_ticket(
    /** What it is about. */
    subject: String,
) -> String {
    format!("opened: {subject}")
}

/// Pay.
#[tool(writes("account"), idempotent)]
async fn pay(#[context] context: &CallContext) -> String {
    context.idempotency_key()
}

/// Do what nobody says.
#[tool]
async fn undeclared() -> &'static str {
    "done"
}

/// The tools that are offered, unless a test says otherwise.
pub(crate) fn desk() -> Toolbox<()> {
    Toolbox::new(tools![get_customer, open_ticket, pay, undeclared]).unwrap()
}

/// In the place of `offers`: what they are when it starts.
const TRUE: &str = "true";

/// What a worker says of itself, which may be changed.
pub(crate) struct Offering {
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) metadata: HashMap<String, String>,
    pub(crate) endpoints: Vec<Offered>,
}

pub(crate) struct Offered {
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) metadata: HashMap<String, String>,
}

impl Offering {
    pub(crate) fn new(service: &str, version: &str, toolbox: &Toolbox<()>) -> Self {
        let shown = toolbox.definitions(Mcp).unwrap();
        let of = |(definition, shown): (&ToolDefinition, &str)| {
            Offered::new(service, definition.name(), shown, &rules(definition))
        };
        let shown = shown.iter().map(|shown| shown.as_str());
        let endpoints = toolbox.tools().iter().zip(shown).map(of).collect();
        let metadata = [("format", "1"), ("prefix", "tools"), ("offers", TRUE)];
        let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Self {
            service: service.to_owned(),
            version: version.to_owned(),
            metadata: metadata.map(owned).into(),
            endpoints,
        }
    }

    pub(crate) fn endpoint(&mut self, name: &str) -> &mut Offered {
        let mut endpoints = self.endpoints.iter_mut();
        endpoints.find(|endpoint| endpoint.name == name).unwrap()
    }

    /// The worker with its true `offers`, unless the test says others or takes them out.
    pub(crate) fn told(&self) -> HashMap<String, String> {
        let mut metadata = self.metadata.clone();
        if let Some(offers) = metadata.get_mut("offers")
            && offers == TRUE
        {
            let said = |offered: &Offered| {
                let said = |key: &str| offered.metadata.get(key).map_or("", String::as_str);
                let tool: Value = serde_json::from_str(said("tool")).unwrap_or_default();
                let name = tool["name"].as_str().unwrap_or(&offered.name);
                format!("{name} {}", said("fingerprint"))
            };
            let mut lines: Vec<_> = self.endpoints.iter().map(said).collect();
            lines.sort();
            *offers = digits(&(lines.join("\n") + "\n"));
        }
        metadata
    }

    /// What it answers to `$SRV.PING` under this id.
    pub(crate) fn ping(&self, id: &str) -> Value {
        json!({
            "type": "io.nats.micro.v1.ping_response", "name": self.service, "id": id, "version": self.version,
            "metadata": self.told(),
        })
    }

    /// What it answers to `$SRV.INFO` under this id.
    pub(crate) fn info(&self, id: &str) -> Value {
        let shown = |offered: &Offered| {
            json!({
                "name": offered.name, "subject": offered.subject, "queue_group": "q", "metadata": offered.metadata,
            })
        };
        let endpoints: Vec<_> = self.endpoints.iter().map(shown).collect();
        json!({
            "type": "io.nats.micro.v1.info_response", "name": self.service, "id": id, "version": self.version,
            "description": "", "metadata": self.told(), "endpoints": endpoints,
        })
    }

    pub(crate) async fn start(self, client: &Client) -> Fake {
        let metadata = self.told();
        let builder = client.service_builder().metadata(metadata);
        let service = builder.start(&self.service, &self.version).await.unwrap();
        let id = service.info().await.id;
        let (calls, called) = mpsc::unbounded_channel();
        let mut hears = Vec::new();
        for offered in self.endpoints {
            let builder = service.endpoint_builder().name(offered.name);
            let builder = builder.metadata(offered.metadata);
            let mut endpoint = builder.add(offered.subject).await.unwrap();
            let calls = calls.clone();
            let hearing = async move {
                while let Some(request) = endpoint.next().await {
                    let _ = calls.send(request);
                }
            };
            hears.push(tokio::spawn(hearing));
        }
        let cancelled = format!("tools.{}.cancel.{id}.*", self.service);
        let cancelled = client.subscribe(cancelled).await.unwrap();
        settled(client).await;
        Fake {
            client: client.clone(),
            id,
            called,
            cancelled,
            service,
            hears,
        }
    }
}

impl Offered {
    pub(crate) fn new(service: &str, name: &str, tool: &str, rules: &str) -> Self {
        let fingerprint = fingerprint(tool, rules);
        let metadata = [
            ("format", "1"),
            ("tool", tool),
            ("rules", rules),
            ("fingerprint", &fingerprint),
        ];
        let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Self {
            name: name.to_owned(),
            subject: format!("tools.{service}.call.{name}.{fingerprint}"),
            metadata: metadata.map(owned).into(),
        }
    }
}

pub(crate) fn rules(definition: &ToolDefinition) -> String {
    let rules = json!({
        "effects": definition.effects(),
        "effects_per_call": definition.has_effects_per_call(),
        "destructive": definition.is_destructive(),
        "idempotent": definition.is_idempotent(),
        "approval": definition.needs_approval(),
    });
    rules.to_string()
}

fn fingerprint(tool: &str, rules: &str) -> String {
    digits(&format!("{tool}\n{rules}"))
}

fn digits(text: &str) -> String {
    let hash = hmac_sha256::Hash::hash(text.as_bytes());
    hash[..20]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A worker that is there.
pub(crate) struct Fake {
    pub(crate) client: Client,
    pub(crate) id: String,
    called: mpsc::UnboundedReceiver<Request>,
    cancelled: Subscriber,
    service: Service,
    hears: Vec<JoinHandle<()>>,
}

impl Fake {
    /// The next call.
    pub(crate) async fn call(&mut self) -> Call {
        let request = timeout(PATIENCE, self.called.recv()).await;
        Call {
            client: self.client.clone(),
            id: self.id.clone(),
            request: request.expect("no call came").unwrap(),
        }
    }

    /// Whether no call is there that was not read.
    pub(crate) fn is_idle(&mut self) -> bool {
        self.called.try_recv().is_err()
    }

    /// The token of the next call that is not wanted any more.
    pub(crate) async fn cancelled(&mut self) -> String {
        let message = timeout(PATIENCE, self.cancelled.next()).await;
        let message = message.expect("no call was cancelled").unwrap();
        message.subject.rsplit('.').next().unwrap().to_owned()
    }

    /// Hears no more.
    pub(crate) async fn stop(self) {
        for hearing in self.hears {
            hearing.abort();
            let _ = hearing.await;
        }
        self.service.stop().await.unwrap();
        settled(&self.client).await;
    }
}

/// Waits until the server has done what the client said before, since `flush` ends when that is sent.
pub(crate) async fn settled(client: &Client) {
    let nobody = client.request(client.new_inbox(), Bytes::new()).await;
    assert!(nobody.is_err(), "{nobody:?}");
}

/// A call that has come to a worker.
pub(crate) struct Call {
    client: Client,
    id: String,
    request: Request,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.request.message.headers.as_ref()?;
        headers.get(name).map(|value| value.as_str())
    }

    /// All values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let headers = self.request.message.headers.as_ref().unwrap();
        headers.get_all(name).map(|value| value.as_str()).collect()
    }

    /// A header that is a JSON string.
    pub(crate) fn text(&self, name: &str) -> String {
        serde_json::from_str(self.header(name).unwrap()).unwrap()
    }

    pub(crate) fn arguments(&self) -> &str {
        str::from_utf8(&self.request.message.payload).unwrap()
    }

    pub(crate) fn key(&self) -> String {
        self.text("Tool-Idempotency-Key")
    }

    pub(crate) fn inbox(&self) -> &str {
        self.request.message.reply.as_ref().unwrap()
    }

    pub(crate) fn token(&self) -> &str {
        self.inbox().rsplit('.').next().unwrap()
    }

    /// Sends an answer with these headers beside the worker's id.
    pub(crate) async fn say(&self, headers: &[(&str, &str)], payload: impl Into<Bytes>) {
        self.say_to(self.inbox(), headers, payload).await;
    }

    pub(crate) async fn say_to(
        &self,
        inbox: &str,
        headers: &[(&str, &str)],
        payload: impl Into<Bytes>,
    ) {
        let mut map = HeaderMap::new();
        map.insert("Tool-Worker", self.id.as_str());
        for (name, value) in headers {
            map.insert(*name, *value);
        }
        let inbox = inbox.to_owned();
        let said = self.client.publish_with_headers(inbox, map, payload.into());
        said.await.unwrap();
        // Answers are in order, and nothing waits in the client.
        self.client.flush().await.unwrap();
    }

    pub(crate) async fn running(&self) {
        self.say(&[("Tool-Answer", "running")], "").await;
    }

    pub(crate) async fn progress(&self, progress: Value) {
        let headers = [("Tool-Answer", "progress")];
        self.say(&headers, progress.to_string()).await;
    }

    pub(crate) async fn refuse(&self, why: &str, text: &str) {
        let headers = [
            ("Tool-Answer", "refused"),
            ("Tool-Refused", why),
            ("Nats-Service-Error", text),
            ("Nats-Service-Error-Code", "500"),
        ];
        self.say(&headers, "").await;
    }

    /// Sends a part of a result under `key`.
    pub(crate) async fn part(&self, part: &str, key: &str, payload: impl Into<Bytes>) {
        let key = Value::from(key).to_string();
        let headers = [
            ("Tool-Answer", "result"),
            ("Tool-Part", part),
            ("Tool-Idempotency-Key", &key),
        ];
        self.say(&headers, payload).await;
    }

    /// Sends a result.
    pub(crate) async fn result(&self, payload: impl Into<Bytes>) {
        self.part("1/1", &self.key(), payload).await;
    }

    /// Sends what a toolbox with one tool answers.
    pub(crate) async fn run(&self, toolbox: &Toolbox<()>) {
        let report = self.report(toolbox).await;
        self.result(serde_json::to_vec(&report).unwrap()).await;
    }

    /// What a toolbox answers, by the tool whose name the subject has.
    pub(crate) async fn report(&self, toolbox: &Toolbox<()>) -> Report {
        let name = self.request.message.subject.split('.').nth(3).unwrap();
        let call = ToolCall::new(self.text("Tool-Call-Id"), name, self.arguments());
        toolbox.run([call.with_idempotency_key(self.key())]).await
    }
}

/// A server, a worker of the desk, and a toolbox with its tools.
pub(crate) struct Scene {
    pub(crate) server: NatsServer,
    pub(crate) worker: Fake,
    /// The connection of who calls.
    pub(crate) caller: Client,
    pub(crate) remote: RemoteTools,
    pub(crate) toolbox: Toolbox<()>,
}

/// Settings with which nothing takes long.
pub(crate) fn quick(discover: Discover) -> Discover {
    discover
        .within(Duration::from_millis(800))
        .heartbeat(Duration::from_millis(100))
        .lost_after(Duration::from_secs(20))
}

/// The same, where a worker is soon taken for lost.
pub(crate) fn impatient(discover: Discover) -> Discover {
    quick(discover).lost_after(Duration::from_secs(1))
}

impl Scene {
    pub(crate) async fn begin(settings: impl FnOnce(Discover) -> Discover) -> Self {
        Self::of(&desk(), settings).await
    }

    pub(crate) async fn of(
        toolbox: &Toolbox<()>,
        settings: impl FnOnce(Discover) -> Discover,
    ) -> Self {
        let server = NatsServer::start();
        let client = server.client().await;
        let worker = Offering::new("desk", "1.0.0", toolbox).start(&client).await;
        let caller = server.client().await;
        let remote = settings(RemoteTools::discover(caller.clone()));
        let remote = remote.await.unwrap();
        assert_eq!(remote.refused(), []);
        let toolbox = Toolbox::builder().tools(remote.tools()).build().unwrap();
        Self {
            server,
            worker,
            caller,
            remote,
            toolbox,
        }
    }

    /// Runs one call, and what the worker does meanwhile.
    pub(crate) async fn call<T>(
        &mut self,
        name: &str,
        arguments: &str,
        working: impl AsyncFnOnce(&mut Fake) -> T,
    ) -> (Report, T) {
        let calling = self.toolbox.run([ToolCall::new("call_1", name, arguments)]);
        let both = async { tokio::join!(calling, working(&mut self.worker)) };
        timeout(PATIENCE, both).await.expect("an end")
    }
}

/// The text that the model reads of the only result.
pub(crate) fn text(report: &Report) -> &str {
    let [result] = report.results() else {
        panic!("{report:?}");
    };
    result.text()
}

/// Progress as a worker writes it.
pub(crate) fn written(progress: &Progress) -> Value {
    json!({"done": progress.done, "total": progress.total, "message": progress.message})
}
