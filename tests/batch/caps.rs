//! What a model reads of results that are too long: both ends, and what is missing.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use support::{call, codes, without_ids};
use tool_runtime::dialect::Mcp;
use tool_runtime::layer::{self, Request};
use tool_runtime::{
    Content, Envelope, Policy, Redaction, Report, ToolError, ToolResult, Toolbox, tool, tools,
};

const CAP: usize = 2048;

/// Answers with text.
#[tool(pure)]
async fn say(
    /// The text.
    text: String,
) -> String {
    text
}

/// Answers with numbers.
#[tool(pure)]
async fn count(
    /// How many.
    n: usize,
) -> Vec<usize> {
    (0..n).collect()
}

/// The same without waiting.
#[tool(pure, inline)]
fn count_inline(
    /// How many.
    n: usize,
) -> Vec<usize> {
    (0..n).collect()
}

/// The same on a thread.
#[tool(pure)]
fn count_on_a_thread(
    /// How many.
    n: usize,
) -> Vec<usize> {
    (0..n).collect()
}

struct Endless;

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut numbers = serializer.serialize_seq(None)?;
        loop {
            numbers.serialize_element(&12345)?;
        }
    }
}

/// Answers with a value that does not end.
#[tool(pure)]
async fn endless() -> Endless {
    Endless
}

/// Answers with something that breaks after it was long.
struct Broken;

impl Serialize for Broken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut numbers = serializer.serialize_seq(None)?;
        for number in 0..5000 {
            numbers.serialize_element(&number)?;
        }
        Err(serde::ser::Error::custom("no more"))
    }
}

/// Answers with a value that cannot be written to its end.
#[tool(pure)]
async fn broken() -> Broken {
    Broken
}

/// Answers with texts.
#[tool(pure)]
async fn say_all(
    /// The texts.
    texts: Vec<String>,
) -> Vec<Content> {
    texts.into_iter().map(Content::Text).collect()
}

/// Answers with files.
#[tool(pure)]
async fn draw(
    /// How large each is.
    sizes: Vec<usize>,
) -> Vec<Content> {
    let image = |size| Content::image("image/png", vec![0; size]);
    sizes.into_iter().map(image).collect()
}

/// Answers with a link.
#[tool(pure)]
async fn link(
    /// How long its address is.
    n: usize,
) -> Content {
    Content::resource_link(format!("data:,{}", "x".repeat(n)), "a link")
}

/// Fails.
#[tool(pure)]
async fn fail(
    /// How long the message is, and how long the details are.
    n: [usize; 2],
) -> Result<(), ToolError> {
    Err(ToolError::new("m".repeat(n[0])).with_details("d".repeat(n[1])))
}

/// Answers with an object.
#[tool(pure)]
async fn echo(
    /// Texts.
    texts: Vec<String>,
) -> std::collections::BTreeMap<&'static str, Vec<String>> {
    [("texts", texts)].into()
}

/// Answers with an array of one text.
#[tool(pure)]
async fn show(
    /// The text.
    text: String,
) -> Vec<String> {
    vec![text]
}

fn toolbox() -> Toolbox {
    let tools = tools![
        say,
        count,
        count_inline,
        count_on_a_thread,
        endless,
        broken,
        say_all,
        show,
        draw,
        link,
        fail
    ];
    Toolbox::<()>::builder()
        .tools(tools)
        .policy(Policy::default().max_result_bytes(CAP))
        .build()
        .unwrap()
}

async fn run_of(toolbox: &Toolbox, name: &str, arguments: serde_json::Value) -> Report {
    toolbox.run([call(name, &arguments.to_string())]).await
}

async fn run(name: &str, arguments: serde_json::Value) -> ToolResult {
    run_of(&toolbox(), name, arguments).await.results()[0].clone()
}

/// Both ends of a text that was cut, and what stands between them.
fn ends(text: &str) -> (&str, &str, &str) {
    let (head, rest) = text.split_once("[… ").expect("a text that was cut");
    let (marker, tail) = rest.split_once(" …]").expect("a text that was cut");
    let head = head.strip_suffix('\n').unwrap_or(head);
    (head, marker, tail.strip_prefix('\n').unwrap_or(tail))
}

