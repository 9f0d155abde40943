//! Run-time tools in the same table as others: their order, their bytes, and what `build` refuses.

use serde_json::{Value, json};
use support::{call, texts};
use tool_runtime::dialect::Anthropic;
use tool_runtime::tool::{CallEffects, DeclaredEffects};
use tool_runtime::{BuildError, RuntimeTool, ToolDefinition, ToolList, Toolbox, tool, tools};

/// Looks up a customer.
#[tool]
async fn get_customer() -> &'static str {
    "Ada"
}

/// Says hello.
#[tool]
async fn hello() -> &'static str {
    "hello"
}

#[track_caller]
fn named(name: &str, schema: Value) -> RuntimeTool<()> {
    let definition = ToolDefinition::named(name, "Does something.").with_parameters(schema);
    let name = name.to_owned();
    RuntimeTool::new(definition, move |_, _, _| {
        let name = name.clone();
        async move { Ok::<_, String>(name) }
    })
}

fn object() -> Value {
    json!({"type": "object"})
}

#[tokio::test]
async fn they_stand_in_the_order_they_were_added() {
    let listed: ToolList<()> = ["get_stock", "get_weather"]
        .into_iter()
        .map(|name| named(name, object()))
        .collect();
    let toolbox = Toolbox::<()>::builder()
        .tool(named("last_but_first", object()))
        .tools(tools![hello])
        .tools(listed)
        .tool(named("a", object()))
        .tools(tools![get_customer])
        .build()
        .unwrap();
    let names = [
        "last_but_first",
        "hello",
        "get_stock",
        "get_weather",
        "a",
        "get_customer",
    ];
    let definitions = toolbox.tools().iter();
    assert_eq!(
        definitions.map(ToolDefinition::name).collect::<Vec<_>>(),
        names
    );
    let report = toolbox.run(names.map(|name| call(name, ""))).await;
    assert_eq!(
        texts(&report),
        [
            "last_but_first",
            "hello",
            "get_stock",
            "get_weather",
            "a",
            "Ada"
        ]
    );
}

#[tokio::test]
async fn a_library_has_its_own_state() {
    struct Library(&'static str);
    struct App(std::sync::Arc<Library>);

    let definition = ToolDefinition::named("get_book", "Gets a book.");
    let tool = RuntimeTool::new(
        definition,
        |_, context, library: std::sync::Arc<Library>| {
            let id = context.call().id().to_owned();
            async move { Ok::<_, String>(format!("{id}: {}", library.0)) }
        },
    );
    let list: ToolList<Library> = [tool].into_iter().collect();
    let toolbox = Toolbox::<App>::builder()
        .tools(list.project(|app: &App| app.0.clone()))
        .build()
        .unwrap();
    let app = App(std::sync::Arc::new(Library("Emma")));
    let report = toolbox.bind(app).run([call("get_book", "{}")]).await;
    assert_eq!(texts(&report), ["call_get_book: Emma"]);
}

#[tokio::test]
async fn a_blocking_one_has_a_thread_of_its_own() {
    let worker = std::thread::current().id();
    let definition = ToolDefinition::named("compute", "Computes.");
    let tool = RuntimeTool::blocking(definition, move |_, _, _| {
        Ok::<_, String>(json!({"elsewhere": std::thread::current().id() != worker}))
    });
    let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
    let report = toolbox.run([call("compute", "")]).await;
    assert_eq!(texts(&report), [r#"{"elsewhere":true}"#]);
}

#[test]
fn its_bytes_depend_on_no_order_of_keys() {
    let build = |text: &str| {
        let schema = serde_json::from_str(text).unwrap();
        let toolbox = Toolbox::<()>::builder().tool(named("a", schema)).build();
        toolbox.unwrap().manifest(Anthropic).unwrap().to_string()
    };
    let one = build(
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"z": {"type": "string", "minLength": 1}, "y": {}},
            "properties": {"b": {"$ref": "#/definitions/z"}, "a": {"description": "A.", "type": "integer"}},
            "type": "object", "dependencies": {"b": ["a"]}, "title": "T"}"##,
    );
    let other = build(
        r##"{"dependencies": {"b": ["a"]}, "type": "object",
            "properties": {"a": {"type": "integer", "description": "A."}, "b": {"$ref": "#/definitions/z"}},
            "definitions": {"y": {}, "z": {"minLength": 1, "type": "string"}}, "$schema": "http://json-schema.org/draft-07/schema#"}"##,
    );
    assert_eq!(one, other);
    assert!(
        one.contains(
            r##"{"type":"object","properties":{"a":{"type":"integer","description":"A."},"b":{"$ref":"#/$defs/z"}},"additionalProperties":false,"dependentRequired":{"b":["a"]},"$defs":{"z":{"type":"string","minLength":1}}}"##
        ),
        "{one}"
    );
}

