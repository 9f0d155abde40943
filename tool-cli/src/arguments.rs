//! `--arg name=value`: arguments as a shell has them, typed by the tool's schema.

use serde_json::Value;
use tool_runtime::ToolDefinition;

use crate::exit::Failure;
use crate::schema::{Argument, Arguments, Kinds, kind};
use crate::words::did_you_mean;

/// The JSON text of these arguments.
///
/// A value is what its schema says: text stays text, numbers and booleans are read, objects are JSON. An argument that is a list has
/// one value for each time that it is named, or one JSON array.
pub(crate) fn typed<'a>(
    tool: &ToolDefinition,
    given: impl IntoIterator<Item = &'a str>,
) -> Result<String, Failure> {
    let arguments = Arguments::of(tool)?;
    let mut values: Vec<(&str, Vec<&str>)> = Vec::new();
    for text in given {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::unusable(format!(
                "`--arg {text}` has no value; write `--arg name=value`"
            ))
        })?;
        match values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => values.push((name, vec![value])),
        }
    }
    let mut members = Vec::new();
    for (name, values) in values {
        let argument = arguments.get(name);
        if argument.is_none() && !arguments.is_open {
            return Err(unknown(tool, &arguments, name));
        }
        let value = match argument {
            Some(argument) => of_argument(argument, &values)?,
            None => several(name, &values, &Kinds::default())?,
        };
        members.push(format!("{}:{value}", Value::from(name)));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

fn unknown(tool: &ToolDefinition, arguments: &Arguments, name: &str) -> Failure {
    let names = || arguments.iter().map(|argument| argument.name.as_str());
    let others = match did_you_mean(name, names()) {
        meant if !meant.is_empty() => meant,
        _ if arguments.is_empty() => "; it takes none".to_owned(),
        _ => format!("; it takes {}", names().collect::<Vec<_>>().join(", ")),
    };
    Failure::unusable(format!(
        "`{}` has no argument `{name}`{others}",
        tool.name()
    ))
}

fn of_argument(argument: &Argument, values: &[&str]) -> Result<String, Failure> {
    let Some(items) = argument
        .items
        .as_ref()
        .filter(|_| argument.kinds.has("array"))
    else {
        return several(&argument.name, values, &argument.kinds);
    };
    // One that is an array, or no list, is what it is.
    if let [only] = values {
        let read = read(only, &argument.kinds);
        if let Some(text) = read.filter(|_| only.trim_start().starts_with('[') || *only == "null") {
            return Ok(text);
        }
    }
    let items = values.iter().map(|value| one(&argument.name, value, items));
    let items: Vec<String> = items.collect::<Result<_, _>>()?;
    Ok(format!("[{}]", items.join(",")))
}

/// One value, where several would be a mistake.
fn several(name: &str, values: &[&str], kinds: &Kinds) -> Result<String, Failure> {
    match values {
        [value] => one(name, value, kinds),
        _ => Err(Failure::unusable(format!(
            "`--arg {name}` is there {} times, and `{name}` is no list",
            values.len()
        ))),
    }
}

fn one(name: &str, text: &str, kinds: &Kinds) -> Result<String, Failure> {
    read(text, kinds).ok_or_else(|| {
        Failure::unusable(format!(
            "`{name}` takes {kinds}, and `{text}` is none; values that are no text are JSON"
        ))
    })
}

/// The JSON that a text means among these types, as it stands if it is JSON already.
fn read(text: &str, kinds: &Kinds) -> Option<String> {
    if !kinds.is_text_alone()
        && let Ok(value) = serde_json::from_str::<Value>(text)
        && kinds.has(kind(&value))
    {
        return Some(text.trim().to_owned());
    }
    kinds.takes_text().then(|| Value::from(text).to_string())
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;
    use tool_runtime::{Toolbox, tool, tools};

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Rising,
        Falling,
    }

    #[derive(Deserialize, JsonSchema)]
    struct Place {
        #[serde(rename = "city")]
        _city: String,
    }

    /// Takes one of each.
    #[tool(pure)]
    #[allow(clippy::too_many_arguments, reason = "one of each")]
    async fn everything(
        /// A text.
        text: String,
        /// A number.
        count: Option<u64>,
        /// Another.
        ratio: Option<f64>,
        /// Yes or no.
        is_open: Option<bool>,
        /// One of two.
        order: Option<Order>,
        /// An object.
        place: Option<Place>,
        /// Texts.
        tags: Option<Vec<String>>,
        /// Numbers.
        numbers: Option<Vec<i32>>,
        /// Whatever it is.
        any: Option<Value>,
    ) {
        drop((
            text, count, ratio, is_open, order, place, tags, numbers, any,
        ));
    }

    fn read(given: &[&str]) -> Result<String, String> {
        let toolbox = Toolbox::new(tools![everything]).expect("a tool");
        let read = typed(&toolbox.tools()[0], given.iter().copied());
        read.map_err(|failure| failure.told("t", false).unwrap_or_default())
    }

    #[track_caller]
    fn check(given: &[&str], expected: &str) {
        assert_eq!(read(given).as_deref(), Ok(expected));
    }

    #[track_caller]
    fn refuses(given: &[&str], expected: &str) {
        assert_eq!(read(given).unwrap_err(), format!("t: {expected}"));
    }

    #[test]
    fn a_value_is_what_its_schema_says() {
        check(&[], "{}");
        check(&["text=7"], r#"{"text":"7"}"#);
        check(&["text=a=b \"c\""], r#"{"text":"a=b \"c\""}"#);
        check(&["text="], r#"{"text":""}"#);
        check(&["count=7", "ratio=1.50"], r#"{"count":7,"ratio":1.50}"#);
        check(&["ratio=2"], r#"{"ratio":2}"#);
        check(
            &["is_open=true", "count=null"],
            r#"{"is_open":true,"count":null}"#,
        );
        check(&["order=rising"], r#"{"order":"rising"}"#);
        check(
            &[r#"place={"city": "Ulm"}"#],
            r#"{"place":{"city": "Ulm"}}"#,
        );
    }

    #[test]
    fn a_list_is_one_array_or_has_a_value_each_time() {
        check(&["tags=a", "tags=7"], r#"{"tags":["a","7"]}"#);
        check(
            &["numbers=1", "text=x", "numbers=2"],
            r#"{"numbers":[1,2],"text":"x"}"#,
        );
        check(&["numbers=[3, 4]"], r#"{"numbers":[3, 4]}"#);
        check(&["tags=[]"], r#"{"tags":[]}"#);
    }

    #[test]
    fn where_nothing_is_said_json_is_json_and_the_rest_is_text() {
        check(&["any=7"], r#"{"any":7}"#);
        check(&["any=seven"], r#"{"any":"seven"}"#);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        refuses(
            &["count"],
            "`--arg count` has no value; write `--arg name=value`",
        );
        refuses(
            &["count=many"],
            "`count` takes integer, and `many` is none; values that are no text are JSON",
        );
        refuses(
            &["count=1", "count=2"],
            "`--arg count` is there 2 times, and `count` is no list",
        );
        refuses(
            &["cuont=1"],
            "`everything` has no argument `cuont`; did you mean `count`?",
        );
    }
}
