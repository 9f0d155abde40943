//! Takes the calls and drops them: what is subtracted.

use std::sync::Arc;

use tool_runtime::ToolCall;

use super::{Contender, Texts};

pub struct Nothing;

impl Contender for Nothing {
    const NAME: &'static str = "nothing";
    type Answer = String;

    fn new() -> Self {
        Self
    }

    async fn single(&self, call: ToolCall) -> String {
        drop(call);
        String::new()
    }

    async fn batch(_: Arc<Self>, calls: Vec<ToolCall>) -> impl Texts {
        drop(calls);
        Vec::<String>::new()
    }
}
