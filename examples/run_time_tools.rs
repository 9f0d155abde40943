//! Tools that the program learns of when it runs: here from a list that a plugin gives, as it may be from a database or another process.
//!
//! ```text
//! cargo run --example run_time_tools --features schema-validation
//! ```

use serde::Deserialize;
use tool_runtime::tool::{DeclaredEffects, RuntimeTool, ToolDefinition};
use tool_runtime::{ToolCall, ToolError, Toolbox};

/// What a plugin says of one of its tools.
#[derive(Deserialize)]
struct Listed {
    name: String,
    description: String,
    parameters: serde_json::Value,
    read_only: bool,
}

const LISTED: &str = r#"[
    {
        "name": "weather.today",
        "description": "Says what the weather is.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "minLength": 1}},
            "required": ["city"]
        },
        "read_only": true
    },
    {
        "name": "weather.report",
        "description": "Reports what the weather is where somebody stands.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "degrees": {"type": "number", "minimum": -90, "maximum": 60}
            },
            "required": ["city", "degrees"]
        },
        "read_only": false
    }
]"#;

/// Whatever reaches the plugin.
struct Plugin;

impl Plugin {
    async fn call(&self, name: &str, arguments: &str) -> Result<String, ToolError> {
        Ok(format!("{name} was given {arguments}"))
    }
}

fn tool(listed: Listed) -> RuntimeTool<Plugin> {
    let Listed {
        name,
        description,
        parameters,
        read_only,
    } = listed;
    // What says that it only reads runs beside others; what may write does so alone in its city.
    let effects = match read_only {
        true => DeclaredEffects::reads(["weather:{city}"]),
        false => DeclaredEffects::writes(["weather:{city}"]),
    };
    let definition = ToolDefinition::named(&*name, description)
        .with_parameters(parameters)
        .with_effects(effects);
    RuntimeTool::new(
        definition,
        move |arguments, _, plugin: std::sync::Arc<Plugin>| {
            let name = name.clone();
            async move { plugin.call(&name, arguments.text()).await }
        },
    )
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listed: Vec<Listed> = serde_json::from_str(LISTED)?;
    let mut builder = Toolbox::<Plugin>::builder();
    for listed in listed {
        builder = builder.tool(tool(listed));
    }
    let toolbox = builder.build()?;

    // No provider takes a dot in a name: the model reads another, and may call it by either.
    let manifest = toolbox.manifest(tool_runtime::dialect::Anthropic)?;
    println!("{}\n", manifest.as_str());

    let calls = [
        ("weather_today", r#"{"city": "Bern"}"#),
        ("weather.report", r#"{"city": "Bern", "degrees": 21.5}"#),
        ("weather_report", r#"{"city": "Bern", "degrees": "warm"}"#),
    ];
    let calls = calls.map(|(name, arguments)| ToolCall::new("", name, arguments));
    for result in toolbox.bind(Plugin).run(calls).await.results() {
        println!("{}: {}", result.name(), result.text());
    }
    Ok(())
}
