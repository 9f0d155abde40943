//! What changed between two manifests, in words, and whether it can break calls.

use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, OpenAiChat};
use tool_runtime::{ChangeKind, Compatibility, Manifest, ManifestDiff, Toolbox, tool, tools};

use crate::library;

fn manifest(tools: &Value) -> Manifest {
    tools.to_string().parse().unwrap()
}

/// A tool `find` whose one argument has this schema.
fn finding(schema: &Value) -> Manifest {
    manifest(&json!([{ "name": "find", "inputSchema": {
        "type": "object",
        "properties": { "v": schema },
        "additionalProperties": false,
        "$defs": {
            "Name": { "type": "string" },
            "Tree": { "type": "object", "properties": { "left": { "$ref": "#/$defs/Tree" } } },
        },
    } }]))
}

fn between(old: &Value, new: &Value) -> ManifestDiff {
    finding(new).diff(&finding(old))
}

/// Checks what is said of the argument.
#[track_caller]
fn check(old: Value, new: Value, expected: &[&str]) {
    let diff = between(&old, &new);
    let lines = diff.to_string().replace("`find`: `$.v", "`");
    assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
    let breaks = expected.iter().any(|line| !line.starts_with("compatible"));
    assert_eq!(diff.can_break(), breaks);
}

#[test]
fn a_type_that_takes_less_breaks() {
    let kind = |kind: &str| json!({ "type": kind });
    check(
        kind("string"),
        kind("integer"),
        &["breaking: `` takes no string any more, but integer"],
    );
    check(
        kind("number"),
        kind("integer"),
        &["breaking: `` takes no fractions any more"],
    );
    check(
        kind("integer"),
        kind("number"),
        &["compatible: `` takes fractions too"],
    );
    check(
        json!({ "type": ["string", "null"] }),
        kind("string"),
        &["breaking: `` takes no null any more"],
    );
    check(
        kind("string"),
        json!({ "type": ["string", "null"] }),
        &["compatible: `` takes null too"],
    );
    check(
        json!({}),
        kind("string"),
        &["breaking: `` takes no null, boolean, number, array, object any more"],
    );
    check(
        json!(true),
        json!(false),
        &["breaking: `` takes no value any more"],
    );
}

#[test]
fn values_of_a_choice() {
    let old = json!({ "type": "string", "enum": ["post", "courier"] });
    check(
        old.clone(),
        json!({ "type": "string", "enum": ["post", "collect"] }),
        &[
            "breaking: `` does not take `\"courier\"` any more",
            "compatible: `` takes `\"collect\"` too",
        ],
    );
    check(
        old.clone(),
        json!({ "type": "string" }),
        &["compatible: `` takes other values too"],
    );
    check(
        json!({ "type": "string" }),
        old,
        &["breaking: `` takes only `\"post\"`, `\"courier\"` now"],
    );
    check(
        json!({ "type": "boolean" }),
        json!({ "type": "boolean", "enum": [false, true] }),
        &["compatible: `find` says the same in another order or form"],
    );
}

#[test]
fn bounds_that_are_narrower_break() {
    let hour = |bounds: Value| {
        let mut hour = json!({ "type": "integer" });
        hour.as_object_mut()
            .unwrap()
            .extend(bounds.as_object().unwrap().clone());
        hour
    };
    check(
        hour(json!({ "maximum": 23 })),
        hour(json!({ "maximum": 12, "minimum": 1 })),
        &[
            "breaking: `` has the `minimum` 1 now",
            "breaking: `` has the `maximum` 12, and had 23",
        ],
    );
    check(
        hour(json!({ "maximum": 12 })),
        hour(json!({ "maximum": 23 })),
        &["compatible: `` has the `maximum` 23, and had 12"],
    );
    check(
        hour(json!({ "minimum": 1 })),
        hour(json!({ "exclusiveMinimum": 0 })),
        &[
            "compatible: `` has no `minimum` any more",
            "compatible: `` has the `exclusiveMinimum` 0 now",
        ],
    );
    // As `f64` they would be the same.
    check(
        hour(json!({ "minimum": 9007199254740992_u64 })),
        hour(json!({ "minimum": 9007199254740993_u64 })),
        &["breaking: `` has the `minimum` 9007199254740993, and had 9007199254740992"],
    );
    // What cannot apply to a text does nothing.
    check(
        json!({ "type": "string" }),
        json!({ "type": "string", "minimum": 1, "minLength": 0 }),
        &["compatible: `` has the `minLength` 0 now"],
    );
    check(
        json!({ "type": "string", "pattern": "^a" }),
        json!({ "type": "string", "pattern": "^b" }),
        &["possibly breaking: `` has the `pattern` \"^b\", and had \"^a\""],
    );
}

