//! How a server's tools are had: the settings, and the first connection.

use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rmcp::model::ProtocolVersion;
use rmcp::service::{ClientLifecycleMode, RoleClient, Service, ServiceExt};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tool_runtime::ToolDefinition;
use tool_runtime::tool::DeclaredEffects;

use super::endpoint::{Endpoint, Opening};
use super::handler::Handler;
use super::keeper::{Keeper, NotConnected, Reconnect, Told};
use super::link::{Current, Link};
use super::listing::{ListError, ListLimits, Listing};
use super::offered::{Naming, ServerTool};
use super::pins::{Drift, Pinned};
use super::{ConnectError, McpTools};

/// What is wanted of a connection, made by [`McpTools::connect`]; `.await` makes the connection.
///
/// | setting | default | |
/// |---|---|---|
/// | [`connect_within`](Self::connect_within) | 30 s | starting or reaching the server, and its first answer |
/// | [`list_within`](Self::list_within) | 30 s | listing its tools |
/// | [`max_tools`](Self::max_tools) | 1,000 | tools in its list |
/// | [`max_tool_bytes`](Self::max_tool_bytes) | 64 KiB | what the list says of one tool; a larger one is left out |
/// | [`max_message_bytes`](Self::max_message_bytes) | 16 MiB | one message; a longer answer is an error of its call |
/// | [`reconnect`](Self::reconnect) | after 200 ms, doubled up to 30 s, without an end | making a lost connection again |
/// | [`wait_for_reconnection`](Self::wait_for_reconnection) | 10 s | how long a call waits for that, within its own time |
///
/// A call's time is the batch's: `Policy::call_timeout`, or the tool's own.
#[must_use = "nothing is connected until it is awaited"]
pub struct Connect {
    endpoint: Endpoint,
    naming: Naming,
    handler: Handler,
    lifecycle: ClientLifecycleMode,
    connect_within: Duration,
    list: ListLimits,
    max_message: usize,
    reconnect: Reconnect,
    patience: Duration,
    pinned: Option<Pinned>,
    trusts: bool,
    effects: BTreeMap<String, DeclaredEffects>,
    define: Option<Define>,
}

type Define = Arc<dyn Fn(&ServerTool, ToolDefinition) -> ToolDefinition + Send + Sync>;

/// What stays as it was set.
pub(super) struct Settings {
    pub(super) naming: Naming,
    pub(super) list: ListLimits,
    pub(super) reconnect: Reconnect,
    pub(super) pinned: Option<Pinned>,
    trusts: bool,
    effects: BTreeMap<String, DeclaredEffects>,
    define: Option<Define>,
}

