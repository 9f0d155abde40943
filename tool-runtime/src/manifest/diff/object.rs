//! Objects: members that are new, gone, described otherwise, or that must be there.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::ChangeKind;
use super::walk::{Node, Walk};

const ANY: Value = Value::Bool(true);

/// What an object's schema says of its members.
struct Members<'a> {
    named: Option<&'a Map<String, Value>>,
    required: BTreeSet<&'a str>,
    /// Those of other names.
    others: &'a Value,
    by_pattern: Option<&'a Map<String, Value>>,
}

impl<'a> Members<'a> {
    fn of(node: &'a Node) -> Self {
        let object = |key| node.get(key).and_then(Value::as_object);
        let required = node.get("required").and_then(Value::as_array);
        Self {
            named: object("properties"),
            required: required
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect(),
            others: node.get("additionalProperties").unwrap_or(&ANY),
            by_pattern: object("patternProperties"),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.named.and_then(|named| named.get(name))
    }

    fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let names = self.named.map(Map::keys);
        names.into_iter().flatten().map(String::as_str)
    }

    fn patterns(&self) -> BTreeSet<&'a String> {
        self.by_pattern
            .map(|by_pattern| by_pattern.keys().collect())
            .unwrap_or_default()
    }
}

impl Walk<'_> {
    pub(super) fn object(&mut self, old: &Node, new: &Node, at: &str) {
        let (old, new) = (Members::of(old), Members::of(new));
        self.patterns(&old, &new, at);
        let names: BTreeSet<&str> = old.names().chain(new.names()).collect();
        for name in names.iter().copied() {
            let path = format!("{at}.{name}");
            let is_new = old.get(name).is_none();
            match new.required.contains(name) {
                true if is_new && new.get(name).is_some() && !old.required.contains(name) => {
                    let text = "is new and required";
                    self.breaks(&path, ChangeKind::Added, text);
                    continue;
                }
                _ => self.required(name, &old, &new, &path),
            }
            self.member(name, &old, &new, &path);
        }
        for name in new.required.iter().filter(|name| !names.contains(*name)) {
            self.required(name, &old, &new, &format!("{at}.{name}"));
        }
        self.other_members(&old, &new, at);
    }

    fn required(&mut self, name: &str, old: &Members<'_>, new: &Members<'_>, path: &str) {
        match (old.required.contains(name), new.required.contains(name)) {
            (false, true) => self.breaks(path, ChangeKind::Required, "is required now"),
            (true, false) if new.get(name).is_some() => {
                self.allows(path, ChangeKind::Required, "may be left out now");
            }
            _ => {}
        }
    }

    fn member(&mut self, name: &str, old: &Members<'_>, new: &Members<'_>, path: &str) {
        match (old.get(name), new.get(name)) {
            (Some(had), Some(has)) => self.inner(had, has, path),
            (None, Some(_)) if *old.others == Value::Bool(false) => {
                self.allows(path, ChangeKind::Added, "is new");
            }
            (None, Some(has)) => match self.takes_inner(old.others, has, path) {
                true => self.allows(path, ChangeKind::Added, "has a schema of its own now"),
                false => {
                    let text = "has a schema of its own now, and could be any other member before";
                    self.breaks(path, ChangeKind::Added, text);
                }
            },
            (Some(had), None) if *new.others == Value::Bool(false) => {
                if *had != Value::Bool(false) {
                    self.breaks(path, ChangeKind::Removed, "is gone");
                }
            }
            (Some(had), None) => match self.takes_inner(had, new.others, path) {
                true => self.allows(
                    path,
                    ChangeKind::Removed,
                    "has no schema of its own any more",
                ),
                false => {
                    let text =
                        "has no schema of its own any more, and may not fit that of other members";
                    self.breaks(path, ChangeKind::Removed, text);
                }
            },
            (None, None) => {}
        }
    }

    fn takes_inner(&mut self, old: &Value, new: &Value, path: &str) -> bool {
        self.inside += 1;
        let takes_all = self.takes_all(old, new, path);
        self.inside -= 1;
        takes_all
    }

    /// Members by a pattern of their names. Which of the named ones match is not looked at.
    fn patterns(&mut self, old: &Members<'_>, new: &Members<'_>, at: &str) {
        let names = |members: &Members<'_>| -> BTreeSet<String> {
            members.names().map(str::to_owned).collect()
        };
        let is_any = old.by_pattern.is_some() || new.by_pattern.is_some();
        let is_same = old.patterns() == new.patterns() && names(old) == names(new);
        if is_any && !is_same {
            let text = "has other patterns of names, or other members beside them";
            self.may_break(at, ChangeKind::Keyword, text);
        }
        for (pattern, had) in old.by_pattern.into_iter().flatten() {
            if let Some(has) = new.by_pattern.and_then(|new| new.get(pattern)) {
                self.inner(had, has, &format!("{at}.*"));
            }
        }
    }

    fn other_members(&mut self, old: &Members<'_>, new: &Members<'_>, at: &str) {
        let none = Value::Bool(false);
        match (*old.others == none, *new.others == none) {
            (true, true) => {}
            (true, false) => {
                self.allows(at, ChangeKind::Keyword, "takes members of other names too");
            }
            (false, true) => {
                self.breaks(
                    at,
                    ChangeKind::Keyword,
                    "takes no members of other names any more",
                );
            }
            (false, false) => self.inner(old.others, new.others, &format!("{at}.*")),
        }
    }
}
