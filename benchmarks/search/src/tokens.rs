//! How large the manifests of 300 tools are: in full, with words left out, and with a few tools and a search.

use tool_runtime::dialect::{Anthropic, Gemini, OpenAiResponses, RequestFormat, Slim};
use tool_runtime::search::Found;
use tool_runtime::{Manifest, ToolCall};

use crate::set;

/// What is shown in any case.
const SHOWN: [&str; 5] = [
    "get_customer",
    "search_customers",
    "get_order",
    "get_ticket",
    "reply_to_ticket",
];

const QUERIES: [&str; 3] = [
    "issue refund to customer's card",
    "search product catalog",
    "cancel meeting",
];

pub fn print() {
    println!("Manifests of 300 tools: bytes of JSON, and a fourth of them for tokens\n");
    println!("| | Anthropic | OpenAI Responses | Gemini |");
    println!("|---|---:|---:|---:|");
    let (full, slim) = (Slim::default(), Slim::ALL);
    row(
        "all",
        [
            whole(Anthropic.slim(full)),
            whole(OpenAiResponses.slim(full)),
            whole(Gemini.slim(full)),
        ],
    );
    row(
        "all, slim",
        [
            whole(Anthropic.slim(slim)),
            whole(OpenAiResponses.slim(slim)),
            whole(Gemini.slim(slim)),
        ],
    );
    for (name, searches) in [
        ("5 and `search_tools`", 0),
        ("the same after three searches", 3),
    ] {
        row(
            name,
            [
                deferred(Anthropic.slim(full), searches),
                deferred(OpenAiResponses.slim(full), searches),
                deferred(Gemini.slim(full), searches),
            ],
        );
    }
    row(
        "the same, slim",
        [
            deferred(Anthropic.slim(slim), 3),
            deferred(OpenAiResponses.slim(slim), 3),
            deferred(Gemini.slim(slim), 3),
        ],
    );
    let sent = deferred(Anthropic.deferred(), 3);
    println!(
        "\n`Anthropic.deferred()` sends {} bytes in each request; of those the model reads what is shown and found.\n",
        thousands(sent)
    );
}

fn row(name: &str, bytes: [usize; 3]) {
    let cells =
        bytes.map(|bytes| format!("{}, {}", thousands(bytes), thousands(bytes.div_ceil(4))));
    println!("| {name} | {} |", cells.join(" | "));
}

fn thousands(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

fn length(manifest: &Manifest) -> usize {
    manifest.as_str().len()
}

fn whole(dialect: impl RequestFormat) -> usize {
    length(
        &set::toolbox(&set::tools())
            .manifest(dialect)
            .expect("a manifest"),
    )
}

fn deferred(dialect: impl RequestFormat + 'static, searches: usize) -> usize {
    let searchable = set::toolbox(&set::tools())
        .searchable(SHOWN)
        .expect("tools");
    let conversation = searchable
        .conversation(dialect, Found::default())
        .expect("a conversation");
    let calls = QUERIES[..searches].iter().map(|query| {
        ToolCall::new(
            *query,
            "search_tools",
            serde_json::json!({ "query": query }).to_string(),
        )
    });
    let calls: Vec<ToolCall> = calls.collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    runtime.block_on(conversation.bind(()).run(calls));
    length(&conversation.manifest().expect("a manifest"))
}
