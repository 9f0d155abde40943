//! A value made after a schema, with what is there of the schema at each place.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

pub(super) struct Made {
    pub(super) value: Value,
    pub(super) sites: Vec<Site>,
}

/// A value inside, and its schema.
pub(super) struct Site {
    pub(super) pointer: String,
    /// As in `lines[0].isbn`.
    pub(super) path: String,
    schema: Value,
    /// The path of the outermost choice that it is in.
    pub(super) choice: Option<String>,
}

impl Site {
    /// Integers just beyond the range of the value's type, or of the argument.
    pub(super) fn beyond(&self) -> Vec<Value> {
        // Ranges inside of arguments are for the model; those of a type are what it can hold.
        const TYPES: [[i64; 2]; 6] = [
            [0, 0xff],
            [0, 0xffff],
            [0, 0xffff_ffff],
            [-0x80, 0x7f],
            [-0x8000, 0x7fff],
            [-0x8000_0000, 0x7fff_ffff],
        ];
        let bound = |keyword| self.schema.get(keyword).and_then(Value::as_i64);
        let (least, most) = (bound("minimum"), bound("maximum"));
        let is_type = match (least, most) {
            (Some(least), Some(most)) => TYPES.contains(&[least, most]),
            (least, most) => least == Some(0) && most.is_none(),
        };
        if !kinds(&self.schema).contains(&"integer") || !(is_type || self.is_argument()) {
            return Vec::new();
        }
        let below = least.map(|least| json!(least - 1));
        below
            .into_iter()
            .chain(most.map(|most| json!(most + 1)))
            .collect()
    }

    /// Whether it is no alternative of others, and takes no string.
    pub(super) fn takes_no_string(&self) -> bool {
        let named = self.schema.get("const").into_iter();
        let listed = self.schema.get("enum").and_then(Value::as_array);
        let mut values = named.chain(listed.into_iter().flatten());
        let kinds = kinds(&self.schema);
        let is_typed = !kinds.is_empty() && !kinds.contains(&"string");
        self.choice.is_none() && is_typed && !values.any(Value::is_string)
    }

    /// Whether it takes what it names and nothing else.
    pub(super) fn is_closed(&self) -> bool {
        self.schema.get("additionalProperties") == Some(&Value::Bool(false))
    }

    fn is_argument(&self) -> bool {
        self.pointer.matches('/').count() == 1
    }
}

impl Made {
    /// Which value it is depends on `tape`; where that ends, everything is as small as it can be.
    pub(super) fn of(schema: &Value, tape: Vec<u16>) -> Self {
        let mut making = Making {
            root: schema,
            tape: tape.into_iter(),
            sites: Vec::new(),
        };
        let at = At {
            pointer: String::new(),
            path: String::new(),
            choice: None,
            depth: 0,
        };
        let value = making.value(schema, at);
        Self {
            value,
            sites: making.sites,
        }
    }
}

#[derive(Clone)]
struct At {
    pointer: String,
    path: String,
    choice: Option<String>,
    depth: usize,
}

impl At {
    fn member(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        let escaped = name.replace('~', "~0").replace('/', "~1");
        Self {
            pointer: format!("{}/{escaped}", self.pointer),
            path: format!("{}{dot}{name}", self.path),
            choice: self.choice.clone(),
            depth: self.depth + 1,
        }
    }

    fn element(&self, index: usize) -> Self {
        Self {
            pointer: format!("{}/{index}", self.pointer),
            path: format!("{}[{index}]", self.path),
            choice: self.choice.clone(),
            depth: self.depth + 1,
        }
    }
}

struct Making<'a> {
    root: &'a Value,
    tape: std::vec::IntoIter<u16>,
    sites: Vec<Site>,
}

