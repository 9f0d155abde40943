//! Random schemas, and arguments that are spoilt at random: what was spoilt in a way that can be repaired is what it was, and
//! whatever is made of anything else is valid and was necessary.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::call;
use tokio::runtime::{Builder, Runtime};
use tool_runtime::batch::Repair;
use tool_runtime::tool::{ArgumentErrors, ArgumentProblem, Named, Place, Prepared, ToolDefinition};
use tool_runtime::{CallContext, Content, Policy, Report, Tool, Toolbox, tools};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

thread_local! {
    /// Of the tool that is defined next on this thread.
    static SCHEMA: RefCell<Value> = const { RefCell::new(Value::Null) };
}

/// Takes what a schema takes, as another's validator says, and says the same again.
struct Checked {}

impl Named for Checked {
    const NAME: &'static str = "checked";
    const PLACE: Place = Place::new(file!(), line!());
}

impl Tool<Validator> for Checked {
    fn definition(&self) -> ToolDefinition {
        let definition = ToolDefinition::new::<Self>("Takes what a schema takes.");
        definition.with_parameters(SCHEMA.with_borrow(Value::clone))
    }

    fn prepare(&self, arguments: &str, _: CallContext, validator: Arc<Validator>) -> Prepared {
        let arguments = arguments.to_owned();
        match takes(&validator, &arguments) {
            true => Prepared::new(Box::pin(async move { Ok(Content::Json(arguments).into()) })),
            false => {
                let problem = ArgumentProblem::new("", "what the schema takes", &*arguments);
                Prepared::rejected(ArgumentErrors::new(problem))
            }
        }
    }
}

fn takes(validator: &Validator, arguments: &str) -> bool {
    let arguments = serde_json::from_str::<Value>(arguments);
    arguments.is_ok_and(|arguments| validator.is_valid(&arguments))
}

/// A toolbox with a tool of this schema.
fn toolbox(schema: &Value) -> Toolbox<Validator> {
    SCHEMA.set(schema.clone());
    Toolbox::<Validator>::builder()
        .tools(tools![Checked])
        .build()
        .unwrap()
}

fn validator(toolbox: &Toolbox<Validator>) -> Validator {
    let schema = toolbox.tools()[0].parameters().to_string();
    jsonschema::draft202012::new(&serde_json::from_str(&schema).unwrap()).unwrap()
}

/// The same call without and with repair.
fn both(schema: &Value, arguments: &str) -> [Report; 2] {
    let toolbox = toolbox(schema);
    let validator = Arc::new(validator(&toolbox));
    [Repair::Off, Repair::Safe].map(|repair| {
        let desk = toolbox.bind(Arc::clone(&validator));
        let desk = desk.with(Policy::default().repair(repair)).unwrap();
        RUNTIME.block_on(desk.run([call("checked", arguments)]))
    })
}

/// A schema and one of its values. What is under `$hoisted` is to be referred to.
type Pair = (Value, Value);

fn words() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        "",
        "a",
        "7",
        "-0.5",
        "true",
        "null",
        "\\[1\\]",
        "\\{\"a\":1\\}",
        "\"7\"",
        " 7"
    ];
    words.prop_map(Value::from)
}

