//! What goes to a provider, written as files that can be checked against the provider's own SDK types.
//!
//! They are named `PROVIDER.KIND.NAME.json`, as `.ci/conformance` wants them: `tools` is a manifest, alone or in a
//! request with its settings, `calls` a response, `results` the end of a conversation with the model's message and its results.

use std::fs;
use std::path::Path;

use tool_runtime::dialect::{Mcp, recognise};
use tool_runtime::{BatchTool, ToolCall};

use crate::answers::{self, TURNS};
use crate::conversation::Exchange;
use crate::fixtures::{FIXTURES, Fixture, Judged};
use crate::providers::{
    GEMINI, MISTRAL, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES, PROVIDERS, Provider, listed,
};
use crate::requests::REQUESTS;
use crate::shipped::{SHIPPED, desk};
use crate::{complete, library, mcp, settings, shapes};

const FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/conformance");

fn write(provider: &Provider, kind: &str, name: &str, json: &str) {
    write_for(provider.name, kind, name, json);
}

fn write_for(provider: &str, kind: &str, name: &str, json: &str) {
    let file = Path::new(FOLDER).join(format!("{provider}.{kind}.{name}.json"));
    fs::write(file, json).unwrap();
}

/// One test for all files, which leaves none of an earlier run.
#[tokio::test(start_paused = true)]
async fn what_goes_to_a_provider_is_written_for_its_sdk_to_judge() {
    if Path::new(FOLDER).exists() {
        fs::remove_dir_all(FOLDER).unwrap();
    }
    fs::create_dir_all(FOLDER).unwrap();
    for provider in &PROVIDERS {
        manifests(provider);
        shipped(provider).await;
        turns(provider).await;
    }
    for request in &REQUESTS {
        let manifests = [
            ("shapes", (request.tools)().manifest(request.format)),
            ("given", request.format.manifest(&[shapes::given()])),
            ("parts", request.format.manifest(&[shapes::in_parts()])),
        ];
        for (name, manifest) in manifests {
            let (provider, settings) = (request.provider(), request.settings());
            let file = Path::new(FOLDER).join(format!("{provider}.tools.{settings}_{name}.json"));
            fs::write(file, manifest.unwrap().as_str()).unwrap();
        }
    }
    for (provider, format) in settings::FORMATS {
        for (name, request) in settings::requests(format) {
            let file = format!("{provider}.tools.settings_{name}.json");
            fs::write(Path::new(FOLDER).join(file), request).unwrap();
        }
    }
    let answers = mcp::toolbox().manifest(Mcp).unwrap();
    fs::write(
        Path::new(FOLDER).join("mcp.tools.answers.json"),
        answers.as_str(),
    )
    .unwrap();
    for fixture in FIXTURES {
        constructed(fixture).await;
    }
    interrupted();
    without_ids().await;
    batch_tool().await;
    answers_of_mcp().await;
    odd_ids().await;
    malformed_arguments().await;
}

fn manifests(provider: &Provider) {
    let manifests = [
        ("desk", desk::toolbox().unwrap().manifest(provider.dialect)),
        ("library", library::toolbox().manifest(provider.dialect)),
        (
            "without_parameters",
            library::without_parameters().manifest(provider.dialect),
        ),
    ];
    for (name, manifest) in manifests {
        write(provider, "tools", name, manifest.unwrap().as_str());
    }
}

async fn shipped(provider: &Provider) {
    for (name, body) in SHIPPED {
        if recognise(body).unwrap().name() == provider.dialect.name() {
            write(provider, "calls", name, body);
            let exchange = Exchange::of(provider.dialect, &desk(), body).await;
            write(provider, "results", name, &exchange.slice());
        }
    }
}

async fn turns(provider: &Provider) {
    let tools = answers::toolbox().bind(());
    for turn in TURNS {
        let body = (provider.ask)(&turn.calls());
        let exchange = Exchange::of(provider.dialect, &tools, &body).await;
        write(provider, "results", turn.name, &exchange.slice());
    }
}

/// A response as it was constructed, and the conversation that goes on with it.
async fn constructed(fixture: &Fixture) {
    let Fixture {
        provider,
        dialect,
        name,
        body,
        judged,
        ..
    } = *fixture;
    let name = format!("constructed_{name}");
    if matches!(judged, Judged::Whole | Judged::Apart) {
        write_for(provider, "calls", &name, body);
    }
    let exchange = Exchange::of(dialect, &answers::toolbox().bind(()), body).await;
    let results = match judged {
        _ if exchange.results.is_empty() => return,
        Judged::Whole => exchange.slice(),
        Judged::Apart | Judged::Results => results_alone(&exchange),
        Judged::Nothing => return,
    };
    write_for(provider, "results", &name, &results);
}

