//! The report of a worker as what a tool answers.

use tool_runtime::tool::Answer;
use tool_runtime::{Effects, Ending, Report, ToolError, ToolResult};

use super::failure::Of;

/// The only result of a report.
///
/// # Errors
///
/// Why it is none, for the program.
pub(super) fn read(report: &[u8]) -> Result<ToolResult, String> {
    let report: Report = serde_json::from_slice(report).map_err(|error| error.to_string())?;
    match report.results() {
        [result] => Ok(result.clone()),
        results => Err(format!(
            "it has {} results, and the call was one",
            results.len()
        )),
    }
}

/// Whether the worker has ended it before it came to its own end.
pub(super) fn was_stopped(result: &ToolResult) -> bool {
    let ending = result.outcome().ending;
    matches!(ending, Ending::Cancelled(_) | Ending::TimedOut(_))
}

/// What `worker` says became of the call of the tool that it calls `own_name`.
pub(super) fn answer(
    of: Of<'_>,
    own_name: &str,
    worker: &str,
    result: &ToolResult,
) -> Result<Answer, ToolError> {
    if result.outcome().ending == Ending::Ok {
        let answer: Answer = match result.parts() {
            [part] => part.clone().into(),
            parts => parts.to_vec().into(),
        };
        return Ok(match result.outcome().truncated {
            true => answer.shortened(),
            false => answer,
        });
    }
    let error = match result.error() {
        Some(error) => known_there(error.clone(), worker, result),
        None => failure(of, own_name, result),
    };
    Err(match result.outcome().effects {
        Effects::None => error.no_effects(),
        Effects::Done | Effects::Unknown | _ => error,
    })
}

/// The tool's own error. What the model does not read of it the worker's log has, under an id of its own.
fn known_there(error: ToolError, worker: &str, result: &ToolResult) -> ToolError {
    match result.error_id() {
        Some(id) => {
            let worker = worker.escape_debug();
            let id = id.escape_debug();
            error.with_source(format!("the worker `{worker}` has it as error id `{id}`"))
        }
        None => error,
    }
}

/// The tool has no error of its own: the worker's runtime has ended it, or has not begun.
fn failure(of: Of<'_>, own_name: &str, result: &ToolResult) -> ToolError {
    let name = of.name;
    let said = said(result.text(), own_name, name);
    match result.outcome().ending {
        Ending::InvalidArguments => {
            let problems = match result.argument_errors() {
                Some(problems) => problems.to_string(),
                None => said,
            };
            ToolError::new(format!(
                "The worker did not call `{name}`, because its arguments are not valid:\n{problems}\nCall it again with correct arguments"
            ))
        }
        Ending::Denied => ToolError::denied(reason(&said, name)),
        Ending::OverLimit(_) => ToolError::overloaded(reason(&said, name)),
        Ending::Cancelled(_) => {
            let stopped = match result.outcome().effects {
                Effects::None => format!("The worker of `{name}` stopped before it called it"),
                _ => format!("The worker that ran `{name}` stopped it before its end"),
            };
            unknown(of, result, stopped).retryable()
        }
        _ => unknown(of, result, said),
    }
}

/// With what may have changed, if nobody else says it.
fn unknown(of: Of<'_>, result: &ToolResult, said: String) -> ToolError {
    match result.outcome().effects {
        Effects::None => ToolError::new(said),
        _ => of.unknown(said),
    }
}

/// What the runtime of a worker says of a call, without what it says of effects and what to do, which the caller's runtime says.
fn said(text: &str, own_name: &str, name: &str) -> String {
    let effects = [
        " Nothing was changed.",
        " It has taken effect;",
        " It may have taken effect;",
    ];
    let end = effects.iter().filter_map(|start| text.find(start)).min();
    let text = text[..end.unwrap_or(text.len())].trim_end();
    let text = text.strip_suffix('.').unwrap_or(text);
    let text = text.replacen(&format!("`{own_name}`"), &format!("`{name}`"), 1);
    match text.is_empty() {
        true => format!("`{name}` failed at its worker without a reason"),
        false => text,
    }
}

/// What of it is the reason why the tool was not called.
fn reason(said: &str, name: &str) -> String {
    let not_called = format!("`{name}` was not called");
    let begins = [": ", ", since it is not allowed: ", ", because "];
    let reason = begins
        .iter()
        .find_map(|begin| said.strip_prefix(&not_called)?.strip_prefix(begin));
    format!("its worker says: {}", reason.unwrap_or(said))
}
