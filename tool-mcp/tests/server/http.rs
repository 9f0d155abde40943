//! The server over HTTP: a router that is asked without a network.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tool_mcp::server::{Limits, McpRefusal, McpRequest, McpServer};
use tower::ServiceExt as _;

use crate::tools::{Probe, server, toolbox};

/// A client of a router.
#[derive(Clone)]
struct Client {
    app: Router,
    headers: HeaderMap,
}

impl Client {
    fn new(server: McpServer) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "localhost:8080"),
            ("accept", "application/json, text/event-stream"),
            ("content-type", "application/json"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let app = Router::new().nest("/mcp", server.router());
        Self { app, headers }
    }

    fn with(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(name, value.parse().unwrap());
        client
    }

    /// The client with a session.
    async fn begun(self) -> Self {
        let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "0"}});
        let initialize =
            json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
        let response = self.send(Method::POST, initialize.to_string()).await;
        assert_eq!(response.status(), StatusCode::OK);
        let session = response.headers()["mcp-session-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let client = self
            .with("mcp-session-id", &session)
            .with("mcp-protocol-version", "2025-11-25");
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let (status, _) = client.post(&initialized).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        client
    }

    async fn send(&self, method: Method, body: String) -> axum::http::Response<Body> {
        let mut request = Request::builder().method(method).uri("/mcp");
        request.headers_mut().unwrap().extend(self.headers.clone());
        let request = request.body(Body::from(body)).unwrap();
        self.app.clone().oneshot(request).await.unwrap()
    }

    /// The status and what is said, the last of it if it is a stream.
    async fn post(&self, message: &Value) -> (StatusCode, Value) {
        self.raw(message.to_string()).await
    }

    async fn raw(&self, body: impl Into<String>) -> (StatusCode, Value) {
        let response = self.send(Method::POST, body.into()).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let last = body
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .next_back();
        let said = last.unwrap_or(&body);
        (
            status,
            serde_json::from_str(said).unwrap_or_else(|_| Value::from(said)),
        )
    }

    async fn call(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        let (_, said) = self
            .post(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}))
            .await;
        said
    }
}

/// A request of the revision without sessions.
fn stateless(tool: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": tool, "arguments": arguments,
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    }})
}

fn without_session(server: McpServer, tool: &str) -> Client {
    Client::new(server)
        .with("mcp-protocol-version", "2026-07-28")
        .with("mcp-method", "tools/call")
        .with("mcp-name", tool)
}

#[tokio::test]
async fn a_session_lists_and_calls() {
    let client = Client::new(server(&Probe::new())).begun().await;
    let (status, said) = client
        .post(&json!({"jsonrpc": "2.0", "id": "a", "method": "tools/list"}))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(said["id"], "a");
    assert_eq!(said["result"]["tools"].as_array().unwrap().len(), 14);
    let said = client.call("add", json!({"a": 1, "b": 2})).await;
    assert_eq!(said["result"]["content"][0]["text"], "3");
    let said = client.call("addd", json!({})).await;
    assert_eq!(said["error"]["code"], -32602);
}

#[tokio::test]
async fn a_request_stands_for_itself() {
    let client = without_session(server(&Probe::new()), "add");
    let (status, said) = client
        .post(&stateless("add", json!({"a": 1, "b": 2})))
        .await;
    assert_eq!(status, StatusCode::OK, "{said}");
    assert_eq!(said["result"]["content"][0]["text"], "3");
    assert_eq!(said["result"]["resultType"], "complete");
}

#[tokio::test]
async fn two_calls_of_a_session_run_at_once() {
    let client = Client::new(server(&Probe::new())).begun().await;
    let other =
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "meet"}});
    let (one, other) = tokio::join!(client.call("meet", json!({})), client.post(&other));
    assert_eq!(one["result"]["content"][0]["text"], "met");
    assert_eq!(other.1["result"]["content"][0]["text"], "met");
}

