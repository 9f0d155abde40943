//! Names of tools and tags on the command line: those of the toolbox, which completions know too.

use std::ffi::OsStr;
use std::sync::Arc;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use tool_runtime::Toolbox;
use tool_runtime::tool::State;

use crate::exit::Failure;
use crate::words::did_you_mean;

/// The name of a tool of the toolbox.
#[derive(Clone)]
pub(crate) struct ToolNames(Arc<[(String, String)]>);

impl ToolNames {
    pub(crate) fn of<S>(toolbox: &Toolbox<S>) -> Self {
        let tools = toolbox.tools().iter();
        Self(
            tools
                .map(|tool| {
                    let summary = crate::words::summary(tool.description());
                    (tool.name().to_owned(), summary.to_owned())
                })
                .collect(),
        )
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl TypedValueParser for ToolNames {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let name = value.to_string_lossy().into_owned();
        if self.names().any(|known| known == name) {
            return Ok(name);
        }
        let others = match did_you_mean(&name, self.names()) {
            meant if meant.is_empty() => "; `list` shows the tools".to_owned(),
            meant => meant,
        };
        let text = format!("there is no tool `{name}`{others}");
        Err(clap::Error::raw(ErrorKind::ValueValidation, text).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = self.0.iter().map(|(name, summary)| {
            let value = PossibleValue::new(name.clone());
            match summary.is_empty() {
                true => value,
                false => value.help(summary.clone()),
            }
        });
        Some(Box::new(values))
    }
}

/// The argument `NAME`.
pub(crate) fn argument<S>(toolbox: &Toolbox<S>) -> Arg {
    Arg::new("name")
        .value_name("NAME")
        .required(true)
        .value_parser(ToolNames::of(toolbox))
        .hide_possible_values(true)
        .help("The tool's name")
}

/// The options that take a part of the toolbox.
pub(crate) fn selection<S>(toolbox: &Toolbox<S>) -> [Arg; 2] {
    let only = Arg::new("only")
        .long("only")
        .value_name("NAME,…")
        .value_delimiter(',')
        .action(ArgAction::Append)
        .value_parser(ToolNames::of(toolbox))
        .hide_possible_values(true)
        .help("These tools alone");
    let tagged = Arg::new("tag")
        .long("tag")
        .value_name("TAG,…")
        .value_delimiter(',')
        .action(ArgAction::Append)
        .conflicts_with("only")
        .help("The tools with one of these tags");
    [only, tagged]
}

/// The part of the toolbox that is asked for.
pub(crate) fn selected<S: State>(
    toolbox: &Toolbox<S>,
    matches: &ArgMatches,
) -> Result<Toolbox<S>, Failure> {
    let given = |name| {
        Some(
            matches
                .get_many::<String>(name)?
                .cloned()
                .collect::<Vec<_>>(),
        )
    };
    let part = match (given("only"), given("tag")) {
        (Some(names), _) => toolbox.only(names),
        (_, Some(tags)) => toolbox.tagged(tags),
        _ => return Ok(toolbox.clone()),
    };
    part.map_err(Failure::unusable)
}
