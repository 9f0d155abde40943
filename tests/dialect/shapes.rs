//! Tools whose arguments have every shape that a provider may have no form for: one tool for a kind of trouble.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tool_runtime::{ToolDefinition, ToolList, Toolbox, tool, tools};

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Empty {}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Isbn(String);

/// Numbers, texts and nothing.
#[tool(pure)]
#[expect(clippy::too_many_arguments, reason = "one for each kind")]
async fn scalars(
    /// The flag.
    flag: bool,
    /// The tiny.
    tiny: u8,
    /// The negative.
    negative: i32,
    /// The wide.
    wide: i64,
    /// The size.
    size: usize,
    /// The ratio.
    ratio: f64,
    /// The letter.
    letter: char,
    /// The isbn.
    isbn: Isbn,
    /// The unit.
    unit: (),
    /// The empty.
    empty: Empty,
) -> usize {
    let _ = (
        flag, tiny, negative, wide, size, ratio, letter, isbn.0, unit, empty,
    );
    0
}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Settings {
    /// How often it is tried.
    #[serde(default)]
    attempts: u8,
    /// A note.
    note: Option<String>,
}

/// What may be left out.
#[tool(pure)]
async fn optional(
    /// A word.
    word: Option<String>,
    /// The count.
    count: Option<u32>,
    /// How it is sent.
    delivery: Option<Delivery>,
    /// The card.
    card: Option<Card>,
    /// The times.
    #[arg(default = 3)]
    times: u8,
    /// How it is sent if that fails.
    #[arg(default = Delivery::Post)]
    fallback: Delivery,
    /// How it is done.
    settings: Settings,
) -> usize {
    let _ = (
        word,
        count,
        delivery,
        card,
        times,
        fallback,
        settings.attempts,
        settings.note,
    );
    0
}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) enum Delivery {
    Post,
    Courier,
}

/// How a book is bound.
#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) enum Binding {
    /// In cloth, to last.
    Hardcover,
    /// In paper, to be light.
    Paperback,
}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Card {
    /// The last four digits.
    last_digits: String,
    expires: String,
}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) enum Weight {
    Grams(u32),
    Exact { kilograms: f64 },
    Unknown,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(tag = "method")]
pub(crate) enum Payment {
    Invoice {
        days: u8,
    },
    /// By card.
    Card(Card),
    Account,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(tag = "kind", content = "data")]
pub(crate) enum Event {
    Moved { shelf: String },
    Lost,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(untagged)]
pub(crate) enum Id {
    Number(u64),
    Name(String),
}

/// A parcel with what it holds among its own fields.
#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Parcel {
    label: String,
    #[serde(flatten)]
    event: Event,
}

/// One of several.
#[tool(pure)]
async fn choices(
    /// How it is sent.
    delivery: Delivery,
    /// How it is bound.
    binding: Binding,
    /// The weight.
    weight: Weight,
    /// The payment.
    payment: Payment,
    /// The event.
    event: Event,
    /// The id.
    id: Id,
    /// The parcel.
    parcel: Parcel,
) -> usize {
    let _ = (
        delivery,
        binding,
        weight,
        payment,
        event,
        id,
        parcel.label,
        parcel.event,
    );
    0
}

/// Many of one kind.
#[tool(pure)]
async fn lists(
    /// The words.
    words: Vec<String>,
    /// The set.
    set: BTreeSet<u16>,
    /// The three.
    three: [i32; 3],
    /// Latitude and longitude.
    place: (f64, f64),
    /// The pair.
    pair: (String, Option<u8>),
    /// The cards.
    cards: Vec<Card>,
) -> usize {
    let _ = (words, set, three, place, pair, cards);
    0
}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Moment {
    #[schemars(extend("format" = "date-time"))]
    at: String,
    #[schemars(extend("format" = "uri"))]
    link: String,
    #[schemars(extend("format" = "phone"))]
    number: String,
}

/// Texts of a form.
#[tool(pure)]
async fn formats(
    /// The address.
    address: IpAddr,
    /// The four.
    four: Ipv4Addr,
    /// The duration.
    duration: Duration,
    /// The moment.
    moment: Moment,
) -> usize {
    let _ = (
        address,
        four,
        duration,
        moment.at,
        moment.link,
        moment.number,
    );
    0
}

/// Bounds of every kind.
#[tool(pure)]
async fn bounds(
    /// Stars.
    #[arg(range(min = 1, max = 5), example = 4)]
    stars: u8,
    /// The code.
    #[arg(length(min = 2, max = 8), pattern = r"^\bA")]
    code: String,
    /// Some words.
    #[arg(length(min = 2, max = 3), default = vec!["a".to_owned(), "b".to_owned()])]
    words: Vec<String>,
) -> usize {
    let _ = (stars, code, words);
    0
}

