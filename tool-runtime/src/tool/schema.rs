//! Rust types to JSON Schema, and a schema to text whose bytes are always the same.

use std::collections::BTreeMap;
use std::fmt;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use serde_json::{Map, Value, json};

use super::parameter::{Parameter, Parameters, Whole};
use super::{advertised, closed, draft};

/// The schema of a tool's arguments, draft 2020-12: an object that takes its properties and no others. Or that of what it
/// answers, likewise an object.
///
/// [`Display`](fmt::Display) writes it as compact JSON. The order of the keys is ours: properties in the order of the
/// function's parameters, those of nested objects and of a schema that was given by name with a tag first. It does not depend on the cargo features
/// of serde_json.
#[derive(Clone, Debug)]
pub struct Schema {
    properties: Vec<(String, Value)>,
    required: Vec<String>,
    /// What other members may be: `false` if there are none, `null` if nothing is said.
    additional: Value,
    /// Other keywords of a schema that was given.
    others: Map<String, Value>,
    definitions: BTreeMap<String, Value>,
    /// What it is if it is no object with members, which no provider takes.
    not_an_object: Option<String>,
    /// Whether somebody wrote it, and serde does not read what it is of.
    is_given: bool,
    /// The first parameter whose row contradicts its type, and how.
    fault: Option<(&'static str, String)>,
}

impl Schema {
    pub(crate) fn of(parameters: &Parameters) -> Self {
        match parameters {
            Parameters::Each(parameters) => Self::each(parameters.table),
            Parameters::Whole(whole) => Self::whole(whole),
        }
    }

    pub(super) fn each(parameters: &[Parameter]) -> Self {
        let mut generator = settings().into_generator();
        let mut fault = None;
        let properties = parameters
            .iter()
            .map(|parameter| {
                let (schema, found) = property(parameter, &mut generator);
                fault = fault.take().or(found.map(|fault| (parameter.name, fault)));
                (parameter.name.to_owned(), schema)
            })
            .collect();
        let mut schema = Self {
            properties,
            required: parameters
                .iter()
                .filter(|parameter| !(parameter.optional)())
                .map(|parameter| parameter.name.to_owned())
                .collect(),
            additional: Value::Bool(false),
            others: Map::new(),
            definitions: generator.take_definitions(true).into_iter().collect(),
            not_an_object: None,
            is_given: false,
            fault,
        };
        schema.close_inner();
        schema
    }

    pub(crate) fn whole(whole: &Whole) -> Self {
        let mut schema = Self::root(whole.schema, settings()).closed();
        schema.close_inner();
        schema
    }

    /// Closes the objects inside, of which a Rust type is read.
    fn close_inner(&mut self) {
        let properties = self.properties.iter_mut().map(|(_, schema)| schema);
        let mut schemas: Vec<&mut Value> = properties.chain([&mut self.additional]).collect();
        closed::close(&mut schemas, &mut self.definitions);
    }

    /// What `schema` makes, as serde writes it: a field that is read with a default is always written.
    pub(crate) fn output(schema: fn(&mut SchemaGenerator) -> schemars::Schema) -> Self {
        Self::root(schema, settings().for_serialize())
    }

    fn root(
        schema: fn(&mut SchemaGenerator) -> schemars::Schema,
        settings: SchemaSettings,
    ) -> Self {
        let mut generator = settings.into_generator();
        let mut root = schema(&mut generator);
        tuple_items(&mut root);
        let definitions = generator.take_definitions(true).into_iter().collect();
        let mut schema = Self::from_root(root, definitions);
        if !schema.others.is_empty() {
            schema.not_an_object = Some(Value::from(schema.others.clone()).to_string());
        }
        schema
    }

    /// A schema as somebody wrote it. Whether it is one at all is for a validator to say.
    pub(crate) fn given(schema: &Value) -> Self {
        let object = draft::modern(schema.clone()).as_object().cloned();
        let mut root = schemars::Schema::from(object.unwrap_or_default());
        let definitions = match root.remove("$defs") {
            Some(Value::Object(definitions)) => definitions.into_iter().collect(),
            _ => BTreeMap::new(),
        };
        let mut schema = Self::from_root(root, definitions);
        if let Some((keyword, _)) = schema.others.iter().find(|(key, _)| is_choice(key)) {
            schema.not_an_object = Some(keyword.clone());
        }
        schema.is_given = true;
        schema.closed()
    }

    /// The same, taking no other members where it says nothing of them.
    fn closed(mut self) -> Self {
        if self.additional.is_null() {
            self.additional = Value::Bool(false);
        }
        self
    }

