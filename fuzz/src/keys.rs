//! Key templates, whatever stands in them and in their holes: a call waits for one before it where the key of one begins with the
//! key of the other, and nowhere else.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{Bound, Policy, ToolCall, Toolbox, tool, tools};
#[cfg(feature = "schema-validation")]
use tool_runtime::{
    RuntimeTool, ToolDefinition,
    tool::{Arguments, CallEffects, EffectKey},
};

use super::paused::paused;

/// Takes a moment.
#[tool(writes("any:{a}/{b}/{n}"))]
async fn first(
    /// A text.
    a: Option<String>,
    /// Another.
    b: Option<String>,
    /// A number.
    n: Option<i64>,
) {
    let _ = (a, b, n);
    moment().await;
}

/// Takes a moment.
#[tool(reads("any:{a}/{b}/{n}"))]
async fn second(
    /// A text.
    a: Option<String>,
    /// Another.
    b: Option<String>,
    /// A number.
    n: Option<i64>,
) {
    let _ = (a, b, n);
    moment().await;
}

async fn moment() {
    sleep(Duration::from_millis(1)).await;
}

thread_local! {
    static TOOLBOX: Toolbox = Toolbox::new(tools![first, second]).expect("the tools are valid");
}

/// Lines: a template of what a call writes, one of what a call behind it reads, the arguments of both.
pub fn keys(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let [writes, reads, one, other] = std::array::from_fn(|_| lines.next().unwrap_or_default());
    let policy = Policy::default()
        .tool_effects("first", DeclaredEffects::writes([writes]))
        .tool_effects("second", DeclaredEffects::reads([reads]));
    let desk = match TOOLBOX.with(|toolbox| toolbox.bind(()).with(policy)) {
        Ok(desk) => desk,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let calls = [
        ToolCall::new("", "first", one),
        ToolCall::new("", "second", other),
    ];
    let Some(waited) = waited(&desk, &calls) else {
        return;
    };
    let keys = [(writes, one), (reads, other)].map(|(template, arguments)| {
        let arguments = serde_json::from_str(arguments).unwrap_or(Value::Null);
        key(template, &arguments)
    });
    let covers = keys[0]
        .iter()
        .zip(&keys[1])
        .all(|(one, other)| one == other);
    // What is the same text in normal form need not be the same here, and a key that is too long covers more.
    let is_plain = text.is_ascii()
        && keys
            .iter()
            .all(|key| key.len() < 32 && key.concat().len() < 900);
    if is_plain || covers {
        assert_eq!(waited, covers, "{text:?}: {keys:?}");
    }
    #[cfg(feature = "schema-validation")]
    at_run_time([writes, reads], &calls, waited);
}

/// Whether the second call waited for the first; `None` if they did not both run.
fn waited(desk: &Bound<()>, calls: &[ToolCall]) -> Option<bool> {
    let report = paused(desk.run(calls));
    let [first, second] = report.results() else {
        panic!("two calls have two results")
    };
    for result in [first, second] {
        match result.outcome().ending.code() {
            "ok" => {}
            // It touches nothing.
            "invalid_arguments" => return None,
            code => panic!("{code}: {}", result.text()),
        }
    }
    let (first, second) = (first.span()?, second.span()?);
    let waited = !second.started.is_zero();
    assert_eq!(
        second.started,
        if waited {
            first.finished
        } else {
            Duration::ZERO
        }
    );
    Some(waited)
}

/// The segments of a key, read in the plainest way.
fn key(template: &str, arguments: &Value) -> Vec<String> {
    let (domain, rest) = template.split_once(':').unwrap_or((template, ""));
    let mut key = vec![domain.to_owned()];
    for part in parts(rest) {
        match part {
            Part::Literal(text) => key.push(text.to_owned()),
            Part::Hole { name, is_path } => match text_of(&arguments[name]) {
                Some(text) if text.contains('\0') => break,
                Some(text) if !is_path => key.push(text),
                Some(text) => match path(&text) {
                    Some(path) => key.extend(path),
                    None => break,
                },
                None => break,
            },
        }
    }
    key
}

enum Part<'a> {
    Literal(&'a str),
    Hole { name: &'a str, is_path: bool },
}

/// What a template that was taken has behind its domain.
fn parts(mut rest: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let end = match rest.starts_with('{') {
            true => rest.find('}').expect("it was taken") + 1,
            false => rest.find('/').unwrap_or(rest.len()),
        };
        let part = &rest[..end];
        parts.push(match part.strip_prefix('{') {
            Some(inside) => {
                let inside = inside.trim_end_matches('}');
                let name = inside.trim_end_matches('/');
                Part::Hole {
                    name,
                    is_path: name != inside,
                }
            }
            None => Part::Literal(part),
        });
        rest = rest[end..].trim_start_matches('/');
    }
    parts
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The segments of a path, if it stays below its root.
fn path(text: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    for segment in text
        .split('/')
        .filter(|segment| !matches!(*segment, "" | "."))
    {
        match segment {
            ".." => drop(segments.pop()?),
            segment => segments.push(segment.to_owned()),
        }
    }
    Some(segments)
}

/// The same templates on tools that are known only at run time, filled by the runtime and by a closure: the call waits as before.
#[cfg(feature = "schema-validation")]
fn at_run_time([writes, reads]: [&str; 2], calls: &[ToolCall], waited: bool) {
    let tool = |name: &str, effects: DeclaredEffects| {
        let schema = serde_json::json!({"type": "object", "properties": {
            "a": {"type": "string"}, "b": {"type": "string"}, "n": {"type": "integer"},
        }});
        let definition = ToolDefinition::named(name, "Takes a moment.")
            .with_parameters(schema)
            .with_effects(effects);
        RuntimeTool::<()>::new(definition, |_, _, _| async {
            moment().await;
            Ok::<_, std::convert::Infallible>("done")
        })
    };
    let first = || tool("first", DeclaredEffects::writes([writes]));
    let templated = tool("second", DeclaredEffects::reads([reads]));
    let template = reads.to_owned();
    let closed = tool("second", DeclaredEffects::Undeclared)
        .with_effects_by(move |arguments| CallEffects::reads([made(&template, arguments)]));
    for second in [templated, closed] {
        let toolbox = Toolbox::<()>::builder().tool(first()).tool(second).build();
        let desk = toolbox.expect("a policy took the templates").bind(());
        assert_eq!(self::waited(&desk, calls), Some(waited));
    }
}

/// The key of a template, put together by hand.
#[cfg(feature = "schema-validation")]
fn made(template: &str, arguments: &Arguments) -> EffectKey {
    let (domain, rest) = template.split_once(':').unwrap_or((template, ""));
    let key = EffectKey::new(domain);
    parts(rest).into_iter().fold(key, |key, part| match part {
        Part::Literal(text) => key.segment(text),
        Part::Hole { name, is_path } => match (text_of(&arguments.value()[name]), is_path) {
            (text, false) => key.segment(&text),
            (text, true) => key.path(&text),
        },
    })
}
