//! The picture for documents: XML whatever its texts are, and legible in both modes.

use roxmltree::{Document, Node};
use serde_json::{Value, json};
use tool_runtime::Explanation;
use tool_runtime::explain::Picture;

use crate::desk::{all_of_it, explain, policy};

fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let nodes = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    let texts = nodes.map(|node| node.text().unwrap_or_default().to_owned());
    texts.collect()
}

fn of_class<'a>(document: &'a Document<'_>, class: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    let nodes = document.descendants();
    nodes.filter(move |node| {
        node.attribute("class") == Some(class) && node.ancestors().any(|of| of.has_tag_name("g"))
    })
}

#[test]
fn each_thing_has_its_form() {
    let svg = all_of_it().svg();
    let document = Document::parse(&svg).unwrap();
    for (class, count) in [
        ("ran", 5),
        ("failed", 1),
        ("line calls", 2),
        ("line limit", 1),
        ("none", 2),
    ] {
        assert_eq!(of_class(&document, class).count(), count, "{class}");
    }
    let texts = texts(&svg);
    for text in [
        "8 calls: 400 ms, 2.0x",
        "withdraw",
        "150 ms, failed",
        "skipped because of call 2",
        "not started",
    ] {
        assert!(
            texts.iter().any(|of| of == text),
            "{text} is not in {texts:?}"
        );
    }
    assert!(
        !texts.iter().any(|text| text == "between attempts"),
        "the legend has only what is there"
    );
}

#[test]
fn it_says_in_words_what_is_seen() {
    let svg = explain(
        policy(),
        &["deposit account=1 ms=200", "withdraw account=1 ms=100"],
    )
    .svg();
    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let said: Vec<_> = root
        .children()
        .filter(Node::is_element)
        .take(2)
        .map(|node| node.text())
        .collect();
    assert_eq!(
        said,
        [
            Some("2 calls: 300 ms"),
            Some(
                "2 calls: 300 ms. deposit from 0 ms to 200 ms, ok. withdraw from 200 ms to 300 ms, failed. \
                 Limited by the work of calls 0 and 1, each of which waited for the one before it: 300 ms of 300 ms."
            ),
        ]
    );
    let row = of_class(&document, "failed")
        .next()
        .and_then(|node| node.parent())
        .unwrap();
    assert_eq!(
        row.first_element_child().and_then(|title| title.text()),
        Some(
            "1 withdraw\nwithdraw from 200 ms to 300 ms, failed.\nwaited 200 ms from 0 ms, for call 0, for account:1"
        )
    );
}

#[test]
fn it_stands_for_itself() {
    let svg = all_of_it().svg();
    let links = svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for foreign in [
        "http",
        "href",
        "@import",
        "@font-face",
        "<script",
        "<image",
        "<foreignObject",
    ] {
        assert!(!links.contains(foreign), "{foreign}");
    }
}

/// A call of a stored explanation, with this for every text that somebody else writes.
fn hostile(text: &str) -> Explanation {
    let call = json!({
        "name": text, "id": text, "outcome": "failed", "detail": text, "because": null, "late": true, "still_running": true,
        "same_as": null, "queued_ms": 0, "started_ms": 2, "finished_ms": 10,
        "waits": [
            {"what": "calls", "call": 0, "key": text, "from_ms": 0, "to_ms": 1},
            {"what": "group", "group": text, "from_ms": 1, "to_ms": 2},
        ],
        "failed_attempts": [{"started_ms": 2, "finished_ms": 4, "error": text, "back_off_ms": 2}],
    });
    let mut skipped = call.clone();
    skipped["started_ms"] = Value::Null;
    let stored = json!({
        "format": 1, "wall_ms": 10, "critical_path": {"calls": [0], "duration_ms": 10}, "calls": [call, skipped],
    });
    serde_json::from_value(stored).expect("an explanation")
}

