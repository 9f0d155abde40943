//! Two lists of tools, tool by tool.

use serde_json::{Map, Value};

use super::walk::Walk;
use super::{Change, ChangeKind, Compatibility, ManifestDiff};
use crate::manifest::{Manifest, OfferedTool};

/// What changed from `older` to `newer`.
pub(in crate::manifest) fn diff(older: &Manifest, newer: &Manifest) -> ManifestDiff {
    let mut changes = Vec::new();
    if older == newer {
        return ManifestDiff::new(changes);
    }
    for tool in newer.tools() {
        match find(older, tool.name()) {
            Some(old) => compare(old, tool, &mut changes),
            None => changes.push(of_tool(tool, ChangeKind::ToolAdded, "is new")),
        }
    }
    for tool in older.tools() {
        if find(newer, tool.name()).is_none() {
            changes.push(Change {
                compatibility: Compatibility::Breaking,
                ..of_tool(tool, ChangeKind::ToolRemoved, "is gone")
            });
        }
    }
    let common = |list: &Manifest, other: &Manifest| -> Vec<String> {
        let names = list.tools().iter().map(OfferedTool::name);
        let common = names.filter(|name| find(other, name).is_some());
        common.map(str::to_owned).collect()
    };
    if common(older, newer) != common(newer, older) {
        changes.push(of_list(
            ChangeKind::Reordered,
            "the tools stand in another order",
        ));
    }
    if changes.is_empty() {
        let text = "the tools are the same, and what stands round them is not";
        changes.push(of_list(ChangeKind::Written, text));
    }
    ManifestDiff::new(changes)
}

fn find<'a>(manifest: &'a Manifest, name: &str) -> Option<&'a OfferedTool> {
    manifest.tools().iter().find(|tool| tool.name() == name)
}

fn of_tool(tool: &OfferedTool, kind: ChangeKind, text: impl Into<String>) -> Change {
    Change {
        tool: Some(tool.name().to_owned()),
        ..of_list(kind, text)
    }
}

fn of_list(kind: ChangeKind, text: impl Into<String>) -> Change {
    Change {
        tool: None,
        path: "$".to_owned(),
        kind,
        text: text.into(),
        compatibility: Compatibility::Compatible,
    }
}

fn compare(old: &OfferedTool, new: &OfferedTool, changes: &mut Vec<Change>) {
    if old.as_str() == new.as_str() {
        return;
    }
    let before = changes.len();
    let found = Walk::between(old.parameters(), new.parameters());
    changes.extend(found.into_iter().map(|found| Change {
        path: found.path,
        compatibility: found.compatibility,
        ..of_tool(new, found.kind, found.text)
    }));
    if old.description() != new.description() {
        let text = "has another description";
        changes.push(of_tool(new, ChangeKind::Description, text));
    }
    if old.is_strict() != new.is_strict() {
        let text = match new.is_strict() {
            true => "is strict now",
            false => "is not strict any more",
        };
        changes.push(of_tool(new, ChangeKind::Strictness, text));
    }
    let (old_hints, new_hints) = (hints(old), hints(new));
    let mut keys: Vec<&String> = old_hints.keys().chain(new_hints.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        if old_hints.get(key) != new_hints.get(key) {
            let text = format!("has another `{key}`");
            changes.push(of_tool(new, ChangeKind::Hint, text));
        }
    }
    if changes.len() == before {
        let text = "says the same in another order or form";
        changes.push(of_tool(new, ChangeKind::Written, text));
    }
}

/// What a definition says beside what every provider's does.
fn hints(tool: &OfferedTool) -> Map<String, Value> {
    let mut entry: Value = serde_json::from_str(tool.as_str()).unwrap_or_default();
    let inner = ["toolSpec", "function"]
        .iter()
        .find(|key| entry.get(**key).is_some());
    if let Some(inner) = inner {
        entry = entry[*inner].take();
    }
    let mut hints = match entry {
        Value::Object(hints) => hints,
        _ => Map::new(),
    };
    for known in [
        "name",
        "description",
        "type",
        "strict",
        "parameters",
        "input_schema",
        "inputSchema",
        "parametersJsonSchema",
    ] {
        hints.remove(known);
    }
    hints
}