/// Nothing at all.
#[tool(pure)]
async fn nothing() -> usize {
    0
}

/// Members of any name.
#[tool(pure)]
async fn maps(
    /// The labels.
    labels: HashMap<String, u8>,
    /// The numbered.
    numbered: BTreeMap<u32, Card>,
) -> usize {
    labels.len() + numbered.len()
}

/// Values of any type.
#[tool(pure)]
async fn anything(
    /// The value.
    value: Value,
    /// The many.
    many: Vec<Value>,
) -> usize {
    let _ = (value, many);
    0
}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Shelf {
    label: String,
    shelves: Vec<Shelf>,
}

/// A shelf with shelves in it.
#[tool(pure)]
async fn tree(
    /// The shelf.
    shelf: Shelf,
) -> usize {
    shelf.label.len() + shelf.shelves.len()
}

#[derive(Deserialize, JsonSchema, Serialize)]
pub(crate) struct Branch {
    name: String,
    next: Option<Box<Branch>>,
}

/// A chain that may end at once.
#[tool(pure)]
async fn chain(
    /// Its first link.
    branch: Option<Branch>,
) -> usize {
    branch.map_or(0, |branch| {
        branch.name.len() + usize::from(branch.next.is_some())
    })
}

/// Tools that have a form everywhere, also a strict one.
pub(crate) fn everywhere() -> Toolbox {
    Toolbox::new(plain()).unwrap()
}

fn plain() -> ToolList<()> {
    tools![scalars, optional, choices, lists, formats, bounds, nothing]
}

/// Those, members of any name and values of any type, but nothing that contains itself.
pub(crate) fn finite() -> Toolbox {
    Toolbox::builder()
        .tools(plain())
        .tools(tools![maps, anything])
        .build()
        .unwrap()
}

/// Those, and what contains itself where it may be left out.
pub(crate) fn open() -> Toolbox {
    Toolbox::builder()
        .tools(plain())
        .tools(tools![chain, maps, anything])
        .build()
        .unwrap()
}

/// All, also what contains itself.
pub(crate) fn all() -> Toolbox {
    Toolbox::builder()
        .tools(plain())
        .tools(tools![chain, maps, anything, tree])
        .build()
        .unwrap()
}

/// Those that have a strict form at OpenAI.
pub(crate) fn recursive() -> Toolbox {
    Toolbox::builder()
        .tools(plain())
        .tools(tools![chain, tree])
        .build()
        .unwrap()
}

/// A run-time tool with what nobody's derive writes.
pub(crate) fn given() -> ToolDefinition {
    ToolDefinition::named("given", "A schema from elsewhere.").with_parameters(json!({
        "type": "object",
        "properties": {
            "third": { "type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10, "multipleOf": 3 },
            "maybe": { "enum": ["a", null] },
            "agreed": { "const": true },
            "both": {
                "description": "Both.",
                "allOf": [
                    { "type": "object", "properties": { "a": { "type": "string", "maxLength": 9 } }, "required": ["a"] },
                    { "$ref": "#/$defs/B" },
                ],
            },
            "other": { "type": "string", "not": { "const": "x" } },
            "either": { "type": ["string", "integer"], "minLength": 1 },
            "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "enum": [1, 2] }], "items": false },
            "far": { "$ref": "#/definitions/Far", "title": "Far" },
            "beside": {
                "type": "object",
                "properties": { "n": { "type": "integer" } },
                "required": ["n"],
                "anyOf": [{ "properties": { "x": { "type": "null" } }, "required": ["x"] }, { "required": ["n"] }],
            },
        },
        "required": ["third", "agreed", "both", "pair"],
        "definitions": { "Far": { "type": "string", "format": "iri" } },
        "$defs": {
            "B": {
                "type": "object",
                "properties": { "a": { "type": "string", "minLength": 2 }, "b": { "type": "number" } },
                "required": ["b"],
            },
        },
    }))
}

/// A run-time tool whose schema says in parts what the arguments are, as no provider takes it.
pub(crate) fn in_parts() -> ToolDefinition {
    ToolDefinition::named("in_parts", "A schema in parts.").with_parameters(json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "allOf": [
            { "$ref": "#/definitions/Paged" },
            { "properties": { "sort": { "enum": ["up", "down"] } }, "required": ["sort"] },
        ],
        "oneOf": [
            { "properties": { "by": { "const": "id" }, "id": { "type": "integer" } }, "required": ["by", "id"] },
            { "properties": { "by": { "const": "card" }, "card": { "$ref": "#/definitions/Card" } }, "required": ["by", "card"] },
        ],
        "not": { "required": ["id", "card"] },
        "definitions": {
            "Paged": { "type": "object", "properties": { "page": { "type": "integer", "minimum": 1 } } },
            "Card": {
                "type": "object", "properties": { "digits": { "type": "string" } }, "required": ["digits"], "additionalProperties": false,
            },
        },
    }))
}

