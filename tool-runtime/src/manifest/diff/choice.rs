//! `anyOf`, `oneOf` and `allOf`.

use serde_json::{Map, Value};

use super::ChangeKind;
use super::kinds::{self, Kinds};
use super::refs;
use super::walk::{Found, Node, Walk, is_compatible};
use crate::text::shortened;
use crate::tool::decimal;

const CHOICES: [&str; 2] = ["anyOf", "oneOf"];

/// Keywords that must not be torn apart where one schema is laid over another.
const GROUPS: [&[&str]; 4] = [
    &["properties", "patternProperties", "additionalProperties"],
    &["prefixItems", "items"],
    &["contains", "minContains", "maxContains"],
    &["if", "then", "else"],
];

fn branches<'a>(node: &'a Node, keyword: &str) -> Option<&'a Vec<Value>> {
    node.get(keyword).and_then(Value::as_array)
}

impl Walk<'_> {
    /// Where only the older schema is a choice, each of its alternatives must fit; whether that is so.
    pub(super) fn expand(&mut self, old: &Node, new: &Node, at: &str) -> bool {
        let is_choice = |node: &Node| CHOICES.iter().any(|choice| node.contains_key(*choice));
        let choice = CHOICES
            .iter()
            .find_map(|choice| Some((*choice, branches(old, choice)?)));
        let Some((choice, alternatives)) = choice.filter(|_| !is_choice(new)) else {
            return false;
        };
        let mut rest = old.clone();
        rest.remove(choice);
        let new = Value::from(new.clone());
        for alternative in alternatives {
            let whole = match refs::target(self.old_root, alternative) {
                Value::Bool(false) => continue,
                Value::Object(alternative) => over(&rest, alternative),
                _ => rest.clone(),
            };
            let found = self.trial(&whole.into(), &new, at);
            // That the new one takes more than one of several says nothing.
            self.found.extend(
                found
                    .into_iter()
                    .filter(|found| !is_compatible(std::slice::from_ref(found))),
            );
        }
        true
    }

    pub(super) fn choices(&mut self, old: &Node, new: &Node, at: &str) {
        let whole = Value::from(old.clone());
        for choice in CHOICES {
            let Some(takes) = branches(new, choice) else {
                if old.contains_key(choice) && !new.contains_key(choice) {
                    let text = format!("has no `{choice}` any more");
                    self.allows(at, ChangeKind::Alternative, text);
                }
                continue;
            };
            let had = branches(old, choice);
            if let Some(had) = had
                && had.len() == takes.len()
                && had
                    .iter()
                    .zip(takes)
                    .all(|(had, has)| self.is_same(had, has))
            {
                continue;
            }
            if choice == "oneOf" && !self.all_disjoint(takes) {
                let text = "takes one of several forms, and a value could now be of two";
                self.may_break(at, ChangeKind::Alternative, text);
            }
            // What is valid for exactly one is valid for one.
            let had = had.or_else(|| CHOICES.iter().find_map(|choice| branches(old, choice)));
            match had {
                Some(had) => self.alternatives(had, takes, at),
                None if takes.iter().any(|has| self.takes_all(&whole, has, at)) => {
                    self.allows(at, ChangeKind::Alternative, "takes other forms too");
                }
                None => {
                    let text = "takes one of several forms, none of which is known to take all that was taken";
                    self.breaks(at, ChangeKind::Alternative, text);
                }
            }
        }
        self.all_of(old, new, &whole, at);
    }

    /// Every one of `allOf` must follow from one of the older, or from all that stands there.
    fn all_of(&mut self, old: &Node, new: &Node, whole: &Value, at: &str) {
        let had = branches(old, "allOf");
        for has in branches(new, "allOf").into_iter().flatten() {
            let mut had = had.into_iter().flatten();
            if !had.any(|had| self.takes_all(had, has, at)) && !self.takes_all(whole, has, at) {
                let text = format!("must also be {}", self.form(self.new_root, has));
                self.may_break(at, ChangeKind::Keyword, text);
            }
        }
    }

    /// Every older alternative must fit one of the newer.
    fn alternatives(&mut self, had: &[Value], takes: &[Value], at: &str) {
        let mut is_met = vec![false; takes.len()];
        let mut lost = Vec::new();
        for had in had {
            match self.fitting(had, takes, at) {
                Some((index, found)) => {
                    is_met[index] = true;
                    self.found.extend(found);
                }
                None => lost.push(had),
            }
        }
        let only = lost.len() == 1 && is_met.iter().filter(|is_met| !**is_met).count() == 1;
        for had in lost {
            let counterpart = takes.iter().zip(&is_met).position(|(has, is_met)| {
                !is_met
                    && (only
                        || self
                            .tag(self.old_root, had)
                            .is_some_and(|tag| Some(tag) == self.tag(self.new_root, has)))
            });
            match counterpart {
                Some(index) => {
                    is_met[index] = true;
                    self.node(had, &takes[index], at);
                }
                None => {
                    let text = format!("takes {} no more", self.form(self.old_root, had));
                    self.breaks(at, ChangeKind::Alternative, text);
                }
            }
        }
        for (has, _) in takes.iter().zip(is_met).filter(|(_, is_met)| !is_met) {
            let text = format!("takes {} too", self.form(self.new_root, has));
            self.allows(at, ChangeKind::Alternative, text);
        }
    }

    /// The alternative that takes all of `had`, with what changed: the one of which the least did.
    fn fitting(&mut self, had: &Value, takes: &[Value], at: &str) -> Option<(usize, Vec<Found>)> {
        let mut best: Option<(usize, Vec<Found>)> = None;
        for (index, has) in takes.iter().enumerate() {
            let found = self.trial(had, has, at);
            let is_better = best
                .as_ref()
                .is_none_or(|(_, best)| found.len() < best.len());
            if is_compatible(&found) && is_better {
                best = Some((index, found));
            }
        }
        best
    }

    /// The value of the member that tells a form from others.
    fn tag<'v>(&self, root: &'v Value, schema: &'v Value) -> Option<(&'v String, &'v Value)> {
        let properties = refs::target(root, schema).get("properties")?.as_object()?;
        let mut properties = properties.iter();
        properties.find_map(|(name, property)| Some((name, property.get("const")?)))
    }

    /// An alternative, for a person.
    fn form(&self, root: &Value, schema: &Value) -> String {
        match self.tag(root, schema) {
            Some((name, value)) => format!("the form where `{name}` is {value}"),
            None => format!("`{}`", shortened(&schema.to_string(), 60)),
        }
    }

    /// Whether no value is of two.
    fn all_disjoint(&self, schemas: &[Value]) -> bool {
        let mut first = schemas.iter().enumerate();
        first.all(|(index, one)| {
            schemas[index + 1..]
                .iter()
                .all(|other| are_disjoint(self.new_root, one, other, 4))
        })
    }
}

