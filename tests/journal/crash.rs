//! A process that is killed in the middle of a turn, in every dialect: what the next one makes of the history.
//!
//! The responses are those that tests/dialect/fixtures has, constructed after the providers' documentation and SDK types.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Message, Mistral, Ollama, OpenAiChat, OpenAiResponses,
};
use tool_runtime::journal::FileJournal;
use tool_runtime::{Effects, Toolbox, tool, tools};

use crate::file::free_path;

const JOURNAL: &str = "JOURNAL_OF_THE_CRASH";
const DIALECT: &str = "DIALECT_OF_THE_CRASH";

/// Where the journal is.
struct Kept(PathBuf);

/// Finds a book.
#[tool(reads("book:{id}"))]
async fn find_book(
    /** Its number. */
    id: u64,
) -> String {
    format!("Book {id} is \"Emma\".")
}

/// Says something to all, and never comes to an end.
#[tool(exclusive)]
async fn say(
    /** What. */
    text: String,
    #[state] kept: &Kept,
) {
    // Until what came of the call before is in the file, too.
    while !fs::read_to_string(&kept.0).is_ok_and(|text| text.contains(r#""finished""#)) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!("\n{MARK}{text}");
    std::future::pending().await
}

/// What the child prints when it is to be killed.
const MARK: &str = "said: ";

/// Reserves a book.
#[tool(writes("book:{id}"))]
async fn reserve_book(
    /** Its number. */
    id: u64,
) {
    let _ = id;
    unreachable!("it waits for the call before it");
}

struct Crash {
    dialect: &'static dyn Dialect,
    body: &'static str,
    /// What comes after the model's message, with three texts.
    expected: fn(&[&str; 3]) -> Vec<Value>,
}

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../dialect/fixtures/", $name, ".parallel.json"))
    };
}

const CRASHES: [Crash; 7] = [
    Crash {
        dialect: &Anthropic,
        body: fixture!("anthropic"),
        expected: |texts| {
            let [a, b, c] = texts;
            vec![json!({ "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": "toolu_b2", "content": a },
                { "type": "tool_result", "tool_use_id": "toolu_a1", "content": b, "is_error": true },
                { "type": "tool_result", "tool_use_id": "toolu_c3", "content": c, "is_error": true },
            ] })]
        },
    },
    Crash {
        dialect: &Bedrock,
        body: fixture!("bedrock"),
        expected: |texts| {
            let [a, b, c] = texts;
            vec![json!({ "role": "user", "content": [
                { "toolResult": { "toolUseId": "tooluse_b2", "content": [{ "text": a }] } },
                { "toolResult": { "toolUseId": "tooluse_a1", "content": [{ "text": b }], "status": "error" } },
                { "toolResult": { "toolUseId": "tooluse_c3", "content": [{ "text": c }], "status": "error" } },
            ] })]
        },
    },
    Crash {
        dialect: &Gemini,
        body: fixture!("gemini"),
        expected: |texts| {
            let [a, b, c] = texts;
            vec![json!({ "role": "user", "parts": [
                { "functionResponse": { "id": "id_b2", "name": "find_book", "response": { "output": a } } },
                { "functionResponse": { "id": "id_a1", "name": "say", "response": { "error": b } } },
                { "functionResponse": { "id": "id_c3", "name": "reserve_book", "response": { "error": c } } },
            ] })]
        },
    },
    Crash {
        dialect: &Mistral,
        body: fixture!("mistral"),
        expected: |texts| {
            let named = ["find_book", "say", "reserve_book"];
            let ids = ["b2B3c4D5e", "a1B2c3D4e", "c3D4e5F6g"];
            let calls = ids.iter().zip(named).zip(texts);
            let results = calls.map(|((id, name), text)| {
                json!({ "role": "tool", "tool_call_id": id, "name": name, "content": text })
            });
            results.collect()
        },
    },
    Crash {
        dialect: &Ollama,
        body: fixture!("ollama"),
        expected: |texts| {
            let calls = ["find_book", "say", "reserve_book"].iter().zip(texts);
            let results = calls
                .map(|(name, text)| json!({ "role": "tool", "tool_name": name, "content": text }));
            results.collect()
        },
    },
    Crash {
        dialect: &OpenAiChat,
        body: fixture!("openai-chat"),
        expected: |texts| {
            let calls = ["call_b2", "call_a1", "call_c3"].iter().zip(texts);
            let results = calls
                .map(|(id, text)| json!({ "role": "tool", "tool_call_id": id, "content": text }));
            results.collect()
        },
    },
    Crash {
        dialect: &OpenAiResponses,
        body: fixture!("openai-responses"),
        expected: |texts| {
            let calls = ["call_b2", "call_a1", "call_c3"].iter().zip(texts);
            let results = calls.map(|(id, text)| {
                json!({ "type": "function_call_output", "call_id": id, "output": text })
            });
            results.collect()
        },
    },
];

const TEXTS: [&str; 3] = [
    "Book 7 is \"Emma\".",
    "`say` was interrupted, because the program ended while it was running. It may have taken effect; check before repeating.",
    "`reserve_book` was not called, because the program ended before. Nothing was changed. Call it again if it is still needed.",
];

/// What a child runs until it is killed: nothing, unless it is asked.
#[test]
fn a_turn_for_another_process_to_kill() {
    let (Some(path), Ok(index)) = (std::env::var_os(JOURNAL), std::env::var(DIALECT)) else {
        return;
    };
    let crash = &CRASHES[index.parse::<usize>().unwrap()];
    let turn = crash.dialect.decode(crash.body.as_bytes()).unwrap();
    let journal = FileJournal::open(&path).unwrap();
    let toolbox = Toolbox::<Kept>::builder();
    let tools = tools![find_book, reserve_book, say];
    let toolbox = toolbox.tools(tools).build().unwrap();
    let desk = toolbox.bind(Kept(path.into())).journaled_by(journal);
    support::threads(2).block_on(desk.run(turn.calls()));
}

fn child(path: &Path, index: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::a_turn_for_another_process_to_kill",
            "--nocapture",
        ])
        .env(JOURNAL, path)
        .env(DIALECT, index.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn the_next_process_knows_what_the_calls_did() {
    for (index, crash) in CRASHES.iter().enumerate() {
        let path = free_path();
        let mut child = child(&path, index);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.map(Result::unwrap).find(|line| line.contains(MARK));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(said.is_some_and(|line| line.contains("caf")), "{index}");

        let recovered = FileJournal::read(&path).unwrap();
        let turn = crash.dialect.decode(crash.body.as_bytes()).unwrap();
        let mut history: Vec<Message> = turn.messages().collect();
        let asked = history.len();
        let results = crash.dialect.complete_from(&mut history, &recovered);
        let texts: Vec<_> = results.iter().map(|result| result.text()).collect();
        assert_eq!(texts, TEXTS, "{}", crash.dialect.name());
        let effects: Vec<_> = results.iter().map(|result| result.outcome()).collect();
        let effects: Vec<_> = effects.iter().map(|outcome| outcome.effects).collect();
        assert_eq!(effects, [Effects::None, Effects::Unknown, Effects::None]);
        let added = history[asked..].iter();
        let added: Vec<Value> = added
            .map(|message| serde_json::from_str(message.as_str()).unwrap())
            .collect();
        assert_eq!(added, (crash.expected)(&TEXTS), "{}", crash.dialect.name());
        let again = crash.dialect.complete_from(&mut history, &recovered);
        assert!(again.is_empty());
        fs::remove_file(path).unwrap();
    }
}
