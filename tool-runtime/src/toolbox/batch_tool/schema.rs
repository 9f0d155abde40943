//! What the model is shown of a batch tool: each call with the schema of its own tool, or by name and JSON text.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::BatchTool;
use crate::tool::steps::CALLS;
use crate::tool::{Naming, ToolDefinition};

/// For so many tools, whose schemas have so many bytes together, each has its own.
const MAX_TOOLS: usize = 8;
const MAX_BYTES: usize = 8 * 1024;

const DESCRIPTION: &str = "Calls several tools at once. Use it whenever you need more than one call and none of them needs the result of another: the calls run in parallel where they can and in order where they touch the same data, and you get all their results together. A call that fails does not stop the others.";

const REFERENCES: &str = " If a call needs the result of another one in the list, put that one before it and write {\"$result\": \"<its id>\", \"path\": \"/id\"} in the place of the value, where `path` is a JSON pointer into the result, such as `/0/id`; without it the value is all of the result.";

/// What is said of calls that may need each other's results.
const INDEPENDENT: &str = " and none of them needs the result of another";

/// The definition of what stands for a result, and its name.
const EARLIER: &str = "result_of_earlier_call";

impl BatchTool {
    /// What the tool says about itself in a view of these tools.
    pub(super) fn definition(&self, tools: &[ToolDefinition]) -> ToolDefinition {
        let by_name = self.defined(&self.by_name(tools));
        let by_name = by_name.calling_others(self.place, None);
        match self.with_schemas(tools) {
            None => by_name,
            Some((call, definitions)) => {
                let mut defined = self.defined_with(&call, definitions);
                defined = defined.calling_others(self.place, Some(by_name));
                defined
            }
        }
    }

    fn defined(&self, call: &Value) -> ToolDefinition {
        self.defined_with(call, Map::new())
    }

    /// With this schema of one call, and what it refers to.
    fn defined_with(&self, call: &Value, definitions: Map<String, Value>) -> ToolDefinition {
        let mut schema = json!({
            "type": "object",
            "properties": {
                CALLS: {
                    "type": "array",
                    "description": "The calls, in the order in which their results are wanted.",
                    "items": call,
                    "minItems": 1,
                    "maxItems": self.max_steps,
                },
            },
            "required": [CALLS],
            "additionalProperties": false,
        });
        if let (Value::Object(schema), false) = (&mut schema, definitions.is_empty()) {
            schema.insert("$defs".to_owned(), definitions.into());
        }
        let description = match (&self.description, self.references) {
            (Some(own), _) => own.clone(),
            (None, false) => DESCRIPTION.to_owned(),
            (None, true) => DESCRIPTION.replace(INDEPENDENT, "") + REFERENCES,
        };
        ToolDefinition::named(&*self.name, description).with_parameters(schema)
    }

    /// One call: this tool, or one of several, with these arguments.
    fn call(&self, tool: &Value, arguments: &Value) -> Value {
        let mut call = json!({
            "type": "object",
            "properties": {"tool": tool, "arguments": arguments},
            "required": ["tool", "arguments"],
            "additionalProperties": false,
        });
        if self.references {
            call["properties"]["id"] = json!({
                "type": "string",
                "description": "A name for this call, by which later ones refer to its result.",
            });
            call["required"] = json!(["id", "tool", "arguments"]);
        }
        call
    }

    fn by_name(&self, tools: &[ToolDefinition]) -> Value {
        let names: Vec<&str> = tools.iter().map(name).collect();
        let tool = json!({"type": "string", "enum": names, "description": "The tool to call."});
        let arguments = json!({
            "type": "string",
            "description": "The arguments of the tool as JSON text: an object as its own schema says, such as `{\"id\": 7}`, or `{}`.",
        });
        self.call(&tool, &arguments)
    }

    /// A call of each tool with the tool's own schema, and what they refer to; none if there are too many, or one cannot stand there.
    fn with_schemas(&self, tools: &[ToolDefinition]) -> Option<(Value, Map<String, Value>)> {
        if tools.len() > MAX_TOOLS {
            return None;
        }
        let texts = tools.iter().map(|tool| tool.parameters().to_string().len());
        if texts.sum::<usize>() > MAX_BYTES {
            return None;
        }
        let mut definitions = Map::new();
        if self.references {
            definitions.insert(EARLIER.to_owned(), earlier());
        }
        let mut calls = Vec::new();
        for tool in tools {
            let mut arguments = tool.parameters().to_value();
            let own = arguments.as_object_mut()?.remove("$defs");
            let own = match own {
                Some(Value::Object(own)) => own,
                _ => Map::new(),
            };
            let names = renamed(&own, name(tool), &definitions);
            refer(&mut arguments, &names)?;
            for (old, mut definition) in own {
                refer(&mut definition, &names)?;
                let new = names.get(&old).cloned().unwrap_or(old);
                definitions.insert(new, definition);
            }
            if self.references {
                or_earlier(&mut arguments);
            }
            let tool = json!({"type": "string", "enum": [name(tool)]});
            calls.push(self.call(&tool, &arguments));
        }
        let only = (calls.len() == 1).then(|| calls.remove(0));
        let calls = only.unwrap_or_else(|| json!({ "anyOf": calls }));
        Some((calls, definitions))
    }
}

/// The name that every provider finds the tool by.
fn name(tool: &ToolDefinition) -> &str {
    tool.wire_name(Naming::PORTABLE)
}

/// What stands for the result of an earlier call.
fn earlier() -> Value {
    json!({
        "type": "object",
        "description": "A value in the result of an earlier call.",
        "properties": {
            "$result": {"type": "string", "description": "The id of that call."},
            "path": {
                "type": ["string", "null"],
                "description": "A JSON pointer into its result, such as `/id`; without it the value is all of it.",
            },
        },
        "required": ["$result"],
        "additionalProperties": false,
    })
}

/// Lets each argument be a result too.
fn or_earlier(arguments: &mut Value) {
    let properties = arguments
        .get_mut("properties")
        .and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(Map::values_mut) {
        let own = property.take();
        *property = json!({ "anyOf": [own, {"$ref": format!("#/$defs/{EARLIER}")}] });
    }
}

/// New names for the definitions of a tool where another has some of one name.
fn renamed(
    own: &Map<String, Value>,
    tool: &str,
    others: &Map<String, Value>,
) -> BTreeMap<String, String> {
    let is_taken = |name: &&String| others.contains_key(*name);
    let taken = own.keys().filter(is_taken);
    // Two that have one name may be one type or two, whose definitions refer to others; each tool then has its own.
    taken
        .map(|name| (name.clone(), format!("{tool}_{name}")))
        .collect()
}

/// Lets each `$ref` lead where its definition stands now; none if one leads to anything else.
fn refer(schema: &mut Value, names: &BTreeMap<String, String>) -> Option<()> {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                let name = reference.strip_prefix("#/$defs/")?;
                if name.contains(['/', '~', '%']) {
                    return None;
                }
                if let Some(new) = names.get(name) {
                    *reference = format!("#/$defs/{new}");
                }
            }
            members
                .values_mut()
                .try_for_each(|member| refer(member, names))
        }
        Value::Array(elements) => elements
            .iter_mut()
            .try_for_each(|element| refer(element, names)),
        _ => Some(()),
    }
}
