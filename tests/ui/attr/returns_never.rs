use tool_runtime::tool;

/// Serve for ever.
#[tool]
async fn serve() -> ! {
    loop {
        tokio::task::yield_now().await;
    }
}

fn main() {}