impl Connect {
    pub(super) fn new(name: String, endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            naming: Naming {
                server: name.into(),
                by: None,
            },
            handler: Handler::Refusing,
            lifecycle: ClientLifecycleMode::Auto {
                preferred_versions: vec![ProtocolVersion::LATEST],
                legacy_version: Some(ProtocolVersion::LATEST_WITH_INITIALIZE),
            },
            connect_within: Duration::from_secs(30),
            list: ListLimits {
                within: Duration::from_secs(30),
                tools: 1_000,
                tool_bytes: 64 * 1024,
            },
            max_message: 16 * 1024 * 1024,
            reconnect: Reconnect::default(),
            patience: Duration::from_secs(10),
            pinned: None,
            trusts: false,
            effects: BTreeMap::new(),
            define: None,
        }
    }

    /// What tools are called in a toolbox, instead of the server's name, `__` and their own: `files__read`. Names that a provider does
    /// not take are mapped for it as those of every run-time tool are; two tools of one name are refused when the toolbox is built.
    pub fn named_by(mut self, name: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.naming.by = Some(Arc::new(name));
        self
    }

    /// What a tool of this server touches, by the server's own name for it; the holes of templates are the tool's arguments. Of all
    /// others nothing is known, so they run beside anything.
    pub fn effects(mut self, own_name: impl Into<String>, effects: DeclaredEffects) -> Self {
        self.effects.insert(own_name.into(), effects);
        self
    }

    /// Takes what the server says of its tools' effects for true: those with `readOnlyHint` read what all others change, and
    /// `idempotentHint`, `destructiveHint` and `openWorldHint` are as if this program had said them. Only for a server that you trust as
    /// your own code: its word decides which calls run at once and which are made again.
    pub fn trust_annotations(mut self) -> Self {
        self.trusts = true;
        self
    }

    /// Changes what a toolbox has of each tool, after everything else: approval, a timeout, tags, another description.
    ///
    /// ```no_run
    /// use tokio::process::Command;
    /// use tool_mcp::client::McpTools;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let files = McpTools::connect("files", Command::new("mcp-files"))
    ///     .define(|tool, definition| match tool.own_name() {
    ///         "delete" => definition.with_approval(true),
    ///         _ => definition.with_tags(["files"]),
    ///     })
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn define(
        mut self,
        define: impl Fn(&ServerTool, ToolDefinition) -> ToolDefinition + Send + Sync + 'static,
    ) -> Self {
        self.define = Some(Arc::new(define));
        self
    }

    /// Refuses the server unless its tools are those that were pinned: now, after each reconnection, and whenever it says that they
    /// have changed; then none of them is called until they are again. What is pinned is what [`McpTools::manifest`] gives.
    ///
    /// ```no_run
    /// use tokio::process::Command;
    /// use tool_mcp::client::McpTools;
    /// use tool_runtime::Manifest;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pinned: Manifest = std::fs::read_to_string("files.tools.json")?.parse()?;
    /// let files = McpTools::connect("files", Command::new("mcp-files")).pinned_by(pinned).await?;
    /// # Ok(()) }
    /// ```
    pub fn pinned_by(mut self, pinned: impl Into<Pinned>) -> Self {
        self.pinned = Some(pinned.into());
        self
    }

    /// Who answers what the server asks (sampling, elicitation, roots) and hears what it tells: a `ClientHandler` of rmcp, whose
    /// `get_info` says what this client offers. Without one nothing is offered, and every such request is refused.
    pub fn handler(mut self, handler: impl Service<RoleClient>) -> Self {
        self.handler = Handler::Given(Arc::from(handler.into_dyn()));
        self
    }

    /// How the versions of the protocol are agreed on. By default the server is asked for 2026-07-28, and where it does not know that,
    /// the handshake of before is made.
    pub fn lifecycle(mut self, lifecycle: ClientLifecycleMode) -> Self {
        self.lifecycle = lifecycle;
        self
    }

    /// How long starting or reaching the server may take, with its first answer.
    pub fn connect_within(mut self, time: Duration) -> Self {
        self.connect_within = time;
        self
    }

    /// How long listing its tools may take, all pages together.
    pub fn list_within(mut self, time: Duration) -> Self {
        self.list.within = time;
        self
    }

    /// How many tools it may have.
    pub fn max_tools(mut self, tools: usize) -> Self {
        self.list.tools = tools;
        self
    }

    /// How much the list may say of one tool, which every request to a model pays for: its names, description, schemas and annotations as
    /// JSON. A tool of which it says more is left out.
    pub fn max_tool_bytes(mut self, bytes: usize) -> Self {
        self.list.tool_bytes = bytes;
        self
    }

    /// How long one message of the server may be. What of a result reaches a model is `Policy::max_result_bytes`.
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// How a connection that is lost is made again.
    pub fn reconnect(mut self, reconnect: Reconnect) -> Self {
        self.reconnect = reconnect;
        self
    }

    /// How long a call waits for a new connection, at most as long as it may take in all.
    pub fn wait_for_reconnection(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    fn check(&self) -> Result<(), ConnectError> {
        let name = &self.naming.server;
        let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
        let goes_on = |c: char| c.is_ascii_alphanumeric() || ['_', '-'].contains(&c);
        if !(1..=32).contains(&name.len())
            || !name.starts_with(begins)
            || !name.chars().all(goes_on)
        {
            return Err(ConnectError::Name {
                name: name.to_string(),
            });
        }
        let times = [
            ("connect_within", self.connect_within),
            ("list_within", self.list.within),
            ("reconnect.first_delay", self.reconnect.first_delay),
            ("reconnect.max_delay", self.reconnect.max_delay),
        ];
        let zero = times.into_iter().find(|(_, time)| time.is_zero());
        let zero = zero.map(|(setting, _)| (setting, "more than zero", "zero"));
        let none = [
            ("max_tools", self.list.tools),
            ("max_tool_bytes", self.list.tool_bytes),
            ("max_message_bytes", self.max_message),
        ];
        let none = none.into_iter().find(|(_, most)| *most == 0);
        let none = none.map(|(setting, _)| (setting, "one or more", "0"));
        match zero.or(none) {
            None => Ok(()),
            Some((setting, expected, found)) => Err(ConnectError::Setting {
                server: name.to_string(),
                setting,
                expected,
                found: found.to_owned(),
            }),
        }
    }

    async fn connected(self) -> Result<McpTools, ConnectError> {
        self.check()?;
        let settings = Arc::new(Settings {
            naming: self.naming,
            list: self.list,
            reconnect: self.reconnect,
            pinned: self.pinned,
            trusts: self.trusts,
            effects: self.effects,
            define: self.define,
        });
        let stop = CancellationToken::new();
        let secrets = self.endpoint.secrets();
        let mut keeper = Keeper {
            endpoint: self.endpoint,
            opening: Opening {
                handler: self.handler,
                lifecycle: self.lifecycle,
                within: self.connect_within,
                max_message: self.max_message,
            },
            settings: Arc::clone(&settings),
            secrets: secrets.clone(),
            stop: stop.clone(),
        };
        let connected = keeper.connect().await;
        let connected = connected.map_err(|error| settings.failed(error, keeper.opening.within))?;
        let listing = connected.listing();
        if let Err(error) = settings.accept(&listing) {
            connected.close().await;
            return Err(error);
        }
        let (state, now) = watch::channel(connected.state());
        let current = Current {
            listing,
            drift: None,
        };
        let (current, tools) = watch::channel(Arc::new(current));
        let keeping = tokio::spawn(keeper.keep(connected, Told { state, current }));
        Ok(McpTools {
            link: Arc::new(Link {
                server: Arc::clone(&settings.naming.server),
                secrets,
                patience: self.patience,
                state: now,
                current: tools,
                keeper: Mutex::new(Some(keeping)),
                _stop_on_drop: stop.clone().drop_guard(),
                stop,
            }),
            settings,
        })
    }
}