    fn from_root(mut root: schemars::Schema, definitions: BTreeMap<String, Value>) -> Self {
        let take = |root: &mut schemars::Schema, key| root.remove(key).unwrap_or_default();
        let properties = match take(&mut root, "properties") {
            Value::Object(properties) => properties,
            _ => Map::new(),
        };
        let mut properties: Vec<(String, Value)> = properties.into_iter().collect();
        properties.sort_by(|a, b| (tag_first(&a.1), &a.0).cmp(&(tag_first(&b.1), &b.0)));
        let required = match take(&mut root, "required") {
            Value::Array(names) => names,
            _ => Vec::new(),
        };
        let additional = take(&mut root, "additionalProperties");
        let object = take(&mut root, "type") == "object";
        for annotation in ["$schema", "title", "description"] {
            root.remove(annotation);
        }
        Self {
            properties,
            required: required
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            additional,
            others: root.as_object().cloned().unwrap_or_default(),
            definitions,
            not_an_object: (!object).then(|| root.to_value().to_string()),
            is_given: false,
            fault: None,
        }
    }

    /// The whole schema as one value. Its properties may have lost their order, which [`names`](Self::names) has.
    pub(crate) fn to_value(&self) -> Value {
        let mut root = self.others.clone();
        let properties: Map<String, Value> = self.properties.iter().cloned().collect();
        root.insert("type".to_owned(), "object".into());
        root.insert("properties".to_owned(), properties.into());
        if !self.required.is_empty() {
            root.insert("required".to_owned(), self.required.clone().into());
        }
        if !self.additional.is_null() {
            root.insert("additionalProperties".to_owned(), self.additional.clone());
        }
        if !self.definitions.is_empty() {
            let definitions: Map<String, Value> = self.definitions.clone().into_iter().collect();
            root.insert("$defs".to_owned(), definitions.into());
        }
        root.into()
    }

    /// Whether the only value is an object without members.
    pub(crate) fn takes_nothing(&self) -> bool {
        self.properties.is_empty() && !self.is_open() && self.others.is_empty()
    }

    /// Whether somebody wrote it: then an object of which nothing is said may have any members.
    pub(crate) fn is_given(&self) -> bool {
        self.is_given
    }

    /// The arguments that a text alone is: those of a tool that takes one text and nothing else.
    pub(crate) fn of_text(&self, text: &str) -> Option<String> {
        let [(name, schema)] = &self.properties[..] else {
            return None;
        };
        let is_text = match schema.get("type") {
            Some(Value::Array(types)) => types.iter().any(|kind| kind == "string"),
            Some(kind) => kind == "string",
            None => false,
        };
        let (name, text) = (Value::from(name.as_str()), Value::from(text));
        is_text.then(|| format!("{{{name}:{text}}}"))
    }

    /// The members, and whether each is required.
    pub(crate) fn names(&self) -> Vec<(String, bool)> {
        let names = self.properties.iter().map(|(name, _)| name);
        names
            .map(|name| (name.clone(), self.required.contains(name)))
            .collect()
    }

    /// The JSON text of a member's default, if it shows one.
    pub(super) fn default(&self, name: &str) -> Option<String> {
        let mut properties = self.properties.iter();
        let (_, property) = properties.find(|(property, _)| property == name)?;
        property.get("default").map(Value::to_string)
    }

    /// Whether other members than the named ones are taken.
    pub(crate) fn is_open(&self) -> bool {
        self.additional != Value::Bool(false) || self.others.contains_key("patternProperties")
    }

    /// Whether it is an object with members, as every provider requires of arguments.
    pub(crate) fn is_object(&self) -> bool {
        self.not_an_object.is_none()
    }

    /// The parameter that no call could give what its options say, and why.
    pub(crate) fn fault(&self) -> Option<(&'static str, &str)> {
        let (parameter, fault) = self.fault.as_ref()?;
        Some((parameter, fault))
    }
}

/// Whether the keyword makes the arguments more than one object with members of its own.
fn is_choice(keyword: &str) -> bool {
    ["$ref", "allOf", "anyOf", "const", "enum", "not", "oneOf"].contains(&keyword)
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with_transform(tuple_items)
}

/// OpenAI refuses an array without `items`, and schemars writes a tuple without; its length is fixed already, so this
/// adds no value and takes none away.
fn tuple_items(schema: &mut schemars::Schema) {
    transform_subschemas(&mut tuple_items, schema);
    let parts = schema.get("prefixItems").cloned();
    if let (Some(parts), None) = (parts, schema.get("items")) {
        schema.insert("items".to_owned(), json!({ "anyOf": parts }));
    }
}

/// A parameter's schema, and what is wrong with its row.
fn property(parameter: &Parameter, generator: &mut SchemaGenerator) -> (Value, Option<String>) {
    let mut schema = (parameter.schema)(generator);
    tuple_items(&mut schema);
    let fault = advertised::complete(parameter, &mut schema, generator.definitions()).err();
    (schema.to_value(), fault)
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"type\":\"object\",\"properties\":{")?;
        for (index, (name, schema)) in self.properties.iter().enumerate() {
            separate(f, index)?;
            write!(f, "{}:", Value::from(name.as_str()))?;
            write_schema(f, schema)?;
        }
        f.write_str("}")?;
        if !self.required.is_empty() {
            write!(f, ",\"required\":{}", Value::from(self.required.clone()))?;
        }
        if !self.additional.is_null() {
            f.write_str(",\"additionalProperties\":")?;
            write_schema(f, &self.additional)?;
        }
        let mut others: Vec<_> = self.others.iter().collect();
        others.sort_by_key(|(keyword, _)| *keyword);
        for (keyword, value) in others {
            write!(f, ",{}:", Value::from(keyword.as_str()))?;
            write_keyword(f, keyword, value)?;
        }
        if !self.definitions.is_empty() {
            f.write_str(",\"$defs\":{")?;
            for (index, (name, schema)) in self.definitions.iter().enumerate() {
                separate(f, index)?;
                write!(f, "{}:", Value::from(name.as_str()))?;
                write_schema(f, schema)?;
            }
            f.write_str("}")?;
        }
        f.write_str("}")
    }
}

