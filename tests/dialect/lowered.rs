//! Schemas in each provider's form: what moves, what has none, and that no valid value is refused.

use serde_json::{Map, Value, json};
use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, OpenAiChat, OpenAiResponses, RequestFormat,
};
use tool_runtime::{ManifestError, Moved, ToolCall, ToolDefinition, Toolbox};

use crate::requests::{REQUESTS, schemas};
use crate::shapes;

/// The arguments with `null` for what they leave out, as a model writes them under OpenAI's strict schemas.
fn filled(arguments: &Value, schema: &Value) -> Value {
    let mut filled = arguments.as_object().unwrap().clone();
    for name in schema["properties"].as_object().unwrap().keys() {
        filled.entry(name.clone()).or_insert(Value::Null);
    }
    filled.into()
}

/// The arguments without members that are `null`, as a model writes them under Anthropic's strict schemas.
fn left_out(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let members: Map<_, _> = members
                .map(|(name, value)| (name.clone(), left_out(value)))
                .collect();
            members.into()
        }
        other => other.clone(),
    }
}

#[test]
fn no_valid_value_is_refused_by_any_schema() {
    for request in &REQUESTS {
        let toolbox = (request.tools)();
        let manifest = toolbox.manifest(request.format).unwrap();
        let schemas = schemas(request, &manifest);
        let mut checked = 0;
        for (name, arguments) in shapes::arguments() {
            let Some(schema) = schemas.get(name) else {
                continue;
            };
            let arguments = match request.name {
                _ if request.is_filled() => filled(&arguments, schema),
                name if name.ends_with("strict") && arguments.get("unit").is_none() => {
                    left_out(&arguments)
                }
                _ => arguments,
            };
            let validator = jsonschema::draft202012::new(schema).unwrap();
            let problems: Vec<_> = validator
                .iter_errors(&arguments)
                .map(|error| error.to_string())
                .collect();
            assert!(
                problems.is_empty(),
                "{}, {name}: {problems:?}\n{schema:#}",
                request.name
            );
            checked += 1;
        }
        assert!(checked > 8, "{}: {checked}", request.name);
    }
}

#[test]
fn keywords_that_no_derive_writes_are_told_or_kept() {
    for request in &REQUESTS {
        let manifest = request.format.manifest(&[shapes::given()]).unwrap();
        let schema = &schemas(request, &manifest)["given"];
        let validator = jsonschema::draft202012::new(schema).unwrap();
        for arguments in shapes::given_arguments() {
            let arguments = match request.is_filled() {
                true => filled(&arguments, schema),
                false => arguments,
            };
            let problems: Vec<_> = validator
                .iter_errors(&arguments)
                .map(|error| error.to_string())
                .collect();
            assert!(
                problems.is_empty(),
                "{}: {problems:?}\n{schema:#}",
                request.name
            );
        }
    }
    let listed = |format: &dyn RequestFormat| -> Vec<String> {
        let manifest = format.manifest(&[shapes::given()]).unwrap();
        let moved = manifest.moved().iter();
        moved.map(Moved::to_string).collect()
    };
    let told = listed(&Gemini);
    assert!(
        told.contains(
            &"`given`: `not` of `$.other` is in its description, as \"not: {\"const\":\"x\"}\""
                .to_owned()
        ),
        "{told:#?}"
    );
    let told = listed(&Anthropic.strict());
    assert!(
        told.contains(
            &"`given`: `exclusiveMinimum` of `$.third` is in its description, as \"more than 0\""
                .to_owned()
        ),
        "{told:#?}"
    );
    assert_eq!(listed(&OpenAiChat), Vec::<String>::new());
}

