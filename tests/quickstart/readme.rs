//! The README's table of what the model reads, held to what it really reads.

use std::time::Duration;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use support::{call, without_ids};
use tokio::runtime::Builder;
use tool_runtime::{Policy, Report, ToolCall, ToolError, Toolbox, layer, tool, tools};

enum Customer {
    Known { id: u64, name: &'static str },
    Unwritable,
}

impl Serialize for Customer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known { id, name } => {
                let mut customer = serializer.serialize_struct("Customer", 2)?;
                customer.serialize_field("id", id)?;
                customer.serialize_field("name", name)?;
                customer.end()
            }
            Self::Unwritable => Err(serde::ser::Error::custom("key must be a string")),
        }
    }
}

/// Look up a customer by number.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> Result<Customer, ToolError> {
    match customer_id {
        1234 => Ok(Customer::Known {
            id: 1234,
            name: "Ada",
        }),
        1 => panic!("a secret"),
        2 => Ok(Customer::Unwritable),
        3 => std::future::pending().await,
        5 => Err(ToolError::new("The customers are busy.").retryable()),
        _ => Err(format!("There is no customer {customer_id}.").into()),
    }
}

/// Close a customer's account.
#[tool(writes("customer:{customer_id}"))]
async fn close_account(
    /// The customer's number.
    customer_id: u64,
) -> Result<(), ToolError> {
    match customer_id {
        1 => panic!("a secret"),
        2 => Err("The account is locked.".into()),
        3 => Err(ToolError::new("The account is closed already.").no_effects()),
        4 => Err(ToolError::internal("a secret")),
        _ => std::future::pending().await,
    }
}

/// The section of the README with the table.
fn table() -> String {
    let readme = include_str!("../../README.md");
    let (_, section) = readme
        .split_once("## What you get back when")
        .expect("the section");
    without_ids(section.split("\n## ").next().unwrap_or_default())
}

fn run(policy: Policy, calls: Vec<ToolCall>) -> Report {
    let toolbox = Toolbox::new(tools![get_customer, close_account]).unwrap();
    let desk = toolbox.bind(()).with(policy).unwrap();
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(desk.run(calls))
}

/// What the model reads of a call that a layer does not allow.
fn denied(call: ToolCall) -> String {
    let guard = layer::around(|_: layer::Request<()>, _| async {
        Err(ToolError::denied("only an administrator may"))
    });
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![close_account])
        .layer(guard);
    let toolbox = toolbox.build().unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(toolbox.run([call])).results()[0]
        .text()
        .to_owned()
}

/// What the model reads of a call that was cancelled while it ran.
fn cancelled(call: ToolCall) -> String {
    let toolbox = Toolbox::new(tools![close_account]).unwrap();
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let report = runtime.block_on(async {
        let batch = toolbox.start();
        let index = batch.push(call);
        tokio::time::sleep(Duration::from_secs(1)).await;
        batch.cancel(index);
        batch.finish().await
    });
    report.results()[0].text().to_owned()
}

#[test]
fn the_model_reads_what_the_readme_says() {
    let calls = [
        ("get_customer", r#"{"customer_id": 1234}"#),
        ("get_customer", r#"{"customer_id": 12340}"#),
        ("close_account", r#"{"customer_id": 2}"#),
        ("close_account", r#"{"customer_id": 3}"#),
        ("close_account", r#"{"customer_id": 4}"#),
        ("get_customer", r#"{"customer_id": 1}"#),
        ("close_account", r#"{"customer_id": 1}"#),
        ("get_customer", r#"{"customer_id": 3}"#),
        ("close_account", r#"{"customer_id": 5}"#),
        ("get_customer", r#"{"customer_id": "1234"}"#),
        ("get_customer", r#"{"customer": 1234}"#),
        ("get_customer", r#"{"customer_id": 12"#),
        ("get_custmer", r#"{"customer_id": 1234}"#),
        ("get_customer", r#"{"customer_id": 2}"#),
        ("get_customer", r#"{"customer_id": 5}"#),
    ];
    let calls = calls.map(|(name, arguments)| call(name, arguments));
    let mut texts = support::texts(&run(Policy::default(), calls.into()))
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let short = Policy::default()
        .batch_timeout(Duration::from_secs(30))
        .max_concurrency(1);
    let waiting = run(
        short,
        vec![call("get_customer", r#"{"customer_id": 3}"#); 2],
    );
    texts.push(support::texts(&waiting)[1].to_owned());
    // The second depends on the first, which nobody can say whether it was done.
    let dependent = run(
        Policy::default(),
        vec![
            call("close_account", r#"{"customer_id": 1}"#),
            call("get_customer", r#"{"customer_id": 1}"#),
        ],
    );
    texts.push(support::texts(&dependent)[1].to_owned());
    let hangs = r#"{"customer_id": 3}"#;
    let held_up = Policy::default()
        .max_concurrency(1)
        .max_wait(Duration::from_secs(5));
    let held_up = run(held_up, vec![call("get_customer", hangs); 2]);
    texts.push(support::texts(&held_up)[1].to_owned());
    let many = Policy::default().max_calls(1);
    let many = run(many, vec![call("get_customer", hangs); 2]);
    texts.push(support::texts(&many)[1].to_owned());
    texts.push(cancelled(call("close_account", r#"{"customer_id": 5}"#)));
    texts.push(denied(call("close_account", r#"{"customer_id": 5}"#)));

    let table = table();
    for text in &texts {
        let row = format!("“{}”", without_ids(text).replace('\n', "<br>"));
        assert!(table.contains(&row), "the README does not have\n{row}");
    }
    assert_eq!(
        table.matches('“').count(),
        texts.len(),
        "the README has a text that is not tested"
    );
}