#[test]
fn one_name_of_two_kinds_is_refused_with_both_places() {
    let tool = named("get_customer", object());
    let line = line!() - 1;
    let error = Toolbox::<()>::builder()
        .tools(tools![get_customer])
        .tool(tool)
        .build()
        .unwrap_err();
    let BuildError::DuplicateName { first, second, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        first.to_string().ends_with("run_time_build.rs:10"),
        "{first}"
    );
    assert_eq!(second.to_string(), format!("{}:{line}", file!()));

    let twice = Toolbox::<()>::builder()
        .tool(named("a", object()))
        .tool(named("a", object()));
    let error = twice.build().unwrap_err().to_string();
    assert!(error.starts_with("two tools are named `a`: at "), "{error}");
}

fn set_price() -> ToolDefinition {
    ToolDefinition::named("set_price", "Sets a price.")
}

fn built(definition: ToolDefinition) -> Result<(), BuildError> {
    let tool = RuntimeTool::<()>::new(definition, |_, _, _| async { Ok::<_, String>("") });
    Toolbox::<()>::builder().tool(tool).build().map(drop)
}

#[test]
fn numbers_that_a_tool_cannot_have_are_refused() {
    #[track_caller]
    fn refused(definition: ToolDefinition, setting: &str, rest: &str) {
        let place = definition.place();
        let error = built(definition).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, BuildError::InvalidSetting { .. }), "{text}");
        assert_eq!(
            text,
            format!("`{setting}` of `set_price` at {place} {rest}")
        );
    }
    let idempotent = || set_price().with_idempotent(true);
    let attempts = "is 0; a tool takes 1 to 100";
    refused(idempotent().with_attempts(0), "attempts", attempts);
    let attempts = "is 101; a tool takes 1 to 100";
    refused(idempotent().with_attempts(101), "attempts", attempts);
    let calls = "is 0; a tool takes one call or more";
    refused(
        set_price().with_max_concurrency(0),
        "max_concurrency",
        calls,
    );
    for effects in [
        DeclaredEffects::Undeclared,
        DeclaredEffects::Exclusive,
        DeclaredEffects::writes(["price"]),
        DeclaredEffects::reads(["price"]).in_group("shop"),
    ] {
        refused(
            set_price().with_effects(effects).with_attempts(2),
            "attempts",
            "is 2; a tool takes more than 1 only if it is idempotent or changes nothing; say `with_idempotent(true)`, or declare effects that change nothing",
        );
    }
}

#[test]
fn numbers_that_a_tool_can_have_are_taken() {
    let pure = set_price().with_effects(DeclaredEffects::Pure);
    let reads = set_price().with_effects(DeclaredEffects::reads(["price"]));
    for definition in [
        set_price().with_attempts(1),
        set_price().with_idempotent(true).with_attempts(100),
        pure.with_attempts(2),
        reads.with_attempts(2),
        set_price().with_max_concurrency(usize::MAX),
    ] {
        built(definition).unwrap();
    }
}

/// Whether a call changes something is not known before there is one.
#[test]
fn one_with_effects_of_its_own_for_each_call_may_have_attempts() {
    let definition = set_price().with_attempts(3);
    let tool = RuntimeTool::<()>::new(definition, |_, _, _| async { Ok::<_, String>("") })
        .with_effects_by(|_| CallEffects::pure());
    assert!(Toolbox::<()>::builder().tool(tool).build().is_ok());
}

#[track_caller]
fn refused(schema: Value, problem: &str) {
    let tool = named("get_weather", schema);
    let error = Toolbox::<()>::builder().tool(tool).build().unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, BuildError::InvalidSchema { .. }), "{text}");
    assert!(text.starts_with("the schema of the parameters of `get_weather` at "));
    let (_, found) = text.split_once("cannot be used: ").unwrap();
    assert_eq!(found, problem);
}

fn with(property: Value) -> Value {
    json!({"type": "object", "properties": {"a": property}})
}

