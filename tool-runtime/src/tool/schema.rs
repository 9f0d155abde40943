//! Rust types to JSON Schema, and a schema to text whose bytes are always the same.

use std::fmt;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use serde_json::{Map, Value, json};

use super::merge::{sorted, types};
use super::parameter::{Parameter, Parameters, Whole};
use super::root::PARTS;
use super::schema_text::{Definitions, SchemaText, tag_first};
use super::{advertised, closed, draft, root};

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
    definitions: Definitions,
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
        // Arguments are an object whatever it says, unless it says that they are none.
        let is_object = |object: &Map<String, Value>| {
            let kind = object.get("type");
            kind.is_none_or(|kind| types(kind).contains(&"object"))
        };
        Self::written(schema, is_object).closed()
    }

    /// The same of what a tool answers: it says itself that this is an object, and takes other members unless it says that there are
    /// none.
    pub(crate) fn given_output(schema: &Value) -> Self {
        Self::written(schema, |object| {
            let is_object = object.get("type").is_some_and(|kind| kind == "object");
            is_object && !PARTS.iter().any(|keyword| object.contains_key(*keyword))
        })
    }

    fn written(schema: &Value, is_object: fn(&Map<String, Value>) -> bool) -> Self {
        let modern = draft::modern(schema.clone());
        let mut object = root::one_object(&modern);
        let is_object = modern.is_object() && is_object(&object);
        object.insert("type".to_owned(), "object".into());
        let mut root = schemars::Schema::from(object);
        let definitions = match root.remove("$defs") {
            Some(Value::Object(definitions)) => definitions.into_iter().collect(),
            _ => Definitions::new(),
        };
        let mut schema = Self::from_root(root, definitions);
        if !is_object {
            schema.not_an_object = Some(modern.to_string());
        }
        schema.is_given = true;
        schema
    }

    /// The same, taking no other members where it says nothing of them.
    fn closed(mut self) -> Self {
        if self.additional.is_null() {
            self.additional = Value::Bool(false);
        }
        self
    }

    fn from_root(mut root: schemars::Schema, definitions: Definitions) -> Self {
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
        let mut root = self.to_object();
        if !self.definitions.is_empty() {
            let definitions: Map<String, Value> = self.definitions.clone().into_iter().collect();
            root.insert("$defs".to_owned(), definitions.into());
        }
        root.into()
    }

    /// The same without the definitions.
    pub(crate) fn to_object(&self) -> Map<String, Value> {
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
        root
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
        let name = Value::from(self.text_argument()?);
        let text = Value::from(text);
        Some(format!("{{{name}:{text}}}"))
    }

    /// The only argument, if it takes text.
    pub(crate) fn text_argument(&self) -> Option<&str> {
        let [(name, schema)] = &self.properties[..] else {
            return None;
        };
        let is_text = match schema.get("type") {
            Some(Value::Array(types)) => types.iter().any(|kind| kind == "string"),
            Some(kind) => kind == "string",
            None => false,
        };
        is_text.then_some(name)
    }

    /// The members in their order, and whether each is required: what the JSON text alone does not say to who reads it with a map
    /// that sorts.
    ///
    /// ```
    /// use tool_runtime::{Toolbox, tool, tools};
    ///
    /// /// Finds books.
    /// #[tool(pure)]
    /// async fn find_books(
    ///     /// Words of the title.
    ///     title: String,
    ///     /// How many at most.
    ///     limit: Option<u8>,
    /// ) -> String {
    ///     format!("{title} {limit:?}")
    /// }
    ///
    /// let toolbox = Toolbox::new(tools![find_books])?;
    /// let names = toolbox.tools()[0].parameters().names();
    /// assert_eq!(names, [("title".to_owned(), true), ("limit".to_owned(), false)]);
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn names(&self) -> Vec<(String, bool)> {
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

impl Schema {
    /// Changes each of the schemas that it is made of: the properties, what other members may be, and the definitions.
    pub(crate) fn each_mut(&mut self, change: &mut dyn FnMut(&mut Value)) {
        let properties = self.properties.iter_mut().map(|(_, schema)| schema);
        let schemas = properties.chain([&mut self.additional]);
        for schema in schemas.chain(self.definitions.values_mut()) {
            change(schema);
        }
    }

    pub(crate) fn definitions_mut(&mut self) -> &mut Definitions {
        &mut self.definitions
    }

    pub(crate) fn properties(&self) -> &[(String, Value)] {
        &self.properties
    }

    pub(crate) fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// What other members may be; `null` if nothing is said.
    pub(crate) fn additional(&self) -> &Value {
        &self.additional
    }

    /// Whether it has no keywords but those of an object with members.
    pub(crate) fn is_simple(&self) -> bool {
        self.others.is_empty()
    }

    /// Its text, written to `text`.
    pub(crate) fn write<'a>(&'a self, mut text: SchemaText<'a>) -> String {
        text.push("{\"type\":\"object\",\"properties\":{");
        text.schemas(self.properties.iter().map(|(name, schema)| (name, schema)));
        text.push("}");
        if !self.required.is_empty() {
            text.push(",\"required\":");
            text.names(&self.required);
        }
        if !self.additional.is_null() {
            text.push(",\"additionalProperties\":");
            text.schema(&self.additional);
        }
        for (keyword, value) in sorted(&self.others) {
            text.push(",");
            text.key(keyword);
            text.keyword(keyword, value);
        }
        if !self.definitions.is_empty() && text.keeps_definitions() {
            text.push(",\"$defs\":{");
            text.schemas(&self.definitions);
            text.push("}");
        }
        text.push("}");
        text.into_text()
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(SchemaText::default()))
    }
}