/// No provider takes anything but one object for the arguments as a whole.
#[test]
fn a_schema_in_parts_is_one_object_everywhere() {
    for request in &REQUESTS {
        let manifest = request.format.manifest(&[shapes::in_parts()]).unwrap();
        let schema = &schemas(request, &manifest)["in_parts"];
        for keyword in ["$ref", "allOf", "anyOf", "const", "enum", "not", "oneOf"] {
            assert!(
                schema.get(keyword).is_none(),
                "{}: {schema:#}",
                request.name
            );
        }
        let moved: Vec<_> = manifest
            .moved()
            .iter()
            .filter(|moved| moved.path() == "$")
            .map(Moved::to_string)
            .collect();
        assert_eq!(
            moved,
            [
                r#"`in_parts`: `not` of `$` is in its description, as "not: {"required":["id","card"]}""#,
                r#"`in_parts`: `oneOf` of `$` is in its description, as "oneOf: [{"properties":{"by":{"const":"id"},"id":{"type":"integer"}},"required":["by","id"]},{"properties":{"by":{"const":"card"},"card":{"type":"object","properties":{"digits":{"type":"string"}},"required":["digits"],"additionalProperties":false}},"required":["by","card"]}]""#,
            ],
            "{}",
            request.name
        );
        let validator = jsonschema::draft202012::new(schema).unwrap();
        for arguments in [
            json!({ "sort": "up", "by": "id", "id": 1, "page": 2 }),
            json!({ "sort": "down", "by": "card", "card": { "digits": "1" } }),
        ] {
            let arguments = match request.is_filled() {
                true => filled(&arguments, schema),
                false => arguments,
            };
            assert!(
                validator.is_valid(&arguments),
                "{}: {arguments}\n{schema:#}",
                request.name
            );
        }
    }
}

/// What a strict schema makes a model send is what the tool reads.
#[tokio::test]
async fn arguments_that_fit_a_strict_schema_are_read() {
    for request in &REQUESTS {
        let toolbox = (request.tools)();
        let schemas = schemas(request, &toolbox.manifest(request.format).unwrap());
        let calls: Vec<_> = shapes::arguments()
            .into_iter()
            .filter_map(|(name, arguments)| {
                let arguments = match request.is_filled() {
                    true => filled(&arguments, schemas.get(name)?),
                    false => arguments,
                };
                let known = toolbox.tools().iter().any(|tool| tool.name() == name);
                known.then(|| ToolCall::new("call", name, arguments.to_string()))
            })
            .collect();
        assert!(calls.len() > 8, "{}", request.name);
        for result in toolbox.bind(()).run(calls).await.results() {
            assert!(!result.is_error(), "{}: {}", request.name, result.text());
        }
    }
}

#[track_caller]
fn refused(format: impl RequestFormat, toolbox: &Toolbox) -> String {
    toolbox.manifest(format).unwrap_err().to_string()
}

#[test]
fn a_shape_without_a_strict_form_is_an_error_that_names_every_place() {
    assert_eq!(
        refused(OpenAiChat.strict(), &shapes::all()),
        "OpenAI Chat Completions has no strict form for some arguments:
- `maps`: `$.labels` takes members of any name; take a list of objects with a name and a value
- `maps`: `$.numbered` takes members of any name; take a list of objects with a name and a value
- `anything`: `$.value` takes values of any type; say which, with a struct or an enum, or take JSON as text
- `anything`: `$.many[]` takes values of any type; say which, with a struct or an enum, or take JSON as text
Or offer these tools without strict schemas: each by `with_strict(false)` in its definition, or all by `.lenient()` of the dialect."
    );
}

#[test]
fn what_contains_itself_is_refused_at_the_place_where_it_does() {
    assert_eq!(
        refused(Anthropic.strict(), &shapes::recursive()),
        "Anthropic Messages has no strict form for some arguments:
- `chain`: `$.branch.next` contains itself; take the parts as a list in which each names its parent
- `tree`: `$.shelf.shelves[]` contains itself; take the parts as a list in which each names its parent
Or offer these tools without strict schemas: each by `with_strict(false)` in its definition, or all by `.lenient()` of the dialect."
    );
    assert_eq!(
        refused(Gemini, &shapes::all()),
        "Gemini has no form for some arguments:
- `tree`: `$.shelf` contains itself where it cannot be left out; make every argument and field on the way an `Option`, or take the parts as a list in which each names its parent
Or offer wider schemas there, by `.lenient()` of the dialect."
    );
}

