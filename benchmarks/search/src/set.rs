//! The committed set: tools and questions.

use serde::Deserialize;
use serde_json::Value;
use tool_runtime::{RuntimeTool, ToolDefinition, Toolbox};

#[derive(Clone, Deserialize)]
pub struct Tool {
    pub name: String,
    pub description: String,
    pub parameters: Value,
}

#[derive(Deserialize)]
pub struct Question {
    pub question: String,
    /// Who would say it so: `model` or `user`.
    pub by: String,
    /// Each of them answers it.
    pub tools: Vec<String>,
}

pub fn tools() -> Vec<Tool> {
    serde_json::from_str(include_str!("../tools.json")).expect("the tools are JSON")
}

pub fn questions() -> Vec<Question> {
    serde_json::from_str(include_str!("../questions.json")).expect("the questions are JSON")
}

/// As many tools as are wanted: those of the set, once for each of several teams.
pub fn many(count: usize) -> Vec<Tool> {
    const TEAMS: [&str; 7] = [
        "north",
        "south",
        "west",
        "east",
        "retail",
        "wholesale",
        "labs",
    ];
    let tools = tools();
    let teams = TEAMS.iter().flat_map(|team| {
        tools.iter().map(move |tool| Tool {
            name: format!("{team}_{}", tool.name),
            description: format!("{} For the team {team}.", tool.description),
            parameters: tool.parameters.clone(),
        })
    });
    teams.take(count).collect()
}

pub fn toolbox(tools: &[Tool]) -> Toolbox {
    let mut builder = Toolbox::builder();
    for tool in tools {
        let definition = ToolDefinition::named(&*tool.name, &*tool.description)
            .with_parameters(tool.parameters.clone());
        let answer = |_, _, _| async { Ok::<_, String>("done") };
        builder = builder.tool(RuntimeTool::new(definition, answer));
    }
    builder.build().expect("the tools make a toolbox")
}

/// The same tools, of which nothing is known but their names.
pub fn names_only(tools: &[Tool]) -> Vec<Tool> {
    let bare = |tool: &Tool| Tool {
        name: tool.name.clone(),
        description: String::new(),
        parameters: serde_json::json!({ "type": "object", "properties": {} }),
    };
    tools.iter().map(bare).collect()
}
