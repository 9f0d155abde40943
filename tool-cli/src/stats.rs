//! `stats`: what the turns of a conversation were like, from a history or from reports.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Deserializer, Value};
use tool_runtime::dialect::Message;
use tool_runtime::tool::State;
use tool_runtime::turns::Conversation;
use tool_runtime::{Report, Toolbox};

use crate::dialects::{self, PROVIDERS, Provider};
use crate::exit::{Exit, Failure};
use crate::files::{self, Source};
use crate::list::print_value;
use crate::names;
use crate::options::json;
use crate::out;
use crate::words::by_serde;

const FILE: &str = "A provider's messages, a whole request with them, or reports as `batch --json` prints them; - for standard input";

/// What a conversation looks like, for messages.
const EXPECTED: &str =
    "expected a conversation (a JSON array of messages, or a request with one) or reports";

/// The members of requests that hold the messages.
const LISTS: [&str; 3] = ["messages", "input", "contents"];

pub(crate) fn command<S>(toolbox: &Toolbox<S>) -> Command {
    Command::new("stats")
        .about("Say how many calls the turns of a conversation had, and which turns could have been one")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(FILE),
        )
        .arg(dialects::option(
            "Whose history it is, where that cannot be seen",
        ))
        .args(names::selection(toolbox))
        .arg(json("One JSON object"))
}

pub(crate) fn run<S: State>(toolbox: &Toolbox<S>, matches: &ArgMatches) -> Result<Exit, Failure> {
    let path = files::path(matches, "file").unwrap_or("-".as_ref());
    let source = Source::new(path);
    let text = source.read()?;
    let conversation = read(toolbox, &text, dialects::named(matches))
        .map_err(|error| Failure::unusable(format!("{}: {error}", source.name())))?;
    let stats = toolbox.turn_stats(&conversation);
    match matches.get_flag("json") {
        true => print_value(&stats)?,
        false => out::line(&stats)?,
    }
    Ok(Exit::Fine)
}

fn read<S: State>(
    toolbox: &Toolbox<S>,
    text: &str,
    provider: Option<&'static Provider>,
) -> Result<Conversation, String> {
    // Reports may stand one after the other, a line for each.
    let values = Deserializer::from_str(text).into_iter::<Value>();
    let values = values.collect::<Result<Vec<_>, _>>();
    let values = values.map_err(|error| format!("it is not JSON: {error}"))?;
    let each = values.iter().flat_map(|value| match value {
        Value::Array(values) => values.iter(),
        value => std::slice::from_ref(value).iter(),
    });
    let each: Vec<&Value> = each.collect();
    if !each.is_empty() && each.iter().all(|value| is_report(value)) {
        return reports(&each);
    }
    let history = match values.as_slice() {
        [Value::Array(_)] => Message::list(text).map_err(|error| error.to_string())?,
        [Value::Object(request)] => {
            let lists = LISTS.iter().filter_map(|key| request.get(*key));
            let list = lists.filter_map(Value::as_array).next();
            let list = list.ok_or_else(|| format!("{EXPECTED}, found another object"))?;
            let messages = list.iter().cloned();
            messages.map(Message::from).collect()
        }
        [_] => return Err(format!("{EXPECTED}, found neither")),
        _ => {
            return Err(format!(
                "{EXPECTED}, found several values that are not reports"
            ));
        }
    };
    match provider {
        Some(provider) => Ok(provider.plain.conversation(&history)),
        None => recognised(toolbox, &history),
    }
}

fn is_report(value: &Value) -> bool {
    value.get("wall_ns").is_some() && value.get("results").is_some()
}

fn reports(values: &[&Value]) -> Result<Conversation, String> {
    let numbered = values.iter().enumerate();
    let reports = numbered.map(|(index, value)| {
        let report = serde_json::from_value::<Report>((*value).clone());
        report.map_err(|error| format!("report {index}: {}", by_serde(&error)))
    });
    let reports = reports.collect::<Result<Vec<_>, _>>()?;
    let conversation = Conversation::new();
    Ok(reports.iter().fold(conversation, Conversation::report))
}

/// The conversation as the provider reads it that finds the most calls in it, the first of several.
fn recognised<S: State>(toolbox: &Toolbox<S>, history: &[Message]) -> Result<Conversation, String> {
    let read = PROVIDERS.iter().rev().map(|provider| {
        let conversation = provider.plain.conversation(history);
        (toolbox.turn_stats(&conversation).calls(), conversation)
    });
    match read.max_by_key(|(calls, _)| *calls) {
        Some((1.., conversation)) => Ok(conversation),
        _ => Err("no call is found in it as any provider has one; say whose history it is by `--dialect`".to_owned()),
    }
}