impl Making<'_> {
    fn choose(&mut self, count: usize) -> usize {
        usize::from(self.tape.next().unwrap_or_default()) % count.max(1)
    }

    fn value(&mut self, schema: &Value, at: At) -> Value {
        let schema = self.resolved(schema);
        if let Some(Value::Array(branches)) = schema.get("anyOf").or(schema.get("oneOf")) {
            // The one that ends soonest, so that what contains itself ends.
            let index = match at.depth {
                ..8 => self.choose(branches.len()),
                _ => branches.iter().position(ends).unwrap_or(0),
            };
            let choice = at.choice.clone().unwrap_or(at.path.clone());
            let mut branch = branches[index].clone();
            // Told of the choice, it holds for the branch.
            if let (Some(told), Value::Object(branch)) = (schema.get("description"), &mut branch) {
                branch.entry("description").or_insert(told.clone());
            }
            let choice = Some(choice);
            return self.value(&branch, At { choice, ..at });
        }
        self.sites.push(Site {
            pointer: at.pointer.clone(),
            path: at.path.clone(),
            schema: schema.clone(),
            choice: at.choice.clone(),
        });
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            return values[self.choose(values.len())].clone();
        }
        let kinds = kinds(&schema);
        let kind = match (&kinds[..], at.depth) {
            ([], _) => "string",
            (kinds, ..8) => kinds[self.choose(kinds.len())],
            (kinds, _) => kinds[kinds.len() - 1],
        };
        match kind {
            "null" => Value::Null,
            "boolean" => Value::from(self.choose(2) == 1),
            "integer" => self.integer(&schema),
            "number" => json!(self.choose(9) as f64 / 2.0 - 1.5),
            "array" => self.array(&schema, &at),
            "object" => self.object(&schema, &at),
            _ => self.text(&schema).into(),
        }
    }

    /// With what a `$ref` leads to in its place.
    fn resolved(&self, schema: &Value) -> Value {
        let mut resolved = schema.clone();
        while let Some(reference) = resolved.get("$ref").and_then(Value::as_str) {
            let target = self
                .root
                .pointer(reference.trim_start_matches('#'))
                .unwrap();
            let mut target = target.as_object().unwrap().clone();
            let mut beside = resolved.as_object().unwrap().clone();
            beside.remove("$ref");
            assert!(
                beside
                    .keys()
                    .all(|key| key == "description" || key == "default"),
                "{resolved}"
            );
            target.append(&mut beside);
            resolved = target.into();
        }
        resolved
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let bound = |keyword| schema.get(keyword).and_then(Value::as_i64);
        let told = |words| told(schema, words).and_then(|number| number.parse().ok());
        // What every JSON parser reads exactly.
        let least: i64 = bound("minimum").or(told("at least ")).unwrap_or(-(1 << 53));
        let most: i64 = bound("maximum").or(told("at most ")).unwrap_or(1 << 53);
        let near = [least, most, 0, 1, 300, 70_000, -1];
        match near[self.choose(near.len())] {
            value if (least..=most).contains(&value) => json!(value),
            _ => json!(least),
        }
    }

    fn array(&mut self, schema: &Value, at: &At) -> Value {
        let bound = |keyword| schema.get(keyword).and_then(Value::as_u64);
        let told_count =
            |words| told(schema, words).and_then(|words| words.split(' ').next()?.parse().ok());
        let least = bound("minItems").max(told_count("at least ")).unwrap_or(0) as usize;
        let most = bound("maxItems")
            .or(told_count("at most "))
            .unwrap_or(least as u64 + 2) as usize;
        let parts = match (schema.get("prefixItems"), told(schema, "in this order: ")) {
            (Some(Value::Array(parts)), _) => parts.clone(),
            (_, Some(told)) => parts(&told, &schema["items"]),
            _ => Vec::new(),
        };
        let count = match (at.depth, parts.len()) {
            (8.., 0) => least,
            (_, 0) => least + self.choose(most - least + 1),
            (_, parts) => parts,
        };
        let mut elements: Vec<Value> = Vec::new();
        for index in 0..count {
            let item = parts.get(index).unwrap_or(&schema["items"]);
            let (before, at) = (self.sites.len(), at.element(elements.len()));
            let element = self.value(item, at);
            let is_set =
                schema.get("uniqueItems").is_some() || told(schema, "no item twice").is_some();
            if is_set && elements.contains(&element) {
                self.sites.truncate(before);
            } else {
                elements.push(element);
            }
        }
        elements.into()
    }

    fn object(&mut self, schema: &Value, at: &At) -> Value {
        let no_members = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let others = schema
            .get("additionalProperties")
            .is_some_and(Value::is_object);
        // What is flattened serde reads as a whole too.
        let is_whole = others && properties.is_some() && at.depth > 0;
        let choice = at.choice.clone().or(is_whole.then(|| at.path.clone()));
        let at = At {
            choice,
            ..at.clone()
        };
        let required = schema.get("required").and_then(Value::as_array);
        let mut members = Map::new();
        for (name, member) in properties.unwrap_or(&no_members) {
            let is_required = required.is_some_and(|names| names.contains(&json!(name)));
            if is_required || (at.depth < 8 && self.choose(2) == 1) {
                members.insert(name.clone(), self.value(member, at.member(name)));
            }
        }
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        let numbered = patterns.is_some() || told(schema, "names match ").is_some();
        let others = match patterns {
            Some(patterns) => patterns.values().next(),
            None => schema.get("additionalProperties"),
        };
        let others = others.filter(|others| **others != Value::Bool(false));
        if let (Some(others), true) = (others, properties.is_none()) {
            for _ in 0..self.choose(3) {
                let names = if numbered {
                    ["7", "0", "4294967295"]
                } else {
                    ["", "a.b", "type"]
                };
                let name = names[self.choose(3)];
                if !members.contains_key(name) {
                    members.insert(name.to_owned(), self.value(others, at.member(name)));
                }
            }
        }
        members.into()
    }

    fn text(&mut self, schema: &Value) -> String {
        let format = schema
            .get("format")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let format = format.or(told(schema, "format: "));
        let texts: &[&str] = match format.as_deref() {
            Some("ipv4") => &["127.0.0.1", "0.0.0.0"],
            Some("ip") => &["127.0.0.1", "::1"],
            _ if told(schema, "an IPv4 or IPv6 address").is_some() => &["127.0.0.1", "::1"],
            _ => &["", "a", "A", "A1", "ß", "\"\\\n", "zz"],
        };
        let count = |keyword, words| {
            let told = told(schema, words).and_then(|words| words.split(' ').next()?.parse().ok());
            schema.get(keyword).and_then(Value::as_u64).or(told)
        };
        let least = count("minLength", "at least ").unwrap_or(0);
        let most = count("maxLength", "at most ").unwrap_or(u64::MAX);
        let begins =
            schema.get("pattern").is_some() || told(schema, "matches the pattern ").is_some();
        let fits = |text: &&&str| {
            let length = text.chars().count() as u64;
            (least..=most).contains(&length) && (!begins || text.starts_with('A'))
        };
        let texts: Vec<_> = texts.iter().filter(fits).collect();
        (*texts[self.choose(texts.len())]).to_owned()
    }
}

