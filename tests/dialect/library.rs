//! The tools of a library: arguments of every shape that a schema has a form of its own for.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tool_runtime::{Toolbox, tool, tools};

/// One line of an order.
#[derive(Deserialize, JsonSchema, Serialize)]
struct Line {
    /// The book's ISBN.
    isbn: String,
    /// How many copies.
    copies: u32,
    binding: Option<Binding>,
    /// The discount in percent.
    discount: Option<f64>,
}

/// How a book is bound.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum Binding {
    /// In cloth, to last.
    Hardcover,
    /// In paper, to be light.
    Paperback,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum Delivery {
    Post,
    Courier,
    Collect,
}

// The tag's name comes after those of other fields, so that sorting alone does not put it first.
/// How an order is paid.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
enum Payment {
    /// By invoice.
    Invoice { days: u8 },
    /// By card.
    Card(Card),
    /// From the account.
    Account,
}

#[derive(Deserialize, JsonSchema, Serialize)]
struct Card {
    /// The last four digits.
    last_digits: String,
    expires: String,
}

/// A shelf with shelves in it.
#[derive(Deserialize, JsonSchema, Serialize)]
struct Shelf {
    label: String,
    shelves: Vec<Shelf>,
}

#[derive(Serialize)]
struct Order {
    order_id: u64,
    note: Option<String>,
    lines: Vec<Line>,
    delivery: Delivery,
    payment: Payment,
    labels: HashMap<String, String>,
}

/// Order books from a publisher.
///
/// "Rush" orders go by courier.
#[tool(writes("order:{order_id}"))]
async fn order_books(
    /// The order's number.
    order_id: u64,
    /// A note for the publisher.
    note: Option<String>,
    /// What is ordered.
    lines: Vec<Line>,
    /// How it is sent.
    delivery: Delivery,
    /// How it is paid.
    payment: Payment,
    /// Labels by name.
    labels: HashMap<String, String>,
) -> Order {
    Order {
        order_id,
        note,
        lines,
        delivery,
        payment,
        labels,
    }
}

/// Arrange a shelf.
#[tool]
async fn arrange_shelf(
    /// The shelf as it shall be.
    shelf: Shelf,
    /// Whether to dust it.
    dust: Option<bool>,
    /// Where it stands, in metres from the door.
    distance: f64,
) -> Shelf {
    let _ = (dust, distance);
    shelf
}

/// Search the catalogue.
#[tool(pure)]
async fn search_catalogue(
    /// Words of the title.
    words: Option<Vec<String>>,
    /// The binding.
    binding: Option<Binding>,
) -> usize {
    words.map_or(0, |words| words.len()) + usize::from(binding.is_some())
}

/// Tell when the library is open.
#[tool(pure)]
async fn opening_hours() -> &'static str {
    "9 to 17"
}

/// The tools of the library.
pub(crate) fn toolbox() -> Toolbox {
    Toolbox::new(tools![
        order_books,
        arrange_shelf,
        search_catalogue,
        opening_hours
    ])
    .unwrap()
}

/// A single tool, which takes nothing.
pub(crate) fn without_parameters() -> Toolbox {
    Toolbox::new(tools![opening_hours]).unwrap()
}
