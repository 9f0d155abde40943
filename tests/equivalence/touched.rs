//! What tools report that they touch, held against what they declare.

use serde_json::json;
use support::call;
use tool_runtime::tool::{Access, CallEffects, DeclaredEffects, EffectKey, RuntimeTool};
use tool_runtime::{
    CallContext, Policy, ToolCall, ToolDefinition, ToolError, Toolbox, tool, tools,
};

/// Touches what the text says: `read cart:7`, `write cart:7`.
fn touch(context: &CallContext, what: &str) {
    for touch in what.split(", ").filter(|touch| !touch.is_empty()) {
        let (access, key) = touch.split_once(' ').expect("an access and a key");
        let access = match access {
            "read" => Access::Read,
            _ => Access::Write,
        };
        context.touched(access, key);
    }
}

/// Declares one cart to read and one to write.
#[tool(reads("cart:{cart_id}"), writes("log:{log}"))]
async fn keyed(
    /// A cart.
    cart_id: u64,
    /// A log.
    log: String,
    /// What it touches.
    what: String,
    #[context] context: &CallContext,
) {
    let _ = (cart_id, log);
    touch(context, &what);
}

/// Declares nothing.
#[tool]
async fn undeclared(
    /// A cart.
    cart_id: u64,
    /// What it touches.
    what: String,
    #[context] context: &CallContext,
) {
    let _ = cart_id;
    touch(context, &what);
}

/// Says that it touches nothing.
#[tool(pure)]
fn innocent(
    /// What it touches.
    what: String,
    #[context] context: &CallContext,
) {
    touch(context, &what);
}

/// Has everything for itself.
#[tool(exclusive)]
async fn alone(
    /// What it touches.
    what: String,
    #[context] context: &CallContext,
) {
    touch(context, &what);
}

/// Is alone in its group.
#[tool(exclusive = "billing")]
async fn grouped(
    /// What it touches.
    what: String,
    #[context] context: &CallContext,
) {
    touch(context, &what);
}

fn toolbox(policy: Policy) -> Toolbox {
    let tools = tools![keyed, undeclared, innocent, alone, grouped];
    let toolbox = Toolbox::builder().tools(tools).policy(policy);
    toolbox.build().expect("a toolbox")
}

/// What the panic of the call said, if it panicked.
async fn panic_of(toolbox: &Toolbox, call: ToolCall) -> Option<String> {
    let report = toolbox.run([call]).await;
    let result = &report.results()[0];
    let panicked = result.outcome().ending.code() == "panicked";
    assert!(panicked || !result.is_error(), "{result:?}");
    result.panic_message().map(str::to_owned)
}

async fn of(tool: &str, arguments: serde_json::Value) -> Option<String> {
    panic_of(
        &toolbox(Policy::default()),
        call(tool, &arguments.to_string()),
    )
    .await
}

#[tokio::test]
async fn what_is_declared_is_touched_and_what_is_written_is_read() {
    for what in [
        "read cart:7",
        "read cart:7/items/3",
        "write log:a",
        "read log:a, write log:a/b, read cart:7",
        "",
    ] {
        let arguments = json!({"cart_id": 7, "log": "a", "what": what});
        assert_eq!(of("keyed", arguments).await, None, "{what}");
    }
    let anything = json!({"what": "write cart:7, read log"});
    assert_eq!(of("alone", anything).await, None);
}

#[tokio::test]
async fn what_is_not_declared_is_told_with_the_line_to_write() {
    let keyed = async |what: &str| {
        let arguments = json!({"cart_id": 7, "log": "a", "what": what});
        of("keyed", arguments).await.expect("a panic")
    };
    assert_eq!(
        keyed("read cart:7, write cart:7").await,
        "`keyed` (call 1) writes `cart:7`, and declares that it reads `cart:7` and writes `log:a`. Declare it:\n    #[tool(writes(\"cart:{cart_id}\"))]"
    );
    assert_eq!(
        keyed("read cart:8").await,
        "`keyed` (call 1) reads `cart:8`, and declares that it reads `cart:7` and writes `log:a`. Declare it:\n    #[tool(reads(\"cart\"))]    // no argument of this call is `8`, so the key ends before it"
    );
    // What covers more than is declared is not declared.
    assert!(
        keyed("read cart")
            .await
            .contains("#[tool(reads(\"cart\"))]")
    );
    let arguments = json!({"cart_id": 7, "what": "read cart:7"});
    assert_eq!(
        of("undeclared", arguments).await.as_deref(),
        Some(
            "`undeclared` (call 1) reads `cart:7`, and declares nothing. Declare it:\n    #[tool(reads(\"cart:{cart_id}\"))]"
        )
    );
    let arguments = json!({"what": "write counter"});
    assert_eq!(
        of("innocent", arguments.clone()).await.as_deref(),
        Some(
            "`innocent` (call 1) writes `counter`, and says that it is `pure`. Declare it:\n    #[tool(writes(\"counter\"))]"
        )
    );
    assert_eq!(
        of("grouped", arguments).await.as_deref(),
        Some(
            "`grouped` (call 1) writes `counter`, and is in the exclusive group `billing`. Declare it:\n    #[tool(writes(\"counter\"))]"
        )
    );
}

