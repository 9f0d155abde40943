//! Tools whose arguments, predicates and state panic: the program's own code that the runtime calls before the tool.

use std::sync::atomic::{AtomicUsize, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use tool_runtime::tool::{State, ToolList};
use tool_runtime::{CallContext, Key, KeyText, ToolError, tool, tools};

use crate::tools::Bomb;
use crate::world::App;

/// Cannot stand in a key.
#[derive(Deserialize, JsonSchema)]
struct Cursed(#[expect(dead_code, reason = "never read")] u64);

impl Key for Cursed {
    fn write(&self, text: &mut KeyText) {
        text.text("half of ");
        panic!("a secret of the program")
    }
}

/// Writes what nobody can name.
#[tool(writes("fault:{cursed}"))]
async fn keyed(
    /// What.
    cursed: Cursed,
) {
    let _ = cursed;
}

fn decides(amount: u64) -> bool {
    panic!("a secret of the program: {amount}")
}

/// Needs approval, perhaps.
#[tool(writes("fault"), approval = decides(*amount))]
async fn predicate(
    /// How much.
    amount: u64,
) {
    let _ = amount;
}

/// Panics when it is read.
#[derive(JsonSchema)]
struct Unread(#[expect(dead_code, reason = "never read")] u64);

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        panic!("a secret of the program: {number}")
    }
}

/// Reads.
#[tool(writes("fault"))]
async fn unread(
    /// What.
    cursed: Unread,
) {
    let _ = cursed;
}

/// An argument that panics when it is dropped.
#[derive(JsonSchema)]
#[schemars(transparent)]
struct Explosive(#[schemars(with = "u64")] Bomb);

impl<'de> Deserialize<'de> for Explosive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(|_| Self(Bomb))
    }
}

/// Holds a bomb.
#[tool(writes("fault"))]
async fn dropped(
    /// The bomb.
    bomb: Explosive,
    /// A number.
    number: u64,
) {
    let _ = (bomb, number);
}

/// Holds a bomb on a thread.
#[tool(writes("fault"))]
fn dropped_on_a_thread(
    /// The bomb.
    bomb: Explosive,
) {
    let _ = bomb;
}

/// What a state says it has and has not.
pub(crate) struct Unlent;

/// Wants what the state does not have.
#[tool(writes("fault"))]
async fn unlent(#[state] unlent: &Unlent) {
    let _ = unlent;
}

/// Wants it on a thread.
#[tool(writes("fault"))]
fn unlent_on_a_thread(#[state] unlent: &Unlent) {
    let _ = unlent;
}

/// Panics when it is read a second time.
#[derive(JsonSchema)]
struct Fickle(#[expect(dead_code, reason = "never read")] u64);

impl<'de> Deserialize<'de> for Fickle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        static READ: AtomicUsize = AtomicUsize::new(0);
        let number = u64::deserialize(deserializer)?;
        match READ.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => Ok(Self(number)),
            _ => panic!("a secret of the program"),
        }
    }
}

/// Fails at first.
#[tool(writes("fault"), idempotent)]
async fn read_once(
    /// What.
    fickle: Fickle,
    #[context] context: &CallContext,
) -> Result<u32, ToolError> {
    let _ = fickle;
    match context.attempt() {
        1 => Err(ToolError::new("The line is busy.").retryable()),
        attempt => Ok(attempt),
    }
}

/// Says something.
#[tool(pure)]
async fn say() -> &'static str {
    "well"
}

/// Says something on a thread.
#[tool(pure)]
fn say_on_a_thread() -> &'static str {
    "well"
}

/// All that need the state.
pub(crate) fn tools() -> ToolList<App> {
    tools![
        keyed,
        predicate,
        unread,
        dropped,
        dropped_on_a_thread,
        unlent,
        unlent_on_a_thread,
        read_once
    ]
}

/// Those that need none.
pub(crate) fn stateless<S: State>() -> ToolList<S> {
    tools![say, say_on_a_thread]
}
