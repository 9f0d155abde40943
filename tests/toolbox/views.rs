//! Views: what a part of a toolbox shows, what it hides, and what it shares with the whole.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{call, codes, texts};
use tokio::time::sleep;
use tool_runtime::dialect::{Anthropic, OpenAiResponses, RequestFormat};
use tool_runtime::layer;
use tool_runtime::{BuildError, Policy, ToolDefinition, ToolResult, Toolbox, tool, tools};

/// Reads a note.
#[tool(reads("note:{id}"))]
async fn read_note(
    /// Which.
    id: u64,
) -> u64 {
    sleep(Duration::from_millis(10)).await;
    id
}

/// Writes a note.
#[tool(writes("note:{id}"))]
async fn write_note(
    /// Which.
    id: u64,
) {
    sleep(Duration::from_millis(10)).await;
    let _ = id;
}

/// Deletes a note for good.
#[tool(writes("note:{id}"), destructive)]
async fn delete_note(
    /// Which.
    id: u64,
) {
    let _ = id;
}

fn toolbox() -> Toolbox {
    Toolbox::new(tools![delete_note, read_note, write_note]).unwrap()
}

fn names(toolbox: &Toolbox) -> Vec<&str> {
    toolbox.tools().iter().map(ToolDefinition::name).collect()
}