#[tokio::test]
async fn a_key_that_is_none_is_told() {
    let arguments = json!({"cart_id": 7, "what": "read {cart_id}"});
    let said = of("undeclared", arguments).await;
    assert_eq!(
        said.as_deref(),
        Some(
            "a key begins with its domain, letters, digits, `_`, `-` or `.`, as in `customer:{customer_id}`; found `{cart_id}`"
        )
    );
}

#[tokio::test]
async fn what_a_policy_declares_counts() {
    let call = call("undeclared", r#"{"cart_id": 7, "what": "read cart:7"}"#);
    let reads = DeclaredEffects::reads(["cart"]);
    let policy = Policy::default().tool_effects("undeclared", reads);
    assert_eq!(panic_of(&toolbox(policy), call.clone()).await, None);
    let exclusive = r#"{"undeclared": "exclusive"}"#;
    let policy = serde_json::from_str(exclusive).expect("a policy");
    assert_eq!(panic_of(&toolbox(policy), call.clone()).await, None);
    let pure = DeclaredEffects::Pure;
    let policy = Policy::default().tool_effects("undeclared", pure);
    let said = panic_of(&toolbox(policy), call).await;
    assert!(said.is_some_and(|said| said.contains("says that it is `pure`")));
}

#[tokio::test]
async fn what_a_call_declares_by_itself_counts() {
    let definition = ToolDefinition::named("file", "Reads a file.")
        .with_parameters(json!({"type": "object", "properties": {"path": {"type": "string"}}}));
    let tool = RuntimeTool::new(
        definition,
        |arguments, context: CallContext, _| async move {
            let path = arguments.value()["path"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            context.touched(Access::Read, EffectKey::new("fs").path(path.as_str()));
            context.touched(Access::Read, "fs:etc/passwd");
            Ok::<_, ToolError>("read")
        },
    )
    .with_effects_by(|arguments| {
        let path = arguments.value()["path"].as_str().unwrap_or_default();
        CallEffects::reads([EffectKey::new("fs").path(path)])
    });
    let toolbox = Toolbox::<()>::builder().tool(tool).build();
    let Ok(toolbox) = toolbox else {
        return; // Without the feature `schema-validation` there are no run-time tools.
    };
    let at = |path: &str| call("file", &json!({ "path": path }).to_string());
    assert_eq!(panic_of(&toolbox, at("/etc")).await, None);
    assert!(panic_of(&toolbox, at("/home")).await.is_some());
}

/// Fails once, then touches.
#[tool(writes("cart:{cart_id}"), idempotent, retry(attempts = 3))]
async fn tried(
    /// A cart.
    cart_id: u64,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    context.touched(Access::Write, format_args!("cart:{cart_id}"));
    match context.attempt() {
        1 => Err(ToolError::new("busy").retryable()),
        _ => Ok(()),
    }
}

#[tokio::test(start_paused = true)]
async fn the_keys_of_another_attempt_are_those_of_the_first() {
    let toolbox = Toolbox::new(tools![tried]).expect("a toolbox");
    let repair = serde_json::from_str(r#"{"repair": "safe"}"#).expect("a policy");
    let desk = toolbox.bind(()).with(repair).expect("a desk");
    let calls = [
        call("tried", r#"{"cart_id": 7}"#),
        call("tried", r#"{"cart_id": "8"}"#),
    ];
    for result in desk.run(calls).await.results() {
        assert!(!result.is_error(), "{result:?}");
        assert_eq!(result.failed_attempts().len(), 1);
    }
}

#[tokio::test]
async fn outside_of_a_batch_nothing_is_checked() {
    let context = CallContext::new(call("undeclared", "{}"));
    undeclared(7, "write anything".to_owned(), &context).await;
}
