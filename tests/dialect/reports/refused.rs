//! What is no stored report, or one that cannot be true.

use serde_json::{Value, json};
use tool_runtime::Report;

use super::eventful;

#[track_caller]
fn check(stored: &Value, message: &str) {
    let error = serde_json::from_value::<Report>(stored.clone()).unwrap_err();
    assert_eq!(error.to_string(), message);
}

/// Checks what is said of a good report in which the value at `place` is another, or gone.
#[track_caller]
fn changed(stored: &Value, place: &str, value: Option<Value>, message: &str) {
    let mut stored = stored.clone();
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = stored.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(key.to_owned(), value),
        None => parent.remove(key),
    };
    check(&stored, message);
}

#[tokio::test(start_paused = true)]
async fn a_report_of_another_format_is_refused() {
    let stored = serde_json::to_value(eventful().await).unwrap();
    let message = "this report has format 2, and only format 1 is known";
    changed(&stored, "/format", Some(json!(2)), message);
    check(&json!({ "format": 2 }), message);
    check(&json!({}), "missing field `format`");
    changed(&stored, "/format", None, "missing field `format`");
    check(
        &json!([]),
        "invalid length 0, expected struct Stored with 4 elements",
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_named() {
    let stored = serde_json::to_value(eventful().await).unwrap();
    for (place, member) in [
        ("", "wall_ns"),
        ("", "undeclared"),
        ("", "results"),
        ("/results/0", "call"),
        ("/results/0/call", "arguments"),
        ("/results/0", "outcome"),
        ("/results/0", "effects"),
        ("/results/0", "parts"),
        ("/results/0", "queued_ns"),
        ("/results/0", "waits"),
        ("/results/0", "failed_attempts"),
        ("/results/4/error", "message"),
    ] {
        let message = format!("missing field `{member}`");
        changed(&stored, &format!("{place}/{member}"), None, &message);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_is_refused_in_words() {
    let stored = serde_json::to_value(eventful().await).unwrap();
    for (place, value, message) in [
        (
            "0/outcome",
            json!("lost"),
            "the outcome `lost` is not known",
        ),
        (
            "0/detail",
            json!("work"),
            "the outcome `ok` with `work` is not known",
        ),
        (
            "0/outcome",
            json!("skipped"),
            "it was skipped, and `because` of which call is not said",
        ),
        ("0/effects", json!(""), "the effects `` are not known"),
        ("0/same_as", json!(99), "it names call 99, and there are 18"),
        ("0/parts", json!([]), "it has no parts"),
        (
            "0/parts",
            json!([{ "image": { "mime_type": "image/png", "base64": "A" } }]),
            "the data of a part is not base64",
        ),
        (
            "0/waits",
            json!([{ "what": "calls", "call": 0, "from_ns": 0, "to_ns": 0 }]),
            "it waited for call 0, which is not before it",
        ),
        (
            "0/waits",
            json!([{ "what": "rain", "from_ns": 0, "to_ns": 0 }]),
            "it waited for `rain`, which is not known",
        ),
    ] {
        let message = format!("result 0 of this report: {message}");
        changed(&stored, &format!("/results/{place}"), Some(value), &message);
    }
}

/// A reader knows nothing of what a later writer may add.
#[tokio::test(start_paused = true)]
async fn members_that_are_not_known_are_no_harm() {
    let stored = serde_json::to_value(eventful().await).unwrap();
    let mut more = stored.clone();
    more["x"] = json!(1);
    more["results"][0]["x"] = json!({});
    let read: Report = serde_json::from_value(more).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), stored);
}
