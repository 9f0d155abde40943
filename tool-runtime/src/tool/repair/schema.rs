//! What a schema says of the value at one place, as far as repairs need it: which types it takes, and never too few of them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::super::merge::types;

/// So many schemas about the same value are looked into, one inside of the other; what is deeper says nothing.
const MAX_NESTING: usize = 16;

/// What is looked at for each byte of the arguments, schemas and bytes; whoever needs more is after something else.
const STEPS_PER_BYTE: usize = 100;

/// What is known of a value at one place.
pub(super) enum At<'s> {
    /// Nothing.
    Any,
    /// This schema holds.
    Schema(&'s Value),
    /// This schema holds, but for the keywords that lead to others about the same value.
    Own(&'s Map<String, Value>),
    /// All of these hold.
    All(Vec<At<'s>>),
    /// One of these holds.
    Either(Vec<At<'s>>),
}

/// A value with others in it, of which is known what tells alternatives apart.
#[derive(Clone, Copy)]
pub(super) enum Container<'t> {
    Object(&'t [Member<'t>]),
    Array,
}

pub(super) struct Member<'t> {
    pub(super) key: Cow<'t, str>,
    /// Where the value begins.
    pub(super) start: usize,
    /// Its JSON text.
    pub(super) value: &'t str,
}

/// Some of JSON Schema's types.
#[derive(Clone, Copy)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const STRING: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    /// Numbers that are no integers.
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const ARRAY: Self = Self(16);
    pub(super) const OBJECT: Self = Self(32);
    const NUMBER: Self = Self(4 | 8);
    /// `null`, which nothing is made of.
    const NONE: Self = Self(0);
    const ALL: Self = Self(u8::MAX);

    pub(super) fn has(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    fn named(name: &str) -> Self {
        match name {
            "string" => Self::STRING,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            "null" => Self::NONE,
            _ => Self::ALL,
        }
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NONE,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    fn any(kinds: impl Iterator<Item = Self>) -> Self {
        kinds.fold(Self::NONE, |all, one| Self(all.0 | one.0))
    }

    fn both(kinds: impl Iterator<Item = Self>) -> Self {
        kinds.fold(Self::ALL, |all, one| Self(all.0 & one.0))
    }
}

impl<'s> At<'s> {
    pub(super) fn is_any(&self) -> bool {
        matches!(self, Self::Any | Self::Schema(Value::Bool(true)))
    }

    /// The types of its values, of what was opened; more if it is not known.
    pub(super) fn kinds(&self) -> Kinds {
        match self {
            Self::Any | Self::Schema(_) => Kinds::ALL,
            Self::Own(node) => own_kinds(node),
            Self::All(parts) => Kinds::both(parts.iter().map(Self::kinds)),
            Self::Either(parts) => Kinds::any(parts.iter().map(Self::kinds)),
        }
    }

    /// Whether such a value may be one of its values, of what was opened.
    fn may_be(&self, value: Container<'_>) -> bool {
        match self {
            Self::Any | Self::Schema(_) => true,
            Self::Own(node) => own_may_be(node, value),
            Self::All(parts) => parts.iter().all(|part| part.may_be(value)),
            Self::Either(parts) => parts.iter().any(|part| part.may_be(value)),
        }
    }

    fn all(parts: impl Iterator<Item = Self>) -> Self {
        let mut parts: Vec<Self> = parts.filter(|part| !part.is_any()).collect();
        match parts.len() {
            0 => Self::Any,
            1 => parts.remove(0),
            _ => Self::All(parts),
        }
    }

    fn either(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            _ if parts.iter().any(Self::is_any) => Self::Any,
            1 => parts.remove(0),
            _ => Self::Either(parts),
        }
    }
}

fn own_kinds(node: &Map<String, Value>) -> Kinds {
    let named = node.get("type").map(|value| {
        let names = types(value);
        Kinds::any(names.into_iter().map(Kinds::named))
    });
    let constant = node.get("const").map(Kinds::of);
    let listed = node.get("enum").and_then(Value::as_array);
    let listed = listed.map(|values| Kinds::any(values.iter().map(Kinds::of)));
    Kinds::both([named, constant, listed].into_iter().flatten())
}

fn own_may_be(node: &Map<String, Value>, value: Container<'_>) -> bool {
    let Container::Object(members) = value else {
        return own_kinds(node).has(Kinds::ARRAY);
    };
    let is_there = |name: &Value| {
        let mut keys = members.iter().map(|member| &*member.key);
        name.as_str().is_none_or(|name| keys.any(|key| key == name))
    };
    let required = node.get("required").and_then(Value::as_array);
    let properties = node.get("properties").and_then(Value::as_object);
    let is_tag_of_another = |member: &Member<'_>| {
        let schema = properties.and_then(|properties| properties.get(&*member.key));
        schema.is_some_and(|schema| is_another_tag(schema, member.value))
    };
    own_kinds(node).has(Kinds::OBJECT)
        && required.is_none_or(|names| names.iter().all(is_there))
        && !members.iter().any(is_tag_of_another)
}