#[test]
fn members_of_objects() {
    let order = |members: Value, required: &[&str]| json!({ "type": "object", "properties": members, "required": required, "additionalProperties": false });
    let text = json!({ "type": "string" });
    check(
        order(json!({ "note": text }), &[]),
        order(
            json!({ "note": text, "copies": text, "label": text }),
            &["copies"],
        ),
        &[
            "breaking: `.copies` is new and required",
            "compatible: `.label` is new",
        ],
    );
    check(
        order(json!({ "note": text, "label": text }), &["label"]),
        order(json!({ "note": text, "label": text }), &["note"]),
        &[
            "breaking: `.note` is required now",
            "compatible: `.label` may be left out now",
        ],
    );
    check(
        order(json!({ "note": text }), &[]),
        order(json!({}), &[]),
        &["breaking: `.note` is gone"],
    );
    let open = json!({ "type": "object", "properties": { "note": text } });
    check(
        open.clone(),
        order(json!({ "note": text }), &[]),
        &["breaking: `` takes no members of other names any more"],
    );
    check(
        open,
        json!({ "type": "object", "properties": { "note": text, "copies": { "type": "integer" } } }),
        &["breaking: `.copies` has a schema of its own now, and could be any other member before"],
    );
    check(
        json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        &["breaking: `.*` takes no integer any more, but string"],
    );
}

#[test]
fn items_of_lists() {
    let list = |items: Value| json!({ "type": "array", "items": items });
    check(
        list(json!({ "type": "string" })),
        list(json!({ "type": "string", "maxLength": 3 })),
        &["breaking: `[]` has the `maxLength` 3 now"],
    );
    check(
        json!({ "type": "array", "prefixItems": [{ "type": "string" }], "items": false }),
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false }),
        &["compatible: `find` says the same in another order or form"],
    );
}

#[test]
fn forms_that_are_told_by_a_tag() {
    let form = |tag: &str, member: Value| json!({ "type": "object", "properties": { "method": { "const": tag }, "days": member }, "required": ["method"] });
    let number = || json!({ "type": "integer" });
    let (invoice, card) = (form("invoice", number()), form("card", number()));
    for choice in ["anyOf", "oneOf"] {
        check(
            json!({ choice: [invoice] }),
            json!({ choice: [card, invoice] }),
            &["compatible: `` takes the form where `method` is \"card\" too"],
        );
        check(
            json!({ choice: [invoice, card] }),
            json!({ choice: [card] }),
            &["breaking: `` takes the form where `method` is \"invoice\" no more"],
        );
        check(
            json!({ choice: [invoice, card] }),
            json!({ choice: [card, form("invoice", json!({ "type": "string" }))] }),
            &["breaking: `.days` takes no integer any more, but string"],
        );
    }
    check(
        json!({ "oneOf": [{ "type": "string" }] }),
        json!({ "oneOf": [{ "type": "string" }, { "minLength": 2 }] }),
        &[
            "possibly breaking: `` takes one of several forms, and a value could now be of two",
            "compatible: `` takes `{\"minLength\":2}` too",
        ],
    );
}

#[test]
fn what_is_written_otherwise_and_takes_the_same_breaks_nothing() {
    let same = [
        (
            json!({ "$ref": "#/$defs/Name" }),
            json!({ "type": "string" }),
        ),
        (
            json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }),
            json!({ "type": ["null", "string"] }),
        ),
        (
            json!({ "type": ["null", "string"] }),
            json!({ "anyOf": [{ "type": ["string", "null"] }] }),
        ),
        (json!({ "const": "a" }), json!({ "enum": ["a"] })),
        (
            json!({ "oneOf": [{ "const": "a" }, { "const": "b" }] }),
            json!({ "enum": ["a", "b"] }),
        ),
        (
            json!({ "$ref": "#/$defs/Tree" }),
            json!({ "type": "object", "properties": { "left": { "$ref": "#/$defs/Tree" } } }),
        ),
        (
            json!({ "$ref": "#/$defs/Name", "description": "A name." }),
            json!({ "$ref": "#/$defs/Name" }),
        ),
    ];
    for (old, new) in same {
        let diff = between(&old, &new);
        assert!(!diff.is_empty() && !diff.can_break(), "{old} {new}: {diff}");
    }
}

#[test]
fn what_is_not_known_is_said_to_be_possible() {
    let not = |kind: &str| json!({ "not": { "const": kind } });
    check(
        not("a"),
        not("b"),
        &["possibly breaking: `` has another `not`"],
    );
    check(
        not("a"),
        json!({}),
        &["compatible: `` has no `not` any more"],
    );
    check(
        json!({ "contains": { "const": 1 }, "minContains": 1 }),
        json!({ "contains": { "const": 1 }, "minContains": 2 }),
        &[
            "possibly breaking: `` has another `contains`",
            "possibly breaking: `` has another `minContains`",
        ],
    );
}

/// As it is nested, so are the functions that compare it.
#[test]
fn a_schema_that_is_very_deep_is_possibly_breaking() {
    let deep = |kind: &str| {
        (0..100).fold(
            json!({ "type": kind }),
            |inner, _| json!({ "items": inner }),
        )
    };
    let diff = between(&deep("string"), &deep("integer"));
    assert!(
        diff.to_string()
            .ends_with("is too deep or too large to be compared"),
        "{diff}"
    );
    assert!(diff.can_break());
    let many: Vec<Value> = (0..400)
        .map(|n| json!({ "type": "object", "properties": { "a": { "minimum": n } } }))
        .collect();
    let other: Vec<Value> = many
        .iter()
        .map(|one| json!({ "anyOf": [one, one] }))
        .collect();
    assert!(between(&json!({ "anyOf": many }), &json!({ "anyOf": other })).can_break());
}

