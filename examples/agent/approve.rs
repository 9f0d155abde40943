//! Who decides on calls that need approval: whoever sits at the terminal, `--yes`, or nobody.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use tokio::sync::{Mutex, oneshot};
use tool_runtime::approval::{self, ApprovalRequest};

use crate::Tools;
use crate::failure::shortened;
use crate::view::View;

/// The desk with somebody who decides. Where nobody can be asked it stays as it is: such calls are denied, and the model reads why.
pub(crate) fn approved(desk: Tools, yes: bool, view: &Arc<View>) -> Tools {
    if yes {
        return desk.approved_by(approval::by(|request: ApprovalRequest| async move {
            Ok(request.approve())
        }));
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return desk;
    }
    // One question at a time, though calls that need approval may come together.
    let (view, turn) = (Arc::clone(view), Arc::new(Mutex::new(())));
    desk.approved_by(approval::by(move |request: ApprovalRequest| {
        let (view, turn) = (Arc::clone(&view), Arc::clone(&turn));
        async move {
            let _turn = turn.lock().await;
            let arguments = shortened(request.arguments(), 200);
            let question = format!(
                "{} {arguments}\nmake this call? [y/N] ",
                request.call().name()
            );
            view.hidden();
            let answer = read_line(question).await;
            view.shown();
            let is_yes = |answer: &String| ["y", "yes"].contains(&&*answer.trim().to_lowercase());
            Ok(match answer.as_ref().is_some_and(is_yes) {
                true => request.approve(),
                false => request.deny("whoever was asked said no"),
            })
        }
    }))
}

/// A line that somebody types; `None` at the end of the input. It is read on a thread of its own, and not one of the runtime's: one that
/// nobody types holds up nothing, not even the end of the program.
pub(crate) async fn read_line(prompt: String) -> Option<String> {
    let (answer, answered) = oneshot::channel();
    std::thread::spawn(move || {
        if io::stdin().is_terminal() {
            let _ = io::stderr().lock().write_all(prompt.as_bytes());
        }
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        let is_there = read.is_ok_and(|bytes| bytes > 0);
        let _ = answer.send(is_there.then_some(line));
    });
    answered.await.ok().flatten()
}
