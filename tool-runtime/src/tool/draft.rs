//! A schema of an older draft in the words of 2020-12, which every provider reads.

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
    each_mut(&mut schema, "", &mut |schema, _| {
        if let Value::Object(keywords) = schema {
            if ref_alone && keywords.contains_key("$ref") {
                keywords.retain(|keyword, _| {
                    ANNOTATIONS.contains(&keyword.as_str()) || is_defs(keyword)
                });
            }
            if let Some(Value::String(reference)) = keywords.get_mut("$ref") {
                *reference = modern_pointer(reference);
            }
            items(keywords);
            dependencies(keywords);
            exclusive(keywords, "minimum", "exclusiveMinimum");
            exclusive(keywords, "maximum", "exclusiveMaximum");
        }
    });
    if let Value::Object(root) = &mut schema {
        definitions(root);
    }
    schema
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
    let new = root.entry("$defs").or_insert_with(|| Map::new().into());
    if let Value::Object(new) = new {
        for (name, schema) in old {
            new.entry(name).or_insert(schema);
        }
    }
}

/// Where a pointer leads now.
fn modern_pointer(reference: &str) -> String {
    let Some(rest) = reference.strip_prefix("#/definitions/") else {
        return modern_items(reference);
    };
    modern_items(&format!("#/$defs/{rest}"))
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
