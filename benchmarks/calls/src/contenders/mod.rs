//! Those who are compared. Each has the same tools and makes of the model's texts one text for each call.

pub mod by_hand;
pub mod floor;
pub mod nothing;
pub mod ours;
pub mod typed_erased;

use std::future::Future;
use std::sync::Arc;

use futures::future::join_all;
use tool_runtime::{Report, ToolCall};

pub trait Contender: Send + Sync + 'static {
    const NAME: &'static str;

    /// What one call gives.
    type Answer: Text;

    fn new() -> Self;

    /// One call by itself.
    fn call(&self, call: &ToolCall) -> impl Future<Output = Self::Answer> + Send;

    /// The calls of a turn. Who has no way of its own to run several gets `join_all`, as its user would write it.
    fn batch(this: Arc<Self>, calls: Vec<ToolCall>) -> impl Future<Output = impl Texts> + Send {
        async move { join_all(calls.iter().map(|call| this.call(call))).await }
    }
}

pub trait Text: Send {
    fn text(&self) -> &str;
}

impl Text for String {
    fn text(&self) -> &str {
        self
    }
}

/// One text for each call, in the order of the calls.
pub trait Texts: Send {
    fn count(&self) -> usize;
    fn text(&self, index: usize) -> &str;
}

impl<T: Text> Texts for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn text(&self, index: usize) -> &str {
        self[index].text()
    }
}

impl Text for Report {
    fn text(&self) -> &str {
        self.results()[0].text()
    }
}

impl Texts for Report {
    fn count(&self) -> usize {
        self.results().len()
    }

    fn text(&self, index: usize) -> &str {
        self.results()[index].text()
    }
}
