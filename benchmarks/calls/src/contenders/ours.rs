//! tool-runtime, as its README advises, with its default policy but for the number of calls.

use std::sync::Arc;

use tool_runtime::dialect::Anthropic;
use tool_runtime::{Bound, Manifest, Policy, Report, ToolCall, Toolbox, tool, tools};

use super::{Contender, Texts};
use crate::work::{self, Customer, Order, Placed};

/// Adds two numbers.
#[tool(pure)]
async fn add(
    /// The first number.
    a: i64,
    /// The second number.
    b: i64,
) -> i64 {
    work::add(a, b).await
}

/// Looks up a customer.
#[tool(pure)]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> Customer {
    work::get_customer(customer_id).await
}

/// Places an order.
#[tool]
async fn place_order(
    /// The order.
    order: Order,
) -> Placed {
    work::place_order(order).await
}

/// Saves a text.
#[tool]
async fn save_text(
    /// The text.
    text: String,
) -> usize {
    work::save_text(text).await
}

/// Loads a text.
#[tool(pure)]
async fn load_text(
    /// The text's number.
    id: u64,
) -> String {
    work::load_text(id).await
}

/// Waits.
#[tool]
async fn wait(
    /// How long, in milliseconds.
    ms: u64,
) -> u64 {
    work::wait(ms).await
}

/// Computes.
#[tool(pure)]
async fn compute(
    /// How long, in milliseconds.
    ms: u64,
) -> u64 {
    work::compute(ms).await
}

/// Blocks its thread.
#[tool]
async fn block(
    /// How long, in milliseconds.
    ms: u64,
) -> u64 {
    work::block(ms).await
}

/// The same where each that blocks or computes is a plain `fn`, as the documentation advises.
mod plain {
    use super::tool;

    /// Computes.
    #[tool(pure)]
    pub(super) fn compute(
        /// How long, in milliseconds.
        ms: u64,
    ) -> u64 {
        super::work::compute_now(ms)
    }

    /// Blocks its thread.
    #[tool]
    pub(super) fn block(
        /// How long, in milliseconds.
        ms: u64,
    ) -> u64 {
        super::work::block_now(ms)
    }
}

/// 1,000 calls by default.
fn policy() -> Policy {
    Policy::default().max_calls(100_000)
}

macro_rules! ours {
    ($type:ident, $name:literal, $tools:expr, $policy:expr) => {
        pub struct $type {
            toolbox: Toolbox<()>,
            desk: Bound<()>,
        }

        impl Contender for $type {
            const NAME: &'static str = $name;
            type Answer = Report;

            fn new() -> Self {
                let toolbox = Toolbox::<()>::builder().tools($tools).policy($policy);
                let toolbox = toolbox.build().expect("a toolbox");
                let desk = toolbox.bind(());
                Self { toolbox, desk }
            }

            async fn single(&self, call: ToolCall) -> Report {
                self.desk.run(vec![call]).await
            }

            async fn batch(this: Arc<Self>, calls: Vec<ToolCall>) -> impl Texts {
                this.desk.run(calls).await
            }

            fn manifest(&self) -> Option<impl AsRef<str>> {
                Some(Shown(self.toolbox.manifest(Anthropic).expect("a manifest")))
            }
        }
    };
}

struct Shown(Manifest);

impl AsRef<str> for Shown {
    fn as_ref(&self) -> &str {
        self.0.as_str()
    }
}

ours!(
    Ours,
    "tool-runtime",
    tools![
        add,
        get_customer,
        place_order,
        save_text,
        load_text,
        wait,
        compute,
        block
    ],
    policy()
);
ours!(
    Unlimited,
    "tool-runtime, more than 64 at once",
    tools![
        add,
        get_customer,
        place_order,
        save_text,
        load_text,
        wait,
        compute,
        block
    ],
    policy().max_concurrency(100_000)
);
ours!(
    Plain,
    "tool-runtime, plain `fn`",
    tools![
        add,
        get_customer,
        place_order,
        save_text,
        load_text,
        wait,
        plain::compute,
        plain::block
    ],
    policy()
);
