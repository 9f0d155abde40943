//! A tool for every kind of argument.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use tool_runtime::{Toolbox, tool, tools};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Speed {
    Slow,
    Fast,
    Express,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Line {
    isbn: String,
    copies: u32,
    speed: Option<Speed>,
}

/// External: the variant's name is the only key.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Weight {
    Unknown,
    Grams(u32),
    Parcel { kilograms: f64, fragile: bool },
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Payment {
    Account,
    Invoice { days: u8 },
    Card { number: String, holder: String },
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data", rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Event {
    Moved { shelf: String, row: u8 },
    Lost,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Target {
    Id(u32),
    Place { shelf: String, row: u8 },
    Person { name: String },
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Shelf {
    label: String,
    #[serde(default)]
    inner: Vec<Shelf>,
    parent: Option<Box<Shelf>>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Search {
    text: String,
    limit: Option<u8>,
    line: Option<Line>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Labels {
    name: String,
    #[serde(flatten)]
    counts: BTreeMap<String, u8>,
}

mod seconds {
    use super::*;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

fn even<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    match u8::deserialize(from)? {
        number if number % 2 == 0 => Ok(number),
        number => Err(serde::de::Error::custom(format!("{number} is odd"))),
    }
}

/// Takes all in a struct.
#[tool(inline)]
fn whole(#[arg(flatten)] search: Search) -> &'static str {
    let _ = search;
    "taken"
}

macro_rules! tools_of_one_argument {
    ($($name:ident($(#[$option:meta])* $argument:ident: $kind:ty))*) => {
        $(
            /// Takes it.
            #[tool(inline)]
            fn $name(
                /// It.
                $(#[$option])*
                $argument: $kind,
            ) -> &'static str {
                let _ = $argument;
                "taken"
            }
        )*

        /// All of them.
        pub(super) fn toolbox() -> Toolbox {
            Toolbox::new(tools![whole, $($name),*]).unwrap()
        }
    };
}

tools_of_one_argument! {
    boolean(flag: bool)
    integer(count: u8)
    float(ratio: f64)
    string(text: String)
    character(letter: char)
    format(address: Ipv4Addr)
    unit_enum(speed: Speed)
    external_enum(weight: Weight)
    internal_enum(payment: Payment)
    adjacent_enum(event: Event)
    untagged_enum(target: Target)
    structure(line: Line)
    list(lines: Vec<Line>)
    tuple(pair: (u8, String))
    fixed_array(colour: [u8; 3])
    map(stock: BTreeMap<String, u8>)
    integer_map(rooms: BTreeMap<u32, Line>)
    option(limit: Option<u8>)
    option_structure(line: Option<Line>)
    recursion(shelf: Shelf)
    range(#[arg(range(min = 1, max = 10))] number: u8)
    length(#[arg(length(min = 2, max = 4))] code: String)
    pattern(#[arg(pattern = "^[a-z]+$")] word: String)
    list_length(#[arg(length(min = 1, max = 2))] words: Vec<String>)
    carried(#[serde(with = "seconds")] #[schemars(with = "u64")] wait: Duration)
    by_hand(#[serde(deserialize_with = "even")] #[schemars(with = "u8")] number: u8)
    open(labels: Labels)
}
