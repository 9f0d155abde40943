//! A caller that says what the test says: a client of NATS and `docs/protocol.md`.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::{Client, HeaderMap, Subscriber};
use serde_json::Value;
use tokio::time::{sleep, timeout};
use tokio_stream::StreamExt as _;
use tool_runtime::Report;

/// How long what must come may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How long is listened to hear that nothing comes.
pub(crate) const A_WHILE: Duration = Duration::from_millis(300);

pub(crate) struct Caller {
    pub(crate) client: Client,
    /// The endpoints of the service, by their names.
    endpoints: HashMap<String, Value>,
    pub(crate) info: Value,
}

/// A call before it is sent.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Vec<u8>,
}

/// What is answered to a call.
pub(crate) struct Answers {
    pub(crate) inbox: String,
    messages: Subscriber,
}

#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) kind: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Vec<u8>,
}

/// The last of what is answered.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) refused: Option<String>,
    pub(crate) why: String,
    pub(crate) is_repeated: bool,
    pub(crate) parts: usize,
    pub(crate) payload: Vec<u8>,
    /// The kinds of what came before.
    pub(crate) before: Vec<String>,
}

impl Caller {
    /// A caller that knows the service, which is asked until it is there.
    pub(crate) async fn of(client: Client, service: &str) -> Self {
        let info = ask_until(&client, &format!("$SRV.INFO.{service}")).await;
        let endpoints = info["endpoints"].as_array().unwrap().iter();
        let named = |endpoint: &Value| {
            (
                endpoint["name"].as_str().unwrap().to_owned(),
                endpoint.clone(),
            )
        };
        Self {
            endpoints: endpoints.map(named).collect(),
            client,
            info,
        }
    }

    pub(crate) fn endpoint(&self, tool: &str) -> &Value {
        &self.endpoints[tool]
    }

    pub(crate) fn id(&self) -> &str {
        self.info["id"].as_str().unwrap()
    }

    /// A call as a caller that behaves makes it, with a key of its own.
    pub(crate) fn ask(&self, tool: &str, arguments: &str) -> Ask {
        let endpoint = self.endpoint(tool);
        let fingerprint = endpoint["metadata"]["fingerprint"].as_str().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("Tool-Format", "1");
        headers.insert("Tool-Fingerprint", fingerprint);
        headers.insert("Tool-Call-Id", "\"call_1\"");
        headers.insert(
            "Tool-Idempotency-Key",
            format!("\"{}\"", self.client.new_inbox()),
        );
        headers.insert("Tool-Attempt", "1");
        headers.insert("Tool-Heartbeat-Ms", "600000");
        Ask {
            subject: endpoint["subject"].as_str().unwrap().to_owned(),
            headers,
            payload: arguments.as_bytes().to_vec(),
        }
    }

    pub(crate) async fn send(&self, ask: &Ask) -> Answers {
        let inbox = self.client.new_inbox();
        let messages = self.client.subscribe(inbox.clone()).await.unwrap();
        let Ask {
            subject,
            headers,
            payload,
        } = ask.clone();
        let sent = self.client.publish_with_reply_and_headers(
            subject,
            inbox.clone(),
            headers,
            payload.into(),
        );
        sent.await.unwrap();
        self.client.flush().await.unwrap();
        Answers { inbox, messages }
    }

    /// Sends a call and waits for its end.
    pub(crate) async fn end(&self, ask: &Ask) -> End {
        self.send(ask).await.end().await
    }

    /// Tells the worker that the call is not wanted any more.
    pub(crate) async fn cancel(&self, answers: &Answers) {
        let token = answers.inbox.rsplit('.').next().unwrap();
        let subject = format!("tools.desk.cancel.{}.{token}", self.id());
        self.client.publish(subject, "".into()).await.unwrap();
        self.client.flush().await.unwrap();
    }
}

impl Ask {
    pub(crate) fn with(mut self, header: &str, value: &str) -> Self {
        self.headers.insert(header, value);
        self
    }

    pub(crate) fn without(mut self, header: &str) -> Self {
        let others = self
            .headers
            .iter()
            .filter(|(name, _)| name.to_string() != header);
        let others: Vec<_> = others
            .map(|(name, values)| (name.clone(), values[0].clone()))
            .collect();
        self.headers = others.into_iter().collect();
        self
    }
}

impl Answers {
    pub(crate) async fn next(&mut self) -> Heard {
        let message = timeout(PATIENCE, self.messages.next()).await;
        let message = message.expect("an answer in time").expect("an answer");
        if let Some(status) = message.status {
            return Heard {
                kind: format!("status {status}"),
                headers: HeaderMap::new(),
                payload: Vec::new(),
            };
        }
        let headers = message.headers.expect("headers");
        Heard {
            kind: headers
                .get("Tool-Answer")
                .expect("an answer's kind")
                .to_string(),
            headers,
            payload: message.payload.into(),
        }
    }

    /// Whether nothing comes for a while.
    pub(crate) async fn is_silent(&mut self) -> bool {
        timeout(A_WHILE, self.messages.next()).await.is_err()
    }

    pub(crate) async fn end(&mut self) -> End {
        let mut end = End {
            refused: None,
            why: String::new(),
            is_repeated: false,
            parts: 0,
            payload: Vec::new(),
            before: Vec::new(),
        };
        loop {
            let heard = self.next().await;
            match heard.kind.as_str() {
                "refused" => {
                    let get = |name: &str| heard.headers.get(name).unwrap().to_string();
                    end.refused = Some(get("Tool-Refused"));
                    end.why = get("Nats-Service-Error");
                    return end;
                }
                "result" => {
                    end.parts += 1;
                    end.is_repeated = heard.headers.get("Tool-Repeated").is_some();
                    end.payload.extend(heard.payload);
                    let part = heard.headers.get("Tool-Part").unwrap().to_string();
                    let (number, of) = part.split_once('/').unwrap();
                    assert_eq!(number, end.parts.to_string(), "parts are in order");
                    if number == of {
                        return end;
                    }
                }
                _ => end.before.push(heard.kind),
            }
        }
    }
}

impl End {
    pub(crate) fn report(&self) -> Report {
        assert_eq!(self.refused, None, "{}", self.why);
        serde_json::from_slice(&self.payload).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        self.report().results()[0].text().to_owned()
    }

    pub(crate) fn ending(&self) -> String {
        self.report().results()[0].outcome().ending.to_string()
    }

    #[track_caller]
    pub(crate) fn check_refused(&self, code: &str, why: &str) {
        assert_eq!(
            (self.refused.as_deref(), self.why.as_str()),
            (Some(code), why)
        );
    }
}

/// Asks until somebody answers.
pub(crate) async fn ask_until(client: &Client, subject: &str) -> Value {
    let asked = async {
        loop {
            if let Ok(answer) = client.request(subject.to_owned(), "".into()).await {
                return serde_json::from_slice(&answer.payload).unwrap();
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, asked).await.expect("an answer")
}
