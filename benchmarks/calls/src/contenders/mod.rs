//! Those who are compared. Each has the same tools, gets the calls of a turn as texts, and has one text for each call in the end.

#[cfg(feature = "adk")]
pub mod adk;
pub mod by_hand;
pub mod floor;
#[cfg(feature = "llm-tool")]
pub mod llm_tool;
pub mod nothing;
pub mod ours;
#[cfg(feature = "rig")]
pub mod rig;
#[cfg(feature = "rmcp")]
pub mod rmcp;
#[cfg(feature = "swiftide")]
pub mod swiftide;
#[cfg(feature = "tools-rs")]
pub mod tools_rs;
pub mod typed_erased;

use std::future::Future;
use std::sync::Arc;

use tool_runtime::{Report, ToolCall};

pub trait Contender: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    /// What one call gives.
    type Answer: Text;

    fn new() -> Self;

    /// One call by itself.
    fn single(&self, call: ToolCall) -> impl Future<Output = Self::Answer> + Send;

    /// The calls of a turn.
    fn batch(this: Arc<Self>, calls: Vec<ToolCall>) -> impl Future<Output = impl Texts> + Send;

    /// The tools as JSON for a request; none if that is not its business.
    fn manifest(&self) -> Option<impl AsRef<str>> {
        None::<String>
    }
}

/// A contender that has a `call` and no way of its own to run several: `join_all`, as its user would write it.
macro_rules! by_join_all {
    ($type:ty, $name:literal, $answer:ty) => {
        impl crate::contenders::Contender for $type {
            const NAME: &'static str = $name;
            type Answer = $answer;

            fn new() -> Self {
                Self::tools()
            }

            async fn single(&self, call: tool_runtime::ToolCall) -> $answer {
                self.call(&call).await
            }

            async fn batch(
                this: std::sync::Arc<Self>,
                calls: Vec<tool_runtime::ToolCall>,
            ) -> impl crate::contenders::Texts {
                futures::future::join_all(calls.iter().map(|call| this.call(call))).await
            }

            fn manifest(&self) -> Option<impl AsRef<str>> {
                self.json()
            }
        }
    };
}
pub(crate) use by_join_all;

pub trait Text: Send + Sync {
    fn text(&self) -> &str;
}

/// One text for each call, in the order of the calls.
pub trait Texts: Send {
    fn count(&self) -> usize;
    fn text(&self, index: usize) -> &str;

    /// As one who sends them reads them.
    fn length(&self) -> usize {
        (0..self.count()).map(|index| self.text(index).len()).sum()
    }
}

impl Text for String {
    fn text(&self) -> &str {
        self
    }
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

/// A value as the model reads it.
#[cfg(any(feature = "adk", feature = "tools-rs"))]
fn read(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text,
        value => value.to_string(),
    }
}
