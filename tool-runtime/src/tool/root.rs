//! A schema of arguments that says in parts what they are, as one object with members of its own, which is what providers take.
//!
//! What `$ref` and `allOf` add is merged. The members that some alternative of `anyOf` or `oneOf` names are members of the object;
//! which of them go together stays written beside them, for a validator and to be told in words.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::merge::{merge, sorted};
use super::schema::Schema;

/// The keywords that make arguments more than one object with members of its own.
pub(crate) const PARTS: [&str; 7] = ["$ref", "allOf", "anyOf", "const", "enum", "not", "oneOf"];

/// What belongs to a whole schema and not to a part of one.
const OF_THE_WHOLE: [&str; 4] = ["$defs", "$id", "$anchor", "$schema"];

/// What says of an object which members it has.
const OF_MEMBERS: [&str; 4] = [
    "additionalProperties",
    "patternProperties",
    "properties",
    "required",
];

/// Far more than anybody writes; what is deeper, or beyond so many parts, stays as it is.
const MAX_DEPTH: usize = 16;
const MAX_PARTS: usize = 1_000;

/// Whether `schema` says in parts what it takes.
pub(super) fn has_parts(schema: &Value) -> bool {
    PARTS.iter().any(|keyword| schema.get(keyword).is_some())
}

/// The keywords of `schema`, with the members that its parts name among its own.
pub(super) fn one_object(schema: &Value) -> Map<String, Value> {
    let root = schema.as_object().cloned().unwrap_or_default();
    if !has_parts(schema) {
        return root;
    }
    let mut merging = Merging {
        whole: schema,
        open: vec!["#".to_owned()],
        depth: 0,
        parts: 0,
    };
    let mut root = merging.merged(root);
    // It is about what is merged now.
    if let Some(others) = root.remove("unevaluatedProperties") {
        root.entry("additionalProperties").or_insert(others);
    }
    root
}

/// `schema`, which says in parts what it takes, and beside it, in a part of its own, the members that the model sees.
pub(super) fn with_members(mut schema: Value, seen: &Schema) -> Value {
    let Value::Object(keywords) = &mut schema else {
        return schema;
    };
    // It is written in the words of the latest draft now; one that nobody knows is still to be refused.
    let said = keywords.get("$schema").and_then(Value::as_str);
    if said.is_some_and(|said| said.contains("json-schema.org/draft")) {
        keywords.remove("$schema");
    }
    // Where it says what others may be, it sees what stands in this part too.
    if keywords.contains_key("unevaluatedProperties") {
        return schema;
    }
    let mut members = seen.to_object();
    members.retain(|keyword, _| OF_MEMBERS.contains(&keyword.as_str()));
    // That it is no list is for the validator to say.
    if let Value::Array(parts) = keywords.entry("allOf").or_insert_with(|| json!([])) {
        parts.push(members.into());
    }
    schema
}

struct Merging<'a> {
    whole: &'a Value,
    /// The `$ref`s that are being followed.
    open: Vec<String>,
    depth: usize,
    parts: usize,
}

impl Merging<'_> {
    fn merged(&mut self, mut node: Map<String, Value>) -> Map<String, Value> {
        let mut rest = Vec::new();
        if let Some(Value::String(reference)) = node.remove("$ref")
            && let Some(target) = self.target(&reference)
        {
            self.open.push(reference);
            let target = self.part(target);
            self.open.pop();
            merge(&mut node, &target, &mut rest);
        }
        if let Some(Value::Array(parts)) = node.remove("allOf") {
            for part in parts {
                if let Value::Object(part) = part {
                    let part = self.part(part);
                    merge(&mut node, &part, &mut rest);
                }
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(Value::Array(parts)) = node.get(keyword) {
                let parts = parts.iter().filter(|part| **part != Value::Bool(false));
                let parts: Vec<_> = parts
                    .map(|part| part.as_object().cloned().unwrap_or_default())
                    .collect();
                let parts: Vec<_> = parts.into_iter().map(|part| self.part(part)).collect();
                takes_members_of(&mut node, &parts);
            }
        }
        if !rest.is_empty() {
            let rest = rest.into_iter().map(|entry| Map::from_iter([entry]).into());
            let rest: Vec<Value> = rest.collect();
            match node.entry("allOf").or_insert_with(|| json!([])) {
                Value::Array(known) => known.extend(rest),
                other => *other = rest.into(),
            }
        }
        node
    }

    fn part(&mut self, mut part: Map<String, Value>) -> Map<String, Value> {
        for keyword in OF_THE_WHOLE {
            part.remove(keyword);
        }
        self.parts += 1;
        if self.depth == MAX_DEPTH || self.parts > MAX_PARTS {
            return part;
        }
        self.depth += 1;
        let merged = self.merged(part);
        self.depth -= 1;
        merged
    }

    /// What `reference` leads to, unless that is being merged already, which says nothing more.
    fn target(&self, reference: &str) -> Option<Map<String, Value>> {
        let is_open = self.open.iter().any(|open| open == reference);
        let pointer = reference.strip_prefix('#').filter(|_| !is_open)?;
        self.whole.pointer(pointer)?.as_object().cloned()
    }
}

