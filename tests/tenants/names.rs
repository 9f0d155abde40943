//! A view is an authority: what it hides is not there, by any name, and nothing that leaves it says that it is.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use support::{call, codes, texts};
use tokio_stream::StreamExt;
use tool_runtime::batch::{Progressed, Repair, SuspendedBatch};
use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
    RequestSettings, ToolChoice,
};
use tool_runtime::tool::{DeclaredEffects, Named, Place, Prepared, Tool};
use tool_runtime::{
    CallContext, Content, Policy, Report, ToolCall, ToolDefinition, Toolbox, tool, tools,
};

use crate::desk::paused;

/// How often each tool was called.
#[derive(Default)]
struct Called([AtomicUsize; 8]);

impl Called {
    fn note(&self, tool: usize) {
        self.0[tool].fetch_add(1, Ordering::SeqCst);
    }

    fn of(&self, tool: usize) -> usize {
        self.0[tool].load(Ordering::SeqCst)
    }
}

/// All tools, the last of which has a name that few providers take.
const NAMES: [&str; 8] = [
    "get_invoice",
    "get_invoices",
    "set_invoice",
    "delete_invoice",
    "refund",
    "refund_all",
    "close-account",
    "accounts.close",
];

macro_rules! office {
    ($($index:literal $tool:ident ($($options:tt)*))*) => {
        $(
            /// Does what it is for.
            #[tool($($options)*)]
            async fn $tool(
                /// Which.
                id: u64,
                #[state] called: &Called,
            ) -> u64 {
                called.note($index);
                id
            }
        )*

        fn toolbox() -> Toolbox<Called> {
            let tools = tools![$($tool,)* AccountsClose];
            let policy = Policy::default().repair(Repair::Safe);
            Toolbox::builder().tools(tools).policy(policy).build().unwrap()
        }
    };
}

// Near to each other, so that a suggestion would lead to one that is hidden.
office! {
    0 get_invoice(reads("invoice:{id}"), tags("billing"))
    1 get_invoices(reads("invoice"), tags("billing"))
    2 set_invoice(writes("invoice:{id}"), tags("billing"))
    3 delete_invoice(writes("invoice:{id}"), destructive, tags("administration"))
    4 refund(writes("invoice:{id}"), approval, tags("administration"))
    5 refund_all(exclusive, tags("administration"))
    6 close_account(name = "close-account", tags("administration"))
}

/// A tool written by hand, as a bridge has them.
struct AccountsClose {}

impl Named for AccountsClose {
    const NAME: &'static str = NAMES[7];
    const PLACE: Place = Place::new(file!(), line!());
}

impl Tool<Called> for AccountsClose {
    fn definition(&self) -> ToolDefinition {
        let definition = ToolDefinition::named(NAMES[7], "Closes all accounts.");
        definition.with_effects(DeclaredEffects::Undeclared)
    }

    fn prepare(&self, _: &str, _: CallContext, called: Arc<Called>) -> Prepared {
        called.note(7);
        Prepared::new(Box::pin(async { Ok(Content::text("").into()) }))
    }
}

fn named(name: &str) -> ToolCall {
    call(name, r#"{"id": 7}"#)
}

const DIALECTS: [&dyn Dialect; 8] = [
    &OpenAiChat,
    &OpenAiResponses,
    &Anthropic,
    &Gemini,
    &Bedrock,
    &Mistral,
    &Ollama,
    &Mcp,
];

/// A name that a model or a caller tries: one of all, as it is or nearly.
fn any_name() -> impl Strategy<Value = String> {
    let name = prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned);
    let letter = prop::char::ranges(vec!['a'..='z', '_'..='_', '-'..='.', ' '..=' '].into());
    prop_oneof![
        3 => name.clone(),
        // One or two letters more, less or others.
        6 => (name.clone(), prop::collection::vec((any::<usize>(), 0..3_u8, letter), 1..3)).prop_map(|(name, edits)| {
            let mut name: Vec<char> = name.chars().collect();
            for (at, edit, letter) in edits {
                let at = at % name.len();
                match edit {
                    0 => name.insert(at, letter),
                    1 => name[at] = letter,
                    _ if name.len() > 1 => drop(name.remove(at)),
                    _ => {}
                }
            }
            name.into_iter().collect()
        }),
        1 => (name.clone(), any::<usize>()).prop_map(|(name, end)| name[..end % (name.len() + 1)].to_owned()),
        // As providers would have it, and as it looks.
        2 => (name, 0..8_u8).prop_map(|(name, form)| match form {
            0 => name.replace(['-', '.'], "_"),
            1 => name.replace(['_', '.'], "-"),
            2 => name.to_uppercase(),
            3 => name.replace('e', "\u{435}"),
            4 => format!("{name} "),
            5 => format!("{name}\0"),
            6 => format!("functions.{name}"),
            _ => format!("mcp__{name}"),
        }),
    ]
}

