//! Every kind of result that a worker's runtime has.

use std::time::Duration;

use tool_runtime::dialect::Mcp;
use tool_runtime::tool::{DeclaredEffects, RuntimeTool};
use tool_runtime::{
    Content, Policy, Report, ToolCall, ToolDefinition, ToolError, Toolbox, layer, tool, tools,
};

use crate::fake::{Scene, quick, text};

/// A tool that writes, or of which nothing is said, and does what `run` does at the worker.
fn worker(
    effects: DeclaredEffects,
    run: impl Fn() -> Result<Vec<Content>, ToolError> + Send + Sync + 'static,
) -> Toolbox<()> {
    let definition = ToolDefinition::named("act", "Acts.").with_effects(effects);
    let tool = RuntimeTool::<()>::blocking(definition, move |_, _, _| run());
    Toolbox::builder().tool(tool).build().unwrap()
}

fn writes() -> DeclaredEffects {
    DeclaredEffects::writes(["desk"])
}

/// What the caller reports of what the worker reports.
async fn at_caller(toolbox: &Toolbox<()>, policy: Policy) -> Report {
    let mut scene = Scene::of(toolbox, |discover| {
        quick(discover).named_by(|service, tool| format!("{service}__{tool}"))
    })
    .await;
    let report = toolbox
        .bind(())
        .with(policy)
        .unwrap()
        .run([ToolCall::new("1", "act", "{}")])
        .await;
    let (at_caller, ()) = scene
        .call("desk__act", "{}", async |worker| {
            let call = worker.call().await;
            call.result(serde_json::to_vec(&report).unwrap()).await;
        })
        .await;
    at_caller
}

async fn act(
    effects: DeclaredEffects,
    run: impl Fn() -> Result<Vec<Content>, ToolError> + Send + Sync + 'static,
) -> Report {
    at_caller(&worker(effects, run), Policy::default()).await
}

