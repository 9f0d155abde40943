//! `lint`: what is found of tools that are wrong on purpose, and of the desk, which is not.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tool_cli::lint::{Finding, Lint};
use tool_runtime::{Toolbox, tool, tools};

use crate::{desk, odd, run};

#[derive(Deserialize, JsonSchema)]
struct Tree {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "children", default)]
    _children: Vec<Tree>,
}

/// Plants a tree.
#[tool]
async fn plant(
    /// Its root.
    root: Tree,
) {
    drop(root);
}

#[derive(Deserialize, JsonSchema)]
struct Spot {
    #[serde(rename = "x")]
    _x: i8,
}

/// Waters a spot.
#[tool(pure)]
async fn water(
    /// Where.
    spot: Spot,
) {
    let _ = spot;
}

fn found(lint: Lint) -> Vec<String> {
    let toolbox = Toolbox::new(tools![plant, water]).expect("two tools");
    let findings = lint.check(&toolbox);
    findings.iter().map(Finding::to_string).collect()
}

#[test]
fn what_is_wrong_is_found_at_every_provider() {
    assert_eq!(
        found(Lint::default()),
        [
            "error: `plant`: `$.root` contains itself where it cannot be left out, of which there is no form; make every argument and field on the way an `Option`, or take the parts as a list in which each names its parent (Gemini)",
            "error: `plant`: `$.root.children[]` contains itself, of which there is no form; take the parts as a list in which each names its parent (Ollama)",
            "warning: `plant`: `$.root.children` has no description; say in a `///` what it is",
            "warning: `plant`: `$.root.name` has no description; say in a `///` what it is",
            "warning: `plant` does not say what it touches, so its calls run beside all others; write `reads(…)`, `writes(…)` or `pure`",
            "warning: `water`: `$.spot.x` has no description; say in a `///` what it is",
            "note: `water`: `$.spot.x` has its `minimum` in its description, as \"at least -128\" (Ollama)",
            "note: `water`: `$.spot.x` has its `maximum` in its description, as \"at most 127\" (Ollama)",
        ]
    );
}

/// With strict schemas more is refused, where a provider has such, and elsewhere the same.
#[test]
fn strict_schemas_are_looked_at_where_that_is_asked_for() {
    let strict = found(Lint::default().strict(true));
    assert!(
        strict.iter().any(|line| line.contains("no strict form")),
        "{strict:#?}"
    );
    assert!(
        strict.iter().any(|line| line.ends_with("(Ollama)")),
        "{strict:#?}"
    );
}

#[test]
fn what_is_heavy_is_told_with_its_heaviest_form() {
    let found = found(Lint::default().max_tokens(60));
    let heavy: Vec<&String> = found
        .iter()
        .filter(|line| line.contains("tokens in every"))
        .collect();
    assert_eq!(
        heavy,
        [
            "warning: `plant` is 426 bytes, about 107 tokens in every request, and 60 are meant to be enough; say less, or make two tools of it (Mistral)",
            "warning: `water` is 381 bytes, about 96 tokens in every request, and 60 are meant to be enough; say less, or make two tools of it (MCP)",
        ]
    );
}

#[test]
fn errors_have_a_code_and_warnings_where_that_is_asked_for() {
    let ran = odd(["lint"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert!(
        ran.out
            .ends_with("3 tools: 2 errors, 3 warnings, 0 notes\n"),
        "{}",
        ran.out
    );
    // Those are errors elsewhere.
    let code = |more: &[&str]| {
        let arguments = [&["lint", "-d", "anthropic", "-d", "mcp"], more].concat();
        run(env!("CARGO_BIN_EXE_odd"), &arguments, "").code
    };
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--deny-warnings"]), Some(1));
    assert_eq!(code(&["--deny-warnings", "--only", "fail"]), Some(0));
    let ran = odd(["lint", "--json", "-d", "gemini"]);
    let findings: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(findings[0]["code"], "refused");
    assert_eq!(findings[0]["severity"], "error");
    assert_eq!(findings[0]["path"], "$.root");
    assert_eq!(findings[0]["dialects"][0], "Gemini");
}

#[test]
fn the_desk_is_as_it_should_be() {
    let ran = desk(["lint", "--deny-warnings"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    assert_eq!(
        ran.out,
        "9 tools: 0 errors, 0 warnings, 19 notes (`--verbose` shows notes)\n"
    );
    let one = desk(["lint", "-d", "ollama", "--only", "get_customer", "-v"]);
    assert_eq!(
        one.out,
        "note: `get_customer`: `$.customer_id` has its `minimum` in its description, as \"at least 0\" (Ollama)\n1 tool: 0 errors, 0 warnings, 1 note\n"
    );
}