#[test]
fn a_lenient_dialect_offers_what_has_no_form_in_a_wider_one_and_lists_it() {
    let manifest = shapes::all()
        .manifest(OpenAiResponses.strict().lenient())
        .unwrap();
    let tools = serde_json::to_value(&manifest).unwrap();
    let strict = |name: &str| {
        let mut tools = tools.as_array().unwrap().iter();
        tools.find(|tool| tool["name"] == name).unwrap()["strict"].clone()
    };
    assert_eq!([strict("scalars"), strict("tree")], [true, true]);
    assert_eq!([strict("maps"), strict("anything")], [false, false]);
    let listed = |manifest: &tool_runtime::Manifest| -> Vec<String> {
        let moved = manifest.moved().iter();
        let others = moved.filter(|moved| !matches!(moved, Moved::Described { .. }));
        others.map(Moved::to_string).collect()
    };
    assert_eq!(
        listed(&manifest),
        [
            "`maps` has no strict schema, since `$.labels` takes members of any name",
            "`maps` has no strict schema, since `$.numbered` takes members of any name",
            "`anything` has no strict schema, since `$.value` takes values of any type",
            "`anything` has no strict schema, since `$.many[]` takes values of any type",
        ]
    );
    let manifest = shapes::all().manifest(Gemini.lenient()).unwrap();
    assert_eq!(
        listed(&manifest),
        [
            "`tree`: the schema takes more than the tool does, since `$.shelf` contains itself where it cannot be left out",
        ]
    );
}

#[test]
fn a_tool_may_say_for_itself_whether_it_is_strict() {
    let definition = ToolDefinition::named("find", "Finds.").with_parameters(json!({
        "type": "object",
        "properties": { "word": { "type": "string" } },
    }));
    let strict = |format: &dyn RequestFormat, is_strict| {
        let definition = definition.clone().with_strict(is_strict);
        let manifest = format.manifest(&[definition]).unwrap();
        manifest.as_str().contains("\"strict\":true")
    };
    assert!(strict(&Anthropic, true));
    assert!(!strict(&Anthropic.strict(), false));
    assert!(!strict(&Gemini, true));
}

#[test]
fn a_run_time_schema_has_no_strict_form_where_it_is_open() {
    let definition = ToolDefinition::named("find", "Finds.").with_parameters(json!({
        "type": "object",
        "properties": {
            "filter": { "type": "object" },
            "page": { "$ref": "#/definitions/Page" },
            "range": { "enum": [[0, 9], { "from": 10 }] },
        },
        "definitions": { "Page": {
            "type": "object",
            "properties": { "after": { "type": "string" }, "size": { "type": "integer", "default": 10 } },
        } },
    }));
    let error = OpenAiChat.strict().manifest(&[definition]).unwrap_err();
    let ManifestError::Shapes { problems, .. } = error else {
        panic!("{error}");
    };
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "`find`: `$.filter` takes members of any name; take a list of objects with a name and a value",
            "`find`: `$.page.after` may be left out, and takes no `null` that would stand for it; require it, let it be `null`, or give it a default in the schema",
            "`find`: `$.range` is one of values that are objects or lists; say them as a choice of objects that have these values as members",
        ]
    );
}

/// A tool with `count` parameters that may be left out.
fn with_optional(name: &str, count: usize) -> ToolDefinition {
    let properties: Map<String, Value> = (0..count)
        .map(|index| (format!("p{index}"), json!({ "type": "string" })))
        .collect();
    ToolDefinition::named(name, "Finds.")
        .with_parameters(json!({ "type": "object", "properties": properties }))
}

#[test]
fn the_strict_tools_of_a_request_are_counted_together() {
    let tools = [with_optional("a", 20), with_optional("b", 5)];
    for format in [&Anthropic.strict() as &dyn RequestFormat, &Bedrock.strict()] {
        let error = format.manifest(&tools).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the toolbox has more than {} takes in a request: 25 strict parameters that may be left out, where at most 24 are taken; offer some tools without strict schemas, by `with_strict(false)` in their definitions or by `.lenient()` of the dialect, or make a second toolbox",
                format.name()
            )
        );
    }
    let manifest = Anthropic.strict().lenient().manifest(&tools).unwrap();
    assert_eq!(
        manifest.moved()[0].to_string(),
        "`b` has no strict schema, since `$` makes 25 strict parameters that may be left out, where at most 24 are taken"
    );
    let many: Vec<_> = (0..21)
        .map(|index| with_optional(&format!("t{index}"), 0))
        .collect();
    let error = Anthropic.strict().manifest(&many).unwrap_err().to_string();
    assert!(
        error.contains("21 strict tools, where at most 20 are taken"),
        "{error}"
    );
    assert!(OpenAiResponses.strict().manifest(&many).is_ok());
}

