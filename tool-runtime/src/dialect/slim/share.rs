//! Same schemas written once, and those that are used once written where they are used.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::dialect::lower::{each, inside_mut};
use crate::tool::Schema;
use crate::tool::merge::ANNOTATIONS;
use crate::tool::schema_text::{name, ordered};

/// What a schema that is shared takes beside itself: its place among the definitions.
const DEFINED: usize = "\"$defs\":{\"\":},".len();

/// What a `$ref` takes beside the name of what it leads to.
const REFERENCE: usize = "{\"$ref\":\"#/$defs/\"}".len();

/// So many schemas of a tool are shared at most.
const MOST: usize = 32;

pub(super) fn share(schema: &mut Schema) {
    if !refers_to_definitions_alone(schema) {
        return;
    }
    inline(schema);
    for _ in 0..MOST {
        if !share_one(schema) {
            break;
        }
    }
}

/// Whether no `$ref` leads to a place that may move, and none leads there from what is not looked at: how the arguments as a whole go together.
fn refers_to_definitions_alone(schema: &Schema) -> bool {
    let mut alone = schema.is_simple();
    visit(schema, &mut |node| {
        alone &= node
            .get("$ref")
            .is_none_or(|reference| name(reference).is_some());
        alone &= [
            "$id",
            "$anchor",
            "$dynamicRef",
            "$dynamicAnchor",
            "$defs",
            "definitions",
        ]
        .iter()
        .all(|keyword| node.get(*keyword).is_none());
    });
    alone
}

fn visit<'a>(schema: &'a Schema, see: &mut dyn FnMut(&'a Value)) {
    let properties = schema.properties().iter().map(|(_, schema)| schema);
    let all = properties.chain([schema.additional()]);
    for schema in all.chain(schema.definitions().values()) {
        each(schema, see);
    }
}

/// Puts what a `$ref` leads to in its place, where that is shorter: where it is the only one, or the definition is small.
fn inline(schema: &mut Schema) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    visit(schema, &mut |node| {
        if let Some(name) = node.get("$ref").and_then(name) {
            *uses.entry(name.to_owned()).or_default() += 1;
        }
    });
    for (name, count) in uses {
        let Some(target) = schema.definitions().get(&name).cloned() else {
            continue;
        };
        let length = ordered(&target, &[]).len();
        let copied = (count - 1) * length;
        let shared = name.len() + DEFINED + count * (REFERENCE + name.len());
        // What is copied takes its own `$ref`s along, and may be what refers to itself.
        let is_better = match references(&target, &name) {
            (0, _) => copied < shared,
            (_, 0) => count == 1,
            _ => false,
        };
        if is_better && replaced(schema, &name, &target) {
            schema.definitions_mut().remove(&name);
        }
    }
}

/// How many `$ref`s a schema has, and how many of them lead to this definition.
fn references(schema: &Value, of: &str) -> (usize, usize) {
    let (mut all, mut to_it) = (0, 0);
    each(schema, &mut |node| {
        let reference = node.get("$ref").and_then(name);
        all += usize::from(reference.is_some());
        to_it += usize::from(reference == Some(of));
    });
    (all, to_it)
}

/// Whether every `$ref` to the definition could be replaced.
fn replaced(schema: &mut Schema, of: &str, target: &Value) -> bool {
    schema.each_mut(&mut |root| replace(root, of, target));
    let mut left = 0;
    visit(schema, &mut |node| {
        left += usize::from(node.get("$ref").and_then(name) == Some(of));
    });
    left == 0
}

fn replace(schema: &mut Value, of: &str, target: &Value) {
    if let (Value::Object(node), Value::Object(target)) = (&mut *schema, target)
        && node.get("$ref").and_then(name) == Some(of)
    {
        let is_annotated = |key: &String| key == "$ref" || ANNOTATIONS.contains(&key.as_str());
        if node.keys().all(is_annotated) {
            node.remove("$ref");
            let mut whole: Map<String, Value> = target.clone();
            // What is said of the place says more than what is said of the type.
            whole.extend(std::mem::take(node));
            *node = whole;
        }
        return;
    }
    for inner in inside_mut(schema) {
        replace(inner, of, target);
    }
}

/// Makes a definition of the schema with which that saves most, if it saves anything.
fn share_one(schema: &mut Schema) -> bool {
    let mut counts: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    let properties = schema.properties().iter().map(|(_, schema)| schema);
    let definitions = schema.definitions().values();
    for root in properties.chain([schema.additional()]).chain(definitions) {
        // A definition itself is one already.
        let is_definition = schema
            .definitions()
            .values()
            .any(|known| std::ptr::eq(known, root));
        each(root, &mut |node| {
            if node.is_object() && !(is_definition && std::ptr::eq(node, root)) {
                let text = ordered(node, &[]);
                counts.entry(text).or_insert_with(|| (0, node.clone())).0 += 1;
            }
        });
    }
    let name = (0..).map(|number| format!("s{number}"));
    let mut name = name.filter(|name| !schema.definitions().contains_key(name));
    let Some(name) = name.next() else {
        return false;
    };
    let reference = json!({ "$ref": format!("#/$defs/{name}") });
    let length = ordered(&reference, &[]).len();
    let saves = |text: &str, count: usize| {
        let shared = text.len() + name.len() + DEFINED + count * length;
        (count * text.len()).saturating_sub(shared)
    };
    let best = counts
        .iter()
        .filter(|(text, (count, node))| {
            *count > 1 && node.get("$ref").is_none() && saves(text, *count) > 0
        })
        .max_by_key(|(text, (count, _))| saves(text, *count));
    let Some((_, (_, node))) = best else {
        return false;
    };
    let node = node.clone();
    schema.each_mut(&mut |root| refer(root, &node, &reference));
    schema.definitions_mut().insert(name, node);
    true
}

fn refer(schema: &mut Value, node: &Value, reference: &Value) {
    if schema == node {
        *schema = reference.clone();
        return;
    }
    for inner in inside_mut(schema) {
        refer(inner, node, reference);
    }
}
