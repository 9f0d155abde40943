//! Another attribute macro that rewrites the function, `tracing::instrument`, above and below.

#![deny(warnings)]

use tool_runtime::{CallContext, ToolCall, Toolbox, tool, tools};
use tracing::instrument;

struct Db;

/// Stands below.
#[tool(reads("customer:{customer_id}"))]
#[instrument(skip(db, context), fields(index = context.index()))]
async fn below(
    /// The customer's number.
    customer_id: u64,
    #[state] db: &Db,
    #[context] context: &CallContext,
) -> Result<u64, String> {
    let _ = db;
    Ok(customer_id)
}

/// Stands above.
#[instrument(skip_all, err)]
#[tool(reads("customer:{customer_id}"))]
async fn above(
    /// The customer's number.
    customer_id: u64,
    #[state] db: &Db,
    #[context] context: &CallContext,
) -> Result<u64, String> {
    let _ = (db, context);
    Ok(customer_id)
}

/// Stands above, with a name that is lent.
#[instrument(skip(db))]
#[tool]
async fn lent<'a>(
    /// The customer's name.
    name: &str,
    /// Where else.
    mut places: Vec<String>,
    #[state] db: &'a Db,
) -> usize {
    let _ = db;
    places.push(name.to_owned());
    places.len()
}

#[tokio::test]
async fn works() {
    let toolbox = Toolbox::<Db>::builder()
        .tools(tools![below, above, lent])
        .build()
        .unwrap();
    let calls = [
        ToolCall::new("1", "below", r#"{"customer_id": 1}"#),
        ToolCall::new("2", "above", r#"{"customer_id": 2}"#),
        ToolCall::new("3", "lent", r#"{"name": "x", "places": []}"#),
    ];
    let report = toolbox.bind(Db).run(calls).await;
    let texts: Vec<_> = report.results().iter().map(|r| r.text()).collect();
    assert_eq!(texts, ["1", "2", "1"]);
}
