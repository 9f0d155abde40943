//! Which toolboxes can have one, and what views show of it.

use serde_json::json;
use support::texts;
use tool_runtime::{BatchTool, BuildError, Policy, Toolbox, tool, tools};

use crate::desk::{batch, plain, store, toolbox};

/// Somebody's own.
#[tool(name = "batch", pure)]
async fn own() {}

#[track_caller]
fn refused<S>(built: Result<Toolbox<S>, BuildError>, expected: &str) {
    assert_eq!(
        built.unwrap_err().to_string(),
        format!("the batch tool {expected}")
    );
}

#[test]
fn what_cannot_be_says_why() {
    let taken = Toolbox::new(tools![own])
        .unwrap()
        .with_batch_tool(BatchTool::new());
    let place = "tests/meta/build.rs:10";
    refused(
        taken,
        &format!(
            "`batch` cannot be added: the tool at {place} has that name; give one of the two another, this one with `BatchTool::named`"
        ),
    );
    let other = || BatchTool::new().named("several");
    assert!(
        Toolbox::new(tools![own])
            .unwrap()
            .with_batch_tool(other())
            .is_ok()
    );
    refused(
        toolbox().with_batch_tool(other()),
        "`several` cannot be added: the toolbox has one already, `batch`",
    );
    let tools = || Toolbox::new(tools![own]).unwrap();
    refused(
        tools().with_batch_tool(other().max_steps(0)),
        "`several` cannot be added: `max_steps` is 0; it takes 1 to 128",
    );
    refused(
        tools().with_batch_tool(other().max_steps(129)),
        "`several` cannot be added: `max_steps` is 129; it takes 1 to 128",
    );
    refused(
        tools().with_batch_tool(BatchTool::new().named("all at once")),
        "`all at once` cannot be added: its name is not one every provider takes: 1 to 64 ASCII letters, digits, `_` and `-`, beginning with a letter or `_`; give it one with `BatchTool::named`",
    );
    let none = tools().view(|_| false).with_batch_tool(other());
    refused(
        none,
        "`several` cannot be added: there is no tool that it could call; add tools first",
    );
}

#[tokio::test(start_paused = true)]
async fn a_view_has_it_for_the_tools_it_shows() {
    let calls = [
        ("get", json!({"key": 1})),
        ("add", json!({"key": 1, "amount": 1})),
    ];
    let unknown = "step 1 (`get`): ok\n0\n\nstep 2 (`add`): unknown_tool\nThere is no tool named `add`, so nothing was called. The tools are `get` and `list`.";
    let reads = |name: &str| ["get", "list"].contains(&name);
    let before = plain(Policy::default()).view(|tool| reads(tool.name()));
    let before = before.with_batch_tool(BatchTool::new()).unwrap();
    let after = toolbox().only(["get", "list", "batch"]).unwrap();
    for view in [before, after] {
        let names: Vec<_> = view.tools().iter().map(|tool| tool.name()).collect();
        assert_eq!(names, ["get", "list", "batch"]);
        assert!(!view.tools()[2].parameters().to_string().contains("\"add\""));
        let report = view.bind(store()).run([batch("a", &calls)]).await;
        assert_eq!(texts(&report), [unknown]);
    }
    let without = toolbox().only(["get", "list"]).unwrap();
    let report = without.bind(store()).run([batch("a", &calls)]).await;
    assert_eq!(
        texts(&report),
        ["There is no tool named `batch`, so nothing was called. The tools are `get` and `list`."]
    );
    assert!(toolbox().only(["batch"]).unwrap().tools().is_empty());
}

#[tokio::test(start_paused = true)]
async fn policies_may_speak_of_it() {
    let policy = Policy::default().tool_concurrency("batch", 1);
    let desk = toolbox().bind(store()).with(policy).unwrap();
    let calls = [("think", json!({"ms": 100}))];
    let report = desk.run([batch("a", &calls), batch("b", &calls)]).await;
    assert_eq!(report.wall(), crate::desk::ms(200));
}
