//! What goes wrong is one line that says what to do, and an exit code.

use std::net::TcpListener;

use serde_json::json;
use tool_runtime::dialect::{Anthropic, OpenAiChat};
use tool_runtime::testing::Reply;

use super::child::{Folder, run};
use super::server::{Answer, Server};

/// Asks this provider; the line, without the folder's name.
#[track_caller]
fn asked(url: &str, provider: &str, expected: &str) {
    let folder = Folder::new();
    let words = ["--provider", provider, "--base-url", url, "--model", "m"];
    let ended = run(&[&words[..], &["--dir", folder.path(), "Hello?"]].concat());
    let told = ended
        .told
        .replace(folder.path(), "FOLDER")
        .replace(url, "URL");
    let go_on = "; go on with `--resume --dir FOLDER`\n";
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert_eq!(told, format!("agent: {expected}{go_on}"));
    // What was asked is kept.
    assert_eq!(folder.history().len(), 1);
}

#[track_caller]
fn refused(status: &str, headers: &str, body: &str, expected: &str) {
    let answer = Answer::whole(status, headers, body);
    for name in ["openai", "anthropic"] {
        let server = Server::start([answer.clone()]);
        let key = format!("{}_API_KEY", name.to_uppercase());
        asked(
            &server.url,
            name,
            &expected.replace("NAME", name).replace("KEY", &key),
        );
    }
}

#[test]
fn a_provider_that_refuses() {
    let error = |message: &str| {
        let error = json!({"type": "error", "error": {"type": "an_error", "message": message}});
        error.to_string()
    };
    refused(
        "401 Unauthorized",
        "",
        &error("Incorrect API key provided."),
        "NAME refused the request (401: Incorrect API key provided.); set KEY to a key that it takes",
    );
    refused(
        "404 Not Found",
        "",
        &error("The model `m` does not exist."),
        "NAME refused the request (404: The model `m` does not exist.); see to `--model` and `--base-url`",
    );
    refused(
        "429 Too Many Requests",
        "retry-after: 20\r\n",
        &error("Rate limit reached."),
        "NAME refused the request (429: Rate limit reached.); wait 20 s",
    );
    refused(
        "529 Overloaded",
        "",
        "",
        "NAME refused the request (529); wait a while",
    );
    refused(
        "502 Bad Gateway",
        "",
        "<html>\n<h1>Bad\x1b[31m gateway</h1>",
        "NAME refused the request (502: <html> <h1>Bad [31m gateway</h1>); wait a while",
    );
}

#[test]
fn no_network() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    drop(listener);
    let expected = "URL/chat/completions cannot be reached (connection refused); see to the network and to `--base-url`";
    asked(&url, "openai", expected);
}

#[test]
fn a_response_that_breaks_off() {
    let story = Reply::new().text("This will be a long story.");
    let part = Answer::part(&OpenAiChat, story.clone(), false, |body| {
        body.contains("This")
    });
    let server = Server::start([part]);
    let broke = "the response broke off (end of file before message length reached)";
    asked(&server.url, "openai", broke);
    let whole = Answer::turn(&OpenAiChat, story);
    let server = Server::start([whole.without_its_end()]);
    asked(&server.url, "openai", "the response broke off");
}

#[test]
fn a_response_that_is_none() {
    let check = |body: &str, expected: &str| {
        let server = Server::start([Answer::whole("200 OK", "", body)]);
        asked(&server.url, "openai", expected);
    };
    check("data: [DONE]\n\n", "the response broke off");
    check(
        "data: {\"error\": {\"message\": \"Overloaded.\"}}\n\n",
        "the provider ended its response (Overloaded.)",
    );
    check(
        "data: {\"type\": \"message_start\", \"message\": {}}\n\n",
        "the response cannot be read (expected a response of OpenAI Chat Completions (an object with `choices`), found an event of \
         Anthropic Messages); see to `--provider` and `--base-url`",
    );
}

