//! The tools that are served.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::{Barrier, Notify};
use tool_mcp::server::McpServer;
use tool_runtime::tool::ResourceLink;
use tool_runtime::{CallContext, Content, Progress, ToolError, Toolbox, tool, tools};

/// What tests see of the calls.
pub(crate) struct Probe {
    meeting: Barrier,
    pub(crate) begun: Notify,
    pub(crate) ended: Notify,
    pub(crate) running: AtomicUsize,
    pub(crate) log: Mutex<Vec<String>>,
    /// Who serves it.
    server: OnceLock<McpServer>,
}

impl Probe {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            meeting: Barrier::new(2),
            begun: Notify::new(),
            ended: Notify::new(),
            running: AtomicUsize::new(0),
            log: Mutex::default(),
            server: OnceLock::new(),
        })
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn note(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }
}

pub(crate) fn toolbox() -> Toolbox<Probe> {
    let tools = tools![
        add,
        find_book,
        draw,
        meet,
        wait,
        until_begun,
        until_ended,
        count,
        pay,
        append,
        fail,
        explode,
        recite,
        shrink
    ];
    Toolbox::builder().tools(tools).build().unwrap()
}

pub(crate) fn server(probe: &Arc<Probe>) -> McpServer {
    let server = McpServer::new(toolbox().bind(Arc::clone(probe)))
        .name("probe")
        .title("The Probe")
        .version("1.2.3")
        .instructions("Look before you pay.");
    let _ = probe.server.set(server.clone());
    server
}

/// Adds two numbers.
#[tool(pure, title = "Addition")]
async fn add(
    /// The first.
    a: i64,
    /// The second.
    b: i64,
) -> i64 {
    a + b
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Book {
    title: String,
    pages: u32,
}

/// Finds a book.
#[tool(pure, output_schema, open_world = false)]
async fn find_book(
    /// Its title.
    title: String,
) -> Book {
    Book { title, pages: 7 }
}

/// Draws a point.
#[tool(pure)]
async fn draw() -> Vec<Content> {
    let mut link = ResourceLink::new("file:///points/1.gif", "Point 1");
    link.mime_type = Some("image/gif".to_owned());
    vec![
        Content::text("A point:"),
        Content::image("image/gif", [71, 73, 70]),
        link.into(),
    ]
}

/// Waits until two calls are there.
#[tool(pure)]
async fn meet(#[state] probe: &Probe) -> &'static str {
    probe.meeting.wait().await;
    "met"
}

/// Waits for ever.
#[tool(pure)]
async fn wait(
    #[state] probe: &Probe,
    #[context] context: &CallContext,
) -> Result<(), &'static str> {
    struct Running<'a>(&'a Probe);
    impl Drop for Running<'_> {
        fn drop(&mut self) {
            self.0.running.fetch_sub(1, Ordering::SeqCst);
            self.0.ended.notify_one();
        }
    }
    probe.running.fetch_add(1, Ordering::SeqCst);
    let _running = Running(probe);
    probe.begun.notify_one();
    context.cancellation().cancelled().await;
    probe.note("told");
    Err("was told to stop")
}

/// Waits until a call waits for ever.
#[tool(pure)]
async fn until_begun(#[state] probe: &Probe) {
    probe.begun.notified().await;
}

/// Waits until such a call has ended.
#[tool(pure)]
async fn until_ended(#[state] probe: &Probe) {
    probe.ended.notified().await;
}

/// Counts.
#[tool(pure)]
async fn count(
    /// How far.
    to: u32,
    #[context] context: &CallContext,
) -> u32 {
    context.progress(Progress::new(f64::NAN));
    for n in 1..=to {
        context.progress(Progress::new(n.into()).of(to.into()).message("counted"));
        // Not more than before: the protocol forbids to tell it.
        context.progress(Progress::new(n.into()));
    }
    to
}

/// Pays somebody. More than 100 needs somebody's approval.
#[tool(writes("account"), destructive, approval = *amount > 100)]
async fn pay(
    /// Whom.
    to: String,
    /// In whole euros.
    amount: u64,
    #[state] probe: &Probe,
) -> String {
    probe.note(format!("paid {amount} to {to}"));
    format!("paid {amount} to {to}")
}

/// Appends a line to the log.
#[tool(writes("log"), idempotent)]
async fn append(
    /// The line.
    line: String,
    /// How long it takes, in milliseconds.
    takes: u64,
    #[state] probe: &Probe,
) {
    tokio::time::sleep(std::time::Duration::from_millis(takes)).await;
    probe.note(line);
}

/// Fails.
#[tool(pure)]
async fn fail() -> Result<(), ToolError> {
    let source = std::io::Error::other("connection to db-7 refused");
    Err(ToolError::new("no answer of postgres://ada:secret@db-7/books").with_source(source))
}

/// Explodes.
#[tool(pure)]
async fn explode() {
    panic!("the secret is 42");
}

/// Recites the numbers, which is long.
#[tool(pure, output_schema)]
async fn recite() -> Book {
    Book {
        title: "x".repeat(400_000),
        pages: 1,
    }
}

/// Serves only the first tool from now on.
#[tool(writes("tools"))]
async fn shrink(#[state] probe: &Probe) -> Result<(), &'static str> {
    let server = probe.server.get().ok_or("nobody serves it")?;
    // With another state, which is of no use to what is left.
    server.replace(
        toolbox()
            .view(|tool| tool.name() == "add")
            .bind(Probe::new()),
    );
    Ok(())
}