fn note(name: &str) -> tool_runtime::ToolCall {
    call(name, r#"{"id": 7}"#)
}

#[tokio::test]
async fn a_view_shows_its_tools_alone() {
    let toolbox = toolbox();
    let view = toolbox.view(|tool| !tool.is_destructive());
    assert_eq!(names(&view), ["read_note", "write_note"]);
    let alone = Toolbox::new(tools![read_note, write_note]).unwrap();
    assert_eq!(
        view.manifest(Anthropic).unwrap().as_str(),
        alone.manifest(Anthropic).unwrap().as_str()
    );
    assert_eq!(names(&toolbox), ["delete_note", "read_note", "write_note"]);
    // In the order of the toolbox, each once.
    let only = toolbox
        .only(["write_note", "delete_note", "write_note"])
        .unwrap();
    assert_eq!(names(&only), ["delete_note", "write_note"]);
    assert_eq!(
        names(&only.view(|tool| tool.name().starts_with('w'))),
        ["write_note"]
    );
    assert_eq!(names(&toolbox.view(|_| false)), [""; 0]);
    assert_eq!(
        format!("{only:?}"),
        r#"Toolbox(["delete_note", "write_note"])"#
    );
}

#[tokio::test]
async fn a_call_of_what_it_hides_is_one_of_an_unknown_tool() {
    let toolbox = toolbox();
    let view = toolbox.only(["read_note", "write_note"]).unwrap();
    let calls = [note("read_note"), note("delete_note"), note("delete_not")];
    let report = view.run(calls.clone()).await;
    assert_eq!(codes(&report), ["ok", "unknown_tool", "unknown_tool"]);
    for text in &texts(&report)[1..] {
        let hidden = text.replacen("`delete_note`", "", 1);
        assert!(!hidden.contains("delete_note"), "{text}");
        assert!(
            text.contains("The tools are `read_note` and `write_note`."),
            "{text}"
        );
    }
    // The whole has it, also while a view is there.
    assert_eq!(
        codes(&toolbox.run(calls).await),
        ["ok", "ok", "unknown_tool"]
    );
}

#[test]
fn a_view_of_a_tool_that_is_not_there_is_refused() {
    let error = toolbox().only(["read_note", "write_not"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a view is to have the tool `write_not`, which the toolbox does not have; did you mean `write_note`?"
    );
    // Nor what a view hides: it is not there.
    let view = toolbox().only(["read_note"]).unwrap();
    let error = view.only(["delete_note"]).unwrap_err();
    assert!(matches!(error, BuildError::ViewOfUnknownTool { .. }));
    assert!(
        !error.to_string().contains("did you mean `delete"),
        "{error}"
    );
}

#[test]
fn a_view_shares_the_schemas() {
    let toolbox = toolbox();
    let view = toolbox.only(["read_note"]).unwrap();
    let whole = toolbox.tools()[1].parameters();
    assert!(std::ptr::eq(whole, view.tools()[0].parameters()));
}

#[tokio::test(start_paused = true)]
async fn a_view_shares_limits_orders_and_layers() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![delete_note, read_note, write_note])
        .policy(Policy::default().tool_concurrency("write_note", 1))
        .layer(layer::finished(move |result: &ToolResult, _: &()| {
            log.lock().unwrap().push(result.name().to_owned());
        }))
        .build()
        .unwrap();
    let (one, two) = (
        toolbox.only(["write_note"]).unwrap(),
        toolbox.view(|_| true),
    );
    // One call of the tool at a time, whichever view it comes through.
    let (first, second) = tokio::join!(
        one.run([call("write_note", r#"{"id": 1}"#)]),
        two.run([call("write_note", r#"{"id": 2}"#)])
    );
    assert_eq!(first.wall(), Duration::from_millis(10));
    assert_eq!(second.wall(), Duration::from_millis(20));
    assert_eq!(*seen.lock().unwrap(), ["write_note", "write_note"]);
    // One order, too.
    let (first, second) = tokio::join!(
        one.bind(())
            .order_across_batches("t")
            .run([note("write_note")]),
        two.bind(())
            .order_across_batches("t")
            .run([note("read_note")])
    );
    assert_eq!(first.wall(), Duration::from_millis(10));
    assert_eq!(second.wall(), Duration::from_millis(20));
    toolbox.idle().await;
}

#[tokio::test(start_paused = true)]
async fn a_policy_may_speak_of_what_a_view_hides() {
    let view = toolbox().only(["read_note"]).unwrap();
    let policy = Policy::default()
        .tool_timeout("delete_note", Duration::from_secs(1))
        .tool_timeout("read_note", Duration::from_millis(1));
    let desk = view.bind(()).with(policy.grace(Duration::ZERO)).unwrap();
    let report = desk.run([note("read_note"), note("delete_note")]).await;
    assert_eq!(codes(&report), ["timed_out", "unknown_tool"]);
}

#[tokio::test]
async fn a_layer_of_a_toolbox_without_tools_sees_its_calls() {
    let seen = Arc::new(Mutex::new(0));
    let count = Arc::clone(&seen);
    let toolbox = Toolbox::<()>::builder()
        .layer(layer::finished(move |_: &ToolResult, _: &()| {
            *count.lock().unwrap() += 1
        }))
        .build()
        .unwrap();
    toolbox.run([note("read_note")]).await;
    assert_eq!(*seen.lock().unwrap(), 1);
}

/// Sends a mail.
#[tool(tags("mail", "support"))]
async fn send_mail() {}

/// Reads a mail.
#[tool(pure, tags("mail"), strict = false)]
async fn read_mail() {}

#[test]
fn a_view_has_the_tools_with_one_of_the_tags() {
    let toolbox = Toolbox::new(tools![send_mail, read_note, read_mail]).unwrap();
    assert_eq!(
        names(&toolbox.tagged(["mail"]).unwrap()),
        ["send_mail", "read_mail"]
    );
    assert_eq!(names(&toolbox.tagged(["support"]).unwrap()), ["send_mail"]);
    let both = toolbox.tagged(["support", "mail"]).unwrap();
    assert_eq!(names(&both), ["send_mail", "read_mail"]);
    let error = both.tagged(["mial"]).unwrap_err().to_string();
    assert_eq!(
        error,
        "a view is to have the tools with the tag `mial`, which no tool of the toolbox has; did you mean `mail`?"
    );
    assert_eq!(
        names(&toolbox.tagged(Vec::<String>::new()).unwrap()),
        Vec::<&str>::new()
    );
}

#[test]
fn whether_schemas_are_strict_the_tool_says_then_the_view_then_the_dialect() {
    let toolbox = Toolbox::new(tools![send_mail, read_mail]).unwrap();
    #[track_caller]
    fn check(toolbox: &Toolbox, dialect: impl RequestFormat, expected: [bool; 2]) {
        let manifest = toolbox.manifest(dialect).unwrap();
        let tools = serde_json::to_value(manifest).unwrap();
        assert_eq!([&tools[0]["strict"], &tools[1]["strict"]], expected);
    }
    check(&toolbox, OpenAiResponses, [false, false]);
    check(&toolbox, OpenAiResponses.strict(), [true, false]);
    check(&toolbox.with_strict(true), OpenAiResponses, [true, false]);
    check(
        &toolbox.with_strict(false),
        OpenAiResponses.strict(),
        [false, false],
    );
    let view = toolbox.with_strict(false).with_strict(true);
    check(&view, OpenAiResponses, [true, false]);
    check(
        &view.only(["send_mail", "read_mail"]).unwrap(),
        OpenAiResponses,
        [true, false],
    );
}