/// Arguments of `given`, with and without what may be left out.
pub(crate) fn given_arguments() -> [Value; 2] {
    let both = json!({ "a": "aa", "b": 1.5 });
    let pair = json!(["a", 2]);
    [
        json!({ "third": 3, "agreed": true, "both": both, "pair": pair }),
        json!({
            "third": 9, "agreed": true, "both": both, "pair": pair, "maybe": "a", "other": "y", "either": 1,
            "far": "urn:ä", "beside": { "n": 1, "x": null },
        }),
    ]
}

/// Arguments as serde writes them, which every schema of the tool takes.
pub(crate) fn arguments() -> Vec<(&'static str, Value)> {
    let card = || Card {
        last_digits: "0042".to_owned(),
        expires: "2030-01".to_owned(),
    };
    let settings = |note: Option<&str>| Settings {
        attempts: 7,
        note: note.map(str::to_owned),
    };
    let moved = || Event::Moved {
        shelf: "A".to_owned(),
    };
    let choice = |weight: Weight, payment: Payment, event: Event, id: Id, inner: Event| {
        json!({
            "delivery": Delivery::Courier, "binding": Binding::Paperback, "weight": weight, "payment": payment,
            "event": event, "id": id, "parcel": Parcel { label: "a".to_owned(), event: inner },
        })
    };
    let branch = |next| Branch {
        name: "a".to_owned(),
        next,
    };
    let shelf = |shelves| Shelf {
        label: "A".to_owned(),
        shelves,
    };
    let (post, hardcover) = (Delivery::Post, Binding::Hardcover);
    vec![
        (
            "scalars",
            json!({
                "flag": true, "tiny": u8::MAX, "negative": i32::MIN, "wide": i64::MIN, "size": usize::MAX, "ratio": -0.5,
                "letter": 'ß', "isbn": Isbn("978".to_owned()), "unit": (), "empty": Empty {},
            }),
        ),
        ("optional", json!({ "settings": settings(None) })),
        (
            "optional",
            json!({
                "word": "a", "count": u32::MAX, "delivery": post, "card": card(), "times": 1,
                "fallback": Delivery::Courier, "settings": settings(Some("b")),
            }),
        ),
        (
            "choices",
            choice(
                Weight::Grams(1),
                Payment::Invoice { days: 30 },
                moved(),
                Id::Number(u64::MAX),
                Event::Lost,
            ),
        ),
        (
            "choices",
            choice(
                Weight::Exact { kilograms: 1.5 },
                Payment::Card(card()),
                Event::Lost,
                Id::Name("a".to_owned()),
                moved(),
            ),
        ),
        (
            "choices",
            json!({
                "delivery": Delivery::Post, "binding": hardcover, "weight": Weight::Unknown, "payment": Payment::Account,
                "event": Event::Lost, "id": "a", "parcel": Parcel { label: String::new(), event: moved() },
            }),
        ),
        (
            "lists",
            json!({
                "words": ["a", ""], "set": BTreeSet::from([1_u16, 2]), "three": [1, -2, 3], "place": (1.5, -2.0),
                "pair": ("a", Some(1_u8)), "cards": [card()],
            }),
        ),
        (
            "lists",
            json!({
                "words": [], "set": [], "three": [0, 0, 0], "place": (0.0, 0.0), "pair": ("", None::<u8>), "cards": [],
            }),
        ),
        (
            "formats",
            json!({
                "address": IpAddr::from([0_u16, 0, 0, 0, 0, 0, 0, 1]), "four": Ipv4Addr::LOCALHOST,
                "duration": Duration::from_millis(1500),
                "moment": Moment {
                    at: "2030-01-01T00:00:00Z".to_owned(),
                    link: "https://example.com".to_owned(),
                    number: "1".to_owned(),
                },
            }),
        ),
        ("bounds", json!({ "stars": 5, "code": "ABC" })),
        (
            "bounds",
            json!({ "stars": 1, "code": "A1", "words": ["a", "b", "c"] }),
        ),
        ("nothing", json!({})),
        ("chain", json!({})),
        (
            "chain",
            json!({ "branch": branch(Some(Box::new(branch(None)))) }),
        ),
        (
            "maps",
            json!({ "labels": HashMap::from([("a", 1_u8)]), "numbered": BTreeMap::from([(7_u32, card())]) }),
        ),
        (
            "anything",
            json!({ "value": null, "many": [1, {}, [true]] }),
        ),
        ("tree", json!({ "shelf": shelf(vec![shelf(Vec::new())]) })),
    ]
}
