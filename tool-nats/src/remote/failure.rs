//! What a call fails with that has no result. The model reads the text, the program the source too.

use std::time::Duration;

use tool_runtime::ToolError;

use crate::wire::{Refusal, Why};

/// What the failure is of.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) service: &'a str,
    /// What the model calls the tool.
    pub(super) name: &'a str,
    /// Whether the runtime says what may have changed, since the tool declares it.
    pub(super) declares: bool,
}

impl Of<'_> {
    /// A call of which nobody knows what it did.
    pub(super) fn unknown(self, said: String) -> ToolError {
        ToolError::new(match self.declares {
            true => said,
            false => format!("{said}. It may have taken effect; check before repeating."),
        })
    }

    pub(super) fn not_connected(self) -> ToolError {
        // It has waited for one, so it is not tried again by itself.
        let said = "There is no connection to the workers now, so nothing was called; the same call may succeed later";
        ToolError::new(said)
            .with_source("the client has no connection to a NATS server")
            .no_effects()
    }

    pub(super) fn nobody(self) -> ToolError {
        let Self { service, name, .. } = self;
        ToolError::new(format!(
            "No worker is there for `{name}`, so nothing was called"
        ))
        .with_source(format!(
            "nobody hears calls of it at the service `{service}`"
        ))
        .retryable()
        .no_effects()
    }

    pub(super) fn other_version(self, source: String) -> ToolError {
        let Self { service, name, .. } = self;
        ToolError::new(format!(
            "The workers of `{service}` have another version of `{name}` now, so nothing was called"
        ))
        .with_source(source)
        .permanent()
        .no_effects()
    }

    pub(super) fn gone(self, source: String) -> ToolError {
        let Self { service, name, .. } = self;
        ToolError::new(format!(
            "The workers of `{service}` do not have `{name}` any more, so nothing was called"
        ))
        .with_source(source)
        .permanent()
        .no_effects()
    }

    pub(super) fn no_room(self, refusal: &Refusal) -> ToolError {
        let service = self.service;
        ToolError::overloaded(format!(
            "The workers of `{service}` have no room for it now"
        ))
        .with_source(refusal.text.clone())
    }

    /// The worker has run nothing.
    pub(super) fn refused(self, refusal: &Refusal) -> ToolError {
        let Self { service, name, .. } = self;
        let said = match refusal.why {
            Why::Skew => return self.other_version(refusal.text.clone()),
            Why::Approval => {
                let said = "Its worker wants to be told of an approval";
                return ToolError::denied(said).with_source(refusal.text.clone());
            }
            Why::Denied => return ToolError::denied(quoted(&refusal.text)),
            Why::Format => {
                format!(
                    "The workers of `{service}` do not understand calls of this program, so nothing was called"
                )
            }
            Why::Malformed => {
                format!("The worker of `{name}` could not read the call, so nothing was called")
            }
            Why::Key => format!(
                "The worker of `{name}` took the call for another one, so nothing was called"
            ),
            Why::Busy | Why::Draining => return self.no_room(refusal),
            Why::Other => {
                let text = quoted(&refusal.text);
                format!("The worker of `{name}` refused the call, so nothing was called: {text}")
            }
        };
        ToolError::new(said)
            .with_source(refusal.text.clone())
            .permanent()
            .no_effects()
    }

    pub(super) fn too_long(self, sent: usize, takes: usize) -> ToolError {
        let name = self.name;
        ToolError::new(format!(
            "The call of `{name}` has {sent} bytes, and a message to its workers at most {takes}, so nothing was called"
        ))
        .permanent()
        .no_effects()
    }

    /// The program adds what cannot be sent.
    pub(super) fn unsendable(self, why: String) -> ToolError {
        ToolError::internal(why).permanent().no_effects()
    }

    /// Nothing was heard for so long.
    pub(super) fn lost(self, has_worker: bool, after: Duration) -> ToolError {
        let name = self.name;
        let said = match has_worker {
            true => format!("The worker that ran `{name}` was lost before it answered"),
            false => format!("No worker has answered the call of `{name}`"),
        };
        let source = format!("nothing was heard of it for {after:?}");
        self.unknown(said).with_source(source).retryable()
    }

    pub(super) fn part_lost(self) -> ToolError {
        let name = self.name;
        let said = format!("A part of the answer to `{name}` was lost on its way");
        self.unknown(said).retryable()
    }

    pub(super) fn answer_too_long(self, most: usize) -> ToolError {
        let name = self.name;
        let said = format!("The answer to `{name}` is longer than the {most} bytes that are taken");
        self.unknown(said).permanent()
    }

    pub(super) fn no_result(self, worker: &str, why: String) -> ToolError {
        let name = self.name;
        let said = format!("The worker that ran `{name}` answered with what is no result");
        let worker = worker.escape_debug();
        self.unknown(said)
            .with_source(format!("the answer of the worker `{worker}`: {why}"))
    }
}

/// So many characters of what a worker says are repeated in a sentence of ours.
const MAX_SAID: usize = 300;

/// What a worker says, as one line without a full stop.
pub(super) fn quoted(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.trim_end_matches('.');
    match line.char_indices().nth(MAX_SAID) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
