//! `manifest`: what a provider is sent, and what changed.

use serde_json::Value;

use crate::{desk, desk_reading, file};

#[test]
fn every_provider_has_a_manifest() {
    for provider in [
        "openai-chat",
        "openai-responses",
        "anthropic",
        "gemini",
        "bedrock",
        "mcp",
        "mistral",
        "ollama",
    ] {
        let indented = desk(["manifest", "--dialect", provider]);
        let compact = desk(["manifest", "--dialect", provider, "--compact"]);
        assert_eq!(
            (indented.code, compact.code),
            (Some(0), Some(0)),
            "{provider}"
        );
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        assert_eq!(read(&indented.out), read(&compact.out));
        assert_eq!(compact.out.lines().count(), 1);
    }
    let strict = desk(["manifest", "-d", "openai-chat", "--strict", "--compact"]);
    assert!(strict.out.contains("\"strict\":true"));
}

#[test]
fn a_part_of_the_tools_is_taken_by_name() {
    let ran = desk([
        "manifest",
        "-d",
        "anthropic",
        "--only",
        "get_customer",
        "--compact",
    ]);
    assert_eq!(
        ran.out,
        "[{\"name\":\"get_customer\",\"description\":\"Look up a customer by number.\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"customer_id\":{\"type\":\"integer\",\"description\":\"The customer's number.\",\"minimum\":0}},\"required\":[\"customer_id\"],\"additionalProperties\":false}}]\n"
    );
}

#[test]
fn verbose_says_what_a_provider_reads_elsewhere() {
    let ran = desk([
        "manifest",
        "-d",
        "ollama",
        "--only",
        "get_customer",
        "--verbose",
    ]);
    assert_eq!(
        ran.err,
        "`get_customer`: `minimum` of `$.customer_id` is in its description, as \"at least 0\"\n"
    );
}

#[test]
fn what_changed_is_told_and_whether_it_can_break() {
    let now = desk(["manifest", "-d", "anthropic", "--only", "get_orders"]).out;
    let diff = |text: &str| {
        let path = file("older.json", text);
        desk_reading(
            &[
                "manifest",
                "-d",
                "anthropic",
                "--only",
                "get_orders",
                "--diff",
                &path,
            ],
            "",
        )
    };
    let same = diff(&now);
    assert_eq!(
        (same.code, same.out.as_str()),
        (Some(0), "nothing changed\n")
    );

    let worded = diff(&now.replace("the latest first", "in any order"));
    assert_eq!(worded.code, Some(0));
    assert!(
        worded.out.starts_with("compatible: `get_orders` "),
        "{}",
        worded.out
    );

    let optional = diff(&now.replace("\"required\": [\n        \"customer_id\"\n      ],", ""));
    assert_eq!(optional.code, Some(1));
    assert!(
        optional
            .out
            .starts_with("breaking: `get_orders`: `$.customer_id` "),
        "{}",
        optional.out
    );
}

#[test]
fn a_pinned_file_is_held_to_and_written_only_when_asked() {
    let path = file("pinned.json", "[]");
    let pin = |arguments: &[&str]| {
        let mut all = vec![
            "manifest",
            "-d",
            "mcp",
            "--only",
            "get_customer",
            "--pin",
            &path,
        ];
        all.extend(arguments);
        desk_reading(&all, "")
    };
    let changed = pin(&[]);
    assert_eq!(changed.code, Some(1));
    assert_eq!(changed.out, "compatible: `get_customer` is new\n");
    assert_eq!(
        changed.err.replace(&path, "FILE"),
        "desk: the manifest is not what FILE says; every call that was valid still is; if that is meant, write it with `--update`\n"
    );
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "[]");

    assert_eq!(
        pin(&["--update"]).out.replace(&path, "FILE"),
        "FILE is written\n"
    );
    let same = pin(&[]);
    assert_eq!(
        (same.code, same.out.replace(&path, "FILE")),
        (Some(0), "FILE says the same\n".to_owned())
    );
}
