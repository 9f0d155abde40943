//! Against the official SDK for Python and the servers of npm, which `.ci/mcp` installs and names in the environment.

mod client;
mod server;

/// The Python that has the package `mcp`.
pub(crate) fn python() -> String {
    installed("MCP_PYTHON")
}

/// The JavaScript file that is `@modelcontextprotocol/server-everything`, for `node`.
pub(crate) fn everything() -> String {
    installed("MCP_EVERYTHING")
}

fn installed(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("`{name}` is not set: run these tests by `.ci/mcp`"))
}
