//! What a call costs, beside what people would use instead.
//!
//! ```text
//! cargo run --release [--features peers|rig] -- TABLE
//! ```

mod batches;
mod contenders;
mod counting;
mod effects;
mod held;
mod instructions;
mod kind;
mod manifest;
mod measured;
mod one;
mod scale;
mod table;
mod work;

use std::ops::Deref;

use contenders::Contender;
use contenders::by_hand::{ByHand, Spawned};
use contenders::floor::Floor;
use contenders::nothing::Nothing;
use contenders::ours::{Ours, Plain, Unlimited};
use contenders::typed_erased::TypedErased;
use kind::Kind;
use measured::{Held, Measured};

const TABLES: &str = "one-times, one-instructions, one-allocations, batch-times, batch-instructions, batch-allocations, held, \
    scale, effects, manifest, smoke, instructions [CONTENDER [TOOL]] or rounds CONTENDER TOOL CALLS ROUNDS";

/// Those who are compared, ours last.
pub struct List(Vec<Box<dyn Measured>>);

/// A contender's name, and how it is made.
type Maker = (&'static str, fn() -> Box<dyn Measured>);

fn maker<C: Contender>() -> Maker {
    (C::NAME, Held::<C>::boxed)
}

fn makers() -> Vec<Maker> {
    vec![
        maker::<Floor>(),
        maker::<TypedErased>(),
        maker::<ByHand>(),
        maker::<Spawned>(),
        #[cfg(feature = "tools-rs")]
        maker::<contenders::tools_rs::ToolsRs>(),
        #[cfg(feature = "rmcp")]
        maker::<contenders::rmcp::Rmcp>(),
        #[cfg(feature = "llm-tool")]
        maker::<contenders::llm_tool::LlmTool>(),
        #[cfg(feature = "adk")]
        maker::<contenders::adk::Adk>(),
        #[cfg(feature = "swiftide")]
        maker::<contenders::swiftide::Swiftide>(),
        #[cfg(feature = "rig")]
        maker::<contenders::rig::Rig>(),
        maker::<Ours>(),
    ]
}

impl List {
    fn new() -> Self {
        Self(makers().iter().map(|(_, make)| make()).collect())
    }

    fn with(mut self, more: impl IntoIterator<Item = Box<dyn Measured>>) -> Self {
        self.0.extend(more);
        self
    }

    fn position(&self, name: &str) -> usize {
        let position = self.iter().position(|contender| contender.name() == name);
        position.unwrap_or_else(|| panic!("there is no contender `{name}`"))
    }

    fn named(&self, name: &str) -> &dyn Measured {
        &*self[self.position(name)]
    }

    fn get(&self, index: usize) -> Option<&dyn Measured> {
        self.0.get(index).map(|contender| &**contender)
    }
}

impl Deref for List {
    type Target = [Box<dyn Measured>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

pub fn is_small(kind: Kind) -> bool {
    Kind::SMALL.contains(&kind)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["rounds", name, kind, count, rounds] = arguments[..] {
        let [count, rounds] = [count, rounds].map(|number| number.parse().expect("a number"));
        let mut makers = makers().into_iter().chain([maker::<Nothing>()]);
        let (_, make) = makers.find(|maker| maker.0 == name).expect("a contender");
        return make().rounds(named(kind), count, rounds);
    }
    let list = List::new();
    check(&list);
    match arguments[..] {
        ["one-times"] => one::times(&list),
        ["one-instructions"] => one::instructions(&list),
        ["one-allocations"] => one::allocations(&list),
        ["batch-times"] => batches::times(&list, 15),
        ["batch-instructions"] => batches::instructions(&list),
        ["batch-allocations"] => batches::allocations(&list),
        ["held"] => {
            let ours = [Held::<Unlimited>::boxed(), Held::<Plain>::boxed()];
            let list = list.with(ours);
            check(&list);
            held::times(&list, 9);
        }
        ["scale"] => scale::all(&list.with([Held::<Unlimited>::boxed()]), 7),
        ["effects"] => effects::times(51),
        ["manifest"] => manifest::times(&list, 25),
        ["smoke"] => {
            batches::times(&list, 1);
            held::times(&list, 1);
        }
        ["instructions"] => {
            for contender in list.iter() {
                in_thousand(contender.name(), &Kind::SMALL);
            }
        }
        ["instructions", name] => in_thousand(name, &Kind::SMALL),
        ["instructions", name, kind] => in_thousand(name, &[named(kind)]),
        _ => panic!("give one of {TABLES}"),
    }
}

fn named(kind: &str) -> Kind {
    Kind::named(kind).unwrap_or_else(|| panic!("there is no tool `{kind}`"))
}

fn check(list: &List) {
    for contender in list.iter() {
        for kind in Kind::ALL {
            contender.check(kind, 33);
        }
        held::check(&**contender);
    }
}

/// For whoever makes a batch cheaper: the instructions of a call in a batch of 1,000.
fn in_thousand(name: &str, kinds: &[Kind]) {
    for &kind in kinds {
        println!(
            "{name} {}: {:.0}",
            kind.name(),
            instructions::of(name, kind, 1_000)
        );
    }
}
