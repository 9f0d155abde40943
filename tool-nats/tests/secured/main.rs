//! Do workers and callers get along with a server that lets them do what they need and nothing else?

mod certificate;

use std::path::Path;

use harness::NatsServer;
use serde_json::json;
use tokio_stream::StreamExt as _;
use tool_nats::async_nats::{self, Client, ConnectOptions};
use tool_nats::worker::RunningWorker;
use tool_nats::{RemoteTools, Worker};
use tool_runtime::{ToolCall, Toolbox, tool, tools};

/// Adds.
#[tool(pure)]
async fn add(
    /** One. */
    a: i64,
    /** The other. */
    b: i64,
) -> i64 {
    a + b
}

async fn worker(client: &Client) -> RunningWorker {
    let toolbox = Toolbox::new(tools![add]).unwrap();
    let worker = Worker::new("desk", toolbox.bind(()));
    worker.start(client).await.expect("a worker")
}

/// A call of the only tool by this client.
async fn sum(client: Client) -> Result<String, String> {
    let remote = RemoteTools::discover(client).await;
    let remote = remote.map_err(|error| error.to_string())?;
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .build()
        .unwrap();
    let call = ToolCall::new("call_1", "add", json!({"a": 1, "b": 2}).to_string());
    let report = toolbox.bind(()).run([call]).await;
    let result = &report.results()[0];
    match result.is_error() {
        true => Err(result.text().to_owned()),
        false => Ok(result.text().to_owned()),
    }
}

/// The server of the documentation, with these passwords.
fn documented(folder: &Path) -> String {
    let files = certificate::made(folder);
    let text = include_str!("../../docs/nats.conf");
    text.replace("$NATS_CERTIFICATE", &format!("{:?}", files.certificate))
        .replace("$NATS_KEY", &format!("{:?}", files.key))
        .replace("$WORKER_PASSWORD", "\"of-workers\"")
        .replace("$CALLER_PASSWORD", "\"of-callers\"")
}

struct Secured {
    server: NatsServer,
    _folder: tempfile::TempDir,
    root: std::path::PathBuf,
}

impl Secured {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = NatsServer::configured(&documented(folder.path()));
        Self {
            root: folder.path().join("certificate.pem"),
            server,
            _folder: folder,
        }
    }

    async fn client(&self, user: &str, password: &str) -> Result<Client, async_nats::ConnectError> {
        let options = ConnectOptions::with_user_and_password(user.into(), password.into());
        options
            .custom_inbox_prefix(match user {
                "caller" => "_INBOX_desk",
                _ => "_INBOX_worker",
            })
            .add_root_certificates(self.root.clone())
            .require_tls(true)
            .connect(self.server.url().replace("127.0.0.1", "localhost"))
            .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_configuration_of_the_documentation() {
    let secured = Secured::start();
    let worker = worker(&secured.client("worker", "of-workers").await.unwrap()).await;
    let caller = secured.client("caller", "of-callers").await.unwrap();
    assert_eq!(sum(caller.clone()).await, Ok("3".to_owned()));

    // A caller is no worker, and hears of nothing but its own answers.
    let mut errors = Vec::new();
    for subject in ["tools.desk.call.>", "_INBOX.>", "_INBOX_worker.>", ">"] {
        let mut heard = caller.subscribe(subject).await.unwrap();
        caller.flush().await.unwrap();
        caller
            .publish(subject.replace('>', "x"), "".into())
            .await
            .unwrap();
        caller.flush().await.unwrap();
        errors
            .push(tokio::time::timeout(std::time::Duration::from_millis(100), heard.next()).await);
    }
    assert!(errors.iter().all(|heard| !matches!(heard, Ok(Some(_)))));
    assert_eq!(sum(caller).await, Ok("3".to_owned()));
    worker.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_password_gets_nothing_and_no_error_shows_one() {
    let secured = Secured::start();
    let refused = secured.client("caller", "guessed-by-somebody").await;
    let error = refused.expect_err("it is not let in");
    assert!(!format!("{error} {error:?}").contains("guessed-by-somebody"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_cannot_be_a_worker() {
    let secured = Secured::start();
    let client = secured.client("caller", "of-callers").await.unwrap();
    let toolbox = Toolbox::new(tools![add]).unwrap();
    // The server refuses its subscriptions, so nobody finds it.
    let _worker = Worker::new("desk", toolbox.bind(())).start(&client).await;
    let caller = secured.client("caller", "of-callers").await.unwrap();
    let nobody = RemoteTools::discover(caller)
        .within(std::time::Duration::from_millis(300))
        .await;
    assert!(nobody.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nkeys() {
    let [worker_key, caller_key] = [nkeys::KeyPair::new_user(), nkeys::KeyPair::new_user()];
    let server = NatsServer::configured(&format!(
        r#"authorization {{ users = [ {{ nkey: "{}" }}, {{ nkey: "{}" }} ] }}"#,
        worker_key.public_key(),
        caller_key.public_key()
    ));
    let client = async |key: &nkeys::KeyPair| {
        let options = ConnectOptions::with_nkey(key.seed().unwrap());
        options.connect(server.url()).await
    };
    let _worker = worker(&client(&worker_key).await.unwrap()).await;
    assert_eq!(
        sum(client(&caller_key).await.unwrap()).await,
        Ok("3".to_owned())
    );
    let stranger = nkeys::KeyPair::new_user();
    let error = client(&stranger).await.expect_err("it is not let in");
    assert!(!format!("{error} {error:?}").contains(&stranger.seed().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn prefixes_are_apart() {
    let server = NatsServer::start();
    let client = server.client().await;
    let toolbox = Toolbox::new(tools![add]).unwrap();
    let worker = Worker::new("desk", toolbox.bind(())).prefix("staging.tools");
    let _worker = worker.start(&client).await.unwrap();
    let nobody = RemoteTools::discover(client.clone())
        .within(std::time::Duration::from_millis(300))
        .await;
    assert!(nobody.is_err());
    let staging = RemoteTools::discover(client).prefix("staging.tools").await;
    assert_eq!(staging.unwrap().workers().len(), 1);
}
