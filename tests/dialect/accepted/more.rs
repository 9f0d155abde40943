//! Shapes that go together: what is flattened, tagged and untagged inside of each other, and a struct for all arguments.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use tool_runtime::{Toolbox, tool, tools};

use crate::shapes::{Card, Event, Id, Payment, Weight};

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
pub(crate) struct Flat {
    name: String,
    #[serde(flatten)]
    card: Card,
    #[serde(flatten)]
    event: Event,
    #[serde(flatten)]
    payment: Option<Paid>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "paid", rename_all = "kebab-case")]
#[expect(dead_code, reason = "only read")]
pub(crate) enum Paid {
    InFull,
    InParts { parts: Vec<Part> },
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "only read")]
pub(crate) struct Part {
    in_days: u8,
    #[serde(rename = "type")]
    kind: Option<Id>,
}

/// Takes what is flattened.
#[tool(pure)]
async fn flattened(
    /// The flat.
    flat: Flat,
    /// The flats.
    flats: Vec<Flat>,
) -> usize {
    let _ = flat;
    flats.len()
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
pub(crate) enum Any {
    Both { id: u8, weight: Weight },
    One { id: Id },
    Paid(Paid),
    Parts(Vec<Part>),
    Pair(Part, Card),
}

/// Takes what has no tag.
#[tool(pure)]
async fn untagged(
    /// The one.
    one: Any,
    /// The many.
    many: Vec<Any>,
    /// Perhaps.
    perhaps: Option<Any>,
) -> usize {
    let _ = (one, perhaps);
    many.len()
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "op")]
#[expect(dead_code, reason = "only read")]
pub(crate) enum Tagged {
    Card(Card),
    Payment(Payment),
    Part(Part),
    Parts { parts: (Part, Option<Part>) },
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
pub(crate) struct Search {
    /// The text.
    text: String,
    #[serde(default)]
    limit: u8,
    tagged: Option<Tagged>,
    tags: Vec<Tagged>,
}

/// Takes all in a struct.
#[tool(pure)]
async fn whole(#[arg(flatten)] search: Search) -> usize {
    search.tags.len()
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "op")]
#[expect(dead_code, reason = "only read")]
pub(crate) enum Expression {
    Number { value: f64 },
    Sum { of: Vec<Expression> },
    Minus(Box<Negated>),
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
pub(crate) struct Negated {
    of: Expression,
}

/// Takes what contains itself.
#[tool(pure)]
async fn expression(
    /// The expression.
    expression: Option<Expression>,
) -> bool {
    expression.is_some()
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
pub(crate) struct Labelled {
    name: String,
    card: Card,
    #[serde(flatten)]
    cards: BTreeMap<String, Card>,
}

/// Takes members of any name beside others.
#[tool(pure)]
async fn labelled(
    /// The labelled.
    labelled: Labelled,
    /// By name.
    named: BTreeMap<String, Vec<Labelled>>,
) -> usize {
    let _ = labelled;
    named.len()
}

/// One for each, since not each has every form.
pub(super) fn toolboxes() -> Vec<Toolbox> {
    let lists = [
        tools![flattened],
        tools![untagged],
        tools![whole],
        tools![expression],
        tools![labelled],
    ];
    lists.map(|list| Toolbox::new(list).unwrap()).into()
}
