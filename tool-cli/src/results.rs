//! What is said of results beside what the model reads of them.

use std::error::Error;

use tool_runtime::ToolResult;
use tool_runtime::tool::State;

use crate::exit::Exit;
use crate::session::Session;
use crate::{approve, exit, out};

/// What a run of these calls ends with.
pub(crate) fn ended<S: State>(
    session: &Session<S>,
    results: &[ToolResult],
    is_interrupted: bool,
) -> Exit {
    approve::note_denied(session, results);
    note_running(session, results);
    match results.iter().any(ToolResult::is_error) {
        _ if is_interrupted => Exit::Interrupted,
        true => Exit::NotFine,
        false => Exit::Fine,
    }
}

/// Says which calls could not be stopped, and that nothing is to wait for them.
pub(crate) fn note_running<S: State>(session: &Session<S>, results: &[ToolResult]) {
    let running = results.iter();
    let running = running.filter(|result| result.outcome().still_running);
    for result in running {
        session.leave_running();
        out::note(format!(
            "{}: `{}` could not be stopped, and ends with the program",
            session.program,
            result.name()
        ));
    }
}

/// What of a result the model does not read, for `--verbose`.
pub(crate) fn untold(result: &ToolResult) -> Vec<String> {
    let ending = result.outcome().ending;
    let mut lines = vec![format!("{}: {ending}", result.name())];
    lines.extend(
        result
            .waits()
            .iter()
            .map(|wait| format!("waited for {}", wait.what)),
    );
    if let Some(error) = result.error() {
        lines.push(format!("failed with: {error}"));
        lines.extend(exit::causes(error as &(dyn Error + 'static)));
    }
    let panic = result.panic_message();
    lines.extend(panic.map(|message| format!("panicked with: {message}")));
    lines
}
