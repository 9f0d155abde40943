//! Tools that misbehave in every way a batch has to survive.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use support::Probe;
use tokio::time::sleep;
use tool_runtime::{Bound, CallContext, Policy, Toolbox, tool, tools};

/// Says the same again.
#[tool(pure)]
pub(crate) async fn echo(
    /// What to say.
    text: String,
) -> String {
    text
}

/// Takes its time.
#[tool(reads("wait"))]
pub(crate) async fn wait(
    /// How long, in milliseconds.
    ms: u64,
    #[state] probe: &Probe,
) -> u64 {
    let _alive = probe.enter();
    sleep(Duration::from_millis(ms)).await;
    ms
}

/// Changes something, slowly.
#[tool(writes("change"))]
pub(crate) async fn change(
    /// How long, in milliseconds.
    ms: u64,
    #[state] probe: &Probe,
) {
    let _alive = probe.enter();
    sleep(Duration::from_millis(ms)).await;
}

/// Fails.
#[tool]
pub(crate) async fn fail(
    /// Why.
    why: String,
) -> Result<(), String> {
    Err(why)
}

/// Never ends by itself.
#[tool(reads("hang"))]
pub(crate) async fn hang(#[state] probe: &Probe) {
    let _alive = probe.enter();
    std::future::pending::<()>().await;
}

/// Ends when it is cancelled.
#[tool(reads("polite"))]
pub(crate) async fn polite(#[context] context: &CallContext) -> String {
    context.cancellation().cancelled().await;
    "cleaned up".to_owned()
}

/// Has a short timeout of its own.
#[tool(reads("hurried"), timeout = "100ms")]
pub(crate) async fn hurried(#[state] probe: &Probe) {
    let _alive = probe.enter();
    std::future::pending::<()>().await;
}

/// Keeps its thread until the test lets go.
#[tool(writes("spin"))]
pub(crate) async fn spin(#[state] probe: &Probe) -> &'static str {
    let _alive = probe.enter();
    probe.spin();
    "spun"
}

/// Never ends, and when it is dropped keeps that thread until the test lets go.
#[tool(writes("spin_in_drop"))]
pub(crate) async fn spin_in_drop(#[state] probe: &Probe) {
    struct Slow<'a>(&'a Probe);
    impl Drop for Slow<'_> {
        fn drop(&mut self) {
            self.0.spin();
        }
    }
    let _alive = probe.enter();
    let _slow = Slow(probe);
    std::future::pending::<()>().await;
}

/// Keeps its thread until the test lets go, then never ends by itself.
#[tool(writes("spin_then_hang"))]
pub(crate) async fn spin_then_hang(#[state] probe: &Probe) {
    let _alive = probe.enter();
    probe.spin();
    std::future::pending::<()>().await;
}

/// Waits, then keeps its thread until the test lets go.
#[tool(writes("wait_then_spin"))]
pub(crate) async fn wait_then_spin(#[state] probe: &Probe) {
    sleep(Duration::from_millis(5)).await;
    let _alive = probe.enter();
    probe.spin();
}

/// Waits, then lets the others go on.
#[tool(writes("release"))]
pub(crate) async fn release(#[state] probe: &Probe) {
    sleep(Duration::from_millis(20)).await;
    probe.release();
}

/// Keeps its thread until enough calls run.
#[tool(pure)]
pub(crate) async fn meet(
    /// How many.
    calls: usize,
    #[state] probe: &Probe,
) -> bool {
    let _alive = probe.enter();
    probe.meet(calls);
    // The caller's own future is no task.
    tokio::task::try_id().is_some()
}

/// Panics.
#[tool]
pub(crate) async fn panic(
    /// When.
    when: When,
) -> Result<Unserialisable, String> {
    match when {
        When::AtOnce => panic!("a secret of the program"),
        When::AfterAwait => {
            sleep(Duration::from_millis(1)).await;
            panic!("a secret of the program")
        }
        When::InDrop => {
            let _bomb = Bomb;
            sleep(Duration::from_millis(1)).await;
            Ok(Unserialisable::Fine)
        }
        When::OnStop => {
            let _bomb = Bomb;
            std::future::pending().await
        }
        When::WithNumber => std::panic::panic_any(7),
        When::WithBomb => std::panic::panic_any(Bomb),
        When::InSerialize => Ok(Unserialisable::Panics),
        When::InDeserialize => unreachable!("its decoder panics"),
        When::NotSerialisable => Ok(Unserialisable::Fails),
    }
}

#[derive(JsonSchema)]
pub(crate) enum When {
    AtOnce,
    AfterAwait,
    InDrop,
    OnStop,
    WithNumber,
    WithBomb,
    InSerialize,
    InDeserialize,
    NotSerialisable,
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match String::deserialize(deserializer)?.as_str() {
            "AtOnce" => Self::AtOnce,
            "AfterAwait" => Self::AfterAwait,
            "InDrop" => Self::InDrop,
            "OnStop" => Self::OnStop,
            "WithNumber" => Self::WithNumber,
            "WithBomb" => Self::WithBomb,
            "InSerialize" => Self::InSerialize,
            "InDeserialize" => panic!("no {}", Self::InDeserialize as u8),
            _ => Self::NotSerialisable,
        })
    }
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("in drop");
        }
    }
}

pub(crate) enum Unserialisable {
    Fine,
    Panics,
    Fails,
}

impl Serialize for Unserialisable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fine => serializer.serialize_unit(),
            Self::Panics => panic!("in serialize"),
            Self::Fails => Err(serde::ser::Error::custom("it is upside down")),
        }
    }
}

/// All of them, and the count of what is alive.
pub(crate) fn desk() -> (Bound<Probe>, Toolbox<Probe>, Probe) {
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![
            echo,
            wait,
            change,
            fail,
            hang,
            polite,
            hurried,
            spin,
            spin_then_hang,
            spin_in_drop,
            wait_then_spin,
            meet,
            release,
            panic
        ])
        .build()
        .expect("the tools have names of their own");
    let probe = Probe::default();
    (toolbox.bind(probe.clone()), toolbox, probe)
}

/// The same under a policy.
pub(crate) fn desk_with(policy: Policy) -> (Bound<Probe>, Toolbox<Probe>, Probe) {
    let (desk, toolbox, probe) = desk();
    (
        desk.with(policy).expect("a policy that can be kept"),
        toolbox,
        probe,
    )
}
