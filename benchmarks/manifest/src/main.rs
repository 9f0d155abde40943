//! Measures what a manifest of 500 tools costs: to build the toolbox, the first manifest beside the same JSON by hand-written
//! `json!` values, and a repeated one, with its allocations.
//!
//! ```text
//! cargo run --release [-- profile [FORM]|write]
//! ```

mod by_hand;
mod counting;
mod tools;

use std::hint::black_box;
use std::time::Instant;

use serde_json::Value;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mcp, OpenAiChat, OpenAiResponses, RequestFormat,
};
use tool_runtime::{Manifest, ToolDefinition, Toolbox};

/// A form of a manifest, and how many tools of it a request takes.
struct Form {
    name: &'static str,
    format: Box<dyn RequestFormat>,
    tools: usize,
    by_hand: fn(usize, &str) -> Value,
}

macro_rules! forms {
    ($($name:ident, $tools:literal, $format:expr;)*) => {
        vec![$(Form {
            name: stringify!($name),
            format: Box::new($format),
            tools: $tools,
            by_hand: by_hand::$name,
        }),*]
    };
}

/// Chat takes 128 tools. Anthropic and Bedrock take 20 strict ones, so of 500 the others are tried and then offered without.
fn forms() -> Vec<Form> {
    forms! {
        anthropic, 500, Anthropic;
        anthropic_strict, 8, Anthropic.strict().lenient();
        bedrock, 500, Bedrock;
        bedrock_strict, 8, Bedrock.strict().lenient();
        gemini, 500, Gemini;
        mcp, 500, Mcp;
        openai_chat, 128, OpenAiChat;
        openai_chat_strict, 128, OpenAiChat.strict();
        openai_responses, 500, OpenAiResponses;
        openai_responses_strict, 500, OpenAiResponses.strict();
    }
}

fn main() {
    let toolbox = Toolbox::new(tools::all()).expect("a toolbox");
    match std::env::args().nth(1).as_deref() {
        Some("write") => write(toolbox.tools()),
        Some("profile") => {
            let wanted = std::env::args().nth(2);
            let forms = forms();
            let form = forms
                .iter()
                .find(|form| wanted.as_deref() == Some(form.name));
            let form = form.unwrap_or(&forms[0]);
            profile(form, &toolbox.tools()[..form.tools]);
        }
        _ => {
            first(toolbox.tools());
            repeated(&toolbox);
            println!(
                "build() of 500 tools: {:.2} ms",
                median(|| Toolbox::new(tools::all())) * 1e3
            );
        }
    }
}

/// The median time of a run in seconds; what a run makes is dropped outside of it.
fn median<T>(run: impl Fn() -> T) -> f64 {
    let mut times: Vec<f64> = (0..101)
        .map(|_| {
            let begun = Instant::now();
            let made = black_box(run());
            let took = begun.elapsed().as_secs_f64();
            drop(made);
            took
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[inline(never)]
fn by_hand(form: &Form, definitions: &[ToolDefinition]) -> String {
    let tools = definitions.iter().enumerate();
    let tools = tools.map(|(index, tool)| (form.by_hand)(index % 4, tool.name()));
    let mut tools = Value::from(tools.collect::<Vec<_>>());
    if form.name == "gemini" {
        tools = serde_json::json!([{ "functionDeclarations": tools }]);
    }
    tools.to_string()
}

#[inline(never)]
fn here(form: &Form, definitions: &[ToolDefinition]) -> Manifest {
    form.format.manifest(definitions).expect("a manifest")
}

/// For a profiler: `valgrind --tool=callgrind --toggle-collect='manifest::here'`, or `'manifest::by_hand'`.
fn profile(form: &Form, definitions: &[ToolDefinition]) {
    black_box(by_hand(form, definitions));
    black_box(here(form, definitions));
}

fn first(definitions: &[ToolDefinition]) {
    println!("the first manifest: µs per tool, median; by hand | here | times as long");
    for form in forms() {
        let definitions = &definitions[..form.tools];
        let by_hand = || by_hand(&form, definitions);
        let here = || here(&form, definitions);
        let same: [Value; 2] =
            [by_hand(), here().to_string()].map(|text| serde_json::from_str(&text).expect("JSON"));
        assert!(
            same[0] == same[1],
            "{} is not written by hand as it is",
            form.name
        );
        let [hand, here] = [median(by_hand), median(here)].map(|s| s * 1e6 / form.tools as f64);
        println!(
            "  {:<24} {:>4} tools {hand:>6.2} | {here:>6.2} | {:>5.2}",
            form.name,
            form.tools,
            here / hand
        );
    }
}

fn repeated(toolbox: &Toolbox) {
    const ROUNDS: u32 = 100_000;
    println!("a repeated manifest: ns | allocations in {ROUNDS}");
    let ask = |name: &str, ask: &dyn Fn()| {
        ask();
        let before = counting::allocations();
        let begun = Instant::now();
        for _ in 0..ROUNDS {
            ask();
        }
        let took = begun.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS);
        println!(
            "  {name:<24} {took:>6.1} | {}",
            counting::allocations() - before
        );
    };
    ask("the only one", &|| {
        drop(black_box(toolbox.manifest(Anthropic).expect("a manifest")))
    });
    for form in forms().iter().filter(|form| form.tools == 500) {
        toolbox.manifest(&*form.format).expect("a manifest");
    }
    ask("the last of seven", &|| {
        drop(black_box(
            toolbox
                .manifest(OpenAiResponses.strict())
                .expect("a manifest"),
        ));
    });
}

/// Writes `by_hand.rs` from the manifests, with the names as variables.
fn write(definitions: &[ToolDefinition]) {
    println!(
        "//! The definitions as somebody would write them by hand. `cargo run -- write` writes this file.\n"
    );
    println!("use serde_json::{{Value, json}};");
    for form in forms() {
        println!(
            "\npub fn {}(shape: usize, name: &str) -> Value {{\n    match shape {{",
            form.name
        );
        let manifest = form
            .format
            .manifest(&definitions[..form.tools])
            .expect("a manifest");
        for (index, tool) in manifest.tools()[..4].iter().enumerate() {
            let name = format!("\"name\":\"{}\"", tool.name());
            let text = tool.as_str().replacen(&name, "\"name\": name", 1);
            let text = text.replace("\"maximum\":4294967295", "\"maximum\":u32::MAX");
            let arm = if index == 3 {
                "_".to_owned()
            } else {
                index.to_string()
            };
            println!("        {arm} => json!({text}),");
        }
        println!("    }}\n}}");
    }
}
