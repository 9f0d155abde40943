//! Objects: which members they have, which may be left out, and whether there are others.

use serde_json::{Map, Value, json};

use super::subset::Optional;
use super::words::{self, Words};
use super::{Lowering, in_order};
use crate::tool::merge::{ANNOTATIONS, sorted, type_value, types};

impl Lowering<'_> {
    /// Members whose names match a pattern, where the subset does not take that: any members, and the pattern in words.
    pub(super) fn patterned(&mut self, node: &mut Map<String, Value>, at: &str, words: &mut Words) {
        if self.subset.takes("patternProperties") {
            return;
        }
        let Some(Value::Object(patterns)) = node.remove("patternProperties") else {
            return;
        };
        if self.subset.closed {
            self.open_object(at);
            return;
        }
        let mut schemas: Vec<Value> = Vec::new();
        for (pattern, schema) in sorted(&patterns) {
            let pattern = Value::from(pattern.as_str());
            self.moves(at, "patternProperties", &pattern, words);
            schemas.push(schema.clone());
        }
        match node.remove("additionalProperties") {
            Some(Value::Bool(false)) => {}
            Some(other) => schemas.push(other),
            None => schemas.push(Value::Bool(true)),
        }
        let members = match &mut schemas[..] {
            [only] => only.take(),
            _ => json!({ "anyOf": schemas }),
        };
        node.insert("additionalProperties".to_owned(), members);
    }

    /// Members of any name, where the subset has no keyword for them, in words. That there are none besides those that are
    /// named says the list of these.
    pub(super) fn others(&mut self, node: &mut Map<String, Value>, at: &str, words: &mut Words) {
        if self.subset.takes("additionalProperties") {
            return;
        }
        let others = match node.remove("additionalProperties") {
            None | Some(Value::Bool(false)) => return,
            Some(others) => self.node(others, &format!("{at}.*")),
        };
        let has_named = node
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|properties| !properties.is_empty());
        let other = if has_named { "other " } else { "" };
        let each = match others.as_object().is_some_and(Map::is_empty) {
            true => String::new(),
            false => format!(", each {}", words::brief(&others)),
        };
        let text = format!("any number of {other}members{each}");
        self.tells(at, "additionalProperties", text, words);
    }

    fn open_object(&mut self, at: &str) {
        self.problem(
            at,
            "takes members of any name",
            "take a list of objects with a name and a value",
        );
    }

    /// The properties, each lowered, and what is said of those that are not there.
    pub(super) fn members(&mut self, node: &mut Map<String, Value>, at: &str, words: &mut Words) {
        let is_object = node
            .get("type")
            .map(types)
            .unwrap_or_default()
            .contains(&"object");
        if !is_object && !node.contains_key("properties") {
            return;
        }
        let properties = match node.remove("properties") {
            Some(Value::Object(properties)) => Some(properties),
            _ => None,
        };
        let mut required: Vec<String> = match node.remove("required") {
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        if self.subset.closed {
            self.close(node, properties.is_none(), at);
        }
        if self.subset.keywords.is_some() {
            self.unnamed(&mut required, properties.as_ref(), at, words);
        }
        if let Some(properties) = properties.or(self.subset.closed.then(Map::new)) {
            let properties = self.arranged(properties, at);
            let mut names = Vec::with_capacity(properties.len());
            let mut lowered = Map::new();
            for (name, schema) in properties {
                names.push(name.clone());
                if self.is_refused(&name, at) {
                    // It cannot be named, but it can be told.
                    required.retain(|known| *known != name);
                    let schema = Value::from(Map::from_iter([(name, schema)]));
                    self.moves(at, "properties", &schema, words);
                    node.insert("additionalProperties".to_owned(), Value::Bool(true));
                    continue;
                }
                let member = self.member(&name, schema, &required, at);
                lowered.insert(name, member);
            }
            node.insert("properties".to_owned(), lowered.into());
            if self.subset.optional == Optional::Null {
                required = names;
            }
        }
        if !required.is_empty() || self.subset.optional == Optional::Null {
            node.insert("required".to_owned(), required.into());
        }
    }

    /// What is required must be named where keywords are few.
    fn unnamed(
        &mut self,
        required: &mut Vec<String>,
        properties: Option<&Map<String, Value>>,
        at: &str,
        words: &mut Words,
    ) {
        let is_named = |name: &String| properties.is_some_and(|known| known.contains_key(name));
        let (named, unnamed) = std::mem::take(required).into_iter().partition(is_named);
        *required = named;
        let unnamed: Vec<String> = unnamed;
        for name in &unnamed {
            if self.subset.closed {
                let problem = format!("requires `{name}`, which is none of its properties");
                self.problem(at, problem, "name it among them");
            }
        }
        if !unnamed.is_empty() && !self.subset.closed {
            self.moves(at, "required", &unnamed.into(), words);
        }
    }

    /// The root's in the order of the parameters, others by name.
    fn arranged(&self, properties: Map<String, Value>, at: &str) -> Vec<(String, Value)> {
        let mut properties = in_order(properties);
        if at == "$" {
            let place = |name: &String| self.properties.iter().position(|known| known == name);
            properties.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        }
        properties
    }

    /// Takes what the properties name and nothing else.
    fn close(&mut self, node: &mut Map<String, Value>, is_empty: bool, at: &str) {
        if !node
            .get("type")
            .is_some_and(|kind| types(kind).contains(&"object"))
        {
            node.insert("type".to_owned(), "object".into());
        }
        match node.insert("additionalProperties".to_owned(), Value::Bool(false)) {
            Some(Value::Bool(false)) => {}
            // What serde reads has no members; what somebody wrote may have any.
            None if !(is_empty && self.is_given) => {}
            _ => self.open_object(at),
        }
    }

    fn member(&mut self, name: &str, schema: Value, required: &[String], at: &str) -> Value {
        let path = format!("{at}.{name}");
        let is_required = required.iter().any(|known| known == name);
        let default = schema.get("default");
        let has_default = default.is_some_and(|default| !default.is_null());
        // Inside of arguments that somebody else reads, `null` may mean something.
        let is_absence = at == "$" || !self.is_given;
        let absent =
            self.subset.optional == Optional::Absent && !is_required && !has_default && is_absence;
        let schema = if absent { not_null(schema) } else { schema };
        self.required += usize::from(is_required);
        let lowered = self.node(schema, &path);
        self.required -= usize::from(is_required);
        match self.subset.optional {
            _ if is_required => lowered,
            Optional::Left => lowered,
            Optional::Null if self.takes_null(&lowered, 0) => lowered,
            // For an argument `null` is absence; inside of one it is what the type makes of it.
            Optional::Null if at == "$" => nullable(lowered),
            Optional::Null => {
                if !has_default {
                    let change = match self.is_given {
                        true => "require it, let it be `null`, or give it a default in the schema",
                        false => "make it an `Option`, or give it a default that its schema shows",
                    };
                    let problem = "may be left out, and takes no `null` that would stand for it";
                    self.problem(&path, problem, change);
                }
                lowered
            }
            Optional::Absent => lowered,
        }
    }

    /// Whether the provider refuses a property of this name, which is then a problem.
    fn is_refused(&mut self, name: &str, at: &str) -> bool {
        let Err(taken) = self.subset.names.takes(name, at == "$") else {
            return false;
        };
        self.problem(
            &format!("{at}.{name}"),
            format!("has a name that is not 1 to {taken}"),
            match self.is_given {
                true => "rename it in the schema",
                false => "rename it, with `#[arg(rename = \"…\")]` or `#[serde(rename = \"…\")]`",
            },
        );
        true
    }

    /// Whether `null` is valid.
    fn takes_null(&self, schema: &Value, depth: usize) -> bool {
        let kinds = schema.get("type").map(types).unwrap_or_default();
        let values = schema.get("enum").and_then(Value::as_array);
        let is_value = values.is_none_or(|values| values.contains(&Value::Null))
            && schema.get("const").is_none_or(Value::is_null);
        if kinds.contains(&"null") && is_value {
            return true;
        }
        if depth > 16 {
            return false;
        }
        let branches = schema.get("anyOf").and_then(Value::as_array);
        let reference = schema.get("$ref").and_then(Value::as_str);
        let name = reference.and_then(|reference| reference.strip_prefix("#/$defs/"));
        branches.is_some_and(|branches| {
            branches
                .iter()
                .any(|branch| self.takes_null(branch, depth + 1))
        }) || name
            .and_then(|name| self.kept.get(name))
            .is_some_and(|kept| self.takes_null(kept, depth + 1))
    }
}

