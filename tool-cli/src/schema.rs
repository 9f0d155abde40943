//! What a schema says of arguments, as far as a command line needs it: names, types, words.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use tool_runtime::ToolDefinition;

use crate::exit::Failure;

/// The arguments of a tool, in their order.
#[derive(Debug)]
pub(crate) struct Arguments {
    arguments: Vec<Argument>,
    /// Whether it takes others than these.
    pub(crate) is_open: bool,
}

/// One argument of a tool.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    description: String,
    default: Option<String>,
    pub(crate) kinds: Kinds,
    /// What stands in a list.
    pub(crate) items: Option<Kinds>,
}

impl Arguments {
    pub(crate) fn of(tool: &ToolDefinition) -> Result<Self, Failure> {
        let root: Value = serde_json::from_str(&tool.parameters().to_string())
            .map_err(|error| Failure::unusable(format!("its schema is no JSON: {error}")))?;
        let names = tool.parameters().names();
        let arguments = names.into_iter().map(|(name, is_required)| {
            let schema = root["properties"].get(&name).unwrap_or(&Value::Null);
            Argument::of(name, is_required, schema, &root)
        });
        Ok(Self {
            arguments: arguments.collect(),
            is_open: root.get("additionalProperties") != Some(&Value::Bool(false)),
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.arguments.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Argument> {
        self.iter().find(|argument| argument.name == name)
    }
}

impl Argument {
    fn of(name: String, is_required: bool, schema: &Value, root: &Value) -> Self {
        let description = schema.get("description").and_then(Value::as_str);
        Self {
            name,
            is_required,
            description: crate::exit::one_line(description.unwrap_or_default()),
            default: schema.get("default").map(Value::to_string),
            kinds: Kinds::of(schema, root),
            items: items(schema, root, DEPTH).map(|items| Kinds::of(items, root)),
        }
    }
}

/// `limit: integer, optional. At most so many.`
impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.kinds)?;
        if let Some(items) = &self.items
            && !items.types.is_empty()
        {
            write!(f, " of {items}")?;
        }
        match (&self.default, self.is_required) {
            (Some(default), _) => write!(f, ", {default} if left out")?,
            (None, false) => f.write_str(", optional")?,
            (None, true) => {}
        }
        match self.description.as_str() {
            "" => Ok(()),
            description => write!(f, ". {description}"),
        }
    }
}

/// How far a `$ref` that leads to itself is followed.
const DEPTH: usize = 16;

/// The types that a value may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds {
    /// JSON Schema's names; none if nothing is said.
    types: BTreeSet<String>,
    /// The texts of a choice, if it is one.
    choice: Vec<String>,
}

impl Kinds {
    pub(crate) fn of(schema: &Value, root: &Value) -> Self {
        let mut kinds = Self::default();
        kinds.add(schema, root, DEPTH);
        kinds
    }

    fn add(&mut self, schema: &Value, root: &Value, depth: usize) {
        if depth == 0 {
            return;
        }
        match schema.get("type") {
            Some(Value::String(kind)) => _ = self.types.insert(kind.clone()),
            Some(Value::Array(kinds)) => self
                .types
                .extend(kinds.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
        let values = schema.get("enum").and_then(Value::as_array);
        let values = values.into_iter().flatten().chain(schema.get("const"));
        for value in values {
            self.types.insert(kind(value).to_owned());
            self.choice.extend(value.as_str().map(str::to_owned));
        }
        for branch in branches(schema, root) {
            self.add(branch, root, depth - 1);
        }
    }

    /// Whether a value may be of this type, as far as is said.
    pub(crate) fn has(&self, kind: &str) -> bool {
        self.types.contains(kind)
            || kind == "integer" && self.types.contains("number")
            || self.types.is_empty()
    }

    /// Whether it is a text whatever it looks like.
    pub(crate) fn is_text_alone(&self) -> bool {
        let mut types = self.types.iter();
        !self.types.is_empty() && types.all(|kind| kind == "string" || kind == "null")
    }

    /// What else may be meant by a text that is none.
    pub(crate) fn takes_text(&self) -> bool {
        self.has("string")
    }
}

/// `integer`, `"asc" or "desc"`.
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.choice.is_empty() && self.is_text_alone() {
            let texts: Vec<String> = self
                .choice
                .iter()
                .map(|text| format!("\"{text}\""))
                .collect();
            return f.write_str(&texts.join(" or "));
        }
        let said = self.types.iter().filter(|kind| *kind != "null");
        let said: Vec<&str> = said.map(String::as_str).collect();
        match said.is_empty() {
            true => f.write_str("any value"),
            false => f.write_str(&said.join(" or ")),
        }
    }
}

/// The schemas that a value may also be of: those of a choice, and what a `$ref` leads to.
fn branches<'a>(schema: &'a Value, root: &'a Value) -> Vec<&'a Value> {
    let choices = ["anyOf", "oneOf", "allOf"].into_iter();
    let choices = choices.filter_map(|key| schema.get(key)?.as_array());
    let target = schema.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|path| root.pointer(path.strip_prefix('#')?));
    choices.flatten().chain(target).collect()
}

/// The schema of what stands in a list.
fn items<'a>(schema: &'a Value, root: &'a Value, depth: usize) -> Option<&'a Value> {
    if depth == 0 {
        return None;
    }
    let own = schema.get("items").filter(|items| items.is_object());
    own.or_else(|| {
        let mut branches = branches(schema, root).into_iter();
        branches.find_map(|branch| items(branch, root, depth - 1))
    })
}

/// JSON Schema's name of a value's type.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
