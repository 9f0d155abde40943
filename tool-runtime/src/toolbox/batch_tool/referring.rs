//! Calls whose arguments have results of earlier calls of their batch in them. Such a call is prepared as one whose arguments somebody may
//! still change, and what it waits for is not a person but those results; then it is prepared anew with all that is known.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::super::Bound;
use super::super::approval::verdict;
use super::steps::unknown;
use crate::batch::{Asked, Dispatch, NOT_ASKED, RequestId, Verdict};
use crate::outcome::Settled;
use crate::tool::steps::{Reference, resolved};
use crate::tool::{CallContext, Calls, Prepared, State};
use crate::{Ending, Fingerprint, TimeLimit, ToolCall, ToolError, ToolResult};

/// Why a call with references is not made where nobody can be asked about it.
const NOT_SEEN: &str = "it needs approval, and its arguments were not known when that was asked for. It may be called by itself, with arguments that refer to nothing.";

/// A desk for calls that refer to each other's results.
pub(super) struct Referring<S: 'static> {
    desk: Bound<S>,
    /// Whether whoever decided has decided on all calls together, before what they refer to was known.
    whole: bool,
    shared: Arc<Shared>,
}

struct Shared {
    /// What each call refers to.
    references: Vec<Vec<Reference>>,
    results: Mutex<Vec<Option<ToolResult>>>,
    /// Told of each result.
    came: Notify,
}

impl<S: State> Referring<S> {
    pub(super) fn new(desk: Bound<S>, whole: bool, references: Vec<Vec<Reference>>) -> Self {
        let results = Mutex::new(vec![None; references.len()]);
        Self {
            desk,
            whole,
            shared: Arc::new(Shared {
                references,
                results,
                came: Notify::new(),
            }),
        }
    }
}

impl Shared {
    fn result(&self, index: usize) -> Option<ToolResult> {
        let results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        results[index].clone()
    }

    /// The result of this call, once it is there.
    async fn until(&self, index: usize) -> ToolResult {
        loop {
            // From its making on it is told, so nothing is missed between the look and the wait.
            let came = self.came.notified();
            if let Some(result) = self.result(index) {
                return result;
            }
            came.await;
        }
    }

    /// The arguments of a call, once the results that they refer to are there, and which of those came last; or how the call ends.
    async fn known(&self, call: &ToolCall, index: usize) -> Result<(String, usize), Verdict> {
        let references = &self.references[index];
        let mut last: Option<(usize, Instant)> = None;
        for reference in references {
            let is_there = self.result(reference.step).is_some();
            let result = self.until(reference.step).await;
            if result.is_error() {
                return Err(Verdict::Skipped(match result.outcome().ending {
                    Ending::Skipped { because } => because,
                    _ => reference.step,
                }));
            }
            if !is_there || last.is_none() {
                last = Some((reference.step, Instant::now()));
            }
        }
        let results: Vec<_> = (0..self.references.len())
            .map(|step| self.result(step))
            .collect();
        let parts = |step: usize| results[step].as_ref().map_or(&[][..], ToolResult::parts);
        match resolved(call.arguments(), references, parts) {
            Ok(arguments) => Ok((arguments, last.map_or(0, |(last, _)| last))),
            Err(errors) => Err(Verdict::Ends(Box::new(Settled::InvalidArguments(errors)))),
        }
    }
}

impl<S: State> Dispatch for Referring<S> {
    fn find(&self, call: &ToolCall) -> Result<usize, Settled> {
        self.desk.find(call)
    }

    fn prepare(&self, index: usize, call: &ToolCall, context: CallContext) -> Prepared {
        if !self.awaits_calls(&context) {
            return self.desk.prepare(index, call, context);
        }
        if context.is_repaired() {
            let known = ToolCall::new(call.id(), call.name(), context.arguments());
            return self.desk.prepare(index, &known, context);
        }
        if context.edited().is_some() {
            return self.desk.prepare(index, call, context);
        }
        let prepared = Prepared::new(Box::pin(std::future::pending()));
        Prepared {
            touches: unknown(&self.desk.rules.tools[index]),
            ..prepared.needing_approval(true)
        }
    }

