//! The tools of a manifest as values, and manifests that are read back.

use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, Bedrock, Gemini, OpenAiChat};
use tool_runtime::{Fingerprint, Manifest, OfferedTool, Toolbox};

use crate::library;
use crate::requests::{REQUESTS, schemas};

#[test]
fn definitions_are_what_the_manifest_says() {
    for request in &REQUESTS {
        let toolbox = (request.tools)();
        let manifest = toolbox.manifest(request.format).unwrap();
        let schemas = schemas(request, &manifest);
        let definitions = toolbox.definitions(request.format).unwrap();
        assert_eq!(definitions, manifest.tools());
        assert_eq!(definitions.len(), toolbox.tools().len());
        for (tool, definition) in definitions.iter().zip(toolbox.tools()) {
            assert_eq!(tool.name(), definition.name());
            assert_eq!(tool.description(), definition.description());
            if let Some(schema) = schemas.get(tool.name()) {
                assert_eq!(tool.parameters(), schema);
            }
            assert!(
                manifest
                    .as_str()
                    .contains(tool.as_str().trim_end_matches('}'))
            );
        }
    }
}

#[test]
fn a_tool_without_arguments_has_an_object_for_a_schema_at_gemini_too() {
    let toolbox = library::without_parameters();
    let manifest = toolbox.manifest(Gemini).unwrap();
    assert!(!manifest.as_str().contains("parametersJsonSchema"));
    let expected = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    assert_eq!(*manifest.tools()[0].parameters(), expected);
}

#[test]
fn whether_a_tool_is_strict_is_said() {
    let strict =
        |tools: Vec<OfferedTool>| tools.iter().map(OfferedTool::is_strict).collect::<Vec<_>>();
    let toolbox = library::without_parameters();
    assert_eq!(
        strict(toolbox.definitions(Anthropic.strict()).unwrap()),
        [true]
    );
    assert_eq!(strict(toolbox.definitions(Anthropic).unwrap()), [false]);
}

#[test]
fn what_a_provider_refuses_has_no_definitions() {
    let toolbox = Toolbox::<()>::builder().build().unwrap();
    assert!(toolbox.definitions(Bedrock).is_err());
    assert_eq!(toolbox.definitions(Anthropic).unwrap(), []);
}

#[test]
fn every_manifest_is_read_back_from_its_text() {
    for request in &REQUESTS {
        let manifest = (request.tools)().manifest(request.format).unwrap();
        let indented = serde_json::to_string_pretty(&manifest).unwrap();
        for text in [manifest.as_str(), &indented] {
            let read: Manifest = text.parse().unwrap();
            assert_eq!(read, manifest, "{}", request.name);
            assert_eq!(read.tools(), manifest.tools(), "{}", request.name);
            assert_eq!(read.fingerprint(), manifest.fingerprint());
            assert!(manifest.diff(&read).is_empty());
        }
    }
}

#[test]
fn what_is_no_manifest_says_why() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = text.parse::<Manifest>().unwrap_err();
        assert_eq!(error.to_string(), format!("not a manifest: {expected}"));
    }
    check(
        "[{",
        "it is not JSON: EOF while parsing an object at line 1 column 2",
    );
    let instead = "; store what `Manifest::as_str` gives";
    check("{}", &format!("it is not a list of tools{instead}"));
    let nameless = format!(
        "entry 0 of its list has no name or no schema where a provider's tool has them{instead}"
    );
    check(r#"[{"name": "add"}]"#, &nameless);
    check(r#"[{"input_schema": {}}]"#, &nameless);
    check("[7]", &nameless);
    check(
        r#"[{"name": "add", "inputSchema": {}}, {"name": "add", "inputSchema": {}}]"#,
        &format!("it has the tool `add` twice{instead}"),
    );
    assert!("[]".parse::<Manifest>().unwrap().tools().is_empty());
}

#[test]
fn a_fingerprint_is_of_the_bytes_and_not_of_the_place() {
    let toolbox = library::toolbox();
    let plain = toolbox.manifest(Anthropic).unwrap();
    // As `sha256sum` of the same bytes begins.
    let opening_hours = plain.tools().last().unwrap();
    assert_eq!(
        opening_hours.as_str(),
        r#"{"name":"opening_hours","description":"Tell when the library is open.","input_schema":{"type":"object","properties":{},"additionalProperties":false}}"#
    );
    assert_eq!(
        opening_hours.fingerprint().to_string(),
        "d3d7fb5d5aa77b0943266cbc88b0aa56faf13866"
    );
    // The marker for the cache is the list's.
    let cached = toolbox.manifest(Anthropic.cached()).unwrap();
    assert_ne!(cached.fingerprint(), plain.fingerprint());
    let of = |manifest: &Manifest| -> Vec<Fingerprint> {
        manifest
            .tools()
            .iter()
            .map(OfferedTool::fingerprint)
            .collect()
    };
    assert_eq!(of(&cached), of(&plain));
    let alone = library::without_parameters().manifest(Anthropic).unwrap();
    assert_eq!(alone.tools()[0].fingerprint(), opening_hours.fingerprint());
    let chat = toolbox.manifest(OpenAiChat).unwrap();
    assert!(of(&chat).iter().all(|one| !of(&plain).contains(one)));
}

#[test]
fn a_fingerprint_is_read_back() {
    let fingerprint = library::toolbox()
        .manifest(Anthropic)
        .unwrap()
        .fingerprint();
    assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
    let upper = fingerprint.to_string().to_uppercase();
    assert_eq!(upper.parse(), Ok(fingerprint));
    let json = serde_json::to_value(fingerprint).unwrap();
    assert_eq!(json, Value::from(fingerprint.to_string()));
    assert_eq!(
        serde_json::from_value::<Fingerprint>(json).unwrap(),
        fingerprint
    );
    for wrong in ["", "é", &"g".repeat(40), &"é".repeat(20), &"0".repeat(41)] {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
}
