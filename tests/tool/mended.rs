//! What is wrong with arguments is found by reading texts that no model has written. A type that panics over one of those says no less
//! of the model's own.

use schemars::JsonSchema;
use serde::Deserialize;
use support::call;
use tool_runtime::{Ending, Toolbox, tool, tools};

#[derive(Debug, Deserialize, JsonSchema)]
struct Parts {
    whole: u32,
    share: u32,
}

/// Made by a conversion that nobody has tried with one, which is what a number is where the model's is none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(from = "Parts")]
struct Ratio(u32);

impl From<Parts> for Ratio {
    fn from(Parts { whole, share }: Parts) -> Self {
        Self(100 / (whole - 1) * share)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Order {
    ratio: Ratio,
    note: String,
}

/// Takes a ratio.
#[tool(pure)]
async fn divide(
    /// The ratio.
    ratio: Ratio,
) -> u32 {
    ratio.0
}

/// Takes an order.
#[tool(pure)]
async fn order(#[arg(flatten)] order: Order) -> String {
    format!("{} {}", order.ratio.0, order.note)
}

#[tokio::test]
async fn a_type_that_panics_over_a_mended_text_is_no_panic_of_the_call() {
    let toolbox = Toolbox::new(tools![divide, order]).unwrap();
    let wrong = r#"{"whole": "many", "share": 1}"#;
    let report = toolbox
        .run([
            call("divide", &format!(r#"{{"ratio": {wrong}}}"#)),
            call("order", &format!(r#"{{"ratio": {wrong}, "note": 1}}"#)),
            call("divide", r#"{"ratio": {"whole": 5, "share": 1}}"#),
            // What the model wrote itself is the call's own panic.
            call("divide", r#"{"ratio": {"whole": 1, "share": 1}}"#),
        ])
        .await;
    let results = report.results();
    for result in &results[..2] {
        let text = result.text();
        assert_eq!(result.outcome().ending, Ending::InvalidArguments, "{text}");
        assert!(
            text.contains("`ratio.whole`: expected an integer"),
            "{text}"
        );
    }
    assert!(
        results[1].text().contains("`note`: expected a string"),
        "{}",
        results[1].text()
    );
    assert_eq!(results[2].text(), "25");
    assert_eq!(results[3].outcome().ending, Ending::Panicked);
}