/// Makes the members that the alternatives name members of `node`, and requires what all of them require.
fn takes_members_of(node: &mut Map<String, Value>, alternatives: &[Map<String, Value>]) {
    let is_closed = |node: &Map<String, Value>| {
        let others = node.get("additionalProperties");
        let others = others.or_else(|| node.get("unevaluatedProperties"));
        others.map(|others| *others == Value::Bool(false))
    };
    // What it says of others it says of these too.
    let says_nothing = |others: &Value| *others == Value::Bool(true);
    if node.get("additionalProperties").is_none_or(says_nothing) {
        let mut named: BTreeMap<&String, Vec<&Value>> = BTreeMap::new();
        for alternative in alternatives {
            let members = alternative.get("properties").and_then(Value::as_object);
            for (name, schema) in members.map(sorted).unwrap_or_default() {
                let schemas = named.entry(name).or_default();
                if !schemas.contains(&schema) {
                    schemas.push(schema);
                }
            }
        }
        if let Value::Object(own) = node.entry("properties").or_insert_with(|| json!({})) {
            for (name, schemas) in named {
                own.entry(name.clone())
                    .or_insert_with(|| match &schemas[..] {
                        [only] => (*only).clone(),
                        several => json!({ "anyOf": several }),
                    });
            }
        }
        let is_open = |alternative: &Map<String, Value>| {
            is_closed(alternative) == Some(false) || alternative.contains_key("patternProperties")
        };
        if is_closed(node).is_none() && alternatives.iter().any(is_open) {
            node.insert("additionalProperties".to_owned(), Value::Bool(true));
        }
    }
    let required = |node: &Map<String, Value>| match node.get("required") {
        Some(Value::Array(names)) => names.clone(),
        _ => Vec::new(),
    };
    let mut all = required(node);
    if let Some((first, others)) = alternatives.split_first() {
        for name in required(first) {
            let is_common = others.iter().all(|other| required(other).contains(&name));
            if is_common && !all.contains(&name) {
                all.push(name);
            }
        }
    }
    if !all.is_empty() {
        node.insert("required".to_owned(), all.into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::one_object;

    #[track_caller]
    fn check(schema: Value, one: Value) {
        assert_eq!(Value::from(one_object(&schema)), one);
    }

    #[test]
    fn what_all_parts_say_is_merged() {
        let a =
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
        check(
            json!({"$ref": "#/$defs/A", "$defs": {"A": a}}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "$defs": {"A": a}}),
        );
        check(
            json!({"properties": {"b": {}}, "allOf": [a, {"allOf": [{"minProperties": 2}]}]}),
            json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"], "minProperties": 2}),
        );
        // What has no place beside the other is left for words.
        check(
            json!({"not": {"required": ["a"]}, "allOf": [{"not": {"required": ["b"]}}]}),
            json!({"not": {"required": ["a"]}, "allOf": [{"not": {"required": ["b"]}}]}),
        );
    }

    #[test]
    fn members_of_alternatives_are_members() {
        let choice = json!([
            {"properties": {"kind": {"const": "id"}, "id": {"type": "integer"}}, "required": ["kind", "id"]},
            {"properties": {"kind": {"const": "name"}, "name": {"type": "string"}}, "required": ["kind", "name"]},
        ]);
        check(
            json!({"properties": {"id": {"minimum": 1}}, "oneOf": choice}),
            json!({
                "properties": {
                    "id": {"minimum": 1},
                    "kind": {"anyOf": [{"const": "id"}, {"const": "name"}]},
                    "name": {"type": "string"},
                },
                "required": ["kind"],
                "oneOf": choice,
            }),
        );
        // An alternative of which others are taken opens it, and what takes no others takes none of theirs.
        let open = json!([{"additionalProperties": {"type": "string"}}, {"required": ["a"]}]);
        check(
            json!({"anyOf": open}),
            json!({"properties": {}, "additionalProperties": true, "anyOf": open}),
        );
        let closed = json!({"properties": {}, "additionalProperties": false, "anyOf": choice});
        let mut required = closed.clone();
        required["required"] = json!(["kind"]);
        check(closed, required);
    }

    #[test]
    fn what_leads_to_itself_comes_to_an_end() {
        let schema = json!({"$ref": "#", "allOf": [{"$ref": "#/$defs/A"}], "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#"}]}}});
        one_object(&schema);
        let mut deep = json!({"required": ["a"]});
        for _ in 0..100 {
            deep = json!({"anyOf": [deep]});
        }
        one_object(&deep);
        let mut wide = json!({});
        for index in 0..40 {
            let next = json!({"$ref": format!("#/$defs/{}", index + 1)});
            wide[index.to_string()] =
                json!({"anyOf": [next, {"allOf": [next]}, {"oneOf": [next]}]});
        }
        one_object(&json!({"$ref": "#/$defs/0", "$defs": wide}));
    }
}
