//! The crates that are measured: each library as its own documentation advises, doing the same work.
//!
//! Each program makes the definitions of all its tools, calls the first, and prints how many tools it has.

use std::fmt::Write;
use std::path::Path;

/// `types` uses the same types as `tool-runtime` without a tool: what the types cost by themselves.
pub const LIBRARIES: [&str; 4] = ["tool-runtime", "types", "tools-rs", "llm-tool"];

/// - `scalars`: an integer and a text.
/// - `struct`: a struct of the user's for each tool, taken and returned.
/// - `state`: state, an optional argument and one with a default.
pub const SHAPES: [&str; 3] = ["scalars", "struct", "state"];

/// A crate with so many tools of one shape.
pub struct Leaf {
    pub library: &'static str,
    pub shape: &'static str,
    pub tools: usize,
}

impl Leaf {
    pub fn name(&self) -> String {
        format!("{}-{}-{}", self.library, self.shape, self.tools)
    }

    pub fn manifest(&self, root: &Path) -> String {
        let runtime = root.join("../../tool-runtime");
        let library = match self.library {
            "tool-runtime" => format!("tool-runtime = {{ path = {runtime:?} }}"),
            "types" => "schemars = \"1\"".to_owned(),
            "tools-rs" => "tools-rs = \"0.3\"\ntools_core = \"0.3\"\ntools_macros = \"0.3\"\ninventory = \"0.3\"".to_owned(),
            _ => "llm-tool = \"0.10\"".to_owned(),
        };
        format!(
            "[package]\nname = {:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{library}\n\
             schemars = \"1\"\nserde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n",
            self.name(),
        )
        .replace("schemars = \"1\"\nschemars = \"1\"", "schemars = \"1\"")
    }

    pub fn source(&self) -> String {
        let mut text = String::from("#![allow(dead_code, unused_imports)]\n");
        text += match self.library {
            "tool-runtime" => "use tool_runtime::{ToolCall, Toolbox, tool, tools};\n",
            "types" => "use schemars::schema_for;\n",
            "tools-rs" => {
                "use std::sync::Arc;\nuse tools_core::NoMeta;\nuse tools_rs::{FunctionCall, ToolCollection, ToolSchema, tool};\n"
            }
            _ => "use llm_tool::{ToolContext, ToolRegistry, llm_tool};\n",
        };
        text += "\npub struct Db(u64);\n";
        for n in 0..self.tools {
            self.write_types(&mut text, n);
            self.write_tool(&mut text, n);
        }
        text += &self.main();
        text
    }

    fn write_types(&self, text: &mut String, n: usize) {
        if self.shape != "struct" {
            return;
        }
        let schema = match self.library {
            "tools-rs" => "ToolSchema",
            _ => "schemars::JsonSchema",
        };
        let _ = write!(
            text,
            "
/// Order {n}.
#[derive(serde::Deserialize, serde::Serialize, {schema})]
pub struct Order{n} {{
    /// Its number.
    pub id: u64,
    /// Who ordered.
    pub customer: String,
    /// What.
    pub items: Vec<String>,
}}
"
        );
    }

    fn write_tool(&self, text: &mut String, n: usize) {
        let (doc, attribute) = match self.library {
            "types" => return,
            "llm-tool" => ("    /// An argument.\n", "#[llm_tool]"),
            // It takes no descriptions of parameters.
            "tools-rs" => ("", "#[tool]"),
            _ => ("    /// An argument.\n", "#[tool]"),
        };
        let (parameters, returned, body) = match (self.shape, self.library) {
            ("scalars", _) => (
                format!("{doc}    number: u64,\n{doc}    text: String,\n"),
                "String".to_owned(),
                "    format!(\"{number} {text}\")\n".to_owned(),
            ),
            ("struct", _) => (
                format!("{doc}    order: Order{n},\n"),
                format!("Order{n}"),
                "    order\n".to_owned(),
            ),
            (_, "tools-rs") => (
                "    ctx: Db,\n    limit: Option<u64>,\n    page: u64,\n".to_owned(),
                "u64".to_owned(),
                "    ctx.0 + limit.unwrap_or(0) + page\n".to_owned(),
            ),
            (_, "llm-tool") => (
                format!(
                    "{doc}    limit: Option<u64>,\n{doc}    page: u64,\n    ctx: &ToolContext,\n"
                ),
                "u64".to_owned(),
                "    let _ = ctx;\n    limit.unwrap_or(0) + page\n".to_owned(),
            ),
            (_, _) => (
                format!(
                    "{doc}    limit: Option<u64>,\n{doc}    #[arg(default = 1)]\n    page: u64,\n    #[state] db: &Db,\n"
                ),
                "u64".to_owned(),
                "    db.0 + limit.unwrap_or(0) + page\n".to_owned(),
            ),
        };
        let _ = write!(
            text,
            "\n/// Does what tool {n} does.\n{attribute}\npub async fn tool_{n}(\n{parameters}) -> {returned} {{\n{body}}}\n"
        );
    }

    fn main(&self) -> String {
        let arguments = match self.shape {
            "scalars" => r##"r#"{"number": 1, "text": "x"}"#"##,
            "struct" => r##"r#"{"order": {"id": 1, "customer": "x", "items": []}}"#"##,
            _ => r##"r#"{"limit": 1, "page": 2}"#"##,
        };
        let numbers = || 0..self.tools;
        let called = self.tools > 0;
        let body = match self.library {
            "tool-runtime" => {
                let list: Vec<String> = numbers().map(|n| format!("tool_{n}")).collect();
                format!(
                    "let toolbox = Toolbox::<Db>::builder().tools(tools![{}]).build().unwrap();
    let report = toolbox.bind(Db(1)).run([ToolCall::new(\"1\", \"tool_0\", {arguments})]).await;
    assert_eq!({called}, !report.results()[0].is_error(), \"{{}}\", report.results()[0].text());
    println!(\"{{}}\", toolbox.tools().len());",
                    list.join(", ")
                )
            }
            "types" => {
                let used: String = if self.shape == "struct" {
                    numbers()
                        .map(|n| {
                            format!(
                                "    count += usize::from(schema_for!(Order{n}).as_object().is_some());
    let order: Result<Order{n}, _> = serde_json::from_str(&text);
    text = order.map_or_else(|_| String::new(), |order| serde_json::to_string(&order).unwrap_or_default());\n"
                            )
                        })
                        .collect()
                } else {
                    format!("    count += {};\n", self.tools)
                };
                format!("let mut count = 0;\n    let mut text = std::env::args().next().unwrap();\n{used}    drop(text);\n    println!(\"{{count}}\");")
            }
            "tools-rs" => format!(
                "let tools = ToolCollection::<NoMeta>::builder().with_context(Arc::new(Db(1))).collect().unwrap();
    let arguments = serde_json::from_str({arguments}).unwrap();
    let answer = tools.call(FunctionCall::new(\"tool_0\".into(), arguments)).await;
    assert_eq!({called}, answer.is_ok());
    println!(\"{{}}\", tools.json().unwrap().as_array().unwrap().len());"
            ),
            _ => {
                let list: String = numbers().map(|n| format!(".with_tool(Tool{n})")).collect();
                format!(
                    "let registry = ToolRegistry::new(){list};
    let arguments = serde_json::from_str({arguments}).unwrap();
    let answer = registry.dispatch(\"tool_0\", arguments, &ToolContext::new()).await;
    assert_eq!({called}, answer.is_ok());
    println!(\"{{}}\", registry.definitions().len());"
                )
            }
        };
        format!(
            "\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n    {body}\n}}\n"
        )
    }
}
