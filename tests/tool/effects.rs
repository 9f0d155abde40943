//! What a tool declares about its effects, and what stands in the holes of its templates for a call.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use tool_runtime::tool::{DeclaredEffects, Prepared};
use tool_runtime::{CallContext, Key, KeyText, Tool, ToolCall, Toolbox, tool, tools, toolset};

#[derive(Deserialize, JsonSchema, Key)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Giro,
}

#[derive(Deserialize, JsonSchema)]
struct Order {
    id: u64,
    kind: Option<Kind>,
    parts: (String, bool),
}

/// Reads more than it writes, and names one hole three times.
#[tool(
    writes("log:{text}/{number}"),
    reads("customer:{number}/{kind}", "fs:{path/}", "at:{path}/{number/}")
)]
async fn several(
    /// A number.
    number: i32,
    /// A kind.
    kind: Option<Kind>,
    /// A text.
    text: &str,
    /// A path.
    path: &Path,
) {
    let _ = (number, kind, text, path);
}

/// Reaches into an order.
#[tool(
    reads("order:{order.id}/{order.parts.0}"),
    writes("kind:{order.kind}/{order.parts.1}")
)]
async fn dotted(
    /// Which.
    order: Option<Order>,
) {
    drop(order);
}

/// Takes an order as its arguments.
#[tool(writes("order:{order.id}/{order.kind}"))]
fn whole(#[arg(flatten)] order: &Order) {
    let _ = order;
}

fn doubled<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    u64::deserialize(from).map(|number| number * 2)
}

/// Reads arguments in ways of their own.
#[tool(reads("a:{renamed}/{doubled}/{left_out}"), exclusive = "billing")]
async fn read_otherwise(
    /// Under another name.
    #[arg(rename = "wire")]
    renamed: String,
    /// Twice what is sent.
    #[serde(deserialize_with = "doubled")]
    #[schemars(with = "u64")]
    doubled: u64,
    /// Three if left out.
    #[arg(default = 3)]
    left_out: u8,
) {
    let _ = (renamed, doubled, left_out);
}

struct Desk;

#[toolset]
impl Desk {
    /// Opens a drawer.
    #[tool(type = Open, writes("drawer:{drawer}"))]
    async fn open(
        &self,
        /// Which.
        drawer: u8,
    ) {
        let _ = drawer;
    }
}

/// Needs no values.
#[tool(reads("rates"))]
async fn no_holes() {}

/// Keeps all others away.
#[tool(exclusive)]
async fn alone() {}

/// Destroys something.
#[tool(destructive, writes("books"))]
async fn burn() {}

/// What stands in the holes of a call of `tool` with these arguments.
#[track_caller]
fn check<S: Send + Sync + 'static>(
    tool: impl Tool<S>,
    state: S,
    arguments: &str,
    holes: &[Option<&str>],
) {
    let context = CallContext::new(ToolCall::new("1", "tool", arguments));
    let prepared = tool.prepare(arguments, context, Arc::new(state));
    let holes = holes.iter().map(KeyText::of).collect::<Vec<_>>();
    let expected = Prepared::new(Box::pin(async { Err("never run".into()) })).with_holes(holes);
    let shown = format!("{prepared:?}").replace("Prepared(blocking)", "Prepared");
    assert_eq!(shown, format!("{expected:?}"));
}

#[test]
fn each_hole_is_told_once_reads_first() {
    check(
        several {},
        (),
        r#"{"number": -7, "kind": "giro", "text": "a/b", "path": "src//main.rs"}"#,
        &[Some("-7"), Some("giro"), Some("src/main.rs"), Some("a/b")],
    );
    check(
        several {},
        (),
        r#"{"number": 7, "text": "", "path": ""}"#,
        &[Some("7"), None, Some(""), Some("")],
    );
}

#[test]
fn holes_reach_into_structs_and_through_options() {
    check(
        dotted {},
        (),
        r#"{"order": {"id": 7, "kind": "giro", "parts": ["a", true]}}"#,
        &[Some("7"), Some("a"), Some("giro"), Some("true")],
    );
    check(
        dotted {},
        (),
        r#"{"order": {"id": 7, "parts": ["a", true]}}"#,
        &[Some("7"), Some("a"), None, Some("true")],
    );
    check(dotted {}, (), "{}", &[None; 4]);
    check(
        whole {},
        (),
        r#"{"id": 7, "kind": "giro", "parts": ["a", true]}"#,
        &[Some("7"), Some("giro")],
    );
}

#[test]
fn values_are_what_the_function_gets() {
    check(
        read_otherwise {},
        (),
        r#"{"wire": "a", "doubled": 4}"#,
        &[Some("a"), Some("8"), Some("3")],
    );
    check(Open {}, Desk, r#"{"drawer": 7}"#, &[Some("7")]);
    check(no_holes {}, (), "{}", &[]);
}

#[test]
fn the_options_are_carried_as_declared() {
    let toolbox = Toolbox::new(tools![read_otherwise, alone, burn]).unwrap();
    let definitions = toolbox.tools();
    let effects: Vec<&DeclaredEffects> = definitions.iter().map(|it| it.effects()).collect();
    let grouped = DeclaredEffects::reads(["a:{renamed}/{doubled}/{left_out}"]).in_group("billing");
    assert_eq!(
        effects,
        [
            &grouped,
            &DeclaredEffects::Exclusive,
            &DeclaredEffects::writes(["books"])
        ]
    );
    let destructive: Vec<bool> = definitions.iter().map(|it| it.is_destructive()).collect();
    assert_eq!(destructive, [false, false, true]);
}

#[test]
fn effects_made_at_run_time_add_up() {
    let effects = DeclaredEffects::reads(["a"])
        .and_writes(["c"])
        .and_reads(["b"]);
    assert_eq!(
        effects,
        DeclaredEffects::reads(["a", "b"]).and_writes(["c"])
    );
    assert_eq!(
        DeclaredEffects::Pure.and_writes(["c"]),
        DeclaredEffects::writes(["c"])
    );
    assert_eq!(
        DeclaredEffects::Exclusive.and_writes(["c"]).in_group("g"),
        DeclaredEffects::Exclusive
    );
    assert!(DeclaredEffects::reads(["a"]).changes_nothing());
    assert!(
        !DeclaredEffects::reads(["a"])
            .in_group("g")
            .changes_nothing()
    );
    assert!(!DeclaredEffects::Exclusive.changes_nothing());
}
