//! The three tools of the desk as a server of the Model Context Protocol, for editors and agents that start it or ask it over HTTP.
//!
//! ```text
//! cargo run --example mcp_server --features mcp                            on standard input and output
//! cargo run --example mcp_server --features mcp -- --http 127.0.0.1:8080   at http://127.0.0.1:8080/mcp
//! ```

use std::error::Error;

use desk::Db;
use tool_mcp::server::McpServer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = McpServer::new(desk::toolbox()?.bind(Db))
        .name("desk")
        .title("Customer desk")
        .version(env!("CARGO_PKG_VERSION"))
        .instructions("Customers have numbers of four digits. Ask for a customer, their orders and their tickets at once.");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => server.serve_stdio().await?,
        [http, address] if http == "--http" => {
            // The standard output is the protocol's; what is for people goes to the standard error.
            eprintln!("serving at http://{address}/mcp");
            server.serve_http(address.as_str()).await?;
        }
        _ => return Err("expected no arguments, or `--http ADDRESS`".into()),
    }
    Ok(())
}
