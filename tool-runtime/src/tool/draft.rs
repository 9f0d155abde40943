//! A schema of an older draft in the words of 2020-12, which every provider reads.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::places::each_mut;

/// What `$schema` says of drafts in which nothing beside a `$ref` holds.
const REF_ALONE: [&str; 3] = ["draft-04", "draft-06", "draft-07"];

/// What may stand beside such a `$ref`, since it is only read.
const ANNOTATIONS: [&str; 5] = ["$ref", "title", "description", "default", "examples"];

/// The same schema, of whatever draft.
pub(super) fn modern(mut schema: Value) -> Value {
    let draft = schema.get("$schema").and_then(Value::as_str);
    let ref_alone = draft.is_some_and(|draft| REF_ALONE.iter().any(|old| draft.contains(old)));
    let mut names = Names::of(&schema);
    each_mut(&mut schema, "", &mut |schema, at| {
        if let Value::Object(keywords) = schema {
            names.note(keywords, at);
            if ref_alone && keywords.contains_key("$ref") {
                keywords.retain(|keyword, _| {
                    ANNOTATIONS.contains(&keyword.as_str()) || is_defs(keyword)
                });
            }
            names.lead(keywords);
            items(keywords);
            dependencies(keywords);
            exclusive(keywords, "minimum", "exclusiveMinimum");
            exclusive(keywords, "maximum", "exclusiveMaximum");
        }
    });
    if !names.anchors.is_empty() {
        each_mut(&mut schema, "", &mut |schema, _| names.follow(schema));
    }
    if let Value::Object(root) = &mut schema {
        definitions(root);
    }
    schema
}

/// The names by which a schema may refer to its parts, beside where they stand.
#[derive(Default)]
struct Names {
    /// Its own address.
    id: String,
    /// Where each anchor stands.
    anchors: BTreeMap<String, String>,
    /// The definitions of which another has the name under `$defs`.
    twice: BTreeSet<String>,
}

impl Names {
    fn of(schema: &Value) -> Self {
        let members = |keyword| schema.get(keyword).and_then(Value::as_object);
        let mut names = Self::default();
        if let (Some(old), Some(new)) = (members("definitions"), members("$defs")) {
            let twice = old.keys().filter(|name| new.contains_key(*name));
            names.twice = twice.cloned().collect();
        }
        let id = schema.get("$id").and_then(Value::as_str);
        names.id = id.unwrap_or_default().trim_end_matches('#').to_owned();
        names
    }

    /// Keeps the anchor of what stands at `at`.
    fn note(&mut self, keywords: &Map<String, Value>, at: &str) {
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(anchor) = keywords.get(keyword).and_then(Value::as_str) {
                let place = self.led(&format!("#{at}"));
                self.anchors.insert(anchor.to_owned(), place);
            }
        }
    }

    /// Lets every reference be a `$ref`, by the place where it leads or by an anchor. A dynamic one leads where it stands: nobody
    /// else refers to the schema.
    fn lead(&self, keywords: &mut Map<String, Value>) {
        for keyword in ["$dynamicRef", "$recursiveRef"] {
            if let (Some(reference), false) =
                (keywords.remove(keyword), keywords.contains_key("$ref"))
            {
                keywords.insert("$ref".to_owned(), reference);
            }
        }
        if let Some(Value::String(reference)) = keywords.get_mut("$ref") {
            *reference = self.led(reference);
        }
    }

    fn led(&self, reference: &str) -> String {
        let local = reference.strip_prefix(&self.id);
        let local = local.filter(|local| local.starts_with('#') && !self.id.is_empty());
        let local = local.unwrap_or(reference);
        let Some(rest) = local.strip_prefix("#/definitions/") else {
            return modern_items(local);
        };
        let name = rest.split('/').next().unwrap_or_default();
        match self
            .twice
            .contains(&name.replace("~1", "/").replace("~0", "~"))
        {
            true => modern_items(local),
            false => modern_items(&format!("#/$defs/{rest}")),
        }
    }

    /// Lets a reference by an anchor lead to the place where that stands.
    fn follow(&self, schema: &mut Value) {
        if let Some(Value::String(reference)) = schema.get_mut("$ref")
            && let Some(place) = reference
                .strip_prefix('#')
                .and_then(|name| self.anchors.get(name))
        {
            place.clone_into(reference);
        }
    }
}

fn is_defs(keyword: &str) -> bool {
    matches!(keyword, "$defs" | "definitions")
}

/// A list of schemas under `items` is `prefixItems`, and what was said of the items after those is `items`.
fn items(keywords: &mut Map<String, Value>) {
    let rest = keywords.remove("additionalItems");
    if let Some(Value::Array(_)) = keywords.get("items") {
        let items = keywords.remove("items").unwrap_or_default();
        keywords.insert("prefixItems".to_owned(), items);
        keywords.extend(rest.map(|rest| ("items".to_owned(), rest)));
    }
    no_more_items(keywords);
}

/// `"items": false` behind a tuple is a length and items that are each of the tuple's: OpenAI wants to see a schema there.
fn no_more_items(keywords: &mut Map<String, Value>) {
    let (Some(Value::Array(parts)), Some(Value::Bool(false))) =
        (keywords.get("prefixItems"), keywords.get("items"))
    else {
        return;
    };
    let (items, most) = (json!({ "anyOf": parts }), parts.len() as u64);
    let said = keywords.get("maxItems").and_then(Value::as_u64);
    let most = said.map_or(most, |said| said.min(most));
    keywords.insert("items".to_owned(), items);
    keywords.insert("maxItems".to_owned(), most.into());
}

