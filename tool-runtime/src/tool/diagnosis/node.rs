//! What a schema says of the keys of objects, and how its alternatives are told apart: nodes that refer to each other.

mod maps;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

pub(crate) use self::maps::{holds_maps, members_hold_maps};
use super::super::closed::definition;
use super::super::merge::{ANNOTATIONS, sorted, types};
use super::limits::Limits;
use super::value;

/// The node of which nothing is known.
const ANY: usize = 0;

/// One schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The types of its values, if it names any.
    pub(super) kinds: Option<Vec<&'static str>>,
    /// What an integer of its type holds.
    pub(super) range: Option<RangeInclusive<i128>>,
    /// All its values, if they are few.
    pub(super) values: Option<Vec<Value>>,
    pub(super) required: Vec<String>,
    /// Those that are required first, in their order.
    pub(super) members: Vec<(String, usize)>,
    /// Whether JSON has to write none of their names with an escape.
    pub(super) has_plain_names: bool,
    others: Others,
    /// What the keys of a map are, if they are no texts.
    pub(super) keys: Option<Keys>,
    pub(super) prefix: Vec<usize>,
    items: usize,
    /// How many elements an array has at least and at most, if it says both.
    pub(super) length: Option<(usize, usize)>,
    pub(super) limits: Limits,
    /// What a string or a number is by its format.
    pub(super) format: Option<String>,
    /// What holds too.
    pub(super) all: Vec<usize>,
    /// Of each of these one holds.
    pub(super) any: Vec<Vec<usize>>,
    /// Whether an object in its values takes only what it names.
    pub(super) closes: bool,
}

/// Members that are not named.
#[derive(Clone, Copy, Debug)]
enum Others {
    None,
    Each(usize),
}

/// Keys that are integers, as serde reads those of a map.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keys {
    Unsigned,
    Signed,
}

impl Keys {
    /// Those that schemars writes as a pattern.
    fn of(pattern: &str) -> Option<Self> {
        match pattern {
            r"^\d+$" => Some(Self::Unsigned),
            r"^-?\d+$" => Some(Self::Signed),
            _ => None,
        }
    }

    pub(super) fn take(self, key: &str) -> bool {
        let digits = match self {
            Self::Unsigned => key,
            Self::Signed => key.strip_prefix('-').unwrap_or(key),
        };
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Unsigned => "a key that is an integer of 0 or more",
            Self::Signed => "a key that is an integer",
        }
    }
}

impl Default for Others {
    fn default() -> Self {
        Self::Each(ANY)
    }
}

impl Node {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// The node of the member `key`; `None` if there is no such member.
    pub(super) fn member(&self, key: &str) -> Option<usize> {
        let known = self.members.iter().find(|(name, _)| name == key);
        match (known, self.others) {
            (Some((_, node)), _) => Some(*node),
            (None, Others::Each(node)) => Some(node),
            (None, Others::None) => None,
        }
    }

    /// The place of a member that it names.
    pub(super) fn place(&self, key: &str) -> Option<usize> {
        self.members.iter().position(|(name, _)| name == key)
    }

    /// Whether it says by itself nothing of members or elements.
    pub(super) fn names_nothing(&self) -> bool {
        let others = matches!(self.others, Others::Each(ANY)) && self.members.is_empty();
        others && self.items == ANY && self.prefix.is_empty()
    }

    /// Whether it takes values of this kind, as far as its type says.
    pub(super) fn may_be(&self, kind: &str) -> bool {
        let kinds = self.kinds.as_ref();
        kinds.is_none_or(|kinds| kinds.contains(&kind))
    }

    pub(super) fn item(&self, index: usize) -> usize {
        self.prefix.get(index).copied().unwrap_or(self.items)
    }

