//! A server at a URL, on loopback. What it answers is constructed from the protocol's transport: one JSON answer for each request.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tool_mcp::client::{ConnectError, McpTools, McpUrl};

use crate::fake::called;

/// What was asked: the headers, and the body.
#[derive(Debug)]
struct Asked {
    headers: String,
    body: Value,
}

type Answer = fn(&Asked) -> (&'static str, &'static str, String);

/// A server that answers so, where it is, and what it was asked.
async fn serving(answer: Answer) -> (String, Arc<Mutex<Vec<Asked>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, answer, Arc::clone(&seen)));
        }
    });
    (format!("{at}"), asked)
}

async fn connection(stream: TcpStream, answer: Answer, seen: Arc<Mutex<Vec<Asked>>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut headers = String::new();
        while !headers.ends_with("\r\n\r\n") {
            if stream.read_line(&mut headers).await.ok()? == 0 {
                return None;
            }
        }
        let headers = headers.to_ascii_lowercase();
        let length = headers
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).await.ok()?;
        let body = serde_json::from_slice(&body).unwrap_or_default();
        let asked = Asked { headers, body };
        let (status, kind, text) = answer(&asked);
        seen.lock().unwrap().push(asked);
        let length = text.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        );
        stream
            .write_all(format!("{head}{text}").as_bytes())
            .await
            .ok()?;
    }
}

fn well(asked: &Asked) -> (&'static str, &'static str, String) {
    if !asked.headers.starts_with("post ") {
        return ("405 Method Not Allowed", "text/plain", String::new());
    }
    let id = &asked.body["id"];
    if id.is_null() {
        return ("202 Accepted", "text/plain", String::new());
    }
    let answer = match asked.body["method"].as_str().unwrap() {
        "initialize" => json!({"result": {
            "protocolVersion": "2025-11-25",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "fake", "version": "1"},
        }}),
        "tools/list" => {
            json!({"result": {"tools": [{"name": "read", "inputSchema": {"type": "object"}}]}})
        }
        "tools/call" => json!({"result": {"content": [{"type": "text", "text": "seven"}]}}),
        _ => json!({"error": {"code": -32601, "message": "unknown"}}),
    };
    let mut answer = answer;
    answer["jsonrpc"] = json!("2.0");
    answer["id"] = id.clone();
    ("200 OK", "application/json", answer.to_string())
}

async fn refused(answer: Answer, url: impl FnOnce(&str) -> McpUrl) -> ConnectError {
    let (at, _) = serving(answer).await;
    McpTools::connect("crm", url(&at)).await.unwrap_err()
}

#[tokio::test]
async fn a_server_at_a_url_is_called() {
    let (at, asked) = serving(well).await;
    let url = McpUrl::new(format!("http://{at}/mcp"))
        .bearer("t0ken-7")
        .header("x-tenant", "ada");
    let tools = McpTools::connect("files", url).await.unwrap();
    let (report, ()) = called(&tools, "read", "{}", async {}).await;
    assert_eq!(report.results()[0].text(), "seven");
    for asked in asked.lock().unwrap().iter() {
        assert!(
            asked.headers.contains("authorization: bearer t0ken-7"),
            "{asked:?}"
        );
        assert!(asked.headers.contains("x-tenant: ada"), "{asked:?}");
    }
}

