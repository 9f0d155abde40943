//! What goes back to the model for the calls of a batch.

mod answers;
mod batch;
mod ids;
mod parts;

use tool_runtime::ToolCall;

use crate::answers::toolbox;
use crate::conversation::Exchange;
use crate::providers::Provider;

/// Runs calls that come from `provider`'s model.
async fn exchange(provider: &Provider, calls: &[ToolCall]) -> Exchange {
    Exchange::of(
        provider.dialect,
        &toolbox().bind(()),
        &(provider.ask)(calls),
    )
    .await
}
