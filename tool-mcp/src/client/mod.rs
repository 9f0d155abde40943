#![doc = include_str!("../../docs/client.md")]

mod answer;
mod bounded;
mod changes;
mod child;
mod connect;
mod endpoint;
mod error;
mod handler;
mod keeper;
mod link;
mod listing;
mod offered;
mod pins;
mod secrets;
mod text;
#[cfg(feature = "client-http")]
mod url;
mod wire;

use std::fmt;
use std::sync::Arc;

use rmcp::model::ServerPeerInfo;
use tool_runtime::tool::{DeclaredEffects, State};
use tool_runtime::{Manifest, RuntimeTool, ToolList};

pub use changes::{Changes, ToolsChanged};
pub use child::{ChildServer, Stderr};
pub use connect::Connect;
pub use endpoint::Endpoint;
pub use error::ConnectError;
pub use keeper::Reconnect;
pub use listing::RefusedTool;
pub use offered::ServerTool;
pub use pins::Pinned;
#[cfg(feature = "client-http")]
pub use url::McpUrl;

use connect::Settings;
use link::{Link, State as LinkState, Target};

/// A server's tools, and the connection to it.
///
/// A clone is the same connection. It ends when the last clone and the last toolbox with these tools are gone; [`close`](Self::close)
/// ends it at once and waits for the server's end.
///
/// ```no_run
/// use tokio::process::Command;
/// use tool_mcp::client::McpTools;
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let files = McpTools::connect("files", Command::new("mcp-files")).await?;
/// let toolbox = Toolbox::<()>::builder().tools(tools![tell_time]).tools(files.tools()).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct McpTools {
    link: Arc<Link>,
    settings: Arc<Settings>,
}

impl McpTools {
    /// The tools of the server at `endpoint`: a [`Command`](tokio::process::Command), a [`ChildServer`], an `McpUrl`, an [`Endpoint`].
    /// Its tools' names begin with `name`, and texts call it so: 1 to 32 ASCII letters, digits, `_` and `-`.
    ///
    /// # Errors
    ///
    /// When awaited: if the server cannot be started or reached, does not speak the protocol, is too slow, has a list that cannot be
    /// read, or has other tools than were pinned or spoken of.
    pub fn connect(name: impl Into<String>, endpoint: impl Into<Endpoint>) -> Connect {
        Connect::new(name.into(), endpoint.into())
    }

    /// The name that the program gave the server.
    pub fn name(&self) -> &str {
        &self.link.server
    }

    /// The tools as they are now, for a toolbox with any state. In errors of building it, their place is where this is called.
    #[track_caller]
    pub fn tools<S: State>(&self) -> ToolList<S> {
        let listing = self.listed();
        let mut tools = Vec::with_capacity(listing.tools.len());
        // No closure: the caller's place would end there.
        for tool in &listing.tools {
            let definition = self.settings.definition(tool);
            let target = Arc::new(Target {
                link: Arc::clone(&self.link),
                own_name: tool.own_name().to_owned(),
                output: tool.output().cloned(),
                has_output_schema: definition.output_schema().is_some(),
                declares: *definition.effects() != DeclaredEffects::Undeclared,
            });
            tools.push(RuntimeTool::new(
                definition,
                move |arguments, context, _| {
                    let target = Arc::clone(&target);
                    async move { target.call(arguments.into_value(), context).await }
                },
            ));
        }
        tools.into_iter().collect()
    }

    /// What the server says of each of these tools.
    pub fn server_tools(&self) -> Vec<ServerTool> {
        self.listed().tools.clone()
    }

    /// The tools that the server lists and that cannot be used, and why.
    pub fn refused(&self) -> Vec<RefusedTool> {
        self.listed().refused.clone()
    }

    /// The tools as the server lists them, by their names: to be stored and [pinned](Connect::pinned_by), or compared.
    pub fn manifest(&self) -> Manifest {
        self.listed().manifest.clone()
    }

    /// What the server says of itself, if there is a connection now.
    pub fn server_info(&self) -> Option<Arc<ServerPeerInfo>> {
        match &*self.link.state.borrow() {
            LinkState::Up(live) => live.peer.peer_info(),
            LinkState::Down(_) | LinkState::Over(_) => None,
        }
    }

    /// Whether there is a connection now.
    pub fn is_connected(&self) -> bool {
        match &*self.link.state.borrow() {
            LinkState::Up(live) => !live.wire.lost.is_cancelled(),
            LinkState::Down(_) | LinkState::Over(_) => false,
        }
    }

    /// Says when the tools have changed, so that a new toolbox can be swapped in. The tools that a toolbox has stay as they are.
    ///
    /// ```no_run
    /// use tokio::process::Command;
    /// use tool_mcp::client::{McpTools, ToolsChanged};
    /// use tool_runtime::Toolbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let files = McpTools::connect("files", Command::new("mcp-files")).await?;
    /// let mut toolbox = Toolbox::<()>::builder().tools(files.tools()).build()?;
    /// let mut changes = files.changes();
    /// while let Some(change) = changes.next().await {
    ///     if let ToolsChanged::Others(difference) = change {
    ///         println!("{difference}");
    ///         toolbox = Toolbox::builder().tools(files.tools()).build()?;
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn changes(&self) -> Changes {
        Changes::new(self.link.current.clone())
    }

    /// Ends the connection and waits until a child process is gone. Calls that are at the server end as those of a lost connection.
    pub async fn close(self) {
        self.link.close().await;
    }

    fn listed(&self) -> Arc<listing::Listing> {
        Arc::clone(&self.link.current.borrow().listing)
    }
}

impl fmt::Debug for McpTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpTools")
            .field("server", &self.link.server)
            .field("tools", &self.listed().tools.len())
            .field("is_connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}
