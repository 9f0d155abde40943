//! Arguments as no provider should send them: each is refused before the tool is called, or taken for what it says.

use support::call;
use tool_runtime::Effects::{Done, None};
use tool_runtime::tool::ToolList;
use tool_runtime::{Policy, tool, tools};

use crate::world::{App, on_both_runtimes, policy};

/// Takes a little of everything.
#[tool(name = "arguments", writes("fault"))]
async fn take(
    /// A text.
    text: Option<String>,
    /// A number.
    price: Option<f64>,
    /// A count.
    count: Option<u64>,
    /// A list.
    list: Option<Vec<u64>>,
) -> String {
    let length = text.as_ref().map_or(0, String::len);
    let elements = list.map_or(0, |list| list.len());
    let found = length as f64 + price.unwrap_or_default() + count.unwrap_or_default() as f64;
    format!("{found} and {elements}")
}

pub(crate) fn tools() -> ToolList<App> {
    tools![take]
}

/// What is told of such arguments.
enum Told {
    Refused(&'static str),
    Taken(&'static str),
}

use Told::{Refused, Taken};

#[track_caller]
fn check(policy: Policy, arguments: &str, told: Told) {
    on_both_runtimes(policy, async |world, desk| {
        let (ending, effects, text) = match told {
            Refused(text) => ("invalid_arguments", None, text),
            Taken(text) => ("ok", Done, text),
        };
        let report = world.survives(desk, call("arguments", arguments), ending, effects);
        let report = report.await;
        let found = report.results()[1].text();
        assert!(found.contains(text), "{found}");
        assert!(found.len() < 3000, "{} bytes", found.len());
    });
}

#[test]
fn of_every_odd_kind() {
    let deep = format!(
        r#"{{"list": {}{}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let many = format!(r#"{{"list": [{}0]}}"#, "0,".repeat(999_999));
    for (arguments, told) in [
        ("", Refused("got an empty text")),
        ("null", Refused("got `null`")),
        ("\u{feff}{}", Refused("got a byte order mark (U+FEFF)")),
        ("{} {}", Refused("got `{}` after its end")),
        (r#"{"text": "a"#, Refused("write it to its end")),
        (r#"{"text": "#, Refused("write it to its end")),
        ("{", Refused("write it to its end")),
        (&deep, Refused("deep")),
        (r#"{"price": 1e400}"#, Refused("got number `1e400`")),
        (
            r#"{"count": 18446744073709551616}"#,
            Refused("got integer `18446744073709551616`"),
        ),
        (
            r#"{"count": 18446744073709551615}"#,
            Taken("18446744073709552000 and 0"),
        ),
        (r#"{"text": "\ud83d"}"#, Refused("half of a surrogate pair")),
        (r#"{"text": "\u0000"}"#, Taken("1 and 0")),
        ("{\"text\": \"\0\"}", Refused("not valid JSON")),
        ("\0", Refused("got `\\u{0}`")),
        (&many, Refused("at most 1048576 bytes, got 2000011")),
    ] {
        check(policy(), arguments, told);
    }
}

/// Where the policy lets them through, they are what they say.
#[test]
fn of_a_million_elements() {
    let many = format!(r#"{{"list": [{}0]}}"#, "0,".repeat(999_999));
    let policy = policy().max_argument_bytes(many.len());
    check(policy, &many, Taken("0 and 1000000"));
}

/// A hundred megabytes cost nothing but themselves; `tests/memory` counts that.
#[test]
fn of_a_hundred_megabytes() {
    let large = format!(r#"{{"text": "{}"}}"#, "a".repeat(100_000_000));
    check(policy(), &large, Refused("got 100000012 bytes"));
}