    /// Whether it takes no other members than those it names.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.others, Others::None)
    }

    /// Whether `value` may be one of its values, by what is seen of it from outside.
    pub(super) fn takes(&self, value: &value::Value<'_>) -> bool {
        let kind = kind(value);
        let is_kind = |name: &&str| *name == kind || (*name == "number" && kind == "integer");
        let is_taken = self
            .kinds
            .as_ref()
            .is_none_or(|kinds| kinds.iter().any(is_kind));
        is_taken
            && match value {
                value::Value::Object(members) => self
                    .required
                    .iter()
                    .all(|name| members.iter().any(|member| member.key == *name)),
                value::Value::Array(_) => true,
                value::Value::Scalar(text) => self.holds(text, kind),
            }
    }

    fn holds(&self, text: &str, kind: &str) -> bool {
        let range = self.range.as_ref().filter(|_| kind == "integer");
        let is_held =
            |range: &RangeInclusive<i128>| text.parse().is_ok_and(|value| range.contains(&value));
        let is_one = |values: &Vec<Value>| {
            serde_json::from_str(text).is_ok_and(|value| values.contains(&value))
        };
        range.is_none_or(is_held) && self.values.as_ref().is_none_or(is_one)
    }

    fn inner(&self) -> impl Iterator<Item = usize> {
        let others = match self.others {
            Others::Each(node) => node,
            Others::None => ANY,
        };
        let members = self.members.iter().map(|(_, node)| *node);
        let parts = self.all.iter().chain(self.any.iter().flatten());
        members
            .chain(self.prefix.iter().chain(parts).copied())
            .chain([self.items, others])
    }
}

/// So deep references and alternatives are followed for a kind.
const MAX_DEPTH: usize = 8;

/// Whether the node takes any value of this kind, as far as it tells types and lists values: it, and what else holds.
pub(super) fn may_be(nodes: &[Node], index: usize, kind: &str) -> bool {
    fn at_depth(nodes: &[Node], index: usize, kind: &str, depth: usize) -> bool {
        let node = &nodes[index];
        let may_be = |part: &usize| at_depth(nodes, *part, kind, depth - 1);
        let is_listed = |values: &Vec<Value>| values.iter().any(|value| is_of(value, &[kind]));
        node.may_be(kind)
            && node.values.as_ref().is_none_or(is_listed)
            && (depth == 0
                || node.all.iter().all(may_be)
                    && node.any.iter().all(|branches| branches.iter().any(may_be)))
    }
    at_depth(nodes, index, kind, MAX_DEPTH)
}

/// Whether a value is of one of these types.
pub(super) fn is_of(value: &Value, kinds: &[&str]) -> bool {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => return kinds.contains(&"number") || kinds.contains(&"integer"),
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    kinds.contains(&kind)
}

/// The type of a value; that of a number with a point or an exponent is `number`, whatever it is worth.
pub(super) fn kind(value: &value::Value<'_>) -> &'static str {
    match value {
        value::Value::Object(_) => "object",
        value::Value::Array(_) => "array",
        value::Value::Scalar(text) => match text.as_bytes().first() {
            Some(b'"') => "string",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            _ if text.contains(['.', 'e', 'E']) => "number",
            _ => "integer",
        },
    }
}

/// The nodes of `schema` and of its `$defs`, and which is its own.
pub(super) fn compile(schema: &Value) -> (Vec<Node>, usize) {
    let no_definitions = Map::new();
    let definitions = schema.get("$defs").and_then(Value::as_object);
    let mut compiling = Compiling {
        definitions: definitions.unwrap_or(&no_definitions),
        nodes: vec![Node::default()],
        known: BTreeMap::new(),
    };
    let root = compiling.schema(schema);
    let mut nodes = compiling.nodes;
    // What an inner one closes, all round it do.
    let mut changed = true;
    while changed {
        changed = false;
        for index in 0..nodes.len() {
            let closes = matches!(nodes[index].others, Others::None)
                || nodes[index].inner().any(|inner| nodes[inner].closes);
            changed |= closes != nodes[index].closes;
            nodes[index].closes = closes;
        }
    }
    (nodes, root)
}

struct Compiling<'a> {
    definitions: &'a Map<String, Value>,
    nodes: Vec<Node>,
    /// The definitions that have a node.
    known: BTreeMap<String, usize>,
}

