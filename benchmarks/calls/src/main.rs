//! What a call costs, beside what people would use instead.
//!
//! ```text
//! cargo run --release -- instructions
//! ```

mod contenders;
mod instructions;
mod work;

use contenders::{by_hand, floor, nothing, ours, typed_erased};
use work::Kind;

/// Calls `$run::<C>(…)` for the contender of that name.
macro_rules! contender {
    ($name:expr, $($run:ident)::+ ($($argument:expr),*)) => {
        match $name {
            "nothing" => $($run)::+::<nothing::Nothing>($($argument),*),
            "floor" => $($run)::+::<floor::Floor>($($argument),*),
            "typed-erased" => $($run)::+::<typed_erased::TypedErased>($($argument),*),
            "hand-written" => $($run)::+::<by_hand::ByHand>($($argument),*),
            "hand-written, spawned" => $($run)::+::<by_hand::Spawned>($($argument),*),
            "tool-runtime" => $($run)::+::<ours::Ours>($($argument),*),
            other => panic!("there is no contender `{other}`"),
        }
    };
}

const NAMES: [&str; 5] = [
    "floor",
    "typed-erased",
    "hand-written",
    "hand-written, spawned",
    "tool-runtime",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["rounds", name, kind, count, rounds] => {
            let kind = Kind::named(kind).expect("a tool");
            let rounds = rounds.parse().expect("a number");
            match count.parse().expect("a number") {
                0 => contender!(name, instructions::single(kind, rounds)),
                count => contender!(name, instructions::rounds(kind, count, rounds)),
            }
        }
        ["instructions"] => table(&NAMES, &KINDS),
        ["instructions", name] => table(&[name], &KINDS),
        ["instructions", name, kind] => table(&[name], &[Kind::named(kind).expect("a tool")]),
        _ => panic!("what is to be measured?"),
    }
}

const KINDS: [Kind; 3] = [Kind::Add, Kind::GetCustomer, Kind::PlaceOrder];

fn table(names: &[&str], kinds: &[Kind]) {
    println!("instructions for a call in a batch of 1,000");
    for name in names {
        for &kind in kinds {
            let cost = instructions::of(name, kind, 1_000);
            println!("{name} {}: {cost:.0}", kind.name());
        }
    }
}
