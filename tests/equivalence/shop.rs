//! A shop, tools with right effects, and some whose effects are wrong in one way each.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde::Serialize;
use tokio::task::yield_now;
use tool_runtime::testing::{Difference, Equivalence};
use tool_runtime::tool::ToolList;
use tool_runtime::{ToolCall, Toolbox, tool};

/// What is in a shop. Whoever looks at it or changes it waits first, as for a database.
#[derive(Debug, Default)]
pub(crate) struct Shop(Mutex<Stock>);

#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Stock {
    pub(crate) carts: BTreeMap<u64, Vec<u64>>,
    pub(crate) accounts: BTreeMap<u64, i64>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) prices: BTreeMap<String, u64>,
    /// Of the prices.
    pub(crate) index: BTreeMap<u64, Vec<String>>,
    pub(crate) served: u64,
    pub(crate) log: Vec<String>,
    pub(crate) open: bool,
}

impl Shop {
    pub(crate) async fn read<T>(&self, read: impl FnOnce(&Stock) -> T) -> T {
        yield_now().await;
        read(&self.0.lock().expect("a stock"))
    }

    pub(crate) async fn write<T>(&self, write: impl FnOnce(&mut Stock) -> T) -> T {
        yield_now().await;
        write(&mut self.0.lock().expect("a stock"))
    }

    /// Without waiting, as a plain `fn` does.
    pub(crate) fn now<T>(&self, write: impl FnOnce(&mut Stock) -> T) -> T {
        write(&mut self.0.lock().expect("a stock"))
    }

    pub(crate) fn stock(&self) -> Stock {
        self.0.lock().expect("a stock").clone()
    }
}

pub(crate) fn toolbox(tools: ToolList<Shop>) -> Toolbox<Shop> {
    let toolbox = Toolbox::<Shop>::builder().tools(tools).build();
    toolbox.expect("a toolbox")
}

/// Calls written as `tool {"argument": 7}`.
pub(crate) fn calls(calls: &[&str]) -> Vec<ToolCall> {
    let calls = calls.iter().enumerate().map(|(index, call)| {
        let (name, arguments) = call.split_once(' ').unwrap_or((call, "{}"));
        ToolCall::new(index.to_string(), name, arguments)
    });
    calls.collect()
}

/// A check in which answers and the whole stock are compared.
pub(crate) fn check(tools: ToolList<Shop>, batch: &[&str]) -> Equivalence<Shop> {
    Equivalence::of(&toolbox(tools), Shop::default)
        .observe(Shop::stock)
        .batch(calls(batch))
}

/// The difference of that check.
pub(crate) async fn difference(tools: ToolList<Shop>, batch: &[&str]) -> Difference {
    match check(tools, batch).run().await {
        Ok(checked) => panic!("no difference: {checked}"),
        Err(difference) => difference,
    }
}

/// Put something into a cart.
#[tool(writes("cart:{cart_id}"))]
pub(crate) async fn add_item(
    /// The cart.
    cart_id: u64,
    /// What it costs.
    price: u64,
    #[state] shop: &Shop,
) -> usize {
    shop.write(|stock| {
        let cart = stock.carts.entry(cart_id).or_default();
        cart.push(price);
        cart.len()
    })
    .await
}

/// Say what a cart comes to.
#[tool(reads("cart:{cart_id}"))]
pub(crate) async fn total(
    /// The cart.
    cart_id: u64,
    #[state] shop: &Shop,
) -> u64 {
    shop.read(|stock| {
        stock
            .carts
            .get(&cart_id)
            .map_or(0, |cart| cart.iter().sum())
    })
    .await
}

/// Move money.
#[tool(writes("account:{from}", "account:{to}"))]
pub(crate) async fn transfer(
    /// From here.
    from: u64,
    /// To there.
    to: u64,
    /// So much.
    amount: i64,
    #[state] shop: &Shop,
) {
    let before = shop.read(|stock| stock.accounts.get(&from).copied().unwrap_or_default());
    let before = before.await;
    shop.write(|stock| *stock.accounts.entry(from).or_default() = before - amount)
        .await;
    let before = shop.read(|stock| stock.accounts.get(&to).copied().unwrap_or_default());
    let before = before.await;
    shop.write(|stock| *stock.accounts.entry(to).or_default() = before + amount)
        .await;
}

/// Say what is in an account.
#[tool(reads("account:{account}"))]
pub(crate) async fn balance(
    /// The account.
    account: u64,
    #[state] shop: &Shop,
) -> i64 {
    shop.read(|stock| stock.accounts.get(&account).copied().unwrap_or_default())
        .await
}

/// Wait for the clock.
#[tool(pure)]
pub(crate) async fn rest(
    /// So long.
    milliseconds: u64,
) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// Say what a cart comes to, on a thread.
#[tool(reads("cart:{cart_id}"))]
pub(crate) fn count(
    /// The cart.
    cart_id: u64,
    #[state] shop: &Shop,
) -> usize {
    shop.now(|stock| stock.carts.get(&cart_id).map_or(0, Vec::len))
}
