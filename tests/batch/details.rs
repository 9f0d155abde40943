//! How much of a tool's error the model reads, and the id of what it does not.

use std::error::Error;
use std::fmt;

use support::{call, codes, texts, texts_without_ids, without_ids};
use tool_runtime::batch::ErrorDetail::{self, Kind, Message, Sources};
use tool_runtime::{Policy, Report, ToolCall, ToolError, ToolResult, Toolbox, layer, tool, tools};

/// What lies under an error.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection to db-7 refused")
    }
}

impl Error for Refused {}

/// Fails in a way of its own.
#[tool(reads("thing"))]
async fn fail(
    /// How.
    how: String,
) -> Result<String, ToolError> {
    let details = serde_json::json!({ "free": [7] });
    match how.as_str() {
        "plain" => Err(ToolError::new("Seat 6 is taken.").with_details(details)),
        "source" => Err(ToolError::new("The seats are not known").with_source(Refused)),
        "internal" => Err(ToolError::internal(Refused).with_details(details)),
        "same" => Err(ToolError::from(Box::<dyn Error + Send + Sync>::from(
            Refused,
        ))),
        "silent" => Err(ToolError::new(" ")),
        "overloaded" => Err(ToolError::overloaded("The hall is full.")),
        _ => panic!("no way {how}"),
    }
}

/// Cannot be written.
#[tool(writes("thing"))]
async fn unwritable() -> std::collections::BTreeMap<[u8; 2], u8> {
    [([1, 2], 3)].into()
}

fn toolbox() -> Toolbox {
    let guard = layer::around(|request: layer::Request<()>, next| async move {
        match request.context().call().arguments().contains("denied") {
            true => Err(ToolError::denied("not you").with_source(Refused)),
            false => next.run().await,
        }
    });
    let tools = tools![fail, unwritable];
    let builder = Toolbox::<()>::builder().tools(tools).layer(guard);
    builder.build().unwrap()
}