impl Compiling<'_> {
    fn schema(&mut self, schema: &Value) -> usize {
        match schema {
            Value::Object(node) if is_reference(node) => self.reference(&node["$ref"]),
            Value::Object(node) => {
                let index = self.reserve();
                self.fill(index, node);
                index
            }
            _ => ANY,
        }
    }

    fn reserve(&mut self) -> usize {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    fn reference(&mut self, reference: &Value) -> usize {
        let Some(name) = definition(reference) else {
            return ANY;
        };
        if let Some(known) = self.known.get(&name) {
            return *known;
        }
        let Some(Value::Object(schema)) = self.definitions.get(&name) else {
            return ANY;
        };
        let index = self.reserve();
        self.known.insert(name, index);
        self.fill(index, schema);
        index
    }

    fn fill(&mut self, index: usize, schema: &Map<String, Value>) {
        let mut node = Node::default();
        for (keyword, value) in sorted(schema) {
            match (keyword.as_str(), value) {
                ("type", value) => node.kinds = Some(kinds(value)),
                ("format", Value::String(format)) => {
                    node.range = range(format);
                    node.format = Some(format.clone());
                }
                ("const", value) => node.values = Some(vec![value.clone()]),
                ("enum", Value::Array(values)) => node.values = Some(values.clone()),
                ("required", Value::Array(names)) => node.required = texts(names),
                ("properties", Value::Object(properties)) => {
                    for (name, schema) in sorted(properties) {
                        let member = self.schema(schema);
                        node.members.push((name.clone(), member));
                    }
                }
                ("items", schema) => node.items = self.schema(schema),
                ("prefixItems", Value::Array(schemas)) => node.prefix = self.schemas(schemas),
                ("$ref", reference) => node.all.push(self.reference(reference)),
                ("allOf", Value::Array(schemas)) => node.all.extend(self.schemas(schemas)),
                ("anyOf" | "oneOf", Value::Array(schemas)) => node.any.push(self.schemas(schemas)),
                _ => {}
            }
        }
        node.others = self.others(schema);
        node.keys = integer_keys(schema);
        node.length = length(schema);
        node.limits = Limits::of(schema);
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        let has_plain_names = node.names().all(|name| name.bytes().all(is_plain));
        node.has_plain_names = has_plain_names;
        let place = |name: &String| node.required.iter().position(|known| known == name);
        node.members
            .sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        self.nodes[index] = node;
    }

    fn schemas(&mut self, schemas: &[Value]) -> Vec<usize> {
        schemas.iter().map(|schema| self.schema(schema)).collect()
    }

    fn others(&mut self, schema: &Map<String, Value>) -> Others {
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        match (patterns, schema.get("additionalProperties")) {
            (None, Some(Value::Bool(false))) => Others::None,
            (None, Some(schema)) => Others::Each(self.schema(schema)),
            (None, None) => Others::default(),
            // Whether a key is one of the map's is for serde to say.
            (Some(patterns), _) => match patterns.values().next() {
                Some(schema) if patterns.len() == 1 => Others::Each(self.schema(schema)),
                _ => Others::default(),
            },
        }
    }
}

/// What the keys of a map are, if they are integers.
fn integer_keys(schema: &Map<String, Value>) -> Option<Keys> {
    let patterns = schema.get("patternProperties")?.as_object()?;
    let mut patterns = patterns.keys();
    match (patterns.next(), patterns.next()) {
        (Some(pattern), None) => Keys::of(pattern),
        _ => None,
    }
}

fn length(schema: &Map<String, Value>) -> Option<(usize, usize)> {
    let count = |keyword| usize::try_from(schema.get(keyword)?.as_u64()?).ok();
    Some((count("minItems")?, count("maxItems")?))
}

/// Whether it leads to another schema and says nothing itself.
fn is_reference(node: &Map<String, Value>) -> bool {
    let says_nothing = |key: &String| key == "$ref" || ANNOTATIONS.contains(&key.as_str());
    node.contains_key("$ref") && node.keys().all(says_nothing)
}

fn kinds(value: &Value) -> Vec<&'static str> {
    const KINDS: [&str; 7] = [
        "array", "boolean", "integer", "null", "number", "object", "string",
    ];
    let names = types(value);
    let kinds = KINDS.into_iter();
    kinds.filter(|kind| names.contains(kind)).collect()
}

/// The range of the integers that Rust calls so. Bounds beside it may be for the model alone.
fn range(format: &str) -> Option<RangeInclusive<i128>> {
    Some(match format {
        "int8" => i8::MIN.into()..=i8::MAX.into(),
        "int16" => i16::MIN.into()..=i16::MAX.into(),
        "int32" => i32::MIN.into()..=i32::MAX.into(),
        "int" | "int64" => i64::MIN.into()..=i64::MAX.into(),
        "uint8" => 0..=u8::MAX.into(),
        "uint16" => 0..=u16::MAX.into(),
        "uint32" => 0..=u32::MAX.into(),
        "uint" | "uint64" => 0..=u64::MAX.into(),
        _ => return None,
    })
}

fn texts(values: &[Value]) -> Vec<String> {
    let texts = values.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