impl Settings {
    fn failed(&self, error: NotConnected, within: Duration) -> ConnectError {
        let server = self.naming.server.to_string();
        match error {
            NotConnected::Open(error) if error.timed_out => ConnectError::TimedOut {
                server,
                step: "answer",
                after: within,
                stderr: error.stderr,
            },
            NotConnected::Open(error) => ConnectError::Unreachable {
                server,
                problem: error.problem,
                stderr: error.stderr,
            },
            NotConnected::List(ListError::TimedOut) => ConnectError::TimedOut {
                server,
                step: "list its tools",
                after: self.list.within,
                stderr: Vec::new(),
            },
            NotConnected::List(ListError::Problem(problem)) => {
                ConnectError::List { server, problem }
            }
        }
    }

    /// Whether the tools are what the program takes them for.
    fn accept(&self, listing: &Listing) -> Result<(), ConnectError> {
        let server = || self.naming.server.to_string();
        self.check(listing)
            .map_err(|Drift(drift)| ConnectError::Drift {
                server: server(),
                drift,
            })?;
        let unknown = |own: &&String| !listing.names().any(|name| name == own.as_str());
        match self.effects.keys().find(unknown) {
            None => Ok(()),
            Some(tool) => Err(ConnectError::UnknownTool {
                server: server(),
                tool: tool.clone(),
                known: listing.names().map(str::to_owned).collect(),
            }),
        }
    }

    /// What a toolbox has of a tool.
    #[track_caller]
    pub(super) fn definition(&self, tool: &ServerTool) -> ToolDefinition {
        let mut definition = tool.definition();
        if self.trusts {
            definition = tool.trusted(definition);
        }
        if let Some(effects) = self.effects.get(tool.own_name()) {
            definition = definition.with_effects(effects.clone());
        }
        match &self.define {
            Some(define) => define(tool, definition),
            None => definition,
        }
    }
}

impl IntoFuture for Connect {
    type Output = Result<McpTools, ConnectError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.connected())
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("server", &self.naming.server)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