/// The words of a text that could be names of tools.
fn words(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let words = text.split(|c| !is_part(c));
    // A name at the end of a sentence.
    let words = words.flat_map(|word| [word, word.trim_end_matches('.')]);
    words.collect()
}

/// The name, and what it is for who takes letters, digits and `_` alone.
fn forms(name: &str) -> [String; 2] {
    [name.to_owned(), name.replace(['-', '.'], "_")]
}

/// The stream of a response with these calls, as Anthropic's documentation has it.
fn stream(calls: &[ToolCall]) -> Vec<Result<String, std::io::Error>> {
    let start = serde_json::json!({
        "type": "message_start",
        "message": {"type": "message", "role": "assistant", "content": []},
    });
    let mut events = vec![start];
    for (index, call) in calls.iter().enumerate() {
        events.push(serde_json::json!({
            "type": "content_block_start",
            "index": index,
            "content_block": {"type": "tool_use", "id": format!("toolu_{index}"), "name": call.name(), "input": {}},
        }));
        events.push(serde_json::json!({
            "type": "content_block_delta",
            "index": index,
            "delta": {"type": "input_json_delta", "partial_json": call.arguments()},
        }));
        events.push(serde_json::json!({"type": "content_block_stop", "index": index}));
    }
    events.push(serde_json::json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}}));
    events.push(serde_json::json!({"type": "message_stop"}));
    let events = events.into_iter();
    events
        .map(|event| Ok(format!("data: {event}\n\n")))
        .collect()
}

/// All that is said of a batch, to whoever.
fn said_of(report: &Report) -> Vec<String> {
    let mut said = vec![
        format!("{report:?}"),
        serde_json::to_string(report).unwrap(),
        report.explain().to_string(),
        serde_json::to_string(&report.explain()).unwrap(),
    ];
    said.extend(report.undeclared().map(str::to_owned));
    for dialect in DIALECTS {
        // MCP answers one call.
        let messages = dialect.encode(report);
        said.extend(messages.iter().map(|message| message.to_string()));
    }
    said
}

/// All that the view says when nobody calls anything, or asks for what is hidden.
fn said_without_calls(view: &Toolbox<Called>, names: &[String]) -> Vec<String> {
    let mut said = vec![format!("{view:?}{:?}", view.tools())];
    for dialect in DIALECTS {
        // Of a view without tools Bedrock takes no manifest.
        said.push(match view.manifest(dialect) {
            Ok(manifest) => format!("{manifest:?}{:?}", manifest.sizes()),
            Err(error) => format!("{error}{error:?}"),
        });
        said.push(format!("{:?}", view.definitions(dialect)));
        for name in names {
            let choice = RequestSettings::default().choice(ToolChoice::Named(name.clone()));
            if let Err(error) = view.request_fields(dialect, &choice) {
                said.push(format!("{error}{error:?}"));
            }
        }
    }
    for name in names {
        if let Err(error) = view.only([name]) {
            said.push(format!("{error}{error:?}"));
        }
        if let Err(error) = view.tagged([name]) {
            said.push(format!("{error}{error:?}"));
        }
    }
    said
}