/// `root` as compact JSON in our order of keys, the properties at its root in this one.
pub(crate) struct Ordered<'a> {
    pub(crate) root: &'a Value,
    pub(crate) properties: &'a [String],
}

impl fmt::Display for Ordered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Value::Object(keywords) = self.root else {
            return write_schema(f, self.root);
        };
        let place = |name: &str| self.properties.iter().position(|known| known == name);
        write_object(
            f,
            keywords,
            |key, _| rank(key),
            |f, key, value| match (key, value) {
                ("properties", Value::Object(properties)) => write_object(
                    f,
                    properties,
                    |name, _| place(name).unwrap_or(usize::MAX),
                    |f, _, schema| write_schema(f, schema),
                ),
                _ => write_keyword(f, key, value),
            },
        )
    }
}

/// The order in which a schema's keywords are written; others follow by name.
const KEYWORDS: [&str; 12] = [
    "$ref",
    "type",
    "description",
    "const",
    "enum",
    "format",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "anyOf",
];

fn write_schema(f: &mut fmt::Formatter<'_>, schema: &Value) -> fmt::Result {
    let Value::Object(keywords) = schema else {
        return write_value(f, schema);
    };
    write_object(f, keywords, |key, _| rank(key), write_keyword)
}

/// The definitions stand at the end, where a reader who needs one finds them.
fn rank(key: &str) -> usize {
    match KEYWORDS.iter().position(|known| *known == key) {
        Some(place) => place,
        None => KEYWORDS.len() + usize::from(key == "$defs"),
    }
}

fn write_keyword(f: &mut fmt::Formatter<'_>, key: &str, value: &Value) -> fmt::Result {
    match (key, value) {
        ("properties", Value::Object(properties)) => write_object(
            f,
            properties,
            |_, schema| tag_first(schema),
            |f, _, schema| write_schema(f, schema),
        ),
        ("$defs" | "definitions" | "patternProperties", Value::Object(schemas)) => {
            write_object(f, schemas, |_, _| 0, |f, _, schema| write_schema(f, schema))
        }
        ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(schemas)) => {
            f.write_str("[")?;
            for (index, schema) in schemas.iter().enumerate() {
                separate(f, index)?;
                write_schema(f, schema)?;
            }
            f.write_str("]")
        }
        ("items" | "additionalProperties" | "not" | "contains", schema) => write_schema(f, schema),
        _ => write_value(f, value),
    }
}

/// A tag stands first, so that a model writes it before what it decides.
fn tag_first(schema: &Value) -> usize {
    let is_only = |values: &Value| values.as_array().is_some_and(|values| values.len() == 1);
    let is_tag = schema.get("const").is_some() || schema.get("enum").is_some_and(is_only);
    usize::from(!is_tag)
}

/// A value that is data, not schema: objects by key.
fn write_value(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Object(members) => {
            write_object(f, members, |_, _| 0, |f, _, value| write_value(f, value))
        }
        Value::Array(elements) => {
            f.write_str("[")?;
            for (index, element) in elements.iter().enumerate() {
                separate(f, index)?;
                write_value(f, element)?;
            }
            f.write_str("]")
        }
        Value::String(text) => write_text(f, text),
        scalar => write!(f, "{scalar}"),
    }
}

/// A string, most of which need no escapes.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if !text.bytes().all(is_plain) {
        return write!(f, "{}", Value::from(text));
    }
    f.write_str("\"")?;
    f.write_str(text)?;
    f.write_str("\"")
}

/// The members by rank, then by name: whatever order serde_json's map has in this build.
fn write_object(
    f: &mut fmt::Formatter<'_>,
    members: &Map<String, Value>,
    rank: impl Fn(&str, &Value) -> usize,
    mut write: impl FnMut(&mut fmt::Formatter<'_>, &str, &Value) -> fmt::Result,
) -> fmt::Result {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(key, value)| (rank(key, value), *key));
    f.write_str("{")?;
    for (index, (key, value)) in members.into_iter().enumerate() {
        separate(f, index)?;
        write_text(f, key)?;
        f.write_str(":")?;
        write(f, key, value)?;
    }
    f.write_str("}")
}

fn separate(f: &mut fmt::Formatter<'_>, index: usize) -> fmt::Result {
    if index == 0 { Ok(()) } else { f.write_str(",") }
}
