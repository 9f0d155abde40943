//! `show`: all of one tool.

use clap::{ArgMatches, Command};
use serde::Serialize;
use serde_json::Value;
use tool_runtime::tool::{DeclaredEffects, State};
use tool_runtime::{ToolDefinition, Toolbox};

use crate::dialects::PROVIDERS;
use crate::exit::{Exit, Failure};
use crate::list::{print_value, sizes};
use crate::names;
use crate::options::json;
use crate::out::{self, Tone};
use crate::schema::Arguments;
use crate::session::Session;
use crate::words::{effects, number};

pub(crate) fn command<S>(toolbox: &Toolbox<S>) -> Command {
    Command::new("show")
        .about("Show all of one tool")
        .arg(names::argument(toolbox))
        .arg(json("One JSON object, with the schemas"))
}

/// The tool with this name, which clap has found to be there.
pub(crate) fn named<'a, S>(
    toolbox: &'a Toolbox<S>,
    matches: &ArgMatches,
) -> Result<&'a ToolDefinition, Failure> {
    let name = matches.get_one::<String>("name").map_or("", String::as_str);
    let mut tools = toolbox.tools().iter();
    let tool = tools.find(|tool| tool.name() == name);
    tool.ok_or_else(|| Failure::unusable(format!("there is no tool `{name}`")))
}

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    title: Option<&'a str>,
    description: &'a str,
    effects: &'a DeclaredEffects,
    destructive: bool,
    idempotent: bool,
    open_world: Option<bool>,
    approval: bool,
    strict: Option<bool>,
    timeout_ms: Option<u128>,
    attempts: Option<u32>,
    max_concurrency: Option<usize>,
    tags: Vec<&'a str>,
    defined_at: String,
    parameters: Value,
    output: Option<Value>,
}

pub(crate) fn run<S: State>(session: &Session<S>, matches: &ArgMatches) -> Result<Exit, Failure> {
    let toolbox = &session.toolbox;
    let tool = named(toolbox, matches)?;
    match matches.get_flag("json") {
        true => print_json(tool)?,
        false => {
            print_text(tool, &session.program)?;
            print_sizes(&toolbox.only([tool.name()]).map_err(Failure::unusable)?)?;
        }
    }
    Ok(Exit::Fine)
}

fn print_json(tool: &ToolDefinition) -> Result<(), Failure> {
    let value = |schema: &dyn std::fmt::Display| serde_json::from_str(&schema.to_string());
    let unreadable = |error| Failure::unusable(format!("its schema is no JSON: {error}"));
    let output = tool.output_schema().map(|schema| value(schema));
    print_value(&Shown {
        name: tool.name(),
        title: tool.title(),
        description: tool.description(),
        effects: tool.effects(),
        destructive: tool.is_destructive(),
        idempotent: tool.is_idempotent(),
        open_world: tool.is_open_world(),
        approval: tool.needs_approval(),
        strict: tool.is_strict(),
        timeout_ms: tool.timeout().map(|timeout| timeout.as_millis()),
        attempts: tool.attempts(),
        max_concurrency: tool.max_concurrency(),
        tags: tool.tags().collect(),
        defined_at: tool.place().to_string(),
        parameters: value(tool.parameters()).map_err(unreadable)?,
        output: output.transpose().map_err(unreadable)?,
    })
}

fn print_text(tool: &ToolDefinition, program: &str) -> Result<(), Failure> {
    let title = tool.title().map(|title| format!("  ({title})"));
    let name = out::toned(Tone::Strong, tool.name());
    out::line(format!("{name}{}", title.unwrap_or_default()))?;
    for line in tool.description().lines() {
        out::line(format!("  {line}").trim_end())?;
    }
    out::line("\narguments")?;
    let arguments = Arguments::of(tool)?;
    if arguments.is_empty() {
        out::line("  none")?;
    }
    for argument in arguments.iter() {
        out::line(format!("  {argument}"))?;
    }
    out::line("")?;
    let required = arguments.iter().filter(|argument| argument.is_required);
    let required = required.map(|argument| format!(" --arg {}=…", argument.name));
    let facts = [
        (
            "to call it",
            Some(format!(
                "{program} call {}{}",
                tool.name(),
                required.collect::<String>()
            )),
        ),
        ("effects", Some(effects(tool))),
        ("timeout", tool.timeout().map(|time| format!("{time:?}"))),
        ("attempts", tool.attempts().map(|count| count.to_string())),
        (
            "at once",
            tool.max_concurrency().map(|count| count.to_string()),
        ),
        ("answers", tool.output_schema().map(ToString::to_string)),
        ("tags", Some(tool.tags().collect::<Vec<_>>().join(", "))),
        ("defined at", Some(tool.place().to_string())),
    ];
    for (what, fact) in facts {
        if let Some(fact) = fact.filter(|fact| !fact.is_empty()) {
            out::line(format!("{what:<10}  {fact}"))?;
        }
    }
    Ok(())
}

/// How large it is for each provider, those of one size in one line.
fn print_sizes<S: State>(alone: &Toolbox<S>) -> Result<(), Failure> {
    let mut sizes_of: Vec<(usize, usize, Vec<&str>)> = Vec::new();
    for provider in &PROVIDERS {
        for size in sizes(alone, provider)? {
            let (bytes, tokens) = (size.bytes, size.estimated_tokens());
            match sizes_of.iter_mut().find(|(known, ..)| *known == bytes) {
                Some((.., names)) => names.push(provider.name),
                None => sizes_of.push((bytes, tokens, vec![provider.name])),
            }
        }
    }
    for (index, (bytes, tokens, names)) in sizes_of.iter().enumerate() {
        let what = if index == 0 { "size" } else { "" };
        let (bytes, tokens, names) = (number(*bytes), number(*tokens), names.join(", "));
        out::line(format!(
            "{what:<10}  {bytes} bytes, about {tokens} tokens: {names}"
        ))?;
    }
    Ok(())
}