    fn awaits_calls(&self, context: &CallContext) -> bool {
        !self.shared.references[context.index()].is_empty()
    }

    fn ask(&self, index: usize, context: CallContext) -> Option<Asked> {
        if !self.awaits_calls(&context) {
            return self.desk.ask(index, context);
        }
        let (desk, shared, whole) = (self.desk.clone(), Arc::clone(&self.shared), self.whole);
        let verdict = async move {
            let (arguments, last) = match shared.known(context.call(), context.index()).await {
                Ok(known) => known,
                Err(verdict) => return verdict,
            };
            match desk.decide(index, &context, &arguments, whole).await {
                Some(verdict) => verdict,
                None => Verdict::Known { arguments, last },
            }
        };
        Some(Asked {
            verdict: Box::pin(verdict),
            edits: true,
            awaits_calls: true,
        })
    }

    fn request_id(&self, index: usize, context: &CallContext) -> RequestId {
        self.desk.request_id(index, context)
    }

    fn fingerprint(&self, index: usize) -> Fingerprint {
        self.desk.fingerprint(index)
    }

    fn repair(&self, index: usize, call: &ToolCall, context: CallContext) {
        if !self.awaits_calls(&context) {
            self.desk.repair(index, call, context);
        }
    }

    fn observes(&self) -> bool {
        true
    }

    fn finished(&self, tool: Option<usize>, result: &ToolResult) {
        let mut results = self
            .shared
            .results
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        results[result.index()] = Some(result.clone());
        drop(results);
        self.shared.came.notify_waiters();
        if self.desk.observes() {
            self.desk.finished(tool, result);
        }
    }
}

impl<S: State> Bound<S> {
    /// What becomes of a call whose arguments are known now; none if it is to be made with them.
    async fn decide(
        &self,
        tool: usize,
        context: &CallContext,
        arguments: &str,
        whole: bool,
    ) -> Option<Verdict> {
        let ends = |settled| Some(Verdict::Ends(Box::new(settled)));
        if let Err(errors) = self.rules.limits.arguments.check(arguments) {
            return ends(Settled::InvalidArguments(errors));
        }
        let context = with_arguments(context, arguments);
        let known = self.touches_of(tool, context.call(), context.clone());
        if !known.is_some_and(|(_, needs_approval)| needs_approval) {
            return None;
        }
        if whole {
            return ends(Settled::Answered {
                result: Err(ToolError::denied(NOT_SEEN).retryable()),
                late: false,
            });
        }
        let Some(approver) = self.approver.clone() else {
            return Some(Verdict::Denied(NOT_ASKED.to_owned()));
        };
        let limit = self.rules.limits.approval_timeout;
        let definition = self.toolbox.0.all.definitions[tool].clone();
        match timeout(limit, verdict(&*approver, definition, context)).await {
            Ok(Verdict::Approved) => None,
            Ok(verdict) => Some(verdict),
            Err(_) => ends(Settled::TimedOut {
                limit: TimeLimit::Approval,
                time: limit,
                started: false,
                still_running: false,
            }),
        }
    }
}

/// The call of this context with these arguments, for who decides on it.
fn with_arguments(context: &CallContext, arguments: &str) -> CallContext {
    let (call, index) = (context.call(), context.index());
    let call = ToolCall::new(call.id(), call.name(), arguments);
    // In its own place and under its own key: to whoever is asked it is that call.
    let calls = Calls::new(Instant::now(), vec![call; index + 1]);
    let key = context.idempotency_key();
    let calls = match key.rsplit_once('-') {
        Some((batch, _)) => calls.with_key(batch.to_owned()),
        None => calls,
    };
    CallContext::in_batch(Arc::new(calls), index)
}
