//! `list`: each tool in a line.

use clap::{ArgMatches, Command};
use serde::Serialize;
use tool_runtime::tool::{DeclaredEffects, State};
use tool_runtime::{ToolDefinition, ToolSize, Toolbox};

use crate::dialects::{self, Provider};
use crate::exit::{Exit, Failure};
use crate::names;
use crate::options::json;
use crate::out::{self, Tone};
use crate::words::{counted, effects, number, shortened, summary};

pub(crate) fn command<S>(toolbox: &Toolbox<S>) -> Command {
    Command::new("list")
        .about("List the tools: what they are for, what they touch, how large they are")
        .arg(dialects::option("In whose format they are measured").default_value("anthropic"))
        .args(names::selection(toolbox))
        .arg(json("One JSON array"))
}

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    summary: &'a str,
    effects: &'a DeclaredEffects,
    destructive: bool,
    idempotent: bool,
    approval: bool,
    tags: Vec<&'a str>,
    bytes: usize,
    estimated_tokens: usize,
}

pub(crate) fn run<S: State>(toolbox: &Toolbox<S>, matches: &ArgMatches) -> Result<Exit, Failure> {
    let Some(provider) = dialects::named(matches) else {
        return Err(Failure::unusable("say in whose format by `--dialect`"));
    };
    let sizes = sizes(toolbox, provider)?;
    let tools: Vec<_> = toolbox.tools().iter().zip(&sizes).collect();
    match matches.get_flag("json") {
        true => print_json(&tools)?,
        false => print_table(&tools, provider)?,
    }
    Ok(Exit::Fine)
}

/// How large each tool is there; with wider schemas where it has no form for one, since this is no place to refuse any.
pub(crate) fn sizes<S: State>(
    toolbox: &Toolbox<S>,
    provider: &Provider,
) -> Result<Vec<ToolSize>, Failure> {
    if toolbox.tools().is_empty() {
        return Ok(Vec::new());
    }
    let manifest = toolbox.manifest(provider.settled(false, true)?);
    Ok(manifest.map_err(Failure::not_fine)?.sizes())
}

fn print_json(tools: &[(&ToolDefinition, &ToolSize)]) -> Result<(), Failure> {
    let listed = tools.iter().map(|(tool, size)| Listed {
        name: tool.name(),
        summary: summary(tool.description()),
        effects: tool.effects(),
        destructive: tool.is_destructive(),
        idempotent: tool.is_idempotent(),
        approval: tool.needs_approval(),
        tags: tool.tags().collect(),
        bytes: size.bytes,
        estimated_tokens: size.estimated_tokens(),
    });
    print_value(&listed.collect::<Vec<_>>())
}

/// A value as indented JSON.
pub(crate) fn print_value(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| Failure::unusable(format!("it is no JSON: {error}")))?;
    Ok(out::line(text)?)
}

fn print_table(tools: &[(&ToolDefinition, &ToolSize)], provider: &Provider) -> Result<(), Failure> {
    let rows: Vec<[String; 5]> = tools
        .iter()
        .map(|(tool, size)| {
            [
                tool.name().to_owned(),
                number(size.bytes),
                number(size.estimated_tokens()),
                summary(tool.description()).to_owned(),
                effects(tool),
            ]
        })
        .collect();
    let head = ["NAME", "BYTES", "TOKENS", "SUMMARY", "EFFECTS"];
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([head[column].len()]).max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2), width(3)];
    let shown = |row: [&str; 5]| {
        let [name, bytes, tokens, summary, effects] = row;
        let text = format!(
            "{name:<0$}  {bytes:>1$}  {tokens:>2$}  {summary:<3$}  {effects}",
            widths[0], widths[1], widths[2], widths[3],
        );
        // Whole where a program reads it.
        match out::is_watched() {
            true => shortened(text.trim_end(), out::columns()),
            false => text.trim_end().to_owned(),
        }
    };
    out::line(out::toned(Tone::Strong, shown(head)))?;
    for row in &rows {
        out::line(shown(row.each_ref().map(String::as_str)))?;
    }
    out::line(total(tools, provider))?;
    Ok(())
}

fn total(tools: &[(&ToolDefinition, &ToolSize)], provider: &Provider) -> String {
    let bytes = tools.iter().map(|(_, size)| size.bytes).sum();
    let tokens = tools.iter().map(|(_, size)| size.estimated_tokens()).sum();
    format!(
        "{}, {}, about {} ({})",
        counted(tools.len(), "tool"),
        counted(bytes, "byte"),
        counted(tokens, "token"),
        provider.title()
    )
}