#[test]
fn a_response_that_breaks_off_behind_a_call_goes_on() {
    for (name, dialect) in [("openai", &OpenAiChat as _), ("anthropic", &Anthropic as _)] {
        let both = Reply::new()
            .call("get_customer", json!({"customer_id": 1234}))
            .call("get_tickets", json!({"customer_id": 1234}));
        let part = Answer::part(dialect, both, false, |body| body.contains("get_tickets"));
        let server = Server::start([part, Answer::turn(dialect, Reply::new().text("So."))]);
        let folder = Folder::new();
        let words = [
            "--provider",
            name,
            "--base-url",
            &server.url,
            "--model",
            "m",
        ];
        run(&[
            &words[..],
            &["--dir", folder.path(), "--latency", "0", "Who?"],
        ]
        .concat())
        .is_fine()
        .has("  ✓ get_customer: {\"id\":1234,\"name\":\"Ada Lovelace\",\"plan\":\"gold\"}\n")
        .has("  ✗ get_tickets: ")
        .has("The response broke off (")
        .has("model: So.\n");
    }
}

/// What cannot be done as it was asked for.
#[track_caller]
fn unusable(words: &[&str], expected: &str) {
    let ended = run(words);
    assert_eq!(
        (ended.code, &*ended.told),
        (Some(2), &*format!("agent: {expected}\n")),
        "{ended:#?}"
    );
}

#[test]
fn arguments_that_are_wrong() {
    unusable(
        &["--modell", "m"],
        "unexpected argument '--modell' found; a similar argument exists: '--model'",
    );
    unusable(
        &["--latency", "soon"],
        "invalid value 'soon' for '--latency <MILLISECONDS>': invalid digit found in string; see `--help`",
    );
    unusable(
        &["--provider", "opnai"],
        "invalid value 'opnai' for '--provider <NAME>' [possible values: openai, anthropic]; a similar value exists: 'openai'",
    );
    unusable(
        &["--dir", ""],
        "a value is required for '--dir <FOLDER>' but none was supplied; see `--help`",
    );
    unusable(
        &["--resume"],
        "the following required arguments were not provided: --dir <FOLDER>; see `--help`",
    );
    unusable(
        &["--base-url", "http://127.0.0.1:1"],
        "name the model of openai that is to answer, with `--model`",
    );
    let folder = Folder::new();
    unusable(
        &[
            "--base-url",
            "nowhere",
            "--model",
            "m",
            "--dir",
            folder.path(),
        ],
        "`nowhere` is no address of a provider; write it as `--base-url https://host/v1`",
    );
    assert!(!folder.as_ref().exists());
}

#[test]
fn folders_that_are_wrong() {
    let folder = Folder::new();
    let path = folder.path();
    unusable(
        &["--resume", "--dir", path],
        &format!(
            "there is no conversation in {path}; begin one without `--resume`, or name its folder with `--dir`"
        ),
    );
    run(&["--dir", path, "--latency", "0"]).is_fine();
    unusable(
        &["--dir", path],
        &format!(
            "there is a conversation in {path} already; go on with it by `--resume`, or choose another folder"
        ),
    );
    unusable(
        &["--resume", "--dir", path, "--provider", "anthropic"],
        "the conversation is in the format of openai, and `--provider anthropic` does not read that; leave it out, or begin a new one",
    );
    std::fs::remove_file(format!("{path}/desk.db")).expect("a database");
    std::fs::create_dir(format!("{path}/desk.db")).expect("a folder");
    let ended = run(&["--resume", "--dir", path]);
    let expected = format!(
        "agent: the database {path}/desk.db cannot be used: unable to open database file: {path}/desk.db; \
         see whether another program has it, or choose another folder with `--dir`\n"
    );
    assert_eq!((ended.code, ended.told), (Some(1), expected));
    let below = format!("{path}/history.json/below");
    unusable(
        &["--dir", &below],
        &format!(
            "no conversation can be kept in {below} (not a directory); choose another folder with `--dir`"
        ),
    );
    std::fs::write(format!("{path}/history.json"), "{").expect("a file");
    let ended = run(&["--resume", "--dir", path]);
    assert_eq!(ended.code, Some(1));
    let told = format!("agent: history.json in {path} cannot be read (");
    assert!(ended.told.starts_with(&told), "{ended:#?}");
    assert!(
        ended
            .told
            .ends_with("); mend it, or begin a new conversation\n"),
        "{ended:#?}"
    );
}