#[tokio::test]
async fn arguments_are_read_as_the_client_wrote_them() {
    let client = Client::new(server(&Probe::new())).begun().await;
    let call = |arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"add","arguments":{arguments}}}}}"#
        )
    };
    let (_, said) = client.raw(call(r#"{"a": 1, "a": 2, "b": 3}"#)).await;
    assert!(said.to_string().contains("a second time"), "{said}");
    let (_, said) = client.raw(call("[1, 2]")).await;
    assert_eq!(said["result"]["isError"], true, "{said}");
}

#[tokio::test]
async fn other_hosts_and_pages_are_refused() {
    let client = Client::new(server(&Probe::new()));
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    for client in [
        client.with("host", "evil.example"),
        client.with("host", "localhost.evil.example:8080"),
        client.with("origin", "https://evil.example"),
        client.with("origin", "http://localhost.evil.example"),
        client.with("origin", "null"),
    ] {
        let (status, said) = client.post(&ping).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{said}");
    }
    client.with("origin", "http://localhost:6274").begun().await;

    let open = server(&Probe::new())
        .allowed_hosts(["tools.example.com"])
        .allowed_origins(["https://app.example.com:443"]);
    let client = Client::new(open);
    assert_eq!(client.post(&ping).await.0, StatusCode::FORBIDDEN);
    let client = client.with("host", "tools.example.com");
    client.clone().begun().await;
    client
        .with("origin", "https://app.example.com")
        .begun()
        .await;
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused() {
    let limits = Limits::default().max_message_bytes(1000);
    let client = Client::new(server(&Probe::new()).limits(limits).unwrap())
        .begun()
        .await;
    let (status, said) = client.raw("x".repeat(1001)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        said["error"]["message"],
        "the body is too large, or was cut off; expected at most 1000 bytes"
    );
    client.call("add", json!({"a": 1, "b": 2})).await;
}

#[tokio::test]
async fn a_body_that_is_no_message_is_refused_in_words() {
    let client = Client::new(server(&Probe::new())).begun().await;
    for (body, code, part) in [
        ("", -32700, "no JSON"),
        ("garbage", -32700, "no JSON"),
        (
            r#"{"id":7,"method":"tools/call","params":{"name":"add","arguments":{"a":NaN}}}"#,
            -32700,
            "`NaN`",
        ),
        ("[]", -32600, "no batches"),
        (
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call"}"#,
            -32602,
            "`params`",
        ),
        (
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":7}}"#,
            -32602,
            "`tools/list`",
        ),
    ] {
        let (status, said) = client.raw(body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert_eq!(said["error"]["code"], code);
        assert!(
            said["error"]["message"].as_str().unwrap().contains(part),
            "{said}"
        );
        assert_eq!(
            said["id"],
            if body.contains('7') {
                json!(7)
            } else {
                Value::Null
            }
        );
    }
}

#[tokio::test]
async fn methods_are_those_of_the_protocol() {
    let client = Client::new(server(&Probe::new())).begun().await;
    for method in [Method::PUT, Method::PATCH, Method::OPTIONS] {
        let response = client.send(method, String::new()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()["allow"], "GET, POST, DELETE");
    }
    // The stream for what belongs to no request.
    let response = client.send(Method::GET, String::new()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let json = client.with("accept", "application/json");
    let response = json.send(Method::GET, String::new()).await;
    assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_session_that_is_not_there_is_not_found() {
    let client = Client::new(server(&Probe::new())).begun().await;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let other = client.with("mcp-session-id", "no-such");
    assert_eq!(other.post(&list).await.0, StatusCode::NOT_FOUND);
    let mut none = client.clone();
    none.headers.remove("mcp-session-id");
    assert!(none.post(&list).await.0.is_client_error());
    let response = client.send(Method::DELETE, String::new()).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(client.post(&list).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_end_of_a_session_cancels_its_calls() {
    let probe = Probe::new();
    let client = Client::new(server(&probe)).begun().await;
    let caller = client.clone();
    let called = tokio::spawn(async move { caller.call("wait", json!({})).await });
    probe.begun.notified().await;
    client.send(Method::DELETE, String::new()).await;
    probe.ended.notified().await;
    called.abort();
}

#[tokio::test]
async fn a_call_is_cancelled_by_a_request() {
    let probe = Probe::new();
    let client = Client::new(server(&probe)).begun().await;
    let caller = client.clone();
    let called = tokio::spawn(async move { caller.call("wait", json!({})).await });
    probe.begun.notified().await;
    let params = json!({"requestId": 1});
    client
        .post(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}))
        .await;
    probe.ended.notified().await;
    called.abort();
}

#[tokio::test]
async fn without_a_session_a_connection_that_breaks_off_cancels() {
    let probe = Probe::new();
    let client = without_session(server(&probe), "wait");
    let called = tokio::spawn(async move { client.post(&stateless("wait", json!({}))).await });
    probe.begun.notified().await;
    called.abort();
    probe.ended.notified().await;
}

#[tokio::test]
async fn the_server_is_cancelled_with_its_sessions() {
    let (probe, token) = (Probe::new(), CancellationToken::new());
    let client = Client::new(server(&probe).cancelled_by(token.clone()))
        .begun()
        .await;
    let called = tokio::spawn(async move { client.call("wait", json!({})).await });
    probe.begun.notified().await;
    token.cancel();
    probe.ended.notified().await;
    let _ = called.await;
    assert_eq!(probe.running.load(Ordering::SeqCst), 0);
}

/// Who was authenticated.
#[derive(Clone)]
struct Tenant(&'static str);

/// A server for whoever the header says: a middleware stands for authentication.
fn for_tenants() -> (Client, [Arc<Probe>; 2]) {
    let probes = [Probe::new(), Probe::new()];
    let (toolbox, states) = (toolbox(), probes.clone());
    let readers = toolbox.view(|tool| tool.effects().changes_nothing());
    let server = McpServer::per_request(move |request: McpRequest| {
        let bound = match request.extension::<Tenant>() {
            Some(Tenant("acme")) => Ok(toolbox.bind(states[0].clone()).for_tenant("acme")),
            Some(Tenant(other)) => Ok(readers.bind(states[1].clone()).for_tenant(*other)),
            None => Err(McpRefusal::new("log in first")),
        };
        async { bound }
    });
    let mut client = Client::new(server);
    client.app = client.app.layer(axum::middleware::map_request(
        |mut request: Request<Body>| async {
            let tenant = match request
                .headers()
                .get("authorization")
                .map(|key| key.as_bytes())
            {
                Some(b"Bearer a") => Some(Tenant("acme")),
                Some(b"Bearer b") => Some(Tenant("globex")),
                _ => None,
            };
            request.extensions_mut().extend(
                tenant
                    .map(|tenant| {
                        let mut extensions = axum::http::Extensions::new();
                        extensions.insert(tenant);
                        extensions
                    })
                    .unwrap_or_default(),
            );
            request
        },
    ));
    (client, probes)
}

#[tokio::test]
async fn who_was_authenticated_says_what_there_is_and_whose_it_is() {
    let (client, [acme, globex]) = for_tenants();
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let append = || json!({"line": "x", "takes": 0});

    let one = client.with("authorization", "Bearer a").begun().await;
    let (_, said) = one.post(&list).await;
    assert_eq!(said["result"]["tools"].as_array().unwrap().len(), 14);
    assert_eq!(
        one.call("append", append()).await["result"]["content"][0]["text"],
        "Done."
    );

    let other = client.with("authorization", "Bearer b").begun().await;
    let (_, said) = other.post(&list).await;
    assert_eq!(said["result"]["tools"].as_array().unwrap().len(), 11);
    let said = other.call("append", append()).await;
    assert_eq!(said["error"]["code"], -32602);
    assert_eq!((acme.log().len(), globex.log().len()), (1, 0));

    // Somebody else in a session that is not theirs has their own all the same.
    let thief = one.with("authorization", "Bearer b");
    assert_eq!(
        thief.call("append", append()).await["error"]["code"],
        -32602
    );
    let nobody = client.begun().await;
    let said = nobody.call("append", append()).await;
    assert_eq!(
        said["error"],
        json!({"code": -32600, "message": "log in first"})
    );
}

#[tokio::test]
async fn who_chooses_knows_the_session() {
    let (toolbox, probe) = (toolbox(), Probe::new());
    let server = McpServer::per_request(move |request: McpRequest| {
        let session = request.session_id().map(str::to_owned);
        let bound = toolbox.bind(probe.clone());
        async move {
            session
                .map(|_| bound)
                .ok_or_else(|| McpRefusal::new("no session"))
        }
    });
    let client = Client::new(server.clone()).begun().await;
    assert!(client.call("draw", json!({})).await.get("result").is_some());
    // A header is no session where there are none.
    let client = without_session(server, "draw").with("mcp-session-id", "made-up");
    let (_, said) = client.post(&stateless("draw", json!({}))).await;
    assert_eq!(said["error"]["message"], "no session", "{said}");
}
