//! Every name under which a call finds a tool: its own, and those that it has on the wire.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;

use crate::BuildError;
use crate::tool::ToolDefinition;

/// Where tools are, by name. The names in it are the program's, so that no model can choose them to make it slow.
pub(super) type ByName = HashMap<String, usize, FxBuildHasher>;

/// The table from names to tools, with the names on the wire settled: no name is two tools'.
///
/// A tool whose own name a provider refuses gets the nearest that is taken. Where that is another tool's own name, or the
/// nearest of another tool too, it gets one with a number. Which one depends neither on the order of the tools nor on the view.
pub(super) fn index(definitions: &mut [ToolDefinition]) -> Result<ByName, BuildError> {
    let mut by_name = by_own_name(definitions)?;
    let contested = contested(definitions);
    for (index, definition) in definitions.iter_mut().enumerate() {
        let name = definition.name().to_owned();
        definition.wire_names = definition.wire_names.settled(|naming, nearest| {
            let mut settled = nearest.to_owned();
            let mut attempt = 0;
            while contested.contains(&settled)
                || by_name.get(&settled).is_some_and(|other| *other != index)
            {
                settled = naming.numbered(&name, attempt);
                attempt += 1;
            }
            by_name.insert(settled.clone(), index);
            settled
        });
    }
    Ok(by_name)
}

fn by_own_name(definitions: &[ToolDefinition]) -> Result<ByName, BuildError> {
    let mut by_name = ByName::with_capacity_and_hasher(definitions.len(), FxBuildHasher);
    for (index, definition) in definitions.iter().enumerate() {
        definition.check()?;
        match by_name.entry(definition.name().to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(entry) => {
                return Err(BuildError::DuplicateName {
                    name: definition.name().to_owned(),
                    first: definitions[*entry.get()].place(),
                    second: definition.place(),
                });
            }
        }
    }
    Ok(by_name)
}

/// The names that are the nearest of more than one tool.
fn contested(definitions: &[ToolDefinition]) -> HashSet<String> {
    let mut of_one = HashSet::new();
    let mut of_more = HashSet::new();
    for definition in definitions {
        let names: HashSet<&str> = definition.wire_names.names().collect();
        for name in names {
            if !of_one.insert(name) {
                of_more.insert(name.to_owned());
            }
        }
    }
    of_more
}