/// Whether no value is of both, as far as it is seen.
fn are_disjoint(root: &Value, one: &Value, other: &Value, depth: usize) -> bool {
    let (one, other) = (refs::target(root, one), refs::target(root, other));
    if [one, other].contains(&&Value::Bool(false)) {
        return true;
    }
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
        return false;
    };
    let (one_kinds, other_kinds) = (kinds::of(root, one), kinds::of(root, other));
    let common = one_kinds.without(Kinds::ALL.without(other_kinds));
    if common.is_empty() {
        return true;
    }
    if let (Some(values), Some(others)) = (kinds::listed(one), kinds::listed(other)) {
        return values
            .iter()
            .all(|value| others.iter().all(|other| are_different(value, other)));
    }
    // Objects that have different values for a member that both must have.
    let requires = |node: &Node, name: &String| {
        branches(node, "required").is_some_and(|names| names.iter().any(|known| known == name))
    };
    let property = |node: &Node, name: &str| {
        node.get("properties")
            .and_then(|all| all.get(name))
            .cloned()
    };
    let names = one
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys);
    depth > 0
        && common == Kinds::OBJECT
        && names
            .filter(|name| requires(one, name) && requires(other, name))
            .any(|name| match (property(one, name), property(other, name)) {
                (Some(one), Some(other)) => are_disjoint(root, &one, &other, depth - 1),
                _ => false,
            })
}

/// Whether two values differ for certain.
fn are_different(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            decimal::compare(&one.to_string(), &other.to_string()).is_ne()
        }
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => false,
        _ => one != other,
    }
}

/// One schema laid over another: it takes at least what both do together.
fn over(rest: &Node, alternative: &Node) -> Node {
    let mut whole = rest.clone();
    for key in alternative.keys() {
        let group = GROUPS.iter().find(|group| group.contains(&key.as_str()));
        for key in group.copied().unwrap_or_default() {
            whole.remove(*key);
        }
    }
    whole.extend(alternative.clone());
    if let (Some(one), Some(other)) = (
        branches(rest, "required"),
        branches(alternative, "required"),
    ) {
        let both = [one.as_slice(), other].concat();
        whole.insert("required".to_owned(), both.into());
    }
    whole
}
