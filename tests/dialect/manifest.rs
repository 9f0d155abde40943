//! The manifest: what each provider is told about the tools.

use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, OpenAiChat, RequestFormat};
use tool_runtime::{Manifest, ManifestError, Toolbox, tool, tools};

use crate::library;
use crate::providers::{
    ANTHROPIC, MISTRAL, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES, PROVIDERS, Provider,
};

/// Those whose manifest is a list of tools and nothing else.
const LISTING: [Provider; 5] = [ANTHROPIC, OPENAI_CHAT, OPENAI_RESPONSES, MISTRAL, OLLAMA];

/// The schema of the tool `name`, as text whose members are still in order.
#[track_caller]
fn parameters(toolbox: &Toolbox, name: &str) -> String {
    let mut definitions = toolbox.tools().iter();
    let definition = definitions.find(|definition| definition.name() == name);
    definition.unwrap().parameters().to_string()
}

#[track_caller]
fn manifest(toolbox: &Toolbox, provider: &Provider) -> Manifest {
    toolbox.manifest(provider.dialect).unwrap()
}

/// Checks that the texts stand in `text` in this order.
#[track_caller]
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => panic!("no {part} after what comes before it, in {text}"),
        }
    }
}

#[test]
fn anthropic_takes_a_flat_object_with_an_input_schema() {
    let manifest = library::without_parameters().manifest(Anthropic).unwrap();
    assert_eq!(
        manifest.as_str(),
        r#"[{"name":"opening_hours","description":"Tell when the library is open.","input_schema":{"type":"object","properties":{},"additionalProperties":false}}]"#
    );
}

#[test]
fn openai_chat_takes_a_function_with_parameters() {
    let manifest = library::without_parameters().manifest(OpenAiChat).unwrap();
    assert_eq!(
        manifest.as_str(),
        r#"[{"type":"function","function":{"name":"opening_hours","description":"Tell when the library is open.","parameters":{"type":"object","properties":{},"additionalProperties":false}}}]"#
    );
}

#[test]
fn every_tool_is_there_in_the_order_it_was_added() {
    let toolbox = library::toolbox();
    for provider in &LISTING {
        let manifest = serde_json::to_value(manifest(&toolbox, provider)).unwrap();
        let tools = manifest.as_array().unwrap().iter();
        let names: Vec<_> = tools
            .map(|tool| tool.get("function").unwrap_or(tool)["name"].as_str())
            .collect();
        assert_eq!(
            names,
            [
                Some("order_books"),
                Some("arrange_shelf"),
                Some("search_catalogue"),
                Some("opening_hours")
            ]
        );
    }
}

#[test]
fn every_tool_has_the_provider_s_form() {
    #[track_caller]
    fn check(object: &Value, keys: &[&str]) {
        let object = object.as_object().unwrap();
        let mut found: Vec<_> = object.keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, keys);
    }
    for definition in library::toolbox().tools() {
        let tools = std::slice::from_ref(definition);

        let anthropic = serde_json::to_value(Anthropic.manifest(tools).unwrap()).unwrap();
        let tool = &anthropic[0];
        check(tool, &["description", "input_schema", "name"]);
        assert_eq!(tool["name"], definition.name());
        assert_eq!(tool["description"], definition.description());
        assert_eq!(tool["input_schema"]["type"], "object");

        let openai_chat = serde_json::to_value(OpenAiChat.manifest(tools).unwrap()).unwrap();
        let tool = &openai_chat[0];
        check(tool, &["function", "type"]);
        assert_eq!(tool["type"], "function");
        check(&tool["function"], &["description", "name", "parameters"]);
        assert_eq!(tool["function"]["name"], definition.name());
        assert_eq!(tool["function"]["description"], definition.description());
        assert_eq!(tool["function"]["parameters"]["type"], "object");
    }
}

#[test]
fn a_description_is_text_with_quotes_and_lines() {
    for provider in &PROVIDERS {
        let manifest = manifest(&library::toolbox(), provider);
        let told =
            r#""description":"Order books from a publisher.\n\n\"Rush\" orders go by courier.""#;
        assert!(manifest.as_str().contains(told), "{manifest}");
    }
}

#[test]
fn properties_stand_in_the_order_of_the_parameters() {
    in_order(
        &parameters(&library::toolbox(), "order_books"),
        &[
            r#"{"type":"object","properties":{"order_id":{"#,
            r#""note":{"#,
            r#""lines":{"#,
            r#""delivery":{"#,
            r#""payment":{"#,
            r#""labels":{"#,
            r#""required":["#,
            r#""additionalProperties":false"#,
            r#""$defs":{"#,
        ],
    );
}

#[test]
fn a_tag_stands_before_the_fields_it_decides() {
    in_order(
        &parameters(&library::toolbox(), "order_books"),
        &[
            r#""Payment":{"#,
            r#""properties":{"method":{"type":"string","const":"invoice"},"days":{"#,
            r#""properties":{"method":{"type":"string","const":"card"},"expires":{"#,
            r#""properties":{"method":{"type":"string","const":"account"}}"#,
        ],
    );
}

