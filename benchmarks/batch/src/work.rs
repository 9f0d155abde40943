//! The tools: written by hand, so that nothing but the batch differs from a future that is made and awaited.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tool_runtime::tool::{
    Answer, DeclaredEffects, Named, Place, Prepared, State, ToolDefinition, ToolFuture,
};
use tool_runtime::{Bound, CallContext, Content, KeyText, Policy, Tool, ToolCall, Toolbox, tools};

pub fn call(name: &str, arguments: &str) -> ToolCall {
    ToolCall::new("id", name, arguments)
}

/// The boxed future of a call, as a tool prepares it.
pub fn work(name: &str, arguments: &str) -> ToolFuture {
    let number: u64 = arguments.parse().unwrap_or(0);
    match name {
        "compute" => Box::pin(async move { Ok(compute(number)) }),
        "sleep" => Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(number)).await;
            Ok(Content::text("Done.").into())
        }),
        _ => Box::pin(async { Ok(Content::text("Done.").into()) }),
    }
}

/// Computes for so many milliseconds of the thread's own time.
pub fn compute(ms: u64) -> Answer {
    let begun = Instant::now();
    let mut x = ms;
    while begun.elapsed() < Duration::from_millis(ms) {
        x = std::hint::black_box(x.wrapping_mul(31).wrapping_add(7));
    }
    Content::text(x.to_string()).into()
}

macro_rules! tool {
    ($name:ident, $text:literal, $effects:expr, $prepare:expr) => {
        struct $name {}

        impl Named for $name {
            const NAME: &'static str = $text;
            const PLACE: Place = Place::new(file!(), line!());
        }

        impl<S: State> Tool<S> for $name {
            fn definition(&self) -> ToolDefinition {
                ToolDefinition::new::<Self>("A tool.")
                    .with_parameters(json!({"type": "object", "properties": {"path": {}}}))
                    .with_effects($effects)
            }

            fn prepare(&self, arguments: &str, context: CallContext, _: Arc<S>) -> Prepared {
                let prepare: fn(&str, CallContext) -> Prepared = $prepare;
                prepare(arguments, context)
            }
        }
    };
}

tool!(NoOp, "no_op", DeclaredEffects::Undeclared, |text, _| {
    Prepared::new(work("no_op", text))
});
tool!(Compute, "compute", DeclaredEffects::Pure, |text, _| {
    Prepared::new(work("compute", text))
});
tool!(Sleep, "sleep", DeclaredEffects::Pure, |text, _| {
    Prepared::new(work("sleep", text))
});
tool!(Busy, "busy", DeclaredEffects::Pure, |_, context| {
    Prepared::new(Box::pin(async move { Ok(busy(&context)) }))
});
tool!(List, "list", DeclaredEffects::reads(["k"]), |text, _| {
    Prepared::new(work("list", text))
});
tool!(
    Create,
    "create",
    DeclaredEffects::writes(["k:{path/}"]),
    |text, _| { Prepared::new(work("create", text)).with_holes([KeyText::of(text)]) }
);

/// Polls for 100 ms and answers when it was told that its time was over, in milliseconds.
fn busy(context: &CallContext) -> Answer {
    let begun = Instant::now();
    let mut told = None;
    while begun.elapsed() < Duration::from_millis(100) {
        if told.is_none() && context.cancellation().is_cancelled() {
            told = Some(begun.elapsed());
        }
        std::hint::spin_loop();
    }
    let told = told.map_or(f64::NAN, |told| told.as_secs_f64() * 1e3);
    Content::text(told.to_string()).into()
}

pub fn bound() -> Bound<()> {
    let policy = Policy::default()
        .max_calls(usize::MAX)
        .max_concurrency(usize::MAX)
        .tool_timeout("busy", Duration::from_millis(20));
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![NoOp, Compute, Sleep, Busy, List, Create])
        .policy(policy)
        .build();
    toolbox.expect("a toolbox").bind(())
}

pub fn no_op(count: usize) -> Vec<ToolCall> {
    (0..count).map(|_| call("no_op", "")).collect()
}

/// How the keys of a batch's calls lie.
#[derive(Clone, Copy, Debug)]
pub enum Pattern {
    Keyless,
    Distinct,
    Hot,
    Deep,
    ListCreate,
    CreateList,
    Alternating,
}

impl Pattern {
    pub const ALL: [Self; 7] = [
        Self::Keyless,
        Self::Distinct,
        Self::Hot,
        Self::Deep,
        Self::ListCreate,
        Self::CreateList,
        Self::Alternating,
    ];

    pub fn calls(self, count: usize) -> Vec<ToolCall> {
        let create = |n: usize| call("create", &n.to_string());
        let list = || call("list", "");
        (0..count)
            .map(|n| match self {
                Self::Keyless => call("no_op", ""),
                Self::Distinct => create(n),
                Self::Hot => create(0),
                Self::Deep => call("create", &format!("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/{n}")),
                Self::ListCreate if n < count / 2 => list(),
                Self::ListCreate => create(n),
                Self::CreateList if n < count / 2 => create(n),
                Self::CreateList => list(),
                Self::Alternating if n % 2 == 0 => create(n),
                Self::Alternating => list(),
            })
            .collect()
    }
}
