//! Effect templates at their limits, and what their holes reach.

#![deny(warnings)]

use std::path::PathBuf;

use serde::Deserialize;
use tool_runtime::{Key, Toolbox, tool, tools};

/// Names the most segments a template may have.
#[tool(reads("a:{a}/2/3/4/5/6/7/8/9/10/11/12/13/14/15/{a/}"))]
async fn deepest(
    /// Which.
    a: String,
) {
    drop(a);
}

/// Names the most keys a tool may have.
#[tool(
    reads(
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"
    ),
    writes(
        "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P"
    )
)]
async fn widest() {}

mod shop {
    use super::{Deserialize, Key};

    #[derive(Deserialize, Key, schemars::JsonSchema)]
    pub struct Number(u64);

    #[derive(Deserialize, schemars::JsonSchema)]
    pub struct Order {
        pub r#type: Option<Number>,
        pub(super) account: Box<Account>,
    }

    #[derive(Deserialize, schemars::JsonSchema)]
    pub struct Account {
        pub id: (Number, String),
    }
}

/// Reaches into what it owns.
#[tool(reads("order:{order.type}/{order.account.id.0}", "fs:{order.account.id.1/}"))]
async fn owns(
    /// Which.
    order: shop::Order,
) {
    drop(order);
}

/// Reaches into what is lent.
#[tool(reads("order:{order.type}/{text}", "fs:{path/}"), writes("of:{path}"))]
async fn borrows(
    /// Which.
    order: &shop::Order,
    /// What.
    text: &str,
    /// Where.
    path: &std::path::Path,
) {
    let _ = (order, text, path);
}

/// Reaches into what may be absent.
#[tool(reads("order:{order.account.id.0}/{pair.1.type}"))]
async fn perhaps(
    /// Which.
    order: Option<Box<shop::Order>>,
    /// Two of them.
    pair: (u8, Option<shop::Order>),
) {
    drop((order, pair));
}

/// Reaches into the whole.
#[tool(reads("order:{order.type}"))]
async fn takes_all(#[arg(flatten)] order: &shop::Order) {
    let _ = order;
}

/// Has parameters with names of Rust's.
#[tool(reads("order:{type}/{async}"), writes("fs:{path/}"))]
async fn keywords(
    /// Which.
    r#type: u8,
    /// Which.
    r#async: Option<char>,
    /// Where.
    path: Option<PathBuf>,
) {
    let _ = (r#type, r#async);
    drop(path);
}

/// Runs alone.
#[tool(exclusive, destructive)]
async fn alone() {}

/// Runs alone in its group.
#[tool(exclusive = "the books")]
async fn alone_in_its_group() {}

/// Runs alone in its group, and touches what it is given.
#[tool(
    destructive,
    exclusive = "the books",
    reads("rates"),
    writes("account:{account}")
)]
fn touches_more(
    /// Which.
    account: u32,
) {
    let _ = account;
}

/// Destroys what nobody has named.
#[tool(destructive)]
async fn destroys() {}

#[test]
fn works() {
    let tools = tools![deepest, widest, owns, borrows, perhaps, takes_all, keywords];
    assert_eq!(Toolbox::new(tools).unwrap().tools().len(), 7);
    let tools = tools![alone, alone_in_its_group, touches_more, destroys];
    let toolbox = Toolbox::new(tools).unwrap();
    let destructive = toolbox.tools().iter().map(|it| it.is_destructive());
    assert_eq!(destructive.collect::<Vec<_>>(), [true, false, true, true]);
}