fn fails(how: &str) -> ToolCall {
    call("fail", &format!(r#"{{"how": "{how}"}}"#))
}

async fn run(policy: Policy, calls: Vec<ToolCall>) -> Report {
    toolbox().bind(()).with(policy).unwrap().run(calls).await
}

/// Checks what is read of one failure at each level.
async fn check(how: &str, expected: [&str; 3]) {
    for (detail, expected) in [Kind, Message, Sources].into_iter().zip(expected) {
        let calls = match how {
            "unwritable" => call("unwritable", ""),
            how => fails(how),
        };
        let report = run(Policy::default().error_detail(detail), vec![calls]).await;
        assert_eq!(texts_without_ids(&report), [expected], "{detail:?}");
        let result = &report.results()[0];
        let has_id = expected.contains("(error id `ID`)");
        assert_eq!(result.error_id().is_some(), has_id, "{detail:?}");
        if let Some(id) = result.error_id() {
            assert!(result.text().contains(&format!("(error id `{id}`)")));
        }
    }
}

#[tokio::test]
async fn an_error_with_details() {
    check(
        "plain",
        [
            "`fail` failed (error id `ID`). Nothing was changed.",
            "Seat 6 is taken. Nothing was changed.\n{\"free\":[7]}",
            "Seat 6 is taken. Nothing was changed.\n{\"free\":[7]}",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_error_with_a_source() {
    check(
        "source",
        [
            "`fail` failed (error id `ID`). Nothing was changed.",
            "The seats are not known. Nothing was changed.",
            "The seats are not known. Caused by: connection to db-7 refused. Nothing was changed.",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_error_whose_source_says_the_same() {
    let text = "connection to db-7 refused. Nothing was changed.";
    let kind = "`fail` failed (error id `ID`). Nothing was changed.";
    check("same", [kind, text, text]).await;
}

#[tokio::test]
async fn an_internal_error() {
    let hidden = "`fail` failed with an internal error (error id `ID`). Nothing was changed. Try it once more at most.";
    check(
        "internal",
        [
            hidden,
            hidden,
            "`fail` failed with an internal error (error id `ID`): connection to db-7 refused. Nothing was changed. Try it once more at most.\n{\"free\":[7]}",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_error_that_says_nothing() {
    let text = "`fail` failed without saying why. Nothing was changed.";
    let kind = "`fail` failed (error id `ID`). Nothing was changed.";
    check("silent", [kind, text, text]).await;
}

#[tokio::test]
async fn a_panic() {
    let hidden = "`fail` broke off with an internal error (error id `ID`). Nothing was changed. Try it once more at most.";
    check(
        "oops",
        [
            hidden,
            hidden,
            "`fail` broke off with an internal error (error id `ID`): no way oops. Nothing was changed. Try it once more at most.",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_result_that_cannot_be_written() {
    let hidden = "`unwritable` did its work, but its result cannot be written as JSON (error id `ID`). It has taken effect; do not repeat it.";
    check(
        "unwritable",
        [
            hidden,
            hidden,
            "`unwritable` did its work, but its result cannot be written as JSON (error id `ID`): key must be a string. It has taken effect; do not repeat it.",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_layers_reasons() {
    check(
        "denied",
        [
            "`fail` was not called, since it is not allowed (error id `ID`). Nothing was changed. Do not repeat the call.",
            "`fail` was not called, since it is not allowed: not you. Nothing was changed. Do not repeat the call.",
            "`fail` was not called, since it is not allowed: not you. Caused by: connection to db-7 refused. Nothing was changed. Do not repeat the call.",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn want_of_room() {
    let text = "`fail` was not called: The hall is full. It was tried 3 times. Nothing was changed. Call it again later.";
    check(
        "overloaded",
        [
            "`fail` was not called for want of room (error id `ID`). It was tried 3 times. Nothing was changed. Call it again later.",
            text,
            text,
        ],
    )
    .await;
}

#[tokio::test]
async fn a_policy_differs_by_tool_and_what_is_wrong_with_arguments_is_always_told() {
    let policy = Policy::default()
        .error_detail(Kind)
        .tool_error_detail("fail", Message);
    let calls = vec![fails("plain"), call("unwritable", "[]"), fails("internal")];
    let report = run(policy, calls).await;
    assert!(texts(&report)[0].starts_with("Seat 6 is taken."));
    assert!(texts(&report)[1].contains("expected a JSON object"));
    assert_eq!(report.results()[1].error_id(), None);
    assert!(report.results()[2].error_id().is_some());
}

#[tokio::test]
async fn the_program_has_what_the_model_does_not_read() {
    let policy = Policy::default().error_detail(Kind);
    let report = run(policy, vec![fails("source"), fails("oops")]).await;
    let error = report.results()[0].error().unwrap();
    assert_eq!(error.source().unwrap().to_string(), Refused.to_string());
    let panicked = &report.results()[1];
    assert_eq!(panicked.panic_message(), Some("no way oops"));
    let told = format!("{panicked:?}") + &serde_json::to_string(&report).unwrap();
    assert!(!told.contains("no way"), "{told}");
}

/// Counts, and fails at that.
#[tool(pure)]
async fn count() -> Result<u8, ToolError> {
    tokio::task::yield_now().await;
    Err(ToolError::internal(Refused))
}

#[tokio::test]
async fn each_failure_has_its_own_id_unless_it_is_shared() {
    let toolbox = Toolbox::new(tools![count]).unwrap();
    let ids = |report: Report| -> Vec<String> {
        let ids = report.results().iter().map(ToolResult::error_id);
        ids.map(|id| id.expect("an id").to_owned()).collect()
    };
    let own = ids(toolbox.run([call("count", ""), call("count", "")]).await);
    assert_ne!(own[0], own[1]);
    let desk = toolbox.bind(()).with(Policy::default().coalesce(true));
    let shared = desk.unwrap();
    let shared = shared.run([call("count", ""), call("count", "")]).await;
    assert_eq!(codes(&shared), ["failed"; 2]);
    assert_eq!(texts(&shared)[0], texts(&shared)[1]);
    let shared = ids(shared);
    assert_eq!(shared[0], shared[1]);
}

#[tokio::test]
async fn it_is_stored_and_a_report_without_one_is_read() {
    let report = run(Policy::default(), vec![fails("internal")]).await;
    let id = report.results()[0].error_id();
    let mut stored = serde_json::to_value(&report).unwrap();
    let read: Report = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(read.results()[0].error_id(), id);
    assert_eq!(without_ids(texts(&read)[0]), texts_without_ids(&report)[0]);
    let result = stored["results"][0].as_object_mut().unwrap();
    assert!(result.remove("error_id").is_some());
    let read: Report = serde_json::from_value(stored).unwrap();
    assert_eq!(read.results()[0].error_id(), None);
}

#[test]
fn the_levels_are_ordered_and_read_by_their_names() {
    assert!(Kind < Message && Message < Sources);
    let read: Vec<ErrorDetail> = serde_json::from_str(r#"["kind","message","sources"]"#).unwrap();
    assert_eq!(read, [Kind, Message, Sources]);
    assert_eq!(ErrorDetail::default(), Message);
}
