//! What a server's tools are called.

use serde_json::json;
use tool_runtime::dialect::{Anthropic, Gemini, Mcp, OpenAiChat};
use tool_runtime::{ToolCall, Toolbox, tool, tools};

use crate::fake::{connected, connected_as, tool, toolbox};

/// Reads something of ours.
#[tool(name = "files__read", pure)]
async fn read_ours() -> &'static str {
    "ours"
}

#[tokio::test]
async fn names_begin_with_the_name_that_the_program_gave() {
    let (tools, mut fake) = connected(json!([tool("read"), tool("math.add"), tool("größe")])).await;
    let toolbox = toolbox(&tools);
    let names = |manifest: tool_runtime::Manifest| {
        let tools = manifest.tools().iter();
        tools.map(|tool| tool.name().to_owned()).collect::<Vec<_>>()
    };
    for portable in [toolbox.manifest(OpenAiChat), toolbox.manifest(Anthropic)] {
        assert_eq!(
            names(portable.unwrap()),
            ["files__read", "files__math_add", "files__gr__e"]
        );
    }
    for dotted in [toolbox.manifest(Gemini), toolbox.manifest(Mcp)] {
        assert_eq!(
            names(dotted.unwrap()),
            ["files__read", "files__math.add", "files__gr__e"]
        );
    }
    // By either name, the server is called by its own.
    for name in ["files__math_add", "files__math.add"] {
        let serving = async {
            let call = fake.request("tools/call").await;
            assert_eq!(call["params"]["name"], "math.add");
            fake.text(&call, "7").await;
        };
        let (report, ()) = tokio::join!(toolbox.run([ToolCall::new("1", name, "{}")]), serving);
        assert_eq!(report.results()[0].text(), "7");
    }
}

#[tokio::test]
async fn the_program_may_name_them() {
    let named = |own: &str| format!("get_{own}_file");
    let (tools, _fake) =
        connected_as(|connect| connect.named_by(named), json!([tool("read")])).await;
    assert_eq!(toolbox(&tools).tools()[0].name(), "get_read_file");
}

#[tokio::test]
async fn a_clash_is_refused_in_words_that_name_both() {
    let (tools, _fake) = connected(json!([tool("read")])).await;
    let (others, _other) = connected(json!([tool("read")])).await;
    let twice = Toolbox::<()>::builder();
    let first = line!() + 1;
    let twice = twice.tools(tools.tools());
    let twice = twice.tools(others.tools());
    let error = twice.build().unwrap_err().to_string();
    let file = file!();
    assert_eq!(
        error,
        format!(
            "two tools are named `files__read`: at {file}:{first} and at {file}:{}; give one another name, with `#[tool(name = \"…\")]` or in its `ToolDefinition`",
            first + 1
        )
    );

    let ours = Toolbox::<()>::builder().tools(tools![read_ours]);
    let error = ours.tools(tools.tools()).build().unwrap_err().to_string();
    assert!(
        error.starts_with("two tools are named `files__read`: at "),
        "{error}"
    );
}

#[tokio::test]
async fn a_servers_tools_are_a_view() {
    let (tools, _fake) = connected(json!([tool("read"), tool("write")])).await;
    let all = Toolbox::<()>::builder()
        .tools(tools![read_ours_too])
        .tools(tools.tools());
    let view = all.build().unwrap().tagged(["files"]).unwrap();
    let names: Vec<_> = view
        .tools()
        .iter()
        .map(|tool| tool.name().to_owned())
        .collect();
    assert_eq!(names, ["files__read", "files__write"]);
}

/// Reads something of ours.
#[tool(pure)]
async fn read_ours_too() -> &'static str {
    "ours"
}

#[tokio::test]
async fn any_state_will_do() {
    struct App;
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let toolbox = Toolbox::<App>::builder()
        .tools(tools.tools())
        .build()
        .unwrap();
    let desk = toolbox.bind(App);
    let serving = async {
        let call = fake.request("tools/call").await;
        fake.text(&call, "seven").await;
    };
    let (report, ()) = tokio::join!(desk.run([ToolCall::new("1", "files__read", "{}")]), serving);
    assert_eq!(report.results()[0].text(), "seven");
}