/// What takes a string takes nothing else here, so that every number, boolean and container can be repaired.
fn pairs() -> impl Strategy<Value = Pair> {
    let leaf = prop_oneof![
        words().prop_map(|word| (json!({"type": "string"}), word)),
        words().prop_map(|word| (json!({}), word)),
        words().prop_map(|word| (json!({"enum": [word, "b"]}), word)),
        (-9..9_i64).prop_map(|n| (json!({"type": "integer"}), json!(n))),
        (-9..9_i64).prop_map(|n| (json!({"enum": [n, null, true]}), json!(n))),
        (-9..9_i64).prop_map(|n| (json!({"const": n}), json!(n))),
        (-9..9_i64).prop_map(|n| (
            json!({"type": ["null", "number", "boolean"]}),
            json!(n as f64 / 4.0)
        )),
        any::<bool>().prop_map(|b| (json!({"type": "boolean"}), json!(b))),
        any::<bool>().prop_map(|b| (json!({"type": ["boolean", "integer"]}), json!(b))),
        Just((json!({"type": ["integer", "null"]}), Value::Null)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            inner.clone().prop_map(|(schema, value)| (json!({"anyOf": [schema, {"type": "null"}]}), value)),
            inner.clone().prop_map(|(schema, value)| (json!({"allOf": [{"title": "a"}, schema]}), value)),
            inner.clone().prop_map(|(schema, value)| (json!({"$hoisted": schema, "title": "b"}), value)),
            (inner.clone(), 0..3_usize).prop_map(|((schema, value), count)| {
                (json!({"type": "array", "items": schema}), vec![value; count].into())
            }),
            several.clone().prop_map(|pairs| {
                let (schemas, values): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
                let schema = match schemas.is_empty() {
                    true => json!({"type": "array"}),
                    false => json!({"type": "array", "prefixItems": schemas}),
                };
                (schema, values.into())
            }),
            (inner.clone(), inner.clone()).prop_map(|((schema, value), (other, _))| {
                let branch = |tag, schema| json!({
                    "type": "object", "properties": {"kind": {"const": tag}, "v": schema}, "required": ["kind", "v"],
                });
                let schema = json!({"oneOf": [branch("x", other), branch("y", schema)]});
                (schema, json!({"kind": "y", "v": value}))
            }),
            (inner.clone(), any::<bool>()).prop_map(|((schema, value), by_pattern)| {
                let schema = match by_pattern {
                    true => json!({"type": "object", "patternProperties": {"^a": schema}, "additionalProperties": false}),
                    false => json!({"type": "object", "additionalProperties": schema}),
                };
                (schema, json!({"a": value, "ab": value}))
            }),
            several.prop_map(object),
        ]
    })
}

fn object(pairs: Vec<Pair>) -> Pair {
    let names = ["a", "b", "c", "d"];
    let (mut properties, mut members) = (Map::new(), Map::new());
    for (name, (schema, value)) in names.into_iter().zip(pairs) {
        properties.insert(name.to_owned(), schema);
        members.insert(name.to_owned(), value);
    }
    let required: Vec<_> = members.keys().take(1).cloned().collect();
    let schema = json!({"type": "object", "properties": properties, "required": required});
    (schema, members.into())
}

fn arguments() -> impl Strategy<Value = Pair> {
    prop::collection::vec(pairs(), 1..4).prop_map(|pairs| {
        let (mut schema, value) = object(pairs);
        let mut definitions = Map::new();
        hoist(&mut schema, &mut definitions);
        schema["$defs"] = definitions.into();
        (schema, value)
    })
}

/// Puts what is to be referred to among the definitions.
fn hoist(schema: &mut Value, definitions: &mut Map<String, Value>) {
    match schema {
        Value::Object(node) => {
            node.values_mut()
                .for_each(|inner| hoist(inner, definitions));
            if let Some(hoisted) = node.remove("$hoisted") {
                let name = format!("D{}", definitions.len());
                node.insert("$ref".to_owned(), json!(format!("#/$defs/{name}")));
                definitions.insert(name, hoisted);
            }
        }
        Value::Array(schemas) => schemas
            .iter_mut()
            .for_each(|inner| hoist(inner, definitions)),
        _ => {}
    }
}

/// What decides where something is spoilt.
struct Tape {
    steps: std::vec::IntoIter<u8>,
    spoilt: usize,
}

impl Tape {
    fn spoils(&mut self) -> bool {
        let spoils = self.steps.next().is_some_and(|step| step % 3 == 0);
        self.spoilt += usize::from(spoils);
        spoils
    }

