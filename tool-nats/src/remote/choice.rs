//! Which of several offers is taken, and under which name.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use tool_runtime::{RuntimeTool, Toolbox};

use super::RefusedTool;
use super::discover::Settings;
use super::listing::{Offered, refused_tool};
use crate::wire::{Offer, Subjects};

/// A tool as a worker offers it.
pub(super) struct Candidate {
    pub(super) service: String,
    pub(super) version: Version,
    pub(super) offer: Offer,
}

impl Candidate {
    /// Its own name.
    pub(super) fn tool(&self) -> &str {
        self.offer.name()
    }
}

/// The offer of the highest version, of offers of one tool of one service.
pub(super) fn newest(offers: Vec<Candidate>) -> Result<Candidate, String> {
    let mut newest: Option<Candidate> = None;
    let mut agree = true;
    for offer in offers {
        let Some(highest) = &newest else {
            newest = Some(offer);
            continue;
        };
        match offer.version.cmp_precedence(&highest.version) {
            Ordering::Greater => {
                newest = Some(offer);
                agree = true;
            }
            Ordering::Equal => agree &= highest.offer.fingerprint() == offer.offer.fingerprint(),
            Ordering::Less => {}
        }
    }
    let newest = newest.ok_or("nobody offers it")?;
    match agree {
        true => Ok(newest),
        false => Err(format!(
            "workers of version {} do not agree on it; give another definition another version",
            newest.version
        )),
    }
}

/// The tools by the names that they have in a toolbox.
pub(super) fn named(
    tools: Vec<Candidate>,
    settings: &Settings,
    refused: &mut BTreeSet<RefusedTool>,
) -> Vec<Offered> {
    let mut by_name: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for tool in tools {
        let name = settings.name(&tool.service, tool.tool());
        by_name.entry(name).or_default().push(tool);
    }
    let mut usable = Vec::new();
    for (name, tools) in by_name {
        let of = |tool: &Candidate| format!("`{}` of `{}`", tool.tool(), tool.service);
        let all: Vec<String> = tools.iter().map(of).collect();
        for tool in tools {
            let (service, own_name) = (tool.service.clone(), tool.tool().to_owned());
            let offered = match all.as_slice() {
                [_] => usable_as(&name, tool, settings),
                all => Err(format!(
                    "{} have the name `{name}`; tell them apart with `named_by`, or ask for one `service`",
                    all.join(" and ")
                )),
            };
            match offered {
                Ok(offered) => usable.push(offered),
                Err(problem) => {
                    refused.insert(refused_tool(&service, &own_name, problem));
                }
            }
        }
    }
    usable
}

/// The tool, if a toolbox takes it.
fn usable_as(name: &str, tool: Candidate, settings: &Settings) -> Result<Offered, String> {
    let offered = Offered {
        name: name.to_owned(),
        subjects: Subjects::new(&settings.prefix, &tool.service)?,
        version: tool.version,
        offer: tool.offer,
    };
    let tool = RuntimeTool::<()>::blocking(offered.definition()?, |_, _, _| Ok::<_, String>(""));
    let built = Toolbox::builder().tool(tool).build();
    built.map_err(|error| format!("no toolbox takes it: {error}"))?;
    Ok(offered)
}