/// Whether `json` is a string, and the schema takes certain other strings and nothing else.
fn is_another_tag(schema: &Value, json: &str) -> bool {
    let tags = match (schema.get("const"), schema.get("enum")) {
        (Some(tag), _) => std::slice::from_ref(tag),
        (None, Some(Value::Array(tags))) => tags,
        _ => return false,
    };
    let tag = json.starts_with('"').then(|| serde_json::from_str(json));
    match tag {
        Some(Ok(Value::String(tag))) => tags.iter().all(|other| {
            let other = other.as_str();
            other.is_some_and(|other| other != tag)
        }),
        _ => false,
    }
}

/// A schema with all that it refers to.
pub(super) struct Schemas<'s> {
    root: &'s Value,
    steps: usize,
}

impl<'s> Schemas<'s> {
    /// For arguments of so many bytes.
    pub(super) fn new(root: &'s Value, bytes: usize) -> Self {
        let steps = (bytes + 1000) * STEPS_PER_BYTE;
        Self { root, steps }
    }

    /// Takes so many steps; `None` if there are not so many left.
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }

    /// The same with all schemas about the value in their places, without alternatives of which `value` cannot be one.
    pub(super) fn opened(&mut self, at: &At<'s>, value: Option<Container<'_>>) -> Option<At<'s>> {
        self.open(at, value, 0)
    }

    fn open(&mut self, at: &At<'s>, value: Option<Container<'_>>, depth: usize) -> Option<At<'s>> {
        self.spend(1)?;
        Some(match at {
            At::Schema(Value::Bool(false)) => At::Either(Vec::new()),
            At::Schema(Value::Object(node)) if depth < MAX_NESTING => {
                self.open_node(node, value, depth + 1)?
            }
            At::Any | At::Schema(_) => At::Any,
            At::Own(node) => At::Own(node),
            At::All(parts) => {
                let parts = parts.iter().map(|part| self.open(part, value, depth));
                At::all(parts.collect::<Option<Vec<_>>>()?.into_iter())
            }
            At::Either(parts) => {
                let parts = parts.iter().map(|part| self.open(part, value, depth));
                let mut parts = parts.collect::<Option<Vec<_>>>()?;
                parts.retain(|part| value.is_none_or(|value| part.may_be(value)));
                At::either(parts)
            }
        })
    }

    fn open_node(
        &mut self,
        node: &'s Map<String, Value>,
        value: Option<Container<'_>>,
        depth: usize,
    ) -> Option<At<'s>> {
        let mut parts = vec![At::Own(node)];
        if let Some(reference) = node.get("$ref") {
            let target = self.target(reference);
            parts.push(self.open(&target, value, depth)?);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let Some(Value::Array(schemas)) = node.get(keyword) else {
                continue;
            };
            let schemas = schemas.iter().map(At::Schema).collect();
            let schemas = match keyword {
                "allOf" => At::All(schemas),
                _ => At::Either(schemas),
            };
            parts.push(self.open(&schemas, value, depth)?);
        }
        Some(At::all(parts.into_iter()))
    }

    /// What a `$ref` leads to, if that is in the schema.
    fn target(&self, reference: &Value) -> At<'s> {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let target = pointer.and_then(|pointer| self.root.pointer(pointer));
        target.map_or(At::Any, At::Schema)
    }

    /// What is known of the member `key`, of what was opened.
    pub(super) fn member(&mut self, at: &At<'s>, key: &str) -> Option<At<'s>> {
        self.inside(at, &|node| own_member(node, key))
    }

    /// What is known of the element at `index`, of what was opened.
    pub(super) fn element(&mut self, at: &At<'s>, index: usize) -> Option<At<'s>> {
        self.inside(at, &|node| own_element(node, index))
    }

    fn inside(
        &mut self,
        at: &At<'s>,
        own: &dyn Fn(&'s Map<String, Value>) -> At<'s>,
    ) -> Option<At<'s>> {
        self.spend(1)?;
        let mut each = |parts: &[At<'s>]| {
            let parts = parts.iter().map(|part| self.inside(part, own));
            parts.collect::<Option<Vec<_>>>()
        };
        Some(match at {
            At::Any | At::Schema(_) => At::Any,
            At::Own(node) => own(node),
            At::All(parts) => At::all(each(parts)?.into_iter()),
            At::Either(parts) => At::either(each(parts)?),
        })
    }
}

fn own_member<'s>(node: &'s Map<String, Value>, key: &str) -> At<'s> {
    let properties = node.get("properties");
    if let Some(schema) = properties.and_then(|properties| properties.get(key)) {
        return At::Schema(schema);
    }
    let others = node.get("additionalProperties");
    let others = others.map_or(At::Any, At::Schema);
    match node.get("patternProperties").and_then(Value::as_object) {
        // Of which pattern the key is, is for whoever reads it to say.
        Some(patterns) => {
            let patterns = patterns.values().map(At::Schema);
            At::either(patterns.chain([others]).collect())
        }
        None => others,
    }
}

fn own_element(node: &Map<String, Value>, index: usize) -> At<'_> {
    let first = node.get("prefixItems").and_then(Value::as_array);
    let schema = first.and_then(|schemas| schemas.get(index));
    schema.or(node.get("items")).map_or(At::Any, At::Schema)
}