fn results_alone(exchange: &Exchange) -> String {
    listed(exchange.results.iter().map(ToString::to_string))
}

/// Ends of conversations whose calls were interrupted.
fn interrupted() {
    for form in &complete::FORMS {
        for (name, history) in complete::completed(form) {
            let file = format!("{}.results.{name}.json", form.name);
            let json = listed(history.iter().map(ToString::to_string));
            fs::write(Path::new(FOLDER).join(file), json).unwrap();
        }
    }
}

/// Responses, and conversations in which calls have no ids.
async fn without_ids() {
    let tools = answers::toolbox().bind(());
    for provider in [&MISTRAL, &OLLAMA, &GEMINI] {
        for turn in TURNS {
            let calls = turn.calls();
            write(provider, "calls", turn.name, &(provider.ask)(&calls));
            let calls = calls.iter();
            let calls: Vec<_> = calls
                .map(|call| ToolCall::new("", call.name(), call.arguments()))
                .collect();
            let body = (provider.ask)(&calls);
            let name = format!("{}_without_ids", turn.name);
            write(provider, "calls", &name, &body);
            let exchange = Exchange::of(provider.dialect, &tools, &body).await;
            write(provider, "results", &name, &exchange.slice());
        }
    }
}

/// The tool that calls others: a manifest in each form that it has, and an exchange.
async fn batch_tool() {
    let few = desk::toolbox().unwrap();
    let few = few.with_batch_tool(BatchTool::new()).unwrap();
    let many = library::toolbox()
        .with_batch_tool(BatchTool::new())
        .unwrap();
    for provider in &PROVIDERS {
        write(
            provider,
            "tools",
            "batch_tool",
            few.manifest(provider.dialect).unwrap().as_str(),
        );
        write(
            provider,
            "tools",
            "batch_tool_by_name",
            many.manifest(provider.dialect).unwrap().as_str(),
        );
        let calls = r#"{"calls":[{"tool":"get_customer","arguments":{"customer_id":1234}},{"tool":"get_orders","arguments":{"customer_id":1234}}]}"#;
        let body = (provider.ask)(&[ToolCall::new("call00000", "batch", calls)]);
        write(provider, "calls", "batch_tool", &body);
        let exchange = Exchange::of(provider.dialect, &few.bind(desk::Db), &body).await;
        write(provider, "results", "batch_tool", &exchange.slice());
    }
    let referring = desk::toolbox().unwrap();
    let referring = referring.with_batch_tool(BatchTool::new().references(true));
    let referring = referring.unwrap();
    for request in &REQUESTS {
        for (name, toolbox) in [("batch_tool", &few), ("referring", &referring)] {
            let manifest = toolbox.manifest(request.format).unwrap();
            let name = format!("{}_{name}", request.settings());
            write_for(request.provider(), "tools", &name, manifest.as_str());
        }
    }
}

/// One result for each call: a request has only one.
async fn answers_of_mcp() {
    for turn in TURNS {
        let report = answers::toolbox().run(turn.calls()).await;
        let results = Mcp.encode(&report);
        let results = listed(results.iter().map(ToString::to_string));
        write_for("mcp", "results", turn.name, &results);
    }
}

/// The others take no ids but their own, so this is for OpenAI alone.
async fn odd_ids() {
    let calls = ["a \"b\"", "line\nbreak", "back\\slash", "é😀"]
        .map(|id| ToolCall::new(id, "find_book", r#"{"id":7}"#));
    let tools = answers::toolbox().bind(());
    for provider in [&OPENAI_CHAT, &OPENAI_RESPONSES] {
        let body = (provider.ask)(&calls);
        let exchange = Exchange::of(provider.dialect, &tools, &body).await;
        write(provider, "results", "odd_ids", &exchange.slice());
    }
}

/// The results alone: the model's message is at fault here, and a check of it would say so.
async fn malformed_arguments() {
    let calls = [ToolCall::new("call_0", "find_book", r#"{"id":7"#)];
    let tools = answers::toolbox().bind(());
    for provider in [&OPENAI_CHAT, &OPENAI_RESPONSES] {
        let body = (provider.ask)(&calls);
        let exchange = Exchange::of(provider.dialect, &tools, &body).await;
        let results = results_alone(&exchange);
        write(provider, "results", "malformed_arguments", &results);
    }
}
