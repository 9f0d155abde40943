//! The list of a server's tools: its pages read, each tool by itself, so that one that cannot be used loses no other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams, ServerResult, Tool};
use rmcp::service::{Peer, PeerRequestOptions, RoleClient, ServiceError};
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};
use tool_runtime::Manifest;

use super::endpoint::transport;
use super::offered::{Naming, ServerTool};
use super::text::{quoted, shortened};

/// How much of a list is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListLimits {
    pub(super) within: Duration,
    pub(super) tools: usize,
    pub(super) tool_bytes: usize,
}

/// A server's tools at one moment.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) tools: Vec<ServerTool>,
    pub(super) refused: Vec<RefusedTool>,
    /// The tools as the server lists them, by name: what is pinned.
    pub(super) manifest: Manifest,
}

/// A tool that a server lists and that cannot be used.
///
/// ```no_run
/// # use tokio::process::Command;
/// # use tool_mcp::client::McpTools;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let files = McpTools::connect("files", Command::new("mcp-files")).await?;
/// for refused in files.refused() {
///     eprintln!("{refused}"); // `read`: …
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedTool {
    /// The server's name for it, as far as it has one.
    pub own_name: String,
    /// Why it cannot be used.
    pub problem: String,
}

impl std::fmt::Display for RefusedTool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`: {}", self.own_name, self.problem)
    }
}

/// Why a list cannot be used.
#[derive(Debug)]
pub(super) enum ListError {
    TimedOut,
    Problem(String),
}

/// A list has no more pages than this, however few tools each has.
const MAX_PAGES: usize = 1_000;

/// Reads all pages.
pub(super) async fn list(
    peer: &Peer<RoleClient>,
    naming: &Naming,
    limits: ListLimits,
) -> Result<Listing, ListError> {
    let until = Instant::now() + limits.within;
    let pages = timeout_at(until, pages(peer, limits.tools)).await;
    let tools = pages.map_err(|_| ListError::TimedOut)?;
    let tools = tools.map_err(ListError::Problem)?;
    Ok(Listing::of(tools, naming, limits.tool_bytes))
}

async fn pages(peer: &Peer<RoleClient>, max: usize) -> Result<Vec<Value>, String> {
    let mut tools = Vec::new();
    let mut seen = BTreeSet::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let (mut page, next) = page(peer, cursor).await?;
        tools.append(&mut page);
        if tools.len() > max {
            return Err(format!(
                "it has more than {max} tools; set `max_tools` if so many are wanted"
            ));
        }
        let Some(next) = next else {
            return Ok(tools);
        };
        if !seen.insert(next.clone()) {
            return Err(format!(
                "its pages go round in a circle: the cursor `{}` comes again",
                quoted(&next, 40)
            ));
        }
        cursor = Some(next);
    }
    Err(format!("it has more than {MAX_PAGES} pages"))
}

async fn page(
    peer: &Peer<RoleClient>,
    cursor: Option<String>,
) -> Result<(Vec<Value>, Option<String>), String> {
    let params = PaginatedRequestParams::default().with_cursor(cursor);
    let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
    let answer = peer
        .send_request_with_option(request, PeerRequestOptions::no_options())
        .await
        .map_err(|error| said(&error))?
        .await_response()
        .await
        .map_err(|error| said(&error))?;
    match answer {
        ServerResult::ListToolsResult(page) => {
            let tools = page.tools.iter().map(serde_json::to_value);
            let tools: Result<_, _> = tools.collect();
            let tools = tools.map_err(|error| error.to_string())?;
            Ok((tools, page.next_cursor))
        }
        // One of its tools is none: they are looked at one by one.
        ServerResult::CustomResult(page) => unread(page.0),
        _ => Err("its answer is no list of tools".to_owned()),
    }
}

fn unread(page: Value) -> Result<(Vec<Value>, Option<String>), String> {
    let Value::Object(mut page) = page else {
        return Err("its answer is no list of tools".to_owned());
    };
    let next = page.get("nextCursor").and_then(Value::as_str);
    let next = next.map(str::to_owned);
    match page.remove("tools") {
        Some(Value::Array(tools)) => Ok((tools, next)),
        _ => Err("its answer is no list of tools".to_owned()),
    }
}

fn said(error: &ServiceError) -> String {
    match error {
        ServiceError::McpError(error) => format!(
            "it answered with the error {}: {}",
            error.code.0,
            quoted(&error.message, 300)
        ),
        ServiceError::TransportSend(error) => transport(error.error.as_ref()),
        ServiceError::TransportClosed => "the connection was lost".to_owned(),
        other => quoted(&other.to_string(), 300),
    }
}

impl Listing {
    fn of(listed: Vec<Value>, naming: &Naming, max: usize) -> Self {
        let mut tools = Vec::new();
        let mut refused = Vec::new();
        let mut names = BTreeSet::new();
        let mut pinned = Vec::new();
        for (index, listed) in listed.into_iter().enumerate() {
            let identity = identity(&listed);
            let usable =
                not_too_large(&identity, max).and_then(|()| usable(&listed, naming, &mut names));
            match usable {
                Ok(tool) => {
                    pinned.push((tool.own_name().to_owned(), identity));
                    tools.push(tool);
                }
                Err(problem) => refused.push(RefusedTool {
                    own_name: own_name(&listed, index),
                    problem,
                }),
            }
        }
        // A server may list them in another order each time.
        pinned.sort_by(|a, b| a.0.cmp(&b.0));
        let manifest = Value::Array(pinned.into_iter().map(|(_, tool)| tool).collect());
        Self {
            tools,
            refused,
            manifest: read_back(&manifest),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.tools.iter().map(ServerTool::own_name)
    }
}

/// Each has a name of its own and a schema that is an object, so it is a manifest.
fn read_back(manifest: &Value) -> Manifest {
    let mut text = String::new();
    write(manifest, &mut text);
    let manifest = text.parse();
    manifest.expect("tools with names of their own and schemas are a manifest")
}

/// The same bytes whatever order keys came in, and whichever others make serde_json keep.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<&String, &Value> = members.iter().collect();
            enclosed(text, ('{', '}'), members, |text, (key, value)| {
                *text += &Value::from(key.as_str()).to_string();
                text.push(':');
                write(value, text);
            });
        }
        Value::Array(items) => enclosed(text, ('[', ']'), items, |text, item| write(item, text)),
        other => *text += &other.to_string(),
    }
}

fn enclosed<T>(
    text: &mut String,
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    text.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(text, item);
    }
    text.push(close);
}

fn own_name(listed: &Value, index: usize) -> String {
    match listed.get("name").and_then(Value::as_str) {
        Some(name) if !name.is_empty() => shortened(name, 128),
        _ => format!("tool {}", index + 1),
    }
}

fn usable(
    listed: &Value,
    naming: &Naming,
    names: &mut BTreeSet<String>,
) -> Result<ServerTool, String> {
    if !listed.get("inputSchema").is_some_and(Value::is_object) {
        return Err(
            "it has no `inputSchema` that is an object, which the protocol requires".to_owned(),
        );
    }
    if listed
        .get("name")
        .and_then(Value::as_str)
        .is_none_or(str::is_empty)
    {
        return Err("it has no name".to_owned());
    }
    // Icons that cannot be read are nobody's loss.
    let tool: Tool = serde_json::from_value(listed.clone())
        .or_else(|_| serde_json::from_value(identity(listed)))
        .map_err(|error| format!("it is no tool of the protocol: {error}"))?;
    let tool = ServerTool::new(tool, naming)?;
    match names.insert(tool.own_name().to_owned()) {
        true => Ok(tool),
        false => Err("the server lists another tool of this name before".to_owned()),
    }
}

fn not_too_large(identity: &Value, max: usize) -> Result<(), String> {
    match identity.to_string().len() {
        bytes if bytes > max => Err(format!(
            "the list says {bytes} bytes of it, and at most {max} are taken; set `max_tool_bytes` if so much is wanted"
        )),
        _ => Ok(()),
    }
}

/// What of a tool says what it is, to a model or to the program. Icons and `_meta` are for neither.
fn identity(listed: &Value) -> Value {
    let keys = [
        "name",
        "title",
        "description",
        "inputSchema",
        "outputSchema",
        "annotations",
    ];
    let given = |key: &&str| Some(((*key).to_owned(), listed.get(key)?.clone()));
    let given = keys.iter().filter_map(given);
    let given = given.filter(|(_, value)| !value.is_null());
    Value::Object(given.collect::<Map<_, _>>())
}