#[tokio::test]
async fn all_parts_of_an_answer_come_through() {
    let parts = vec![
        Content::text("a"),
        Content::Json(r#"{"b":1.50}"#.to_owned()),
        Content::image("image/png", vec![1, 2, 3]),
        Content::resource_link("file:///a", "a"),
    ];
    let given = parts.clone();
    let report = act(writes(), move || Ok(given.clone())).await;
    assert_eq!(report.results()[0].parts(), parts);
    assert_eq!(report.results()[0].outcome().effects.code(), "done");
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Customer {
    number: u64,
    name: String,
}

/// Looks up a customer.
#[tool(pure, output_schema)]
async fn find_customer() -> Customer {
    let name = "Ada".to_owned();
    Customer { number: 7, name }
}

#[tokio::test]
async fn what_is_structured_has_its_schema_here_too() {
    let desk = Toolbox::new(tools![find_customer]).unwrap();
    let mut scene = Scene::of(&desk, quick).await;
    let [there, here] = [&desk, &scene.toolbox].map(|toolbox| {
        let tools = serde_json::to_value(toolbox.manifest(Mcp).unwrap()).unwrap();
        tools[0]["outputSchema"].clone()
    });
    assert!(there.is_object());
    assert_eq!(here, there);
    let (report, ()) = scene
        .call("find_customer", "{}", async |worker| {
            worker.call().await.run(&desk).await;
        })
        .await;
    let customer = r#"{"number":7,"name":"Ada"}"#.to_owned();
    assert_eq!(report.results()[0].parts(), [Content::Json(customer)]);
}

#[tokio::test]
async fn a_failure_is_told_as_it_would_be_here() {
    let failure = || {
        ToolError::new("Seat 7 is taken.")
            .permanent()
            .no_effects()
            .with_details(serde_json::json!({"free": [8]}))
    };
    let report = act(writes(), move || Err(failure())).await;
    assert_eq!(
        text(&report),
        "Seat 7 is taken. Nothing was changed. The same call would fail again.\n{\"free\":[8]}"
    );
    let report = act(writes(), || Err(ToolError::new("It broke"))).await;
    assert_eq!(
        text(&report),
        "It broke. It may have taken effect; check before repeating."
    );
    let report = act(DeclaredEffects::Undeclared, || {
        Err(ToolError::new("It broke"))
    })
    .await;
    assert_eq!(text(&report), "It broke");
    let report = act(writes(), || {
        Err(ToolError::new("Not now")
            .retry_after(Duration::from_secs(30))
            .no_effects())
    })
    .await;
    assert_eq!(
        text(&report),
        "Not now. Nothing was changed. The same call may succeed after 30s."
    );
}

#[tokio::test]
async fn an_internal_failure_stays_internal() {
    let report = act(writes(), || Err(ToolError::internal("db-7 refused"))).await;
    let result = &report.results()[0];
    let id = result.error_id().unwrap();
    assert_eq!(
        result.text(),
        format!(
            "`desk__act` failed with an internal error (error id `{id}`). It may have taken effect; check before repeating."
        )
    );
    // Under which id the worker's log has it, the program can see.
    let source = std::error::Error::source(result.error().unwrap()).unwrap();
    assert!(
        source.to_string().contains("has it as error id `"),
        "{source}"
    );
    assert!(!source.to_string().contains("db-7"), "{source}");
}

#[tokio::test]
async fn a_panic_is_told_with_the_workers_id() {
    let report = act(writes(), || panic!("secret")).await;
    let said = text(&report);
    let id = said
        .strip_prefix("`desk__act` broke off with an internal error (error id `")
        .and_then(|rest| rest.split_once('`'));
    let (_, rest) = id.unwrap_or_else(|| panic!("{said}"));
    assert_eq!(rest, "). It may have taken effect; check before repeating.");
    let report = act(DeclaredEffects::Undeclared, || panic!("secret")).await;
    let said = text(&report);
    assert!(
        said.ends_with("`). It may have taken effect; check before repeating."),
        "{said}"
    );
}

#[tokio::test]
async fn what_a_layer_of_the_worker_does_not_allow_is_denied_once() {
    let guard = layer::around(|_: layer::Request<()>, _| async {
        Err(ToolError::denied("Only an administrator may do this."))
    });
    let shed = layer::around(|_: layer::Request<()>, _| async {
        Err(ToolError::overloaded("There are too many orders."))
    });
    let tool = || {
        let definition = ToolDefinition::named("act", "Acts.").with_effects(writes());
        RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>(""))
    };
    let denied = Toolbox::builder()
        .tool(tool())
        .layer(guard)
        .build()
        .unwrap();
    let report = at_caller(&denied, Policy::default()).await;
    assert_eq!(
        text(&report),
        "`desk__act` was not called, since it is not allowed: Only an administrator may do this. Nothing was changed. Do not repeat the call."
    );
    let busy = Toolbox::builder().tool(tool()).layer(shed).build().unwrap();
    let report = at_caller(&busy, Policy::default()).await;
    assert_eq!(
        text(&report),
        "`desk__act` was not called: There are too many orders. Nothing was changed. Call it again later."
    );
}

#[tokio::test]
async fn what_needs_an_approval_that_nobody_gives_is_denied_once() {
    let definition = ToolDefinition::named("act", "Acts.")
        .with_effects(writes())
        .with_approval(true);
    let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>(""));
    let toolbox = Toolbox::builder().tool(tool).build().unwrap();
    let report = toolbox.run([ToolCall::new("1", "act", "{}")]).await;
    // The caller's own runtime says the same, and asks no worker.
    let mut scene = Scene::of(&toolbox, quick).await;
    let (at_caller, ()) = scene.call("act", "{}", async |_| ()).await;
    assert_eq!(text(&at_caller), text(&report));
    assert!(scene.worker.is_idle());
}

#[tokio::test]
async fn what_took_too_long_at_the_worker_is_told_once() {
    let run = |effects| {
        let definition = ToolDefinition::named("act", "Acts.").with_effects(effects);
        let tool = RuntimeTool::<()>::new(definition, |_, _, _| {
            std::future::pending::<Result<String, String>>()
        });
        Toolbox::builder().tool(tool).build().unwrap()
    };
    let policy = || {
        Policy::default()
            .call_timeout(Duration::from_millis(20))
            .grace(Duration::from_millis(1))
    };
    let report = at_caller(&run(writes()), policy()).await;
    assert_eq!(
        text(&report),
        "`desk__act` did not finish within 20ms and was stopped. It may have taken effect; check before repeating."
    );
    let report = at_caller(&run(DeclaredEffects::Undeclared), policy()).await;
    assert_eq!(
        text(&report),
        "`desk__act` did not finish within 20ms and was stopped. It may have taken effect; check before repeating."
    );
}