/// The same, and `null`.
fn nullable(schema: Value) -> Value {
    let Value::Object(mut node) = schema else {
        return schema;
    };
    let null = json!({ "type": "null" });
    if let Some(Value::Array(branches)) = node.get_mut("anyOf") {
        branches.push(null);
        return node.into();
    }
    let kinds = node.get("type").map(types).unwrap_or_default();
    let is_plain = ["enum", "const", "properties"]
        .iter()
        .all(|key| !node.contains_key(*key));
    if is_plain && !kinds.is_empty() {
        let with = type_value(&[kinds, vec!["null"]].concat());
        node.insert("type".to_owned(), with);
        return node.into();
    }
    // Beside a choice of values `null` would have to be one of them.
    let mut outer = Map::new();
    for key in ["title", "description"] {
        outer.extend(node.remove_entry(key));
    }
    // In `json!` the word would be the value and not this variable.
    let branches = vec![node.into(), null];
    outer.insert("anyOf".to_owned(), branches.into());
    outer.into()
}

/// The same without `null`.
fn not_null(schema: Value) -> Value {
    let Value::Object(mut node) = schema else {
        return schema;
    };
    let kinds = node.get("type").map(types).unwrap_or_default();
    if kinds.len() > 1 && !node.contains_key("enum") {
        let kinds: Vec<&str> = kinds.into_iter().filter(|kind| *kind != "null").collect();
        let kinds = type_value(&kinds);
        node.insert("type".to_owned(), kinds);
    }
    if let Some(Value::Array(mut branches)) = node.remove("anyOf") {
        let null = json!({ "type": "null" });
        branches.retain(|branch| *branch != null);
        match &mut branches[..] {
            [] => {
                node.insert("type".to_owned(), "null".into());
            }
            // Beside annotations it can stand alone.
            [Value::Object(only)] if node.keys().all(|key| ANNOTATIONS.contains(&key.as_str())) => {
                for (key, value) in std::mem::take(only) {
                    node.entry(key).or_insert(value);
                }
            }
            _ => {
                node.insert("anyOf".to_owned(), branches.into());
            }
        }
    }
    node.into()
}
