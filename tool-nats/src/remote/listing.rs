//! What workers offer, each tool by itself, so that one that cannot be used loses no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use async_nats::service::{Info, endpoint};
use semver::Version;
use tool_runtime::ToolDefinition;

use super::choice::{Candidate, named, newest};
use super::discover::Settings;
use super::groups::Found;
use crate::wire::{Offer, Subjects};

/// Of one tool no more is taken: every request to a model pays for it.
const MAX_TOOL_BYTES: usize = 64 * 1024;
const MAX_TOOLS: usize = 1_000;

/// What a program that runs tools says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerInfo {
    /// What no other worker has.
    pub id: String,
    /// The name of its service.
    pub service: String,
    /// The version of its service.
    pub version: String,
    /// What its service is.
    pub description: String,
    /// Its tools, by their own names, whether they can be used or not.
    pub tools: Vec<String>,
}

/// A tool that a worker offers and that cannot be used.
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = tool_nats::async_nats::connect("nats://localhost").await?;
/// let remote = tool_nats::RemoteTools::discover(client).await?;
/// for refused in remote.refused() {
///     eprintln!("{refused}"); // `get_customer` of `desk`: …
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct RefusedTool {
    /// The service that offers it.
    pub service: String,
    /// Its own name, as far as it has one.
    pub tool: String,
    /// Why it cannot be used.
    pub problem: String,
}

impl fmt::Display for RefusedTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            service,
            tool,
            problem,
        } = self;
        write!(f, "`{tool}` of `{service}`: {problem}")
    }
}

/// The workers of one moment.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) workers: Vec<WorkerInfo>,
    pub(super) tools: Vec<Offered>,
    pub(super) refused: Vec<RefusedTool>,
}

/// A tool that can be used.
#[derive(Debug)]
pub(super) struct Offered {
    pub(super) name: String,
    pub(super) subjects: Subjects,
    pub(super) version: Version,
    pub(super) offer: Offer,
}

/// How often a call of a tool that says nothing of it is tried, where a second time does no harm.
const ATTEMPTS: u32 = 3;

impl Offered {
    /// The tool as a toolbox has it.
    #[track_caller]
    pub(super) fn definition(&self) -> Result<ToolDefinition, String> {
        let definition = self.offer.definition(&self.name)?;
        let may_repeat = definition.is_idempotent() || definition.effects().changes_nothing();
        Ok(match definition.attempts() {
            None if may_repeat => definition.with_attempts(ATTEMPTS),
            _ => definition,
        })
    }
}

/// The offers of each tool of each service.
type Offers = BTreeMap<(String, String), Vec<Candidate>>;

impl Listing {
    pub(super) fn of(found: Vec<Found>, settings: &Settings) -> Self {
        let mut refused = BTreeSet::new();
        let mut offers = Offers::new();
        let mut workers = Vec::new();
        for Found { info, ids } in found {
            let read = |endpoint: &endpoint::Info| {
                let offer = offered(endpoint, &info, settings);
                offer.map_err(|(tool, problem)| refused_tool(&info.name, &tool, problem))
            };
            let mut tools = Vec::new();
            for offer in info.endpoints.iter().map(read) {
                match offer {
                    Ok(offer) => {
                        tools.push(offer.tool().to_owned());
                        let key = (offer.service.clone(), offer.tool().to_owned());
                        offers.entry(key).or_default().push(offer);
                    }
                    Err(tool) => {
                        tools.push(tool.tool.clone());
                        refused.insert(tool);
                    }
                }
            }
            tools.sort();
            workers.extend(ids.into_iter().map(|id| WorkerInfo {
                id,
                service: info.name.clone(),
                version: info.version.clone(),
                description: info.description.clone(),
                tools: tools.clone(),
            }));
        }
        workers.sort_by(|one, other| (&one.service, &one.id).cmp(&(&other.service, &other.id)));
        let mut tools = Vec::new();
        for ((service, tool), offers) in offers {
            match newest(offers) {
                Ok(offer) if tools.len() < MAX_TOOLS => tools.push(offer),
                Ok(_) => {
                    let problem = format!(
                        "there are more than {MAX_TOOLS} tools; ask for fewer with `service`"
                    );
                    refused.insert(refused_tool(&service, &tool, problem));
                }
                Err(problem) => {
                    refused.insert(refused_tool(&service, &tool, problem));
                }
            }
        }
        let tools = named(tools, settings, &mut refused);
        Self {
            workers,
            tools,
            refused: refused.into_iter().collect(),
        }
    }

    /// Whether the tools are the same.
    pub(super) fn has_tools_of(&self, other: &Self) -> bool {
        let identities = |listing: &Self| -> Vec<_> {
            let identity = |tool: &Offered| {
                let fingerprint = tool.offer.fingerprint().to_owned();
                (tool.name.clone(), tool.subjects.clone(), fingerprint)
            };
            listing.tools.iter().map(identity).collect()
        };
        identities(self) == identities(other)
    }
}

pub(super) fn refused_tool(service: &str, tool: &str, problem: String) -> RefusedTool {
    RefusedTool {
        service: service.to_owned(),
        tool: tool.to_owned(),
        problem,
    }
}

/// What an endpoint offers; else the tool's name, as far as it has one, and what is wrong.
fn offered(
    endpoint: &endpoint::Info,
    info: &Info,
    settings: &Settings,
) -> Result<Candidate, (String, String)> {
    let bytes: usize = endpoint.metadata.values().map(String::len).sum();
    if bytes > MAX_TOOL_BYTES {
        let problem =
            format!("{bytes} bytes are said of it, and at most {MAX_TOOL_BYTES} are taken");
        return Err((endpoint.name.clone(), problem));
    }
    let offer = Offer::read(&endpoint.metadata);
    let offer = offer.map_err(|problem| (endpoint.name.clone(), problem))?;
    let refuse = |problem| Err((offer.name().to_owned(), problem));
    let Ok(version) = Version::parse(&info.version) else {
        let version = info.version.escape_debug();
        return refuse(format!(
            "the version of its worker is `{version}`, which is none of SemVer"
        ));
    };
    match Subjects::new(&settings.prefix, &info.name) {
        Ok(subjects)
            if subjects.call(&offer.endpoint(), offer.fingerprint()) == endpoint.subject =>
        {
            Ok(Candidate {
                service: info.name.clone(),
                version,
                offer,
            })
        }
        _ => {
            let subject = endpoint.subject.escape_debug();
            refuse(format!(
                "its worker hears calls at `{subject}`, which is not where those of its definition are sent"
            ))
        }
    }
}
