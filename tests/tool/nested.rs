//! Keys inside of arguments that the schema does not have: refused by path, like those of the arguments themselves.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;
use support::call;
use tool_runtime::{Ending, Toolbox, tool, tools};

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Line {
    isbn: String,
    copies: u32,
    binding: Option<Binding>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Binding {
    #[serde(rename = "coverColour", alias = "color")]
    colour: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Nothing {}

/// Takes structs inside of arguments.
#[tool(pure)]
async fn order(
    /// The lines.
    lines: Vec<Line>,
    /// The gift.
    gift: Option<Line>,
    /// The nothing.
    nothing: Option<Nothing>,
) -> &'static str {
    let _ = (lines, gift, nothing);
    "taken"
}

/// Takes pairs and maps.
#[tool(pure)]
async fn stock(
    /// The pair.
    pair: (u8, Binding),
    /// The shelves.
    shelves: HashMap<String, Binding>,
    /// The rooms.
    rooms: BTreeMap<u32, Binding>,
) -> &'static str {
    let _ = (pair, shelves, rooms);
    "taken"
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
enum Weight {
    Unknown,
    Grams(u32),
    Exact { kilograms: f64 },
    Bound(Binding),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Payment {
    Account,
    Invoice { days: u8 },
    Bound(Binding),
    Labels(HashMap<String, u8>),
    Nested(Inner),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "inner")]
#[expect(dead_code, reason = "only read")]
enum Inner {
    A { x: u8 },
    B(Binding),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
#[expect(dead_code, reason = "only read")]
enum Event {
    Moved { shelf: String },
    Lost,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Id {
    Number(u64),
    Long { id: u8, part: Binding },
    Short { id: u8 },
    Many(Vec<Id>),
}

/// Takes one of several.
#[tool(pure)]
async fn choose(
    /// The weight.
    weight: Option<Weight>,
    /// The payment.
    payment: Option<Payment>,
    /// The event.
    event: Option<Event>,
    /// The id.
    id: Option<Id>,
) -> &'static str {
    let _ = (weight, payment, event, id);
    "taken"
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Parcel {
    label: String,
    #[serde(flatten)]
    event: Event,
    #[serde(flatten)]
    id: Inner,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Wrapped {
    name: String,
    #[serde(flatten)]
    binding: Binding,
    #[serde(flatten)]
    payment: Option<Payment>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Open {
    name: String,
    line: Option<Line>,
    #[serde(flatten)]
    rest: HashMap<String, Binding>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Free {
    #[serde(flatten)]
    event: Event,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

/// Takes structs that are flattened.
#[tool(pure)]
async fn flat(
    /// The parcel.
    parcel: Option<Parcel>,
    /// The wrapped.
    wrapped: Option<Wrapped>,
    /// The open.
    open: Option<Open>,
    /// The free.
    free: Option<Free>,
) -> &'static str {
    let _ = (parcel, wrapped, open, free);
    "taken"
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Shelf {
    label: String,
    #[serde(default)]
    shelves: Vec<Shelf>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "op")]
#[expect(dead_code, reason = "only read")]
enum Expression {
    Number {
        value: f64,
    },
    Sum {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Minus(Box<Negated>),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Negated {
    of: Expression,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Tree {
    Leaf(u8),
    Left { left: Box<Tree> },
    Both { left: Box<Tree>, right: Box<Tree> },
}

/// Takes what contains itself.
#[tool(pure)]
async fn recursive(
    /// The shelf.
    shelf: Option<Shelf>,
    /// The expression.
    expression: Option<Expression>,
    /// The tree.
    tree: Option<Tree>,
) -> &'static str {
    let _ = (shelf, expression, tree);
    "taken"
}

/// Written by hand, with a schema that says what it is.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
struct ByHand(Value);

impl JsonSchema for ByHand {
    fn schema_name() -> Cow<'static, str> {
        "ByHand".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let binding = generator.subschema_for::<Binding>();
        json_schema!({
            "type": "object",
            "properties": {
                "closed": { "properties": { "a": {} }, "required": ["a"] },
                "open": { "type": "object", "properties": { "a": {} }, "additionalProperties": true },
                "pattern": { "type": "object", "properties": { "a": {} }, "patternProperties": { "^x": {} } },
                "conditional": {
                    "type": "object",
                    "properties": { "a": binding },
                    "if": { "properties": { "b": { "const": 1 } }, "required": ["b"] },
                    "then": { "properties": { "c": {} } },
                },
                "any": { "type": "object", "properties": { "a": {}, "b": {} }, "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] },
            },
        })
    }
}

/// Takes what somebody wrote a schema for.
#[tool(pure)]
async fn given(
    /// The by hand.
    by_hand: ByHand,
) -> &'static str {
    let _ = by_hand;
    "taken"
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Search {
    text: String,
    limit: Option<u8>,
    line: Option<Line>,
    #[serde(default)]
    lines: Vec<Line>,
}

/// Takes all in a struct.
#[tool(pure)]
async fn whole(#[arg(flatten)] search: Search) -> &'static str {
    let _ = search;
    "taken"
}

#[derive(Debug, Deserialize, JsonSchema)]
enum Order {
    Rising,
    Falling,
}

/// Takes a name.
#[tool(pure)]
async fn sort(
    /// The order.
    order: Option<Order>,
) -> &'static str {
    let _ = order;
    "taken"
}

/// Runs a call; each expected problem is its path, what was expected and what came.
#[track_caller]
fn check(name: &str, arguments: &str, expected: &[(&str, &str, &str)]) {
    let list = tools![order, stock, choose, flat, recursive, given, whole, sort];
    let toolbox = Toolbox::new(list).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox.run([call(name, arguments)]));
    let result = &report.results()[0];
    let problems = result.argument_errors();
    let problems = problems.map_or(&[][..], |errors| errors.problems());
    let found: Vec<_> = problems
        .iter()
        .map(|problem| (problem.path(), problem.expected(), problem.found()))
        .collect();
    assert_eq!(found, expected, "{}", result.text());
    let ending = match expected {
        [] => Ending::Ok,
        _ => Ending::InvalidArguments,
    };
    assert_eq!(result.outcome().ending, ending, "{}", result.text());
}

#[track_caller]
fn accepted(name: &str, arguments: &str) {
    check(name, arguments, &[]);
}

/// Refused for unknown keys at these paths.
#[track_caller]
fn refused(name: &str, arguments: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(path, expected)| (*path, *expected, "a member the object does not have"))
        .collect();
    check(name, arguments, &expected);
}

const LINE: &str = "only `isbn`, `copies` and `binding`";

#[test]
fn an_unknown_key_is_told_by_path_with_those_that_there_are() {
    check(
        "order",
        r#"{"lines": [{"isbn": "1", "copies": 2}, {"isbn": "1", "copies": 2, "isbm": "1"}]}"#,
        &[(
            "lines[1].isbm",
            LINE,
            "a member the object does not have; did you mean `isbn`?",
        )],
    );
    refused(
        "order",
        r#"{"lines": [], "gift": {"binding": {"x": 1}, "isbn": "1", "copies": 1}, "nothing": {"y": {}}}"#,
        &[
            ("gift.binding.x", "only `coverColour`"),
            ("nothing.y", "no members, since the object has none"),
        ],
    );
    accepted("order", r#"{"lines": [], "gift": null, "nothing": {}}"#);
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_text() {
    check(
        "order",
        r#"{"gift": {"isbn": "1", "zz": [{}], "copies": 1, "yy": 0}, "x": 1, "lines": 7, "nothing": {"z": 1}}"#,
        &[
            ("gift.zz", LINE, "a member the object does not have"),
            ("gift.yy", LINE, "a member the object does not have"),
            (
                "x",
                "only `lines`, `gift` and `nothing`",
                "an argument the tool does not have",
            ),
            ("lines", "an array", "integer `7`"),
            (
                "nothing.z",
                "no members, since the object has none",
                "a member the object does not have",
            ),
        ],
    );
    check(
        "whole",
        r#"{"line": {"isbn": "1", "copies": 1, "zz": 1}, "x": 1, "limit": null, "lines": [{"isbn": "", "copies": 0, "yy": 1}], "y": 1, "text": "a"}"#,
        &[
            ("line.zz", LINE, "a member the object does not have"),
            (
                "x",
                "only `limit`, `line`, `lines` and `text`",
                "an argument the tool does not have",
            ),
            ("lines[0].yy", LINE, "a member the object does not have"),
            (
                "y",
                "only `limit`, `line`, `lines` and `text`",
                "an argument the tool does not have",
            ),
        ],
    );
}

#[test]
fn the_whole_object_is_looked_into() {
    refused(
        "whole",
        r#"{"line": {"zz": 1, "isbn": "1", "copies": 1}, "limit": null, "lines": [{"isbn": "", "copies": 0, "yy": 1}], "text": "a"}"#,
        &[("line.zz", LINE), ("lines[0].yy", LINE)],
    );
    accepted(
        "whole",
        r#"{"line": null, "limit": null, "lines": [{"isbn": "", "copies": 0, "binding": {"color": null}}], "text": "a"}"#,
    );
}

#[test]
fn pairs_and_maps_are_looked_into() {
    refused(
        "stock",
        r#"{"pair": [1, {"x": 1}], "shelves": {"a": {}, "b": {"x": 1}}, "rooms": {"7": {"x": 1}}}"#,
        &[
            ("pair[1].x", "only `coverColour`"),
            ("shelves.b.x", "only `coverColour`"),
            ("rooms.7.x", "only `coverColour`"),
        ],
    );
    accepted(
        "stock",
        r#"{"pair": [1, {}], "shelves": {"a": {}}, "rooms": {"7": {}}}"#,
    );
}

#[test]
fn a_key_that_is_no_such_integer_is_told_beside_what_else_is_wrong() {
    check(
        "stock",
        r#"{"pair": [1, {}], "shelves": {}, "rooms": {"4294967296": {}, "8": {"coverColour": 1}}}"#,
        &[
            (
                "rooms.4294967296",
                "a key that is an integer from 0 to 4294967295",
                "`4294967296`",
            ),
            ("rooms.8.coverColour", "a string", "integer `1`"),
        ],
    );
}

#[test]
fn a_name_that_only_serde_knows_is_taken() {
    let arguments = r#"{"lines": [{"isbn": "1", "copies": 1, "binding": {"color": "red"}}, {"isbn": "1", "copies": 1, "binding": {"color": "red", "colour": 1}}]}"#;
    check(
        "order",
        arguments,
        &[(
            "lines[1].binding.colour",
            "only `coverColour`",
            "a member the object does not have",
        )],
    );
    accepted("order", &arguments.replace(r#", "colour": 1"#, ""));
    accepted(
        "choose",
        r#"{"payment": {"method": "bound", "color": "red"}}"#,
    );
    accepted("flat", r#"{"wrapped": {"name": "a", "color": "red"}}"#);
}

#[test]
fn the_branch_of_an_enum_is_told_by_its_tag_or_shape() {
    refused(
        "choose",
        r#"{"weight": {"Exact": {"kilograms": 1.5, "x": 1}}, "payment": {"x": 1, "method": "account"}}"#,
        &[
            ("weight.Exact.x", "only `kilograms`"),
            ("payment.x", "only `method`"),
        ],
    );
    refused(
        "choose",
        r#"{"weight": {"Bound": {"x": 1}}, "payment": {"days": 1, "x": 1, "method": "invoice"}}"#,
        &[
            ("weight.Bound.x", "only `coverColour`"),
            ("payment.x", "only `method` and `days`"),
        ],
    );
    refused(
        "choose",
        r#"{"payment": {"method": "bound", "days": 1}, "event": {"kind": "Moved", "data": {"shelf": "a", "x": 1}, "y": 1}}"#,
        &[
            ("payment.days", "only `method` and `coverColour`"),
            ("event.data.x", "only `shelf`"),
            ("event.y", "only `kind` and `data`"),
        ],
    );
    refused(
        "choose",
        r#"{"payment": {"method": "nested", "inner": "A", "x": 1, "y": 1}, "event": {"kind": "Lost", "y": 1}}"#,
        &[
            ("payment.y", "only `method`, `inner` and `x`"),
            ("event.y", "only `kind`"),
        ],
    );
    refused(
        "choose",
        r#"{"id": [{"id": 1, "x": 1}, {"id": 1, "part": {"x": 1}}, 7]}"#,
        &[
            ("id[0].x", "only `id`"),
            ("id[1].part.x", "only `coverColour`"),
        ],
    );
    for arguments in [
        r#"{"weight": "Unknown", "payment": {"method": "account"}, "event": {"kind": "Lost"}, "id": 7}"#,
        r#"{"weight": {"Grams": 1}, "payment": {"method": "labels", "x": 1, "y": 2}, "id": {"id": 1}}"#,
        r#"{"weight": {"Bound": {}}, "payment": {"method": "bound", "coverColour": "red"}, "id": [[], [{"id": 1}]]}"#,
        r#"{"payment": {"method": "nested", "inner": "B", "coverColour": "red"}, "id": {"id": 1, "part": {}}}"#,
    ] {
        accepted("choose", arguments);
    }
}

#[test]
fn what_is_flattened_is_one_object() {
    refused(
        "flat",
        r#"{"parcel": {"label": "", "kind": "Lost", "inner": "A", "x": 1, "y": 1}, "wrapped": {"name": "", "days": 1}}"#,
        &[
            ("parcel.y", "only `label`, `kind`, `inner` and `x`"),
            ("wrapped.days", "only `name` and `coverColour`"),
        ],
    );
    refused(
        "flat",
        r#"{"open": {"name": "", "line": {"isbn": "", "copies": 1, "x": 1}, "other": {"x": 1}}}"#,
        &[
            ("open.line.x", LINE),
            ("open.other.x", "only `coverColour`"),
        ],
    );
    for arguments in [
        r#"{"parcel": {"label": "", "kind": "Moved", "data": {"shelf": ""}, "inner": "B", "coverColour": null}}"#,
        r#"{"wrapped": {"name": "", "method": "invoice", "days": 1, "coverColour": "red"}}"#,
        r#"{"wrapped": {"name": ""}, "open": {"name": "", "other": {}}}"#,
        r#"{"free": {"kind": "Lost", "what": {"x": 1}}}"#,
    ] {
        accepted("flat", arguments);
    }
}

#[test]
fn what_contains_itself_is_looked_into() {
    refused(
        "recursive",
        r#"{"shelf": {"label": "", "shelves": [{"label": "", "shelves": [{"label": "", "x": 1}]}]}}"#,
        &[(
            "shelf.shelves[0].shelves[0].x",
            "only `label` and `shelves`",
        )],
    );
    refused(
        "recursive",
        r#"{"expression": {"left": {"op": "Minus", "of": {"op": "Number", "value": 1, "x": 1}}, "right": {"value": 1, "op": "Number"}, "op": "Sum"}}"#,
        &[("expression.left.of.x", "only `op` and `value`")],
    );
    refused(
        "recursive",
        r#"{"tree": {"left": {"left": 1, "right": {"left": 1}, "x": 1}}}"#,
        &[("tree.left.x", "only `left` and `right`")],
    );
}

/// Alternatives inside of each other are looked at once each.
#[test]
fn deep_alternatives_take_no_longer() {
    let mut tree = "1".to_owned();
    for _ in 0..60 {
        tree = format!(r#"{{"left": {tree}, "right": 1}}"#);
    }
    accepted("recursive", &format!(r#"{{"tree": {tree}}}"#));
    let mut expression = r#"{"value": 1, "x": 1, "op": "Number"}"#.to_owned();
    for _ in 0..60 {
        expression = format!(
            r#"{{"left": {expression}, "right": {{"op": "Number", "value": 1}}, "op": "Sum"}}"#
        );
    }
    let path = format!("expression{}.x", ".left".repeat(60));
    refused(
        "recursive",
        &format!(r#"{{"expression": {expression}}}"#),
        &[(&path, "only `op` and `value`")],
    );
}

#[test]
fn a_schema_that_somebody_wrote_is_closed_where_it_can_be() {
    refused(
        "given",
        r#"{"by_hand": {"closed": {"a": 1, "b": 1}, "any": {"a": 1, "c": 1}, "other": 1}}"#,
        &[
            ("by_hand.closed.b", "only `a`"),
            ("by_hand.any.c", "only `a` and `b`"),
            (
                "by_hand.other",
                "only `any`, `closed`, `conditional`, `open` and `pattern`",
            ),
        ],
    );
    refused(
        "given",
        r#"{"by_hand": {"conditional": {"a": {"x": 1}, "b": 1, "c": 1}}}"#,
        &[("by_hand.conditional.a.x", "only `coverColour`")],
    );
    accepted(
        "given",
        r#"{"by_hand": {"open": {"b": 1}, "pattern": {"xa": 1, "b": 1}, "conditional": {"b": 1, "c": 1}}}"#,
    );
}

#[test]
fn the_schema_says_what_is_taken() {
    let toolbox = Toolbox::new(tools![flat]).unwrap();
    let schema: Value = serde_json::from_str(&toolbox.tools()[0].parameters().to_string()).unwrap();
    let parcel = &schema["$defs"]["Parcel"];
    let branches = parcel["anyOf"].as_array().unwrap();
    assert_eq!(branches.len(), 4, "{parcel:#}");
    for branch in branches {
        assert_eq!(branch["additionalProperties"], false, "{parcel:#}");
        assert!(branch["properties"]["label"].is_object(), "{parcel:#}");
    }
    // Nothing refers to what was brought together.
    assert_eq!(schema["$defs"].get("Inner"), None);
    for branch in schema["$defs"]["Free"]["anyOf"].as_array().unwrap() {
        assert_eq!(branch["additionalProperties"], true, "{branch:#}");
    }
}

const AN_OBJECT: &str = "an object with `isbn` and `copies`";

#[test]
fn a_list_of_fields_is_no_struct() {
    check(
        "order",
        r#"{"lines": [["1", 2, null], {"isbn": "1", "copies": 2, "binding": [null]}], "gift": ["1", 2, null], "nothing": []}"#,
        &[
            ("lines[0]", AN_OBJECT, "an array"),
            ("lines[1].binding", "an object", "an array"),
            ("gift", AN_OBJECT, "an array"),
            ("nothing", "an object", "an array"),
        ],
    );
    check(
        "stock",
        r#"{"pair": [1, ["red"]], "shelves": {"a": ["red"], "b": {"cover": "red"}}, "rooms": {"1": [null]}}"#,
        &[
            ("pair[1]", "an object", "an array"),
            ("shelves.a", "an object", "an array"),
            (
                "shelves.b.cover",
                "only `coverColour`",
                "a member the object does not have; did you mean `coverColour`?",
            ),
            ("rooms.1", "an object", "an array"),
        ],
    );
    check(
        "recursive",
        r#"{"shelf": ["a", [["b", []]]]}"#,
        &[("shelf", "an object with `label`", "an array")],
    );
    check(
        "whole",
        r#"{"text": "a", "line": ["1", 2, null], "lines": [["1", 2, null]]}"#,
        &[
            ("line", AN_OBJECT, "an array"),
            ("lines[0]", AN_OBJECT, "an array"),
        ],
    );
}

#[test]
fn a_list_is_no_alternative_of_objects_and_an_object_no_name() {
    check(
        "choose",
        r#"{"payment": ["account"]}"#,
        &[("payment", "an object with `method`", "an array")],
    );
    check(
        "recursive",
        r#"{"shelf": {"label": "a"}, "expression": ["Number", 1.5]}"#,
        &[("expression", "an object with `op`", "an array")],
    );
    check(
        "sort",
        r#"{"order": {"Rising": null}}"#,
        &[("order", "`Rising` or `Falling`", "an object")],
    );
    // What another alternative may be is for serde to say.
    accepted(
        "choose",
        r#"{"id": [1, {"id": 2}], "weight": {"Grams": 7}}"#,
    );
}