#[test]
fn a_definition_that_leads_to_itself_ends() {
    let tree = |kind: &str| {
        manifest(&json!([{ "name": "find", "inputSchema": {
            "type": "object",
            "properties": { "v": { "$ref": "#/$defs/Tree" } },
            "$defs": {
                "Tree": { "type": "object", "properties": { "label": { "type": kind }, "left": { "$ref": "#/$defs/Tree" } } },
            },
        } }]))
    };
    assert_eq!(
        tree("integer").diff(&tree("string")).to_string(),
        "breaking: `find`: `$.v.label` takes no string any more, but integer"
    );
    assert!(!tree("number").diff(&tree("integer")).can_break());
    let circle = |other: &str| {
        manifest(&json!([{ "name": "find", "inputSchema": {
            "type": "object",
            "properties": { "v": { "$ref": "#/$defs/A" } },
            "$defs": { "A": { "anyOf": [{ "$ref": "#/$defs/A" }, { "type": other }] } },
        } }]))
    };
    assert!(circle("string").diff(&circle("integer")).can_break());
}

/// Order books.
#[tool]
async fn order_books(
    /// The order's number.
    order_id: u32,
    /// For whom.
    customer: String,
) {
    let _ = (order_id, customer);
}

/// Close the library.
#[tool]
async fn close() {}

#[test]
fn tools_come_and_go() {
    let older =
        library::toolbox().view(|tool| ["order_books", "search_catalogue"].contains(&tool.name()));
    let newer = Toolbox::new(tools![close, order_books]).unwrap();
    let diff = newer
        .manifest(Anthropic)
        .unwrap()
        .diff(&older.manifest(Anthropic).unwrap());
    let changes: Vec<_> = diff
        .changes()
        .iter()
        .map(|change| {
            (
                change.tool.as_deref().unwrap_or(""),
                change.path.as_str(),
                change.kind,
                change.compatibility,
            )
        })
        .collect();
    let breaking = |path, kind| ("order_books", path, kind, Compatibility::Breaking);
    for expected in [
        breaking("$.customer", ChangeKind::Added),
        breaking("$.lines", ChangeKind::Removed),
        breaking("$.payment", ChangeKind::Removed),
        (
            "order_books",
            "$",
            ChangeKind::Description,
            Compatibility::Compatible,
        ),
        (
            "search_catalogue",
            "$",
            ChangeKind::ToolRemoved,
            Compatibility::Breaking,
        ),
        (
            "close",
            "$",
            ChangeKind::ToolAdded,
            Compatibility::Compatible,
        ),
    ] {
        assert!(changes.contains(&expected), "{expected:?}: {diff}");
    }
    // What can break stands first.
    let order: Vec<_> = changes
        .iter()
        .map(|(.., compatibility)| *compatibility)
        .collect();
    assert!(order.is_sorted_by(|one, other| one >= other));
}

#[test]
fn what_stands_beside_the_schemas() {
    #[track_caller]
    fn check(older: Manifest, newer: Manifest, expected: &str) {
        let diff = newer.diff(&older);
        assert_eq!(diff.to_string(), expected);
        assert!(!diff.can_break());
    }
    let toolbox = library::toolbox();
    check(
        toolbox.manifest(Anthropic).unwrap(),
        toolbox.manifest(Anthropic.cached()).unwrap(),
        "compatible: the tools are the same, and what stands round them is not",
    );
    let both = toolbox.view(|tool| ["order_books", "opening_hours"].contains(&tool.name()));
    let both = both.manifest(OpenAiChat).unwrap();
    let text = both.as_str();
    let cut = text
        .find(r#",{"type":"function","function":{"name":"opening_hours""#)
        .unwrap();
    let turned = format!("[{},{}]", &text[cut + 1..text.len() - 1], &text[1..cut]);
    check(
        both.clone(),
        turned.parse().unwrap(),
        "compatible: the tools stand in another order",
    );
    let close = |more: Value| {
        let mut tool = json!({ "name": "close", "inputSchema": { "type": "object" } });
        tool.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        manifest(&json!([tool]))
    };
    check(
        close(json!({ "annotations": { "readOnlyHint": true } })),
        close(json!({ "annotations": { "destructiveHint": true }, "strict": true })),
        "compatible: `close` is strict now\ncompatible: `close` has another `annotations`",
    );
}

#[test]
fn nothing_changed_in_the_same_bytes() {
    let manifest = library::toolbox().manifest(Anthropic).unwrap();
    let diff = manifest.diff(&manifest.as_str().parse().unwrap());
    assert!(diff.is_empty() && !diff.can_break());
    assert_eq!(diff.to_string(), "");
}
