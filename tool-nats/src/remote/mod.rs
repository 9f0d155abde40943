#![doc = include_str!("../../docs/remote.md")]

mod added;
mod asking;
mod call;
mod choice;
mod discover;
mod error;
mod failure;
mod groups;
mod inbox;
mod link;
mod listing;
mod mailbox;
mod result;
#[cfg(feature = "otel")]
mod trace;
mod why;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_nats::Client;
use tool_runtime::tool::State;
use tool_runtime::{RuntimeTool, ToolList};

pub use discover::Discover;
pub use error::DiscoverError;
pub use listing::{RefusedTool, WorkerInfo};

use call::Target;
use link::Link;
use listing::Listing;

/// The tools of workers, for any toolbox.
///
/// A clone is the same. It ends when the last clone and the last toolbox with these tools are gone; the client stays the program's.
///
/// ```no_run
/// use tool_nats::RemoteTools;
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = tool_nats::async_nats::connect("nats://localhost").await?;
/// let remote = RemoteTools::discover(client).service("desk").await?;
/// let toolbox = Toolbox::<()>::builder().tools(tools![tell_time]).tools(remote.tools()).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RemoteTools {
    link: Arc<Link>,
    listing: Arc<RwLock<Arc<Listing>>>,
}

impl RemoteTools {
    /// Asks for the workers that `client` reaches, and takes the tools that they offer. `.await` asks; what may be set before is said at
    /// [`Discover`].
    ///
    /// # Errors
    ///
    /// When awaited: if a setting is nonsense, there is no connection, or too few workers answer in time.
    pub fn discover(client: Client) -> Discover {
        Discover::new(client)
    }

    /// The tools as they were when they were last asked for, for a toolbox with any state. In errors of building it, their place is where
    /// this is called.
    #[track_caller]
    pub fn tools<S: State>(&self) -> ToolList<S> {
        let listing = self.listed();
        let mut tools = Vec::with_capacity(listing.tools.len());
        // No closure: the caller's place would end there.
        for tool in &listing.tools {
            // It was made before, when the tool was found to be usable.
            let Ok(definition) = tool.definition() else {
                continue;
            };
            let target = Arc::new(Target::new(Arc::clone(&self.link), tool, &definition));
            tools.push(RuntimeTool::new(
                definition,
                move |arguments, context, _| {
                    let target = Arc::clone(&target);
                    async move { target.call(arguments.text(), context).await }
                },
            ));
        }
        tools.into_iter().collect()
    }

    /// The workers that answered when they were last asked for, by service and id.
    ///
    /// ```no_run
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = tool_nats::async_nats::connect("nats://localhost").await?;
    /// let remote = tool_nats::RemoteTools::discover(client).await?;
    /// for worker in remote.workers() {
    ///     println!("{} {} {}: {}", worker.service, worker.version, worker.id, worker.tools.join(", "));
    /// }
    /// # Ok(()) }
    /// ```
    pub fn workers(&self) -> Vec<WorkerInfo> {
        self.listed().workers.clone()
    }

    /// The tools that are offered and cannot be used, and why.
    pub fn refused(&self) -> Vec<RefusedTool> {
        self.listed().refused.clone()
    }

    /// Asks again, with the same settings. `true` if the tools are others than before: then [`tools`](Self::tools) gives these, for a new
    /// toolbox. A toolbox keeps those that it has, which reach workers of their own definition for as long as there are any.
    ///
    /// ```no_run
    /// # use tool_runtime::Toolbox;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = tool_nats::async_nats::connect("nats://localhost").await?;
    /// let remote = tool_nats::RemoteTools::discover(client).await?;
    /// let mut toolbox = Toolbox::<()>::builder().tools(remote.tools()).build()?;
    /// if remote.refresh().await? {
    ///     toolbox = Toolbox::builder().tools(remote.tools()).build()?;
    /// }
    /// # let _ = toolbox;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`discover`](Self::discover); then everything is as before.
    pub async fn refresh(&self) -> Result<bool, DiscoverError> {
        let listing = asking::ask(&self.link.client, &self.link.settings).await?;
        let mut current = self.listing.write().unwrap_or_else(PoisonError::into_inner);
        let others = !listing.has_tools_of(&current);
        *current = Arc::new(listing);
        Ok(others)
    }

    fn new(link: Link, listing: Listing) -> Self {
        Self {
            link: Arc::new(link),
            listing: Arc::new(RwLock::new(Arc::new(listing))),
        }
    }

    fn listed(&self) -> Arc<Listing> {
        Arc::clone(&self.listing.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for RemoteTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listing = self.listed();
        f.debug_struct("RemoteTools")
            .field("workers", &listing.workers.len())
            .field("tools", &listing.tools.len())
            .field("refused", &listing.refused.len())
            .finish_non_exhaustive()
    }
}