#[test]
fn no_text_can_break_it() {
    let long = "<long & long>".repeat(1_000);
    for text in [
        "<script>alert(1)</script>",
        "]]>",
        "&",
        "&nbsp;",
        "\" onload=\"alert(1)",
        "</title></svg>",
        "<!--",
        "nul \0, bell \u{7}, escape \u{1b}[31m, delete \u{7f}, \u{fffe}\u{ffff}",
        "\u{202e}backwards",
        "🎉 👩‍👩‍👧 é 日本語",
        "",
        &long,
    ] {
        let explanation = hostile(text);
        let svg = Picture::new([(text, &explanation), ("", &explanation)]).svg();
        let texts = texts(&svg);
        assert!(
            !svg.contains("<script") && !svg.contains("onload=\""),
            "{svg}"
        );
        assert!(svg.len() < 40_000, "{} bytes", svg.len());
        let longest = texts.iter().map(|text| text.chars().count()).max();
        assert!(longest.is_some_and(|longest| longest <= 130), "{texts:?}");
        assert!(explanation.to_string().lines().count() < 20);
    }
}

/// With every mark in the legend, and names and endings as long as they are shown.
#[test]
fn nothing_is_beside_the_page() {
    let explanation = hostile(&"wide".repeat(20));
    let svg = explanation.svg();
    let document = Document::parse(&svg).unwrap();
    let number = |node: &Node<'_, '_>, name: &str| {
        let value = node.attribute(name)?;
        value.parse::<f64>().ok()
    };
    let page = number(&document.root_element(), "height").unwrap();
    let mut legend = Vec::new();
    for node in document.descendants() {
        let (Some(x), Some(y)) = (number(&node, "x"), number(&node, "y")) else {
            continue;
        };
        let text = node.text().unwrap_or_default();
        let wide =
            text.chars().count() as f64 * number(&node, "font-size").unwrap_or_default() * 0.61;
        let wide = number(&node, "width").unwrap_or(wide);
        assert!(x >= 0.0 && x + wide <= 800.0 && y < page - 5.0, "{node:?}");
        legend.push(text);
    }
    for text in [
        "failed",
        "waited for calls",
        "waited for a permit",
        "between attempts",
        "not started",
        "could not be stopped",
    ] {
        assert!(legend.contains(&text), "{text}");
    }
}

#[test]
fn many_calls_have_lower_rows() {
    let height = |calls: usize| {
        let svg = explain(policy(), &vec!["search ms=10"; calls]).svg();
        let document = Document::parse(&svg).unwrap();
        let height = document
            .root_element()
            .attribute("height")
            .map(str::to_owned);
        height
            .and_then(|height| height.parse::<usize>().ok())
            .expect("a height")
    };
    assert_eq!([3, 10, 100, 1_000].map(height), [190, 372, 1_530, 5_130]);
    let many = explain(policy().max_calls(2_000), &["search ms=10"; 1_200]).svg();
    assert!(texts(&many).contains(&"and 200 more calls, which are not drawn".to_owned()));
}

/// The contrast of two colours as WCAG defines it.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour");
            match f64::from(value) / 255.0 {
                low if low <= 0.04045 => low / 12.92,
                high => ((high + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn its_texts_can_be_read_in_both_modes() {
    let svg = all_of_it().svg();
    let (light, dark) = svg
        .split_once("@media (prefers-color-scheme: dark)")
        .expect("two modes");
    for mode in [light, dark] {
        let fill = |of: &str| {
            let (_, rule) = mode
                .split_once(&format!(".tool-timeline {of} {{"))
                .expect("a rule");
            let (_, colour) = rule.split_once("fill: #").expect("a colour");
            &colour[..6]
        };
        for text in ["text", ".note"] {
            let contrast = contrast(fill(text), fill(".page"));
            assert!(contrast >= 4.5, "{text}: {contrast:.1} to 1");
        }
        let bar = contrast(fill(".ran"), fill(".page"));
        assert!(bar >= 3.0, "bars: {bar:.1} to 1");
    }
}
