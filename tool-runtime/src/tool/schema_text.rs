//! A schema as compact JSON whose bytes are always the same: the order of the keys is ours, whatever order serde_json's map
//! has in this build.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value};

use super::number_format;
use super::places::Place;
use crate::json::push_text;

/// The schemas that a `$ref` leads to, by name.
pub(crate) type Definitions = BTreeMap<String, Value>;

/// A schema that is being written.
#[derive(Debug, Default)]
pub(crate) struct SchemaText<'a> {
    text: String,
    /// Whether formats of numbers are written as the bounds that they mean.
    bounds: bool,
    /// The definitions, if each stands where a `$ref` leads to it.
    inlined: Option<&'a Definitions>,
    /// The members of the objects that are being written, those of the innermost last: one allocation for all.
    members: Vec<Member<'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Member<'a> {
    rank: usize,
    key: &'a str,
    value: Part<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Value(&'a Value),
    Bound(i64),
}

impl<'a> SchemaText<'a> {
    /// As a provider takes it that takes every keyword: formats of numbers as bounds, and the definitions where they are
    /// used if it does not follow a `$ref`.
    pub(crate) fn told(inlined: Option<&'a Definitions>) -> Self {
        Self {
            text: String::with_capacity(1024),
            bounds: true,
            inlined,
            members: Vec::with_capacity(32),
        }
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Whether `$ref`s stay, and so the definitions.
    pub(crate) fn keeps_definitions(&self) -> bool {
        self.inlined.is_none()
    }

    /// The members of an object in the order of `members`, without the braces.
    pub(crate) fn schemas(&mut self, members: impl IntoIterator<Item = (&'a String, &'a Value)>) {
        for (index, (name, schema)) in members.into_iter().enumerate() {
            self.separate(index);
            self.key(name);
            self.schema(schema);
        }
    }

    pub(crate) fn names(&mut self, names: &[String]) {
        self.push("[");
        for (index, name) in names.iter().enumerate() {
            self.separate(index);
            push_text(&mut self.text, name);
        }
        self.push("]");
    }

    /// A schema whose properties are in this order.
    pub(crate) fn root(&mut self, root: &'a Value, properties: &[String]) {
        let Value::Object(keywords) = root else {
            return self.schema(root);
        };
        let place = |name: &str| properties.iter().position(|known| known == name);
        self.object(keywords, |text, key, value| match (key, value) {
            ("properties", Value::Object(properties)) => text.ranked(
                properties,
                |name, _| place(name).unwrap_or(usize::MAX),
                |text, _, schema| text.schema(schema),
            ),
            _ => text.keyword(key, value),
        });
    }

    pub(crate) fn schema(&mut self, schema: &'a Value) {
        match schema {
            Value::Object(keywords) => self.object(keywords, Self::keyword),
            other => self.value(other),
        }
    }

    pub(crate) fn keyword(&mut self, key: &str, value: &'a Value) {
        match (key, value) {
            ("properties", Value::Object(properties)) => self.ranked(
                properties,
                |_, schema| tag_first(schema),
                |text, _, schema| text.schema(schema),
            ),
            _ if !has_schemas(key) => self.value(value),
            (_, Value::Object(schemas)) if Place::of(key) == Place::Named => {
                self.ranked(schemas, |_, _| 0, |text, _, schema| text.schema(schema));
            }
            (_, Value::Array(schemas)) if Place::of(key) == Place::Many => {
                self.list(schemas, Self::schema);
            }
            (_, schema) if Place::of(key) == Place::One => self.schema(schema),
            _ => self.value(value),
        }
    }

    /// A value that is data, not schema: objects by key.
    pub(crate) fn value(&mut self, value: &'a Value) {
        match value {
            Value::Object(members) => {
                self.ranked(members, |_, _| 0, |text, _, value| text.value(value));
            }
            Value::Array(elements) => self.list(elements, Self::value),
            Value::String(text) => push_text(&mut self.text, text),
            Value::Bool(true) => self.push("true"),
            Value::Bool(false) => self.push("false"),
            Value::Null => self.push("null"),
            // Writing into a `String` does not fail.
            Value::Number(number) => drop(write!(self.text, "{number}")),
        }
    }

    fn list(&mut self, values: &'a [Value], write: fn(&mut Self, &'a Value)) {
        self.push("[");
        for (index, value) in values.iter().enumerate() {
            self.separate(index);
            write(self, value);
        }
        self.push("]");
    }

    pub(crate) fn key(&mut self, key: &str) {
        push_text(&mut self.text, key);
        self.push(":");
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.push(",");
        }
    }

    /// The keywords of a schema, with what is told in another way.
    fn object(
        &mut self,
        keywords: &'a Map<String, Value>,
        write: impl FnMut(&mut Self, &'a str, &'a Value),
    ) {
        let first = self.members.len();
        let target = self
            .inlined
            .and_then(|definitions| target(keywords, definitions));
        let add = |members: &mut Vec<Member<'a>>, key: &'a str, value| {
            let (rank, value) = (rank(key), Part::Value(value));
            members.push(Member { rank, key, value });
        };
        for (key, value) in keywords {
            if target.is_none() || key != "$ref" {
                add(&mut self.members, key, value);
            }
        }
        for (key, value) in target.into_iter().flatten() {
            if !keywords.contains_key(key) {
                add(&mut self.members, key, value);
            }
        }
        if self.bounds {
            self.bounded(first);
        }
        self.write_from(first, write);
    }

    /// The bounds in the place of a format of numbers; those that are said already hold.
    fn bounded(&mut self, first: usize) {
        let found = |members: &[Member<'a>], key: &str| {
            let mut members = members[first..].iter();
            members.position(|member| member.key == key)
        };
        let value = |member: Member<'a>| match member.value {
            Part::Value(value) => Some(value),
            Part::Bound(_) => None,
        };
        let Some(index) = found(&self.members, "format") else {
            return;
        };
        let kind = found(&self.members, "type").and_then(|at| value(self.members[first + at]));
        let format = value(self.members[first + index]).and_then(Value::as_str);
        let Some(bounds) = format.and_then(|format| number_format::bounds(format, kind)) else {
            return;
        };
        self.members.swap_remove(first + index);
        for (key, open, bound) in bounds {
            let is_said = [key, open]
                .iter()
                .any(|key| found(&self.members, key).is_some());
            if let (Some(bound), false) = (bound, is_said) {
                let (rank, value) = (rank(key), Part::Bound(bound));
                self.members.push(Member { rank, key, value });
            }
        }
    }

    /// The members by rank, then by name.
    fn ranked(
        &mut self,
        members: &'a Map<String, Value>,
        rank: impl Fn(&str, &Value) -> usize,
        write: impl FnMut(&mut Self, &'a str, &'a Value),
    ) {
        let first = self.members.len();
        self.members
            .extend(members.iter().map(|(key, value)| Member {
                rank: rank(key, value),
                key,
                value: Part::Value(value),
            }));
        self.write_from(first, write);
    }

    fn write_from(&mut self, first: usize, mut write: impl FnMut(&mut Self, &'a str, &'a Value)) {
        self.members[first..].sort_unstable_by_key(|member| (member.rank, member.key));
        self.push("{");
        for index in first..self.members.len() {
            let Member { key, value, .. } = self.members[index];
            self.separate(index - first);
            self.key(key);
            match value {
                Part::Value(value) => write(self, key, value),
                Part::Bound(bound) => drop(write!(self.text, "{bound}")),
            }
        }
        self.members.truncate(first);
        self.push("}");
    }
}