    /// The value with some of it in strings.
    fn spoil(&mut self, value: &Value) -> Value {
        let (spoils, inner) = match value {
            Value::Null | Value::String(_) => return value.clone(),
            Value::Bool(_) | Value::Number(_) => (self.spoils(), value.clone()),
            Value::Array(elements) => {
                let spoils = self.spoils();
                (
                    spoils,
                    elements.iter().map(|element| self.spoil(element)).collect(),
                )
            }
            Value::Object(members) => {
                let spoils = self.spoils();
                let members = members.iter();
                let members = members.map(|(key, value)| (key.clone(), self.spoil(value)));
                (spoils, members.collect())
            }
        };
        match spoils {
            true => inner.to_string().into(),
            false => inner,
        }
    }
}

/// Whether `read` is `written` but for strings that are what stands in them.
fn means(written: &Value, read: &Value) -> bool {
    let in_string = |text: &String| {
        serde_json::from_str(text)
            .is_ok_and(|inside: Value| !inside.is_string() && means(&inside, read))
    };
    match (written, read) {
        (Value::Array(written), Value::Array(read)) => {
            written.len() == read.len() && written.iter().zip(read).all(|(a, b)| means(a, b))
        }
        (Value::Object(written), Value::Object(read)) => {
            let mut members = written.iter();
            let same = |(key, value): (&String, &Value)| {
                read.get(key).is_some_and(|read| means(value, read))
            };
            written.len() == read.len() && members.all(same)
        }
        (Value::String(text), _) => written == read || in_string(text),
        _ => written == read,
    }
}

/// `read`, but with the string at this path that was written there.
fn restored(written: &Value, read: &Value, path: &str) -> Value {
    if path.is_empty() {
        return written.clone();
    }
    let parsed = written
        .as_str()
        .map(|text| serde_json::from_str(text).unwrap());
    let written = parsed.as_ref().unwrap_or(written);
    let (step, rest) = match path.strip_prefix('[') {
        Some(path) => path.split_once(']').unwrap(),
        None => path.split_at(path.find(['.', '[']).unwrap_or(path.len())),
    };
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let mut read = read.clone();
    match &mut read {
        Value::Array(elements) => {
            let index: usize = step.parse().unwrap();
            elements[index] = restored(&written[index], &elements[index], rest);
        }
        read => read[step] = restored(&written[step], &read[step], rest),
    }
    read
}

/// What holds of whatever is written.
fn check_any(schema: &Value, written: &str) -> Result<(), TestCaseError> {
    let [off, safe] = both(schema, written);
    let (off, safe) = (&off.results()[0], &safe.results()[0]);
    if safe.is_error() || !off.is_error() {
        prop_assert_eq!(safe.text(), off.text());
        prop_assert_eq!(safe.repairs(), []);
        return Ok(());
    }
    prop_assert!(!safe.repairs().is_empty());
    let validator = validator(&toolbox(schema));
    let read: Value = serde_json::from_str(safe.text()).unwrap();
    prop_assert!(validator.is_valid(&read), "{}", read);
    // All but code fences, which no random text has and is JSON.
    let written: Value = serde_json::from_str(written).unwrap();
    prop_assert!(means(&written, &read), "{} as {}", written, read);
    for repaired in safe.repairs() {
        let restored = restored(&written, &read, repaired.path());
        prop_assert!(
            !validator.is_valid(&restored),
            "{} was not necessary in {}",
            repaired,
            written
        );
    }
    Ok(())
}

/// Any value, with strings in which something stands.
fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..4_i64).prop_map(Value::from),
        words(),
    ];
    scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|value| value.to_string().into()),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(prop_oneof!["a", "b", "kind", "v"], inner, 0..3)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// Schemas that may take strings beside other things.