#[tokio::test]
async fn what_is_no_server_of_the_protocol_is_refused_in_words() {
    let html = |_: &Asked| {
        (
            "404 Not Found",
            "text/html",
            "<html>Not found</html>".to_owned(),
        )
    };
    let error = refused(html, |at| McpUrl::new(format!("http://{at}/"))).await;
    let text = error.to_string();
    assert!(
        text.starts_with("the server `crm` cannot be used: ") && text.contains("404"),
        "{text}"
    );

    let page = |_: &Asked| ("200 OK", "text/html", "<html>Welcome</html>".to_owned());
    let error = refused(page, |at| McpUrl::new(format!("http://{at}/"))).await;
    assert!(error.to_string().contains("text/html"), "{error}");

    let json = |_: &Asked| ("200 OK", "application/json", r#"{"ok":true}"#.to_owned());
    let error = refused(json, |at| McpUrl::new(format!("http://{at}/"))).await;
    assert!(error.to_string().contains("cannot be used"), "{error}");
}

#[tokio::test]
async fn no_error_shows_who_asks() {
    let unauthorised = |_: &Asked| ("401 Unauthorized", "text/plain", String::new());
    let echo = |asked: &Asked| {
        (
            "500 Internal Server Error",
            "text/plain",
            asked.headers.clone(),
        )
    };
    let forbidden = |asked: &Asked| ("403 Forbidden", "text/plain", asked.headers.clone());
    let answers: [Answer; 3] = [unauthorised, echo, forbidden];
    for answer in answers {
        let secret = |at: &str| {
            McpUrl::new(format!("http://ada:hunter21@{at}/mcp?key=hunter22"))
                .bearer("hunter23")
                .header("x-key", "hunter24")
        };
        let error = refused(answer, secret).await;
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains("hunter"), "{shown}");
        }
    }
    let url = McpUrl::new("http://ada:hunter21@crm/mcp?key=hunter22").bearer("hunter23");
    for shown in [
        format!("{url:?}"),
        format!("{:?}", McpTools::connect("crm", url)),
    ] {
        assert!(!shown.contains("hunter"), "{shown}");
    }
}

#[tokio::test]
async fn a_server_that_wants_a_token_says_so() {
    let unauthorised = |_: &Asked| ("401 Unauthorized", "text/plain", String::new());
    let error = refused(unauthorised, |at| McpUrl::new(format!("http://{at}/mcp"))).await;
    assert_eq!(
        error.to_string(),
        "the server `crm` cannot be used: it wants to know who asks (HTTP 401); give it a token that it takes, with `McpUrl::bearer`"
    );
}

#[tokio::test]
async fn what_fails_on_the_way_says_what_is_known_and_no_address() {
    let busy: Answer = |asked| match asked.body["method"] == "tools/call" {
        true => (
            "429 Too Many Requests\r\nretry-after: 7",
            "text/plain",
            String::new(),
        ),
        false => well(asked),
    };
    let broken: Answer = |asked| match asked.body["method"] == "tools/call" {
        true => (
            "500 Internal Server Error",
            "text/plain",
            "secret at 10.0.0.7".to_owned(),
        ),
        false => well(asked),
    };
    for (answer, expected) in [
        (
            busy,
            "`files__read` was not called: The server `files` has no room for the call now. Nothing was changed. Call it again after 7s.",
        ),
        (
            broken,
            "The server `files` did not answer. It may have taken effect; check before repeating.",
        ),
    ] {
        let (at, _) = serving(answer).await;
        let tools = McpTools::connect("files", McpUrl::new(format!("http://{at}/mcp")))
            .await
            .unwrap();
        let (report, ()) = called(&tools, "read", "{}", async {}).await;
        assert_eq!(report.results()[0].text(), expected);
    }
}

#[tokio::test]
async fn nobody_there_is_told_from_a_server_that_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let error = McpTools::connect("crm", McpUrl::new(format!("http://{at}/mcp")))
        .await
        .unwrap_err();
    assert!(
        error.to_string().to_lowercase().contains("refused"),
        "{error}"
    );

    let tls = McpTools::connect("crm", McpUrl::new("https://crm.example/mcp"))
        .await
        .unwrap_err();
    assert!(
        tls.to_string().contains("needs the feature `client-https`"),
        "{tls}"
    );
    let neither = McpTools::connect("crm", McpUrl::new("crm.example/mcp"))
        .await
        .unwrap_err();
    assert!(
        neither
            .to_string()
            .contains("begins with neither `http://` nor `https://`"),
        "{neither}"
    );
}