#[test]
fn a_strict_schema_has_a_limited_size() {
    #[track_caller]
    fn check(properties: Value, expected: &str) {
        let definition = ToolDefinition::named("find", "Finds.")
            .with_parameters(json!({ "type": "object", "properties": properties }));
        let error = OpenAiChat
            .strict()
            .manifest(std::slice::from_ref(&definition))
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
        assert!(OpenAiChat.manifest(&[definition]).is_ok());
    }
    let mut deep = json!({ "type": "string" });
    for _ in 0..10 {
        deep = json!({ "type": "object", "properties": { "p": deep }, "required": ["p"] });
    }
    check(
        json!({ "p": deep }),
        "has 11 objects inside of each other, and at most 10 are taken",
    );
    let values: Vec<_> = (0..1001).collect();
    check(
        json!({ "p": { "enum": values } }),
        "has 1001 values in `enum`, and at most 1000 are taken",
    );
    let many: Map<_, _> = (0..5001)
        .map(|index| (format!("p{index}"), json!({ "type": "null" })))
        .collect();
    check(
        many.into(),
        "has 5001 properties, and at most 5000 are taken",
    );
}

#[test]
fn bedrock_takes_no_request_without_tools() {
    let toolbox = Toolbox::<()>::builder().build().unwrap();
    assert_eq!(
        refused(Bedrock, &toolbox),
        "Bedrock Converse takes no empty list of tools; leave `toolConfig` out of the request"
    );
    assert_eq!(toolbox.manifest(Gemini).unwrap().as_str(), "[]");
}

#[test]
fn names_that_a_provider_refuses_are_an_error() {
    let definition = ToolDefinition::named("find", "Finds.").with_parameters(json!({
        "type": "object",
        "properties": { "größe": { "type": "number" } },
    }));
    let refused =
        |format: &dyn RequestFormat| format.manifest(std::slice::from_ref(&definition)).is_err();
    assert!(refused(&Anthropic) && refused(&Gemini));
    assert!(!refused(&OpenAiChat) && !refused(&Bedrock));
    let manifest = Anthropic
        .lenient()
        .manifest(std::slice::from_ref(&definition))
        .unwrap();
    let tools = serde_json::to_value(&manifest).unwrap();
    assert_eq!(
        tools[0]["input_schema"],
        json!({
            "type": "object",
            "description": "(also takes {\"größe\":{\"type\":\"number\"}})",
            "properties": {},
            "additionalProperties": true,
        })
    );
}

#[test]
fn a_dialect_with_settings_reads_and_answers_as_the_one_without() {
    let body = r#"{"type":"message","role":"assistant","content":[{"type":"tool_use","id":"1","name":"find","input":{}}]}"#;
    let strict: &dyn Dialect = &Anthropic.strict().cached().lenient();
    let turn = strict.decode(body.as_bytes()).unwrap();
    assert_eq!(turn, Anthropic.decode(body).unwrap());
    assert_eq!(turn, Anthropic.lenient().decode(body).unwrap());
    assert_eq!(strict.name(), "Anthropic Messages");
}

/// A schema that refers to itself in every way there is must come to an end.
#[test]
fn a_schema_that_leads_round_in_circles_comes_to_an_end() {
    let circles = [
        json!({ "a": { "$ref": "#/$defs/A" } }),
        json!({ "a": { "$ref": "#/$defs/A", "minProperties": 1 } }),
        json!({ "a": { "allOf": [{ "$ref": "#/$defs/A" }, { "$ref": "#/$defs/B" }] } }),
        json!({ "a": { "$ref": "#" } }),
        json!({ "a": { "anyOf": [{ "$ref": "#/properties/a" }, { "type": "null" }] } }),
        json!({ "a": { "$ref": "#/$defs/Wide0" } }),
    ];
    let mut definitions = json!({
        "A": { "$ref": "#/$defs/B" },
        "B": { "allOf": [{ "$ref": "#/$defs/A" }, { "properties": { "b": { "$ref": "#/$defs/B", "title": "b" } } }] },
    });
    for index in 0..40 {
        let next = format!("#/$defs/Wide{}", (index + 1) % 40);
        definitions[format!("Wide{index}")] = json!({
            "type": "object",
            "properties": { "x": { "$ref": next, "minProperties": 1 }, "y": { "$ref": next }, "z": { "$ref": next } },
        });
    }
    for properties in circles {
        let definition = ToolDefinition::named("turn", "Turns.").with_parameters(json!({
            "type": "object", "properties": properties, "$defs": definitions,
        }));
        for request in &REQUESTS {
            let _ = request.format.manifest(std::slice::from_ref(&definition));
        }
    }
}