fn schemas() -> impl Strategy<Value = Value> {
    let types = [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];
    let leaf = prop_oneof![
        prop::sample::subsequence(types.to_vec(), 1..3).prop_map(|kinds| json!({"type": kinds})),
        values().prop_map(|value| json!({"const": value})),
        prop::collection::vec(values(), 1..4).prop_map(|values| json!({"enum": values})),
        pairs().prop_map(|(schema, _)| schema),
        Just(json!({})),
        Just(json!({"$ref": "#"})),
        Just(json!({"$ref": "#/properties/a"})),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let tag = || prop::option::of(values());
        prop_oneof![
            several.clone().prop_map(|schemas| json!({"anyOf": schemas})),
            several.clone().prop_map(|schemas| json!({"oneOf": schemas})),
            several.clone().prop_map(|schemas| json!({"allOf": schemas})),
            several.prop_map(|schemas| json!({"prefixItems": schemas, "items": {"type": "integer"}})),
            inner.clone().prop_map(|not| json!({"not": not})),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({
                "type": "object", "patternProperties": {"^a": a}, "additionalProperties": b,
            })),
            (inner.clone(), inner, tag()).prop_map(|(a, b, tag)| {
                let kind = tag.map_or(json!({"type": "integer"}), |tag| json!({"const": tag}));
                json!({"properties": {"a": a, "b": b, "kind": kind}, "required": ["a"], "additionalProperties": false})
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_spoilt_is_what_it_was(
        (schema, value) in arguments(),
        steps in prop::collection::vec(any::<u8>(), 0..40),
        fenced in any::<bool>(),
    ) {
        let mut tape = Tape { steps: steps.into_iter(), spoilt: 0 };
        let mut spoilt = tape.spoil(&value).to_string();
        if fenced {
            spoilt = format!("```json\n{spoilt}\n```");
            tape.spoilt += 1;
        }
        prop_assert!(takes(&validator(&toolbox(&schema)), &value.to_string()), "{} of {}", value, schema);
        let [off, safe] = both(&schema, &spoilt);
        prop_assert_eq!(off.results()[0].is_error(), tape.spoilt > 0, "{}", spoilt);
        let result = &safe.results()[0];
        prop_assert!(!result.is_error(), "{} of {}: {}", spoilt, schema, result.text());
        let read: Value = serde_json::from_str(result.text()).unwrap();
        prop_assert_eq!(read, value);
        prop_assert_eq!(result.repairs().len(), tape.spoilt);
        if !fenced {
            check_any(&schema, &spoilt)?;
        }
    }

    #[test]
    fn whatever_is_made_of_arguments_is_valid_and_was_necessary(
        (mut schema, value) in arguments(),
        steps in prop::collection::vec(any::<u8>(), 0..40),
        (y, z) in (schemas(), schemas()),
        others in prop::collection::btree_map(prop_oneof!["y", "z"], values(), 0..3),
    ) {
        // Something to repair, beside what may have to stay as it is.
        let mut tape = Tape { steps: steps.into_iter(), spoilt: 0 };
        let mut spoilt = match tape.spoil(&value) {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        spoilt.extend(others);
        let mut definitions = schema["$defs"].take();
        for (name, mut other) in [("y", y), ("z", z)] {
            hoist(&mut other, definitions.as_object_mut().unwrap());
            schema["properties"][name] = other;
        }
        schema["$defs"] = definitions;
        check_any(&schema, &Value::from(spoilt).to_string())?;
    }

    #[test]
    fn any_text_is_read_to_its_end(
        pieces in prop::collection::vec(
            prop_oneof!["\\{", "\\}", "\\[", "\\]", "\"", "\\\\", ":", ",", "```", "json", "\n", " ", "a", "7", "true", "\\PC", "\"a\":"],
            0..24,
        ),
        (schema, value) in arguments(),
        at in any::<prop::sample::Index>(),
    ) {
        let noise = pieces.concat();
        let _ = both(&schema, &noise);
        // In the middle of what is right, too.
        let mut text = format!("```\n{}\n```", value.to_string().replace(":1", ":\"1\""));
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        text.insert_str(*at.get(&places), &noise);
        let [off, safe] = both(&schema, &text);
        let (off, safe) = (&off.results()[0], &safe.results()[0]);
        if safe.is_error() {
            prop_assert_eq!(safe.text(), off.text());
        }
    }
}
