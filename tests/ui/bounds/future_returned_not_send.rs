use std::rc::Rc;

use tool_runtime::tool;

/// Counts.
#[tool]
fn count() -> impl Future<Output = usize> {
    let shared = Rc::new(1);
    async move {
        std::future::ready(()).await;
        *shared
    }
}

fn main() {}