/// What the description tells with these words, up to the next of its words.
fn told(schema: &Value, words: &str) -> Option<String> {
    let description = schema.get("description")?.as_str()?;
    let (_, told) = description.strip_suffix(')')?.split_once('(')?;
    let told = told.split("; ").find_map(|told| told.strip_prefix(words))?;
    Some(told.to_owned())
}

/// The parts of a tuple as they are told: by their types, or as schemas.
fn parts(told: &str, items: &Value) -> Vec<Value> {
    // By their types, of which the schema of the items says more.
    let of = |told: &str| {
        let branches = items.get("anyOf").and_then(Value::as_array);
        let mut branches = branches.into_iter().flatten().chain([items]);
        let branch = branches.find(|branch| kinds(branch).join(" or ") == told);
        branch.unwrap().clone()
    };

    let mut parts = Vec::new();
    let mut rest = told;
    while !rest.is_empty() {
        let mut schemas = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match schemas.next() {
            Some(Ok(schema)) => {
                parts.push(as_lowered(schema, items));
                rest = rest[schemas.byte_offset()..].trim_start_matches(", ");
            }
            _ => {
                let (kinds, others) = rest.split_once(", ").unwrap_or((rest, ""));
                parts.push(of(kinds));
                rest = others;
            }
        }
    }
    parts
}

/// A struct is told as its own schema, and what is to be kept is the lowered one among the items.
fn as_lowered(told: Value, items: &Value) -> Value {
    if let Some(branches) = told.get("anyOf").and_then(Value::as_array) {
        let branches = branches.iter().cloned();
        let lowered: Vec<Value> = branches.map(|told| as_lowered(told, items)).collect();
        return json!({ "anyOf": lowered });
    }
    with_members(&told, items).cloned().unwrap_or(told)
}

/// The struct of the same members in `schema`, or in a choice that it is.
fn with_members<'a>(told: &Value, schema: &'a Value) -> Option<&'a Value> {
    let names = |schema: &Value| {
        let members = schema.get("properties")?.as_object()?;
        Some(members.keys().cloned().collect::<BTreeSet<_>>())
    };
    if names(told)? == names(schema).unwrap_or_default() {
        return Some(schema);
    }
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let mut branches = branches.into_iter().flatten();
    branches.find_map(|branch| with_members(told, branch))
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether nothing is in it that may contain it.
fn ends(schema: &Value) -> bool {
    let inside = ["$ref", "properties", "items", "anyOf", "oneOf"];
    inside.iter().all(|keyword| schema.get(*keyword).is_none())
}