/// That a result shows both ends of a text, and says of how much.
#[track_caller]
fn shows_ends(result: &ToolResult, whole: &str) {
    let text = result.text();
    assert!(text.len() <= CAP && text.len() > CAP - 16, "{}", text.len());
    let (head, marker, tail) = ends(text);
    assert!(whole.starts_with(head) && whole.ends_with(tail), "{text}");
    assert!(head.len() / 2 > tail.len() && tail.len() > 300, "{text}");
    let missing = grouped(whole.len() - head.len() - tail.len());
    assert_eq!(
        marker,
        format!(
            "{missing} of {} bytes were left out here by the tool runtime, since a result has at most 2,048; ask for less at a time",
            grouped(whole.len())
        )
    );
    assert!(result.outcome().truncated && !result.is_error());
    assert!(matches!(result.parts(), [Content::Text(_)]));
}

fn grouped(number: usize) -> String {
    match number {
        ..1000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}

fn json_of(n: usize) -> String {
    serde_json::to_string(&(0..n).collect::<Vec<_>>()).unwrap()
}

#[tokio::test]
async fn what_is_no_longer_than_the_cap_is_all_there() {
    let whole = "a".repeat(CAP);
    let result = run("say", serde_json::json!({ "text": whole })).await;
    assert_eq!(result.text(), whole);
    assert!(!result.outcome().truncated);
    let result = run("count", serde_json::json!({ "n": 500 })).await;
    assert_eq!(result.parts(), [Content::Json(json_of(500))]);
    assert!(!result.outcome().truncated);
}

#[tokio::test]
async fn of_a_longer_text_both_ends_are_there() {
    // One byte too long, more than is looked at on both sides of a cut, and much more.
    for words in [103, 1000, 40_000] {
        let whole: String = (0..words).map(|n| format!("line {n:>12}\n é ")).collect();
        let result = run("say", serde_json::json!({ "text": whole })).await;
        shows_ends(&result, &whole);
    }
}

#[tokio::test]
async fn of_a_longer_value_both_ends_are_there() {
    for n in [550, 2000, 6000] {
        for name in ["count", "count_inline", "count_on_a_thread"] {
            let result = run(name, serde_json::json!({ "n": n })).await;
            shows_ends(&result, &json_of(n));
        }
    }
}

#[tokio::test]
async fn what_does_not_end_is_left() {
    for (name, n) in [("endless", 0), ("count", 1_000_000)] {
        let arguments = match name {
            "count" => serde_json::json!({ "n": n }),
            _ => serde_json::json!({}),
        };
        let result = run(name, arguments).await;
        let (head, marker, tail) = ends(result.text());
        assert!(head.len() > CAP - 200 && tail.is_empty(), "{head}");
        assert!(result.text().len() <= CAP);
        assert!(marker.starts_with("more than 3"), "{marker}");
        assert!(result.outcome().truncated);
    }
}

#[tokio::test]
async fn what_breaks_beyond_the_cap_cannot_be_written() {
    let report = run_of(&toolbox(), "broken", serde_json::json!({})).await;
    assert_eq!(codes(&report), ["not_serialisable"]);
    assert_eq!(
        without_ids(report.results()[0].text()),
        "`broken` did its work, but its result cannot be written as JSON (error id `ID`). Nothing was changed. The same call may end the same way."
    );
}

#[tokio::test]
async fn a_tool_may_have_a_cap_of_its_own() {
    let policy = Policy::default()
        .max_result_bytes(1024)
        .tool_max_result_bytes("count", 4096);
    let desk = toolbox().bind(()).with(policy).unwrap();
    let calls = ["count", "count_inline"].map(|name| call(name, r#"{"n": 900}"#));
    let report = desk.run(calls).await;
    let truncated = report
        .results()
        .iter()
        .map(|result| result.outcome().truncated);
    assert_eq!(truncated.collect::<Vec<_>>(), [false, true]);
    assert!(report.results()[1].text().len() <= 1024);
}

#[tokio::test]
async fn parts_share_the_cap_and_short_ones_stay_whole() {
    let texts = [
        "first",
        &"a".repeat(5000),
        "middle",
        &"b".repeat(50_000),
        "last",
    ];
    let result = run("say_all", serde_json::json!({ "texts": texts })).await;
    assert!(result.text().len() <= CAP && result.text().len() > CAP - 32);
    let [first, a, middle, b, last] = result.parts() else {
        panic!("{result:?}")
    };
    for (part, text) in [(first, "first"), (middle, "middle"), (last, "last")] {
        assert_eq!(part.as_text(), text);
    }
    assert!(a.as_text().len().abs_diff(b.as_text().len()) < 8);
    assert!(ends(&b.as_text()).1.contains("of 50,000 bytes"));
    assert!(result.outcome().truncated);
}

#[tokio::test]
async fn where_there_are_too_many_parts_the_last_are_left_out() {
    let texts: Vec<_> = (0..1000).map(|n| format!("part {n}")).collect();
    let result = run("say_all", serde_json::json!({ "texts": texts })).await;
    let parts = result.parts();
    assert!(result.text().len() <= CAP && result.outcome().truncated);
    assert_eq!(parts[0].as_text(), "part 0");
    let [.., note] = parts else {
        panic!("{parts:?}")
    };
    let missing = 1000 - (parts.len() - 1);
    assert_eq!(
        note.as_text(),
        format!(
            "[… {missing} more parts were left out here by the tool runtime, since a result has at most 2,048 bytes; ask for less at a time …]"
        )
    );
}

#[tokio::test]
async fn files_share_a_cap_of_theirs() {
    let policy = Policy::default().max_media_bytes(1000);
    let desk = toolbox().bind(()).with(policy).unwrap();
    let report = desk
        .run([call("draw", r#"{"sizes": [600, 1500, 400, 1]}"#)])
        .await;
    let result = &report.results()[0];
    let left_out = |bytes: &str| {
        format!(
            "[image/png, {bytes} bytes, left out by the tool runtime, since the files of a result have at most 1,000 together; ask for a smaller one]"
        )
    };
    assert!(matches!(result.parts()[0], Content::Image(_)));
    assert_eq!(result.parts()[1].as_text(), left_out("1,500"));
    assert!(matches!(result.parts()[2], Content::Image(_)));
    assert_eq!(result.parts()[3].as_text(), left_out("1"));
    assert!(result.outcome().truncated);
}

#[tokio::test]
async fn a_link_that_is_too_long_is_a_text() {
    let result = run("link", serde_json::json!({ "n": 100 })).await;
    assert!(matches!(result.parts(), [Content::ResourceLink(_)]));
    let result = run("link", serde_json::json!({ "n": 3000 })).await;
    assert!(matches!(result.parts(), [Content::Text(_)]));
    assert!(result.text().starts_with("a link: data:,xxx"));
    assert!(result.text().len() <= CAP && result.outcome().truncated);
}

#[tokio::test]
async fn errors_are_cut_too_and_say_what_may_have_changed() {
    for lengths in [[100_000, 0], [0, 100_000], [50_000, 100_000]] {
        let result = run("fail", serde_json::json!({ "n": lengths })).await;
        assert!(result.is_error() && result.outcome().truncated);
        assert!(result.text().len() <= CAP && result.text().contains(" bytes were left out here"));
        // The program has all of it.
        assert_eq!(result.error().unwrap().to_string().len(), lengths[0]);
    }
    let result = run("fail", serde_json::json!({ "n": [100_000, 0] })).await;
    assert!(
        result.text().contains("mmm. Nothing was changed.\n\"\""),
        "{}",
        result.text()
    );
}

#[tokio::test]
async fn a_cut_value_is_no_structured_content() {
    let structured = |report: &Report| {
        let message = Mcp.encode(report);
        serde_json::to_string(&message)
            .unwrap()
            .contains("structuredContent")
    };
    let row = |n| serde_json::json!({ "texts": vec!["a"; n] });
    let desk = Toolbox::new(tools![echo]).unwrap().bind(());
    let desk = desk.with(Policy::default().max_result_bytes(CAP)).unwrap();
    for (n, is_structured) in [(10, true), (1000, false), (10_000, false)] {
        let report = desk.run([call("echo", &row(n).to_string())]).await;
        assert_eq!(structured(&report), is_structured, "{n}");
        assert_eq!(report.results()[0].outcome().truncated, !is_structured);
    }
}

#[tokio::test]
async fn that_a_result_was_cut_is_stored_with_it() {
    let report = run_of(&toolbox(), "count", serde_json::json!({ "n": 6000 })).await;
    let json = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&json).unwrap();
    assert_eq!(read.results()[0].outcome(), report.results()[0].outcome());
    assert_eq!(read.results()[0].text(), report.results()[0].text());
    // What was stored before there was anything to say of it.
    let old = json.replace("\"truncated\":true,", "");
    let read: Report = serde_json::from_str(&old).unwrap();
    assert!(!read.results()[0].outcome().truncated);
}

#[tokio::test]
async fn a_layer_sees_what_was_cut_and_may_pass_it_on() {
    let seen = layer::around(|_: Request<()>, next| async move {
        let answer = next.run().await?;
        assert!(
            answer.parts()[0]
                .as_text()
                .contains("bytes were left out here")
        );
        Ok(answer)
    });
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![count])
        .policy(Policy::default().max_result_bytes(CAP))
        .layer(seen)
        .build()
        .unwrap();
    let report = run_of(&toolbox, "count", serde_json::json!({ "n": 6000 })).await;
    shows_ends(&report.results()[0], &json_of(6000));
}

#[tokio::test]
async fn calls_that_are_the_same_share_what_left() {
    let policy = Policy::default()
        .max_result_bytes(CAP)
        .coalesce(true)
        .envelope(Envelope::Delimited);
    let desk = toolbox().bind(()).with(policy).unwrap();
    let calls = [0, 1, 2].map(|_| call("count", r#"{"n": 6000}"#));
    let report = desk.run(calls).await;
    let [first, others @ ..] = report.results() else {
        panic!("{report:?}")
    };
    assert!(first.outcome().truncated && first.text().len() <= CAP);
    for other in others {
        assert_eq!(other.text(), first.text());
        assert!(other.outcome().truncated && other.outcome().same_as.is_some());
    }
}

/// What looks like a key.
const KEY: &str = "sk-proj-0123456789abcdefghijklmnop";

/// What only the program knows to be secret, of which each half is one.
fn secret() -> String {
    (0..200).map(|n| format!("pw{n:04}!")).collect()
}

/// A text with secrets at these places, counted from its beginning or from its end.
fn planted(length: usize, places: &[usize], secret: &str, from_end: bool) -> String {
    let mut text = "é… abc ".repeat(length / 8 + 1);
    let mut places: Vec<usize> = places.iter().map(|place| place % length).collect();
    if from_end {
        places.iter_mut().for_each(|place| *place = length - *place);
    }
    places.sort_unstable();
    for place in places.into_iter().rev() {
        let mut rest = place..text.len();
        let place = rest.find(|place| text.is_char_boundary(*place));
        text.insert_str(place.unwrap_or(0), &format!(" {secret} "));
    }
    text
}

#[test]
fn secrets_never_leave_wherever_they_stand() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let own = Redaction::none().and(|text| text.replace(&secret(), "[mine]"));
    let by_shape = (Redaction::default(), KEY.to_owned());
    for (redaction, secret) in [by_shape, (own, secret())] {
        let toolbox = Toolbox::<()>::builder()
            .tools(tools![say, show])
            .policy(Policy::default().max_result_bytes(CAP))
            .redact(redaction)
            .build()
            .unwrap();
        let lengths = prop_oneof![1..40_000usize, 1..1500usize, (CAP - 64)..(CAP + 64)];
        let near = prop_oneof![Just(CAP * 3 / 4), Just(CAP / 4), Just(CAP)];
        let near = (near, 0..400usize).prop_map(|(place, off)| place.saturating_sub(off));
        let places = proptest::collection::vec(prop_oneof![any::<usize>(), near], 0..40);
        let ran = TestRunner::new(ProptestConfig::with_cases(200)).run(
            &(lengths, places, any::<bool>()),
            |(length, places, from_end)| {
                let text = planted(length, &places, &secret, from_end);
                let arguments = serde_json::json!({ "text": text }).to_string();
                for name in ["say", "show"] {
                    let report = runtime.block_on(toolbox.run([call(name, &arguments)]));
                    let told = report.results()[0].text();
                    prop_assert!(told.len() <= CAP);
                    for from in (0..secret.len() - 7).step_by(7) {
                        let piece = &secret[from..from + 7];
                        prop_assert!(!told.contains(piece), "{name}: {told}");
                    }
                }
                Ok(())
            },
        );
        ran.unwrap();
    }
}

#[tokio::test]
async fn what_is_taken_out_lets_nothing_appear_twice() {
    let key = |bytes: usize| {
        let body = "MIIE".repeat(bytes / 4);
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----")
    };
    let lines = |from: usize, to: usize| {
        (from..to)
            .map(|n| format!("line {n:>5};\n"))
            .collect::<String>()
    };
    for (keys, bytes) in [(1, 1500), (1, 6000), (3, 6000), (10, 6000)] {
        for count in [20, 150, 300, 2000] {
            let keys = vec![key(bytes); keys].join(" ");
            let text = lines(0, count / 2) + &keys + "\n" + &lines(count / 2, count);
            for name in ["say", "show"] {
                let result = run(name, serde_json::json!({ "text": text })).await;
                let told = result.text();
                assert!(told.len() <= CAP && !told.contains("MIIE"), "{told}");
                for n in 0..count {
                    let times = told.matches(&format!("line {n:>5};")).count();
                    assert!(times <= 1, "{n} is there {times} times: {told}");
                }
            }
        }
    }
}

#[test]
fn a_text_that_is_cut_is_its_beginning_and_its_end() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let toolbox = toolbox();
    // None of what is escaped or taken out.
    let text = (r"[a-d \n.é…日😀]{0,300}", 0..300usize);
    let ran = TestRunner::new(ProptestConfig::with_cases(200)).run(&text, |(text, times)| {
        let whole = text.repeat(times);
        let arguments = serde_json::json!({ "text": whole }).to_string();
        let report = runtime.block_on(toolbox.run([call("say", &arguments)]));
        let result = &report.results()[0];
        prop_assert!(result.text().len() <= CAP);
        prop_assert_eq!(result.outcome().truncated, whole.len() > CAP);
        if whole.len() <= CAP {
            prop_assert_eq!(result.text(), whole);
            return Ok(());
        }
        let (head, rest) = result.text().split_once("[… ").unwrap();
        let (_, tail) = rest.split_once(" …]").unwrap();
        let head = head.strip_suffix('\n').unwrap();
        let tail = tail.strip_prefix('\n').unwrap();
        prop_assert!(whole.starts_with(head) && whole.ends_with(tail));
        prop_assert!(head.len() + tail.len() > CAP - 200);
        Ok(())
    });
    ran.unwrap();
}

#[test]
fn parts_never_have_more_than_the_cap_together() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let toolbox = toolbox();
    let part = ("[a \u{1b}\u{202e}<é]{0,20}", 0..400usize);
    let parts = proptest::collection::vec(part, 0..60);
    let envelopes = [Envelope::Escaped, Envelope::Delimited, Envelope::AsIs];
    for envelope in envelopes {
        let policy = Policy::default().max_result_bytes(CAP).envelope(envelope);
        let desk = toolbox.bind(()).with(policy).unwrap();
        let ran = TestRunner::new(ProptestConfig::with_cases(100)).run(&parts, |parts| {
            let texts: Vec<_> = parts
                .iter()
                .map(|(text, times)| text.repeat(*times))
                .collect();
            let arguments = serde_json::json!({ "texts": texts }).to_string();
            let report = runtime.block_on(desk.run([call("say_all", &arguments)]));
            let result = &report.results()[0];
            prop_assert!(result.text().len() <= CAP, "{}", result.text().len());
            Ok(())
        });
        ran.unwrap();
    }
}
