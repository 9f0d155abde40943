//! The same calls to run-time tools of the same schemas.

use std::fmt::Write;

use serde_json::Value;
use tool_runtime::{RuntimeTool, ToolDefinition, Toolbox};

use super::cells::KINDS;
use super::{compare, mistakes, text, tools};

/// A run-time tool for each.
fn toolbox() -> Toolbox {
    let mut builder = Toolbox::<()>::builder();
    for tool in tools::toolbox().tools() {
        let schema: Value = serde_json::from_str(&tool.parameters().to_string()).unwrap();
        let definition = ToolDefinition::named(tool.name(), "Takes it.").with_parameters(schema);
        let tool = RuntimeTool::new(definition, |_, _, _| async { Ok::<_, String>("taken") });
        builder = builder.tool(tool);
    }
    builder.build().unwrap()
}

#[test]
fn a_run_time_tool_has_the_same_texts_but_for_those_that_are_stored() {
    let (tools, toolbox) = (tools::toolbox(), toolbox());
    let (mut same, mut file) = (0, String::new());
    for kind in KINDS {
        assert_eq!(text(&toolbox, kind.tool, kind.right), None, "{}", kind.tool);
        for (mistake, arguments) in mistakes(kind).calls {
            let (by_serde, here) = (
                text(&tools, kind.tool, &arguments),
                text(&toolbox, kind.tool, &arguments),
            );
            if by_serde == here {
                same += 1;
                continue;
            }
            let (by_serde, here) = (
                by_serde.unwrap_or_default(),
                here.unwrap_or_else(|| "It is taken.".to_owned()),
            );
            writeln!(
                file,
                "\n## `{}`: {mistake}\n\n`{arguments}`\n\n`#[tool]`:\n\n{by_serde}\n\nRun-time tool:\n\n{here}",
                kind.parameter
            )
            .unwrap();
        }
    }
    let file = format!(
        "# What a run-time tool says in other words than a `#[tool]` of the same schema\n\n{same} texts of the matrix are the same.\n{file}"
    );
    compare("run_time.md", &file);
}
