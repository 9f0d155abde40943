//! A shop's tools, of which a few are always shown.

use serde_json::json;
use tool_runtime::dialect::RequestFormat;
use tool_runtime::search::{Conversation, Found, Searchable};
use tool_runtime::{Manifest, Report, ToolCall, Toolbox, tool, tools};

/// Look up a customer by number.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> u64 {
    customer_id
}

/// Give a customer money back for an invoice.
#[tool(writes("invoice:{invoice_id}"))]
async fn refund_payment(
    /// Which invoice.
    invoice_id: u64,
) -> String {
    format!("refunded {invoice_id}")
}

/// Look up an invoice by number.
#[tool(reads("invoice:{invoice_id}"))]
async fn get_invoice(
    /// Which invoice.
    invoice_id: u64,
) -> u64 {
    invoice_id
}

/// Cancel an order that has not been sent.
#[tool(writes("order:{order_id}"))]
async fn cancel_order(
    /// Which order.
    order_id: u64,
) {
    let _ = order_id;
}

/// Erase a customer for good.
#[tool(writes("customer:{customer_id}"), destructive)]
async fn erase_customer(
    /// The customer's number.
    customer_id: u64,
) {
    let _ = customer_id;
}

/// 請求書を検索する。
#[tool(pure)]
async fn find_bills() {}

pub(crate) fn toolbox() -> Toolbox {
    let tools = tools![
        cancel_order,
        erase_customer,
        find_bills,
        get_customer,
        get_invoice,
        refund_payment
    ];
    Toolbox::new(tools).unwrap()
}

pub(crate) fn searchable() -> Searchable {
    toolbox().searchable(["get_customer"]).unwrap()
}

pub(crate) fn conversation(dialect: impl RequestFormat + 'static) -> Conversation {
    searchable()
        .conversation(dialect, Found::default())
        .unwrap()
}

pub(crate) fn names(manifest: &Manifest) -> Vec<&str> {
    manifest.tools().iter().map(|tool| tool.name()).collect()
}

pub(crate) fn search(query: &str) -> ToolCall {
    let arguments = json!({ "query": query }).to_string();
    ToolCall::new(format!("search {query}"), "search_tools", arguments)
}

pub(crate) async fn run(
    conversation: &Conversation,
    calls: impl IntoIterator<Item = ToolCall>,
) -> Report {
    let calls: Vec<ToolCall> = calls.into_iter().collect();
    conversation.bind(()).run(calls).await
}

/// What the model reads of one call.
pub(crate) async fn answer(conversation: &Conversation, call: ToolCall) -> String {
    run(conversation, [call]).await.results()[0]
        .text()
        .to_owned()
}
