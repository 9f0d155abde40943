//! Many tools: each request shows a few, and the model finds the others when it needs them.
//!
//! ```text
//! cargo run --example many_tools --features search,testing
//! ```

use serde_json::json;
use tool_runtime::dialect::{Anthropic, Message, Slim};
use tool_runtime::search::{Conversation, Found};
use tool_runtime::testing::{Reply, ScriptedModel};
use tool_runtime::{Manifest, Toolbox, tool, tools};

/// Look up a customer by number.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> String {
    format!("Customer {customer_id}, Basel")
}

/// Look up an invoice with its positions and payments. Drafts have a number too, which is not final.
#[tool(reads("invoice:{invoice_id}"))]
async fn get_invoice(
    /// The invoice's number. It stands in its upper right corner.
    invoice_id: u64,
) -> String {
    format!("Invoice {invoice_id}: 49.00, paid twice")
}

/// Give money back to the card or account it came from. Reaches the customer within five days.
#[tool(writes("invoice:{invoice_id}"))]
async fn refund_payment(
    /// The invoice that was paid. Its number stands in its upper right corner.
    invoice_id: u64,
    /// How much, in cents.
    cents: u64,
) -> String {
    format!("{cents} cents of invoice {invoice_id} are on their way back")
}

/// Have a parcel brought to another address, as long as it has not left the warehouse.
#[tool(writes("order:{order_id}"))]
async fn update_shipping_address(
    /// The order's number.
    order_id: u64,
    /// Street, postcode and town.
    address: String,
) {
    let _ = (order_id, address);
}

/// Say where a parcel is and when it should arrive.
#[tool(pure)]
async fn track_shipment(
    /// The number that the carrier gave it.
    tracking_number: String,
) -> String {
    format!("{tracking_number} is in Lyon")
}

/// Plan a call from support at an hour that was agreed.
#[tool]
async fn schedule_callback(
    /// The customer's number.
    customer_id: u64,
    /// When, such as `2031-04-01T10:00`.
    at: String,
) {
    let _ = (customer_id, at);
}

fn toolbox() -> Toolbox {
    let toolbox = Toolbox::new(tools![
        get_customer,
        get_invoice,
        refund_payment,
        schedule_callback,
        track_shipment,
        update_shipping_address,
    ]);
    toolbox.expect("the tools of this program are right")
}

/// A model that needs a tool that it does not see: it searches, reads what there is, and calls it.
fn script() -> ScriptedModel {
    ScriptedModel::new(Anthropic)
        .turn(
            Reply::new()
                .text("Let me see what I can do about that.")
                .call("get_customer", json!({"customer_id": 7}))
                .call(
                    "search_tools",
                    json!({"query": "give money back for an invoice"}),
                ),
        )
        .turn_from(|results| {
            assert!(
                results[1].text.contains("refund_payment"),
                "{}",
                results[1].text
            );
            Reply::new().call("refund_payment", json!({"invoice_id": 31, "cents": 4900}))
        })
        .turn(Reply::new().text("You get 49.00 back within five days."))
}

/// How large a manifest is, as far as the model reads it.
fn size(manifest: &Manifest) -> String {
    let tokens: usize = manifest
        .sizes()
        .iter()
        .map(|size| size.estimated_tokens())
        .sum();
    let names: Vec<&str> = manifest.tools().iter().map(|tool| tool.name()).collect();
    format!("about {tokens} tokens: {}", names.join(", "))
}

/// The loop of the program: the only thing that is new is that manifest and desk are asked for anew in each turn.
async fn converse(conversation: &Conversation, model: &ScriptedModel) -> Vec<Message> {
    let mut history = vec![json!({"role": "user", "content": "I was billed twice!"}).into()];
    loop {
        // What the request has.
        println!(
            "{}",
            size(&conversation.manifest().expect("the provider takes them"))
        );
        let turn = Anthropic
            .decode(model.respond(&history))
            .expect("a response");
        history.extend(turn.messages());
        if turn.calls().is_empty() {
            return history;
        }
        let report = conversation.bind(()).run(turn.calls()).await;
        history.extend(Anthropic.encode(&report));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let toolbox = toolbox();
    let full = toolbox
        .manifest(Anthropic)
        .expect("the provider takes them");
    println!("All of them, {}\n", size(&full));

    // Once per process, and for each role that sees other tools.
    let searchable = toolbox
        .searchable(["get_customer"])
        .expect("there is such a tool");
    let dialect = Anthropic.slim(Slim::ALL);
    let model = script();
    let conversation = searchable.conversation(dialect, Found::default());
    let conversation = conversation.expect("the provider takes every tool");
    for message in converse(&conversation, &model).await {
        println!("{message}");
    }
    model.finished();

    // Beside the history, for when the conversation goes on.
    let stored = serde_json::to_string(&conversation.found()).expect("names are JSON");
    println!("{stored}");
    assert!(stored.contains("refund_payment"));
}
