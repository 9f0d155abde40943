//! Names of types that are not JSON Schema's, as schemas written by hand or made of a program's types have them.

use serde_json::Value;

use super::places::each_mut;
use crate::text::{listed, nearest};

const STANDARD: [&str; 7] = [
    "array", "boolean", "integer", "null", "number", "object", "string",
];

/// What stands for what, without regard to case.
#[rustfmt::skip]
const MEANT: [(&str, &[&str]); 7] = [
    ("array", &["list", "tuple", "vec", "vector", "sequence", "set"]),
    ("boolean", &["bool"]),
    ("integer", &["int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "isize", "usize", "long", "short", "bigint"]),
    ("null", &["none", "nonetype", "nil", "void", "undefined"]),
    ("number", &["float", "float32", "float64", "f32", "f64", "double", "decimal", "real"]),
    ("object", &["dict", "dictionary", "map", "hashmap", "mapping", "record", "struct", "hash"]),
    ("string", &["str", "text", "varchar", "char", "character"]),
];

/// What takes any value: no type is said then.
const ANY: [&str; 4] = ["any", "mixed", "unknown", "json"];

enum Meant {
    Standard(&'static str),
    Any,
    /// Nobody knows.
    Nothing,
}

fn meant(name: &str) -> Meant {
    let name = name.to_lowercase();
    if ANY.contains(&name.as_str()) {
        return Meant::Any;
    }
    let others = MEANT
        .iter()
        .find(|(standard, names)| *standard == name || names.contains(&name.as_str()));
    others.map_or(Meant::Nothing, |(standard, _)| Meant::Standard(standard))
}

/// What is wrong with the names of types in `schema`; nothing, if all are JSON Schema's.
pub(super) fn problem(schema: &Value) -> Option<String> {
    let mut problems = Vec::new();
    let mut schema = schema.clone();
    each_mut(&mut schema, "", &mut |schema, at| {
        let names = match schema.get("type") {
            Some(Value::String(name)) => vec![name.as_str()],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let odd = names.into_iter().filter(|name| !STANDARD.contains(name));
        problems.extend(odd.map(|name| told(name, at)));
    });
    // Not in the order of a map, which other crates choose.
    problems.sort();
    let is_mapped = problems.iter().all(|(_, is_mapped)| *is_mapped);
    let texts: Vec<String> = problems.into_iter().map(|(text, _)| text).collect();
    let or = match is_mapped {
        true => "; or say `with_mapped_types(true)` in the definition",
        false => "",
    };
    (!texts.is_empty()).then(|| texts.join("; ") + or)
}

/// One name that is wrong, and whether it can be mapped.
fn told(name: &str, at: &str) -> (String, bool) {
    let wrong = format!("at `{at}/type`: `{name}` is no type of JSON Schema");
    match meant(name) {
        Meant::Standard(standard) => (format!("{wrong}, write `{standard}`"), true),
        Meant::Any => (format!("{wrong}, leave `type` out to take any value"), true),
        Meant::Nothing => match nearest(name, STANDARD) {
            Some(near) => (format!("{wrong}, did you mean `{near}`?"), false),
            None => (format!("{wrong}, which are {}", listed(STANDARD)), false),
        },
    }
}

/// The same schema with the names that JSON Schema has, where it is known which are meant.
pub(super) fn mapped(mut schema: Value) -> Value {
    each_mut(&mut schema, "", &mut |schema, _| {
        let Value::Object(keywords) = schema else {
            return;
        };
        let is_any = match keywords.get_mut("type") {
            Some(Value::Array(names)) => names.iter_mut().any(map),
            Some(name) => map(name),
            None => false,
        };
        if is_any {
            keywords.remove("type");
        }
    });
    schema
}

/// Maps one name; answers whether it is one for any value.
fn map(name: &mut Value) -> bool {
    match name.as_str().map(meant) {
        Some(Meant::Standard(standard)) => {
            *name = standard.into();
            false
        }
        Some(Meant::Any) => true,
        Some(Meant::Nothing) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{mapped, problem};

    #[test]
    fn every_odd_name_is_told_with_its_place() {
        let schema = json!({"type": "dict", "properties": {
            "type": {"type": "string"},
            "a/b": {"type": "float", "enum": [{"type": "dict"}]},
            "b": {"type": ["String", "null"]},
            "c": {"type": "array", "items": {"type": "any"}},
        }});
        assert_eq!(
            problem(&schema).unwrap(),
            "at `/properties/a~1b/type`: `float` is no type of JSON Schema, write `number`; \
             at `/properties/b/type`: `String` is no type of JSON Schema, write `string`; \
             at `/properties/c/items/type`: `any` is no type of JSON Schema, leave `type` out to take any value; \
             at `/type`: `dict` is no type of JSON Schema, write `object`; \
             or say `with_mapped_types(true)` in the definition"
        );
    }

    #[test]
    fn a_name_that_nobody_knows_is_not_mapped() {
        let check = |name: &str, end: &str| {
            let schema = json!({"type": name});
            assert_eq!(mapped(schema.clone()), schema);
            let problem = problem(&schema).unwrap();
            assert_eq!(
                problem,
                format!("at `/type`: `{name}` is no type of JSON Schema, {end}")
            );
        };
        check("strin", "did you mean `string`?");
        check(
            "Customer",
            "which are `array`, `boolean`, `integer`, `null`, `number`, `object` and `string`",
        );
    }

    #[test]
    fn names_are_mapped_where_they_are_names_of_types() {
        let check = |odd: Value, standard: Value| {
            assert_eq!(mapped(odd), standard);
            assert_eq!(problem(&standard), None);
        };
        check(json!({"type": "Dict"}), json!({"type": "object"}));
        check(
            json!({"type": ["str", "None"]}),
            json!({"type": ["string", "null"]}),
        );
        check(json!({"type": ["any", "null"]}), json!({}));
        check(
            json!({"type": "object", "properties": {"type": {"type": "i64", "default": {"type": "dict"}}}}),
            json!({"type": "object", "properties": {"type": {"type": "integer", "default": {"type": "dict"}}}}),
        );
        check(
            json!({"$defs": {"A": {"type": "list", "items": [{"type": "bool"}]}}}),
            json!({"$defs": {"A": {"type": "array", "items": [{"type": "boolean"}]}}}),
        );
    }
}