#[test]
fn required_are_exactly_the_parameters_that_are_no_option() {
    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        let schema: Value = serde_json::from_str(&parameters(&library::toolbox(), name)).unwrap();
        let required = schema.get("required").cloned().unwrap_or(json!([]));
        assert_eq!(required, json!(expected));
    }
    check(
        "order_books",
        &["order_id", "lines", "delivery", "payment", "labels"],
    );
    check("arrange_shelf", &["shelf", "distance"]);
    check("search_catalogue", &[]);
    check("opening_hours", &[]);
}

#[test]
fn arguments_without_a_parameter_are_refused_by_the_schema() {
    for definition in library::toolbox().tools() {
        let text = definition.parameters().to_string();
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema["type"], "object", "{text}");
        assert_eq!(schema["additionalProperties"], false, "{text}");
        assert!(schema["properties"].is_object(), "{text}");
    }
}

/// Mark a place on the map.
#[tool(pure)]
async fn mark_place(
    /// Latitude and longitude.
    place: (f64, f64),
) -> f64 {
    place.0 + place.1
}

/// OpenAI refuses an array without `items`, also where `prefixItems` says what is in it.
#[test]
fn openai_chat_is_told_the_items_of_a_tuple() {
    let toolbox = Toolbox::new(tools![mark_place]).unwrap();
    let manifest = serde_json::to_value(toolbox.manifest(OpenAiChat).unwrap()).unwrap();
    let place = &manifest[0]["function"]["parameters"]["properties"]["place"];
    assert_eq!(place["type"], "array");
    assert!(place["items"].is_object(), "{place}");
}

#[test]
fn two_toolboxes_of_the_same_tools_have_the_same_bytes() {
    for provider in &PROVIDERS {
        let first: Vec<u8> = manifest(&library::toolbox(), provider).as_ref().to_vec();
        let second: Vec<u8> = manifest(&library::toolbox(), provider).as_ref().to_vec();
        assert_eq!(first, second);
    }
}

#[test]
fn a_manifest_serialises_to_what_it_says() {
    for provider in &PROVIDERS {
        let manifest = manifest(&library::toolbox(), provider);
        let read: Value = serde_json::from_str(manifest.as_str()).unwrap();
        assert_eq!(serde_json::to_value(&manifest).unwrap(), read);
        assert_eq!(serde_json::to_string(&manifest).unwrap(), manifest.as_str());
        assert_eq!(manifest.to_string(), manifest.as_str());
    }
}

#[test]
fn a_toolbox_without_tools_is_an_empty_list() {
    let toolbox = Toolbox::<()>::builder().build().unwrap();
    for provider in &LISTING {
        assert_eq!(manifest(&toolbox, provider).as_str(), "[]");
    }
}

#[test]
fn openai_chat_takes_128_tools_and_no_more() {
    let definition = library::without_parameters().tools()[0].clone();
    let many = |count| vec![definition.clone(); count];
    assert!(OpenAiChat.manifest(&many(128)).is_ok());
    let error = OpenAiChat.manifest(&many(129)).unwrap_err();
    assert_eq!(
        error,
        ManifestError::TooManyTools {
            dialect: "OpenAI Chat Completions",
            count: 129,
            limit: 128
        }
    );
    assert_eq!(
        error.to_string(),
        "OpenAI Chat Completions takes at most 128 tools in a request; the toolbox has 129"
    );
    assert!(Anthropic.manifest(&many(129)).is_ok());
}

#[test]
fn a_manifest_is_made_once_for_a_dialect_and_its_settings() {
    let toolbox = library::toolbox();
    let at = |manifest: Manifest| manifest.as_str().as_ptr();
    let plain = toolbox.manifest(Anthropic).unwrap();
    assert_eq!(at(toolbox.manifest(Anthropic).unwrap()), at(plain.clone()));
    let dialect: &dyn RequestFormat = &Anthropic;
    assert_eq!(at(toolbox.manifest(dialect).unwrap()), at(plain.clone()));
    assert_eq!(
        at(toolbox.clone().manifest(Anthropic).unwrap()),
        at(plain.clone())
    );
    let others = [
        toolbox.manifest(Anthropic.cached()).unwrap(),
        toolbox.manifest(Anthropic.lenient()).unwrap(),
        toolbox.manifest(OpenAiChat).unwrap(),
        toolbox.view(|_| true).manifest(Anthropic).unwrap(),
    ];
    for other in others {
        assert_ne!(at(other), at(plain.clone()));
    }
}

#[test]
fn the_sizes_of_its_tools_are_those_of_their_texts() {
    for provider in &LISTING {
        let manifest = manifest(&library::toolbox(), provider);
        let sizes = manifest.sizes();
        let names: Vec<_> = sizes.iter().map(|size| size.tool.as_str()).collect();
        assert_eq!(
            names,
            [
                "order_books",
                "arrange_shelf",
                "search_catalogue",
                "opening_hours"
            ]
        );
        // A list of them, with its brackets and commas, is the manifest.
        let all: usize = sizes.iter().map(|size| size.bytes).sum();
        assert_eq!(all + sizes.len() + 1, manifest.as_str().len());
        assert!(
            sizes
                .iter()
                .all(|size| size.estimated_tokens() * 4 >= size.bytes)
        );
    }
}