/// `root` in our order of keys, the properties at its root in this one.
pub(crate) fn ordered(root: &Value, properties: &[String]) -> String {
    let mut text = SchemaText::default();
    text.root(root, properties);
    text.into_text()
}

/// The definition that a `$ref` leads to.
pub(crate) fn target<'a>(
    keywords: &Map<String, Value>,
    definitions: &'a Definitions,
) -> Option<&'a Map<String, Value>> {
    let name = name(keywords.get("$ref")?)?;
    definitions.get(name)?.as_object()
}

/// The name of the definition that a `$ref` leads to, if that is all it says and nothing in it is escaped.
pub(crate) fn name(reference: &Value) -> Option<&str> {
    let name = reference.as_str()?.strip_prefix("#/$defs/")?;
    (!name.contains(['/', '~', '%'])).then_some(name)
}

/// Whether what stands under `key` is written as schemas; others are written as data, their keywords by name.
pub(crate) fn has_schemas(key: &str) -> bool {
    match Place::of(key) {
        Place::Many => true,
        Place::Named => key != "dependentSchemas",
        Place::One => ["items", "additionalProperties", "not", "contains"].contains(&key),
        Place::None => false,
    }
}

/// The order in which a schema's keywords are written; others follow by name. The definitions stand at the end, where a
/// reader who needs one finds them.
fn rank(key: &str) -> usize {
    match key {
        "$ref" => 0,
        "type" => 1,
        "description" => 2,
        "const" => 3,
        "enum" => 4,
        "format" => 5,
        "properties" => 6,
        "required" => 7,
        "additionalProperties" => 8,
        "items" => 9,
        "prefixItems" => 10,
        "anyOf" => 11,
        "$defs" => 13,
        _ => 12,
    }
}

/// A tag stands first, so that a model writes it before what it decides.
pub(super) fn tag_first(schema: &Value) -> usize {
    let is_only = |values: &Value| values.as_array().is_some_and(|values| values.len() == 1);
    let is_tag = schema.get("const").is_some() || schema.get("enum").is_some_and(is_only);
    usize::from(!is_tag)
}
