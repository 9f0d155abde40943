//! The tools of the tests as a server on standard input and output, in pages of four. At its end it writes into a file what they have noted.

use std::error::Error;

use tool_mcp::server::Limits;

#[allow(dead_code, reason = "the tests of the server look at more of them")]
#[path = "server/tools.rs"]
mod tools;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let probe = tools::Probe::new();
    let limits = Limits::default().page_size(4);
    tools::server(&probe).limits(limits)?.serve_stdio().await?;
    if let Some(file) = std::env::args_os().nth(1) {
        std::fs::write(file, probe.log().join("\n"))?;
    }
    Ok(())
}
