//! Who decides on calls that need approval: whoever sits at the terminal, or `--yes`.

use std::io::{self, BufRead as _, IsTerminal, Write as _};
use std::sync::Arc;

use clap::{Arg, ArgMatches};
use tokio::sync::{Mutex, oneshot};
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::tool::State;
use tool_runtime::{Bound, Ending, ToolResult};

use crate::options::flag;
use crate::out;
use crate::progress::Display;
use crate::session::Session;
use crate::words::shortened;

pub(crate) fn option() -> Arg {
    flag(
        "yes",
        "Approve of every call that needs approval, without asking",
    )
    .short('y')
}

/// The desk with somebody who decides, or as it is where nobody can be asked; `is_free` says that standard input is not what calls are read from.
pub(crate) fn approved<S: State>(
    desk: Bound<S>,
    matches: &ArgMatches,
    display: &Arc<Display>,
    is_free: bool,
) -> Bound<S> {
    if matches.get_flag("yes") {
        return desk.approved_by(approval::by(|request: ApprovalRequest| async move {
            Ok(request.approve())
        }));
    }
    if is_free && io::stdin().is_terminal() && io::stderr().is_terminal() {
        return asking(desk, display);
    }
    desk
}

/// Says what to do about calls that were not made because nobody was asked, or because somebody said no.
pub(crate) fn note_denied<S>(session: &Session<S>, results: &[ToolResult]) {
    let mut denied: Vec<&str> = Vec::new();
    for result in results
        .iter()
        .filter(|result| result.outcome().ending == Ending::Denied)
    {
        let mut tools = session.toolbox.tools().iter();
        let needs = tools.any(|tool| tool.name() == result.name() && tool.needs_approval());
        if needs && !denied.contains(&result.name()) {
            denied.push(result.name());
        }
    }
    for name in denied {
        out::note(format!(
            "{}: calls of `{name}` need approval; `--yes` approves of them",
            session.program
        ));
    }
}

/// Asks one question at a time.
fn asking<S: State>(desk: Bound<S>, display: &Arc<Display>) -> Bound<S> {
    let (display, turn) = (Arc::clone(display), Arc::new(Mutex::new(())));
    desk.approved_by(approval::by(move |request: ApprovalRequest| {
        let (display, turn) = (Arc::clone(&display), Arc::clone(&turn));
        async move {
            let _turn = turn.lock().await;
            display.hidden();
            let said = ask(&request).await;
            display.shown();
            Ok(match said {
                true => request.approve(),
                false => request.deny("whoever was asked said no"),
            })
        }
    }))
}

/// The answer is read on a thread of its own: one that nobody gives holds up nothing, not even the end of the program.
async fn ask(request: &ApprovalRequest) -> bool {
    let arguments = shortened(&crate::exit::one_line(request.arguments()), 200);
    let question = format!(
        "{} {arguments}\nmake this call? [y/N] ",
        request.call().name()
    );
    let (answer, answered) = oneshot::channel();
    std::thread::spawn(move || {
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(question.as_bytes());
        let _ = stderr.flush();
        drop(stderr);
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        let yes = ["y", "yes"].contains(&line.trim().to_lowercase().as_str());
        let _ = answer.send(read.is_ok() && yes);
    });
    answered.await.unwrap_or(false)
}
