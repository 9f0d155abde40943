//! Which arguments, and members of them, no word says anything about.

use serde_json::Value;
use tool_runtime::ToolDefinition;

/// Their paths, in the order of the arguments.
pub(super) fn undescribed(tool: &ToolDefinition) -> Vec<String> {
    let Ok(root) = serde_json::from_str::<Value>(&tool.parameters().to_string()) else {
        return Vec::new();
    };
    let mut walk = Walk {
        root: &root,
        seen: Vec::new(),
        missing: Vec::new(),
    };
    // The order of members is the tool's here and the map's below.
    for (name, _) in tool.parameters().names() {
        if let Some(schema) = root["properties"].get(&name) {
            walk.member(schema, format!("$.{name}"));
        }
    }
    walk.missing
}

struct Walk<'a> {
    root: &'a Value,
    /// Definitions that were looked into; each is said once.
    seen: Vec<&'a str>,
    missing: Vec<String>,
}

impl<'a> Walk<'a> {
    fn member(&mut self, schema: &'a Value, path: String) {
        if !self.is_described(schema) {
            self.missing.push(path.clone());
        }
        self.inside(schema, &path);
    }

    /// A value of one kind, as the tag of a variant, says itself what it is; so does what a `$ref` leads to.
    fn is_described(&self, schema: &Value) -> bool {
        let says = |schema: &Value| {
            let text = schema.get("description").and_then(Value::as_str);
            text.is_some_and(|text| !text.trim().is_empty()) || schema.get("const").is_some()
        };
        let target = schema.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|path| self.root.pointer(path.strip_prefix('#')?));
        says(schema) || target.is_some_and(says)
    }

    fn inside(&mut self, schema: &'a Value, path: &str) {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str)
            && !self.seen.contains(&target)
        {
            self.seen.push(target);
            let target = target.strip_prefix('#');
            if let Some(target) = target.and_then(|target| self.root.pointer(target)) {
                self.inside(target, path);
            }
        }
        let members = schema.get("properties").and_then(Value::as_object);
        for (name, member) in members.into_iter().flatten() {
            self.member(member, format!("{path}.{name}"));
        }
        if let Some(items) = schema.get("items") {
            self.inside(items, &format!("{path}[]"));
        }
        if let Some(others) = schema.get("additionalProperties") {
            self.inside(others, &format!("{path}.*"));
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            let branches = schema.get(key).and_then(Value::as_array);
            branches
                .into_iter()
                .flatten()
                .for_each(|branch| self.inside(branch, path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: Value, expected: &[&str]) {
        let tool = ToolDefinition::named("tool", "Is one.").with_parameters(schema);
        assert_eq!(undescribed(&tool), expected);
    }

    #[test]
    fn arguments_and_what_is_inside_of_them_are_looked_at() {
        check(
            serde_json::json!({
                "type": "object",
                "properties": {
                    "title": {"type": "string", "description": "Of the book."},
                    "lines": {
                        "type": "array",
                        "description": "What is bought.",
                        "items": {"$ref": "#/$defs/Line"},
                    },
                    "place": {"$ref": "#/$defs/Place"},
                    "none": {"type": "string", "description": "  "},
                },
                "$defs": {
                    "Line": {
                        "type": "object",
                        "properties": {"copies": {"type": "integer"}, "kind": {"const": "book"}},
                    },
                    "Place": {"description": "Where.", "type": "object", "properties": {"inner": {"$ref": "#/$defs/Place"}}},
                },
            }),
            &["$.lines[].copies", "$.none"],
        );
    }
}