/// All that the view says of these calls, in every way in which it can be asked.
async fn said_of_calls(
    view: &Toolbox<Called>,
    called: &Arc<Called>,
    calls: &[ToolCall],
) -> Vec<String> {
    let desk = view.bind(Arc::clone(called)).for_tenant("a");
    let run = desk.run(calls).await;
    let mut said = said_of(&run);
    said.push(format!("{desk:?}"));
    let batch = desk.start();
    for call in calls {
        batch.push(call.clone());
    }
    said.extend(said_of(&batch.finish().await));
    let body = tokio_stream::iter(stream(calls));
    let streamed = desk.run_stream(Anthropic.stream(), body).await;
    said.extend(streamed.map_or_else(|_| Vec::new(), |streamed| said_of(&streamed.report)));
    let mut events = std::pin::pin!(desk.run(calls).events());
    while let Some(event) = events.next().await {
        said.push(format!("{event:?}"));
    }
    if let Progressed::Suspended(batch) = desk.run(calls).or_suspend().await {
        said.push(String::from_utf8(batch.sign(&[7; 32])).unwrap());
        said.push(format!("{batch:?}"));
        said.extend(said_of(&desk.resume(batch, []).unwrap().await));
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_leaves_a_view_says_what_it_hides(
        shows in any::<[bool; 8]>(),
        first in any::<[bool; 8]>(),
        names in prop::collection::vec(any_name(), 1..6),
    ) {
        let index = |tool: &ToolDefinition| NAMES.iter().position(|name| *name == tool.name()).unwrap();
        // A view of a view, half of the time.
        let whole = toolbox().view(|tool| first[0] || first[index(tool)] || shows[index(tool)]);
        let view = whole.view(|tool| shows[index(tool)]);
        let called = Arc::new(Called::default());
        let calls: Vec<_> = names.iter().map(|name| named(name)).collect();
        let mut said = said_without_calls(&view, &names);
        said.extend(paused().block_on(said_of_calls(&view, &called, &calls)));

        let written: BTreeSet<_> = names.iter().flat_map(|name| words(name)).collect();
        for (tool, name) in NAMES.iter().enumerate().filter(|(tool, _)| !shows[*tool]) {
            prop_assert_eq!(called.of(tool), 0, "{} was called", name);
            for form in forms(name).iter().filter(|form| !written.contains(form.as_str())) {
                for text in &said {
                    prop_assert!(!words(text).contains(form.as_str()), "`{}` in: {}", form, text);
                }
            }
        }
    }
}

#[tokio::test]
async fn what_a_view_hides_changes_no_byte_of_what_it_shows() {
    let view = toolbox().only(["set_invoice", "get_invoice"]).unwrap();
    let alone = Toolbox::builder()
        .tools(tools![get_invoice, set_invoice])
        .build()
        .unwrap();
    for dialect in DIALECTS {
        let [view, alone] = [&view, &alone].map(|toolbox| toolbox.manifest(dialect).unwrap());
        assert_eq!(view.as_str(), alone.as_str());
        assert_eq!(view.fingerprint(), alone.fingerprint());
        assert_eq!(
            format!("{:?}", view.sizes()),
            format!("{:?}", alone.sizes())
        );
    }
    let calls = ["get_invoices", "refund", "get_invoice"].map(named);
    let [one, other] = [&view, &alone].map(|toolbox| toolbox.bind(Called::default()));
    let (one, other) = (one.run(&calls[..]).await, other.run(&calls[..]).await);
    assert_eq!(texts(&one), texts(&other));
    assert_eq!(codes(&one), ["unknown_tool", "unknown_tool", "ok"]);
}

#[tokio::test]
async fn a_suspended_call_of_what_a_view_hides_is_not_made() {
    let toolbox = toolbox();
    let called = Arc::new(Called::default());
    let administrator = toolbox.bind(Arc::clone(&called)).for_tenant("a");
    let calls = ["get_invoice", "refund"].map(named);
    let Progressed::Suspended(batch) = administrator.run(calls).or_suspend().await else {
        panic!("nobody has decided");
    };
    let stored = batch.sign(&[7; 32]);
    // The role was changed meanwhile, or somebody else of the tenant brings the decision.
    let view = toolbox.tagged(["billing"]).unwrap();
    let agent = view.bind(Arc::clone(&called)).for_tenant("a");
    let batch = SuspendedBatch::verify(&stored, &[7; 32]).unwrap();
    let decisions: Vec<_> = batch.pending().map(|call| call.approve()).collect();
    let report = agent.resume(batch, decisions).unwrap().await;
    assert_eq!(codes(&report), ["ok", "unknown_tool"]);
    assert_eq!(
        texts(&report)[1],
        "There is no tool named `refund`, so nothing was called. The tools are `get_invoice`, `get_invoices` and `set_invoice`."
    );
    assert_eq!((called.of(0), called.of(4)), (1, 0));
}

#[tokio::test]
async fn one_who_asks_as_a_client_of_mcp_reads_no_more() {
    let toolbox = toolbox();
    let view = toolbox.tagged(["billing"]).unwrap();
    let called = Arc::new(Called::default());
    let desk = view.bind(Arc::clone(&called));
    for name in [
        "refund",
        "refund_all",
        "accounts.close",
        "accounts_close",
        "close_account",
    ] {
        let request = serde_json::json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": name, "arguments": {"id": 7}},
        });
        let turn = Mcp.decode(request.to_string().as_bytes()).unwrap();
        let report = desk.run(turn.calls()).await;
        let answer = Mcp.encode(&report)[0].to_string();
        let expected =
            format!("There is no tool named `{name}`, so nothing was called. The tools are");
        assert!(answer.contains(&expected), "{answer}");
        for hidden in &NAMES[3..] {
            assert!(
                *hidden == name || !words(&answer).contains(hidden),
                "{answer}"
            );
        }
    }
    assert!((0..8).all(|tool| called.of(tool) == 0));
}
