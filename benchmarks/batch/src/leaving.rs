//! What the scan of a result costs for each of its bytes: the pass for credentials and for what is escaped.

use std::time::Instant;

use tokio::runtime::Runtime;
use tool_runtime::{Content, Envelope, Policy, Redaction, ToolCall, Toolbox, tool, tools};

/// As long as a result is by default.
const LENGTH: usize = 128 * 1024;

/// Answers with a text that is there.
#[tool(pure, inline)]
fn say(#[state] content: &Content) -> Content {
    content.clone()
}

/// Texts as tools answer with, each repeated to the length of a result.
fn texts() -> [(&'static str, Content); 4] {
    let long = |text: &str| {
        let mut long = text.repeat(LENGTH / text.len() + 1);
        let end = (0..=LENGTH).rev().find(|end| long.is_char_boundary(*end));
        long.truncate(end.unwrap_or(0));
        long
    };
    let rows: Vec<_> = (0..1200)
        .map(|id| serde_json::json!({ "id": id, "name": format!("Customer {id}"), "open": id % 3 == 0, "lines": [id, id + 1] }))
        .collect();
    [
        (
            "prose",
            Content::Text(long(include_str!("../../../README.md"))),
        ),
        ("code", Content::Text(long(include_str!("main.rs")))),
        ("JSON", Content::json(&rows).expect("JSON")),
        (
            "UTF-8",
            Content::Text(long(
                "Über die Größe läßt sich streiten – “schön” ist’s. Привет, мир! 日本語の文章です。 ",
            )),
        ),
    ]
}

pub(crate) fn leaving(runtime: &Runtime) {
    println!("results of 128 KiB: ns per byte for what is done to them as they leave");
    for (name, content) in texts() {
        let length = content.as_text().len() as f64;
        let time = |redaction: Redaction, envelope| {
            let policy = Policy::default()
                .envelope(envelope)
                .max_result_bytes(2 * LENGTH);
            let builder = Toolbox::<Content>::builder().tools(tools![say]);
            let toolbox = builder.redact(redaction).policy(policy).build();
            let desk = toolbox.expect("a toolbox").bind(content.clone());
            let mut times: Vec<f64> = (0..400)
                .map(|_| {
                    let begun = Instant::now();
                    runtime.block_on(desk.run([ToolCall::new("", "say", "{}")]));
                    begun.elapsed().as_secs_f64() * 1e9
                })
                .collect();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        let nothing = time(Redaction::none(), Envelope::AsIs);
        let cost = |redaction, envelope| (time(redaction, envelope) - nothing) / length;
        println!(
            "  {name:<6} redacted {:.2}, escaped {:.2}, both {:.2}, both and delimited {:.2}",
            cost(Redaction::default(), Envelope::AsIs),
            cost(Redaction::none(), Envelope::Escaped),
            cost(Redaction::default(), Envelope::Escaped),
            cost(Redaction::default(), Envelope::Delimited),
        );
    }
}