#[test]
fn a_schema_that_is_none_is_refused() {
    refused(
        with(json!({"minimum": "3"})),
        r#"at `/properties/a/minimum`: expected a number, found string "3""#,
    );
    refused(
        json!({"type": "object", "properties": []}),
        "at `/properties`: expected an object, found an array",
    );
    // All that is wrong, at once.
    refused(
        json!({"type": "object", "required": "a", "properties": {"a": {"minimum": "3"}, "b": {"maxLength": -1}}}),
        r#"at `/properties/a/minimum`: expected a number, found string "3"; at `/properties/b/maxLength`: expected a number of at least 0, found integer `-1`; at `/required`: expected an array, found string "a""#,
    );
    refused(
        with(json!({"pattern": "("})),
        r#"at `/properties/a/pattern`: expected a string of the format `regex`, found string "(""#,
    );
    refused(
        json!({"type": "object", "$schema": "https://example.com/mine"}),
        "its `$schema` is `https://example.com/mine`, which is not known; write `https://json-schema.org/draft/2020-12/schema`, or leave it out",
    );
}

#[test]
fn a_reference_leads_into_the_schema_itself() {
    for uri in ["https://example.com/a.json", "file:///etc/hostname"] {
        refused(
            with(json!({"$ref": uri})),
            &format!(
                "it refers to `{uri}`, and nothing is fetched; put what is there under `$defs` and write `\"$ref\": \"#/$defs/…\"`"
            ),
        );
    }
    refused(
        with(json!({"$ref": "#/$defs/a"})),
        "it refers to `#/$defs/a`, which it does not have; add it, or remove the `$ref`",
    );
    // One that leads to itself says nothing, and ends.
    let tool = named("a", with(json!({"$ref": "#/properties/a"})));
    assert!(Toolbox::<()>::builder().tool(tool).build().is_ok());
}

#[test]
fn types_that_json_schema_does_not_have_are_refused_with_those_it_has() {
    refused(
        with(json!({"type": "strin"})),
        "at `/properties/a/type`: `strin` is no type of JSON Schema, did you mean `string`?",
    );
    refused(
        json!({"type": "dict", "properties": {"a": {"type": ["float", "None"]}}}),
        "at `/properties/a/type`: `None` is no type of JSON Schema, write `null`; \
         at `/properties/a/type`: `float` is no type of JSON Schema, write `number`; \
         at `/type`: `dict` is no type of JSON Schema, write `object`; \
         or say `with_mapped_types(true)` in the definition",
    );
}

/// Before or after the schema is given.
#[tokio::test]
async fn types_are_mapped_where_the_definition_says_so() {
    let schema = || json!({"type": "Dict", "properties": {"a": {"type": "float"}}});
    let bare = || ToolDefinition::named("heat", "Heats.");
    for definition in [
        bare().with_parameters(schema()).with_mapped_types(true),
        bare().with_mapped_types(true).with_parameters(schema()),
    ] {
        let tool = RuntimeTool::<()>::new(definition, |_, _, _| async { Ok::<_, String>("hot") });
        let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
        let manifest = toolbox.manifest(Anthropic).unwrap();
        assert!(manifest.as_str().contains(r#"{"a":{"type":"number"}}"#));
        let calls = [
            call("heat", r#"{"a": 0.5}"#),
            call("heat", r#"{"a": "0.5"}"#),
        ];
        let report = toolbox.run(calls).await;
        assert_eq!(support::codes(&report), ["ok", "invalid_arguments"]);
    }
}

/// Of a draft before 2020-12, whether it says so or not: held to what it means, shown in today's words.
#[tokio::test]
async fn an_older_draft_is_taken() {
    let pair = json!({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false});
    let unsaid = with(pair);
    let mut said = unsaid.clone();
    said["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    for schema in [unsaid, said] {
        let tool = named("pair", schema);
        let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
        let manifest = toolbox.manifest(Anthropic).unwrap();
        let shown = r#"{"type":"array","items":{"anyOf":[{"type":"string"},{"type":"integer"}]},"prefixItems":[{"type":"string"},{"type":"integer"}],"maxItems":2}"#;
        assert!(manifest.as_str().contains(shown), "{manifest}");
        let values = [r#"["a", 1]"#, r#"["a"]"#, r#"[1, 1]"#, r#"["a", 1, 2]"#];
        let calls = values.map(|value| call("pair", &format!(r#"{{"a": {value}}}"#)));
        let report = toolbox.run(calls).await;
        let expected = ["ok", "ok", "invalid_arguments", "invalid_arguments"];
        assert_eq!(support::codes(&report), expected);
    }
    refused(
        json!({"type": "object", "$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"a": {"items": []}}}),
        "at `/properties/a/items`: expected true or false or an object, found an array",
    );
}