#[tokio::test]
async fn a_call_that_a_worker_stops_is_told_of() {
    let definition = ToolDefinition::named("act", "Acts.").with_effects(writes());
    let tool = RuntimeTool::<()>::new(definition, |_, _, _| {
        std::future::pending::<Result<String, String>>()
    });
    let toolbox = Toolbox::builder().tool(tool).build().unwrap();
    let mut scene = Scene::of(&toolbox, quick).await;
    let bound = toolbox.bind(());
    let batch = bound.start();
    batch.push(ToolCall::new("1", "act", "{}"));
    tokio::time::sleep(Duration::from_millis(50)).await;
    batch.cancel(0);
    let report = batch.finish().await;
    let (at_caller, ()) = scene
        .call("act", "{}", async |worker| {
            let call = worker.call().await;
            call.result(serde_json::to_vec(&report).unwrap()).await;
        })
        .await;
    assert_eq!(
        text(&at_caller),
        "The worker that ran `act` stopped it before its end. It may have taken effect; check before repeating. The same call may succeed later."
    );
}

#[tokio::test]
async fn arguments_that_only_the_worker_cannot_take_are_told() {
    // Its schema says less than its code.
    let definition = ToolDefinition::named("act", "Acts.")
        .with_effects(writes())
        .with_parameters(serde_json::json!({"type": "object", "additionalProperties": true}));
    let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>(""));
    let offered = Toolbox::builder().tool(tool).build().unwrap();
    let mut scene = Scene::of(&offered, quick).await;
    let strict = ToolDefinition::named("act", "Acts.").with_parameters(serde_json::json!({
        "type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"],
    }));
    let tool = RuntimeTool::<()>::blocking(strict, |_, _, _| Ok::<_, String>(""));
    let strict = Toolbox::builder().tool(tool).build().unwrap();
    let (report, ()) = scene
        .call("act", r#"{"id": "x"}"#, async |worker| {
            worker.call().await.run(&strict).await;
        })
        .await;
    assert_eq!(
        text(&report),
        "The worker did not call `act`, because its arguments are not valid:\n- `id`: expected an integer, got string \"x\"\nCall it again with correct arguments. Nothing was changed."
    );
}

#[tokio::test]
async fn what_is_over_a_limit_of_the_worker_is_told_once() {
    let toolbox = worker(writes(), || Ok(Vec::new()));
    let mut scene = Scene::of(&toolbox, quick).await;
    let policy = Policy::default().max_calls(1);
    let calls = [
        ToolCall::new("1", "act", "{}"),
        ToolCall::new("2", "act", "{}"),
    ];
    let report = toolbox.bind(()).with(policy).unwrap().run(calls).await;
    // The second one alone.
    let mut stored = serde_json::to_value(&report).unwrap();
    stored["results"].as_array_mut().unwrap().remove(0);
    let (report, ()) = scene
        .call("act", "{}", async |worker| {
            worker.call().await.result(stored.to_string()).await;
        })
        .await;
    assert_eq!(
        text(&report),
        "`act` was not called: its worker says: at most 1 call is run in one turn. Nothing was changed. Call it again later."
    );
}

#[tokio::test]
async fn what_is_cut_at_the_worker_is_said_to_be_here() {
    let definition = ToolDefinition::named("act", "Acts.").with_effects(writes());
    let long = "x".repeat(300 * 1024);
    let tool =
        RuntimeTool::<()>::blocking(definition, move |_, _, _| Ok::<_, String>(long.clone()));
    let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
    let there = toolbox.run([ToolCall::new("1", "act", "{}")]).await;
    let here = at_caller(&toolbox, Policy::default()).await;
    let [there, here] = [&there, &here].map(|report| &report.results()[0]);
    assert!(there.outcome().truncated && here.outcome().truncated);
    assert_eq!(there.text(), here.text());
}