/// `dependencies` are two keywords now: one for names, one for schemas.
fn dependencies(keywords: &mut Map<String, Value>) {
    let Some(Value::Object(dependencies)) = keywords.remove("dependencies") else {
        return;
    };
    let (required, schemas): (Map<_, _>, Map<_, _>) =
        dependencies.into_iter().partition(|(_, on)| on.is_array());
    for (keyword, members) in [
        ("dependentRequired", required),
        ("dependentSchemas", schemas),
    ] {
        if !members.is_empty() {
            keywords.insert(keyword.to_owned(), members.into());
        }
    }
}

/// In draft 4 whether a bound is exclusive was a word beside it.
fn exclusive(keywords: &mut Map<String, Value>, bound: &str, exclusive: &str) {
    if let Some(Value::Bool(is_exclusive)) = keywords.get(exclusive).cloned() {
        keywords.remove(exclusive);
        if is_exclusive && let Some(value) = keywords.remove(bound) {
            keywords.insert(exclusive.to_owned(), value);
        }
    }
}

/// Those of the root stand under `$defs`; where both have one of a name, they stay what they are.
fn definitions(root: &mut Map<String, Value>) {
    let Some(Value::Object(old)) = root.remove("definitions") else {
        return;
    };
    let mut twice = Map::new();
    let new = root.entry("$defs").or_insert_with(|| Map::new().into());
    if let Value::Object(new) = new {
        for (name, schema) in old {
            match new.contains_key(&name) {
                true => twice.insert(name, schema),
                false => new.insert(name, schema),
            };
        }
    }
    if !twice.is_empty() {
        root.insert("definitions".to_owned(), twice.into());
    }
}

/// `items/0` is `prefixItems/0`.
fn modern_items(reference: &str) -> String {
    let segments: Vec<&str> = reference.split('/').collect();
    let is_index = |segment: Option<&&str>| {
        segment.is_some_and(|segment| {
            !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit())
        })
    };
    let modern = segments.iter().enumerate().map(|(place, segment)| {
        match *segment == "items" && is_index(segments.get(place + 1)) {
            true => "prefixItems",
            false => segment,
        }
    });
    modern.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::modern;

    #[track_caller]
    fn check(old: Value, new: Value) {
        assert_eq!(modern(old), new);
        assert_eq!(modern(new.clone()), new);
    }

    #[test]
    fn what_2020_12_says_otherwise_is_said_so() {
        check(
            json!({"items": [{"type": "string"}, {}], "additionalItems": false}),
            json!({"prefixItems": [{"type": "string"}, {}], "items": {"anyOf": [{"type": "string"}, {}]}, "maxItems": 2}),
        );
        check(
            json!({"items": [{}], "additionalItems": {"type": "string"}}),
            json!({"prefixItems": [{}], "items": {"type": "string"}}),
        );
        check(
            json!({"prefixItems": [{}], "items": false, "maxItems": 0}),
            json!({"prefixItems": [{}], "items": {"anyOf": [{}]}, "maxItems": 0}),
        );
        check(
            json!({"properties": {"a": {"items": {}, "additionalItems": false}}}),
            json!({"properties": {"a": {"items": {}}}}),
        );
        check(
            json!({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}),
            json!({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}}),
        );
        check(
            json!({"minimum": 3, "exclusiveMinimum": true, "maximum": 4, "exclusiveMaximum": false}),
            json!({"exclusiveMinimum": 3, "maximum": 4}),
        );
        check(
            json!({"properties": {"a": {"$ref": "#/definitions/A/items/1"}}, "definitions": {"A": {"items": [{}, {"const": 1}]}}}),
            json!({"properties": {"a": {"$ref": "#/$defs/A/prefixItems/1"}}, "$defs": {"A": {"prefixItems": [{}, {"const": 1}]}}}),
        );
    }

    #[test]
    fn every_reference_leads_to_a_place() {
        check(
            json!({"properties": {"a": {"$ref": "#word"}}, "definitions": {"W": {"$anchor": "word", "type": "string"}}}),
            json!({"properties": {"a": {"$ref": "#/$defs/W"}}, "$defs": {"W": {"$anchor": "word", "type": "string"}}}),
        );
        check(
            json!({"$id": "https://example.com/a", "properties": {"a": {"$ref": "https://example.com/a#/$defs/W"}}, "$defs": {"W": {}}}),
            json!({"$id": "https://example.com/a", "properties": {"a": {"$ref": "#/$defs/W"}}, "$defs": {"W": {}}}),
        );
        check(
            json!({"$dynamicAnchor": "tree", "properties": {"a": {"$dynamicRef": "#tree"}, "b": {"$recursiveRef": "#"}}}),
            json!({"$dynamicAnchor": "tree", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}}),
        );
        let twice = json!({
            "properties": {"a": {"$ref": "#/definitions/T"}, "b": {"$ref": "#/$defs/T"}},
            "definitions": {"T": {"type": "string"}},
            "$defs": {"T": {"type": "integer"}},
        });
        check(twice.clone(), twice);
    }

    #[test]
    fn a_property_is_no_keyword() {
        let schema = json!({"properties": {"definitions": {"type": "string"}, "dependencies": {}, "items": {"enum": [{"items": []}]}}});
        check(schema.clone(), schema);
    }

    #[test]
    fn beside_a_reference_nothing_held_before_2019() {
        let node = |schema: &str| json!({"$schema": schema, "properties": {"a": {"$ref": "#", "description": "A.", "minLength": 3}}});
        let drafts = [
            "http://json-schema.org/draft-07/schema#",
            "https://json-schema.org/draft/2020-12/schema",
        ];
        let [old, new] = drafts.map(|draft| modern(node(draft)));
        assert_eq!(
            old["properties"]["a"],
            json!({"$ref": "#", "description": "A."})
        );
        assert_eq!(new, node(drafts[1]));
    }
}
