//! What a call of a batch tool consists of: what its calls touch together, and the batch that they are.

use std::future::{poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream as _;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::Bound;
use super::super::approval::{ApprovalRequest, Approver, DecisionFuture};
use super::referring::Referring;
use super::{BatchTool, Toolbox, packed};
use crate::batch::{
    Dispatch, Event, Repair, Run, ToolRules, Within, drop_quietly, whatever_it_touches,
};
use crate::tool::steps::{self, Allowed, Reference, Step};
use crate::tool::{
    Answer, CallContext, CallEffects, Calls, Preparation, Prepared, Progress, State,
    ToolDefinition, Touching,
};
use crate::{Effects, Report, ToolCall, ToolError};

/// What a call of a batch tool consists of.
pub(in super::super) struct Steps<S: 'static> {
    /// Where the batch tool is among all tools.
    pub(super) index: usize,
    pub(super) tool: BatchTool,
    /// The tools that it may call: those of its view without itself.
    pub(super) toolbox: Toolbox<S>,
}

impl<S> Steps<S> {
    /// The tools that it may call, by their places among all.
    pub(in super::super) fn called(&self) -> impl Iterator<Item = usize> {
        let shared = &self.toolbox.0;
        let names = shared.definitions.iter().map(ToolDefinition::name);
        names.filter_map(|name| shared.by_name.get(name).copied())
    }
}

impl<S> Clone for Steps<S> {
    fn clone(&self) -> Self {
        Self {
            index: self.index,
            tool: self.tool.clone(),
            toolbox: self.toolbox.clone(),
        }
    }
}

impl<S: State> Bound<S> {
    /// Prepares a call of the batch tool.
    pub(in super::super) fn read_steps(
        &self,
        steps: &Steps<S>,
        arguments: &str,
        context: CallContext,
    ) -> Prepared {
        let is_own = |name: &str| self.toolbox.0.by_name.get(name) == Some(&steps.index);
        let allowed = Allowed {
            calls: steps.tool.max_steps,
            references: steps.tool.references,
        };
        let list = match steps::read(arguments, allowed, is_own) {
            Ok(list) => list,
            Err(errors) => return Prepared::rejected(errors),
        };
        let (calls, names, references) = apart(list, context.call().id());
        let mut desk = Self {
            toolbox: steps.toolbox.clone(),
            // What stands in a test round calls stands round this one.
            #[cfg(feature = "testing")]
            turnstile: None,
            ..self.clone()
        };
        let whole = context.is_decided_whole();
        let own = context.idempotency_key();
        let (effects, needed) = desk.touched_by(&calls, &references, &own, whole);
        if whole {
            // Whoever approved of this call has approved of those in it.
            desk.approver = needed.then(|| Arc::new(Approved) as Arc<dyn Approver>);
        }
        let timeout = self.rules.tools[steps.index].timeout;
        let running = Running {
            desk,
            context,
            timeout,
            names,
            references,
        };
        let prepared = Prepared::new(Box::pin(running.run(calls)));
        Prepared {
            touches: Touching::Given(effects),
            ..prepared.needing_approval(whole && needed)
        }
    }

    /// What these calls touch together, and whether one of them needs approval. One that is not called touches nothing.
    fn touched_by(
        &self,
        calls: &[ToolCall],
        references: &[Vec<Reference>],
        own: &str,
        whole: bool,
    ) -> (CallEffects, bool) {
        let approver = self.approver.as_ref().filter(|_| !whole);
        let edits = approver.is_some_and(|approver| approver.edits());
        let contexts = Arc::new(Calls::new(Instant::now(), calls.to_vec()));
        let (mut effects, mut needed) = (CallEffects::pure(), false);
        for (index, call) in calls.iter().enumerate() {
            let Ok(tool) = self.find(call) else { continue };
            let rules = &self.rules.tools[tool];
            let context = CallContext::in_batch(Arc::clone(&contexts), index);
            let touches = if references[index].is_empty() {
                let Some((touches, needs_approval)) = self.touches_of(tool, call, context) else {
                    continue;
                };
                needed |= needs_approval;
                match needs_approval && edits {
                    true => whatever_it_touches(touches),
                    false => touches,
                }
            } else {
                // Whether it needs approval is asked when its arguments are known.
                unknown(rules)
            };
            effects = effects.and_those_of(rules.touches(touches), own);
        }
        (effects, needed)
    }

    /// What a call touches, and whether it needs approval; none if it will be refused.
    pub(super) fn touches_of(
        &self,
        tool: usize,
        call: &ToolCall,
        context: CallContext,
    ) -> Option<(Touching, bool)> {
        let read = AssertUnwindSafe(|| match self.rules.repair {
            Repair::Off => self.read(tool, call.arguments(), context),
            Repair::Safe => self.read_as_meant(tool, call.arguments(), &context),
        });
        match catch_unwind(read) {
            Ok(Prepared {
                work,
                touches,
                needs_approval,
            }) => {
                let is_valid = !matches!(work, Preparation::Rejected(_));
                drop_quietly(work);
                let needs_approval = needs_approval || self.rules.tools[tool].approval;
                is_valid.then_some((touches, needs_approval))
            }
            // It will do so again where that is the call's result.
            Err(payload) => {
                drop_quietly(payload);
                None
            }
        }
    }
}

/// What a call touches whose arguments are not known: of its keys, what does not depend on them.
pub(super) fn unknown(rules: &ToolRules) -> Touching {
    match rules.per_call {
        true => Touching::Given(CallEffects::exclusive()),
        false => Touching::Holes(Vec::new()),
    }
}

/// The calls, under ids that say of which call each is which; what the model calls them; and what they refer to.
fn apart(list: Vec<Step>, id: &str) -> (Vec<ToolCall>, Vec<String>, Vec<Vec<Reference>>) {
    let (mut calls, mut names, mut references) = (Vec::new(), Vec::new(), Vec::new());
    for (index, step) in list.into_iter().enumerate() {
        names.push(step.name(index));
        references.push(step.references);
        let id = format!("{id}/{}", index + 1);
        calls.push(ToolCall::new(id, step.tool, step.arguments));
    }
    (calls, names, references)
}

/// A call of the batch tool that runs.
struct Running<S: 'static> {
    /// With the tools that it may call.
    desk: Bound<S>,
    context: CallContext,
    timeout: Duration,
    names: Vec<String>,
    references: Vec<Vec<Reference>>,
}

impl<S: State> Running<S> {
    async fn run(mut self, calls: Vec<ToolCall>) -> Result<Answer, ToolError> {
        let report = self.report(calls).await;
        let packed = packed::packed(&self.names, &report);
        self.context.set_steps(report);
        packed
    }

    /// What becomes of the calls, also if this one is told to end meanwhile.
    async fn report(&mut self, calls: Vec<ToolCall>) -> Report {
        let all = u32::try_from(calls.len()).unwrap_or(u32::MAX);
        let token = CancellationToken::new();
        let desk = self.desk.clone().cancelled_by(token.clone());
        let mut job = desk.job();
        let references = std::mem::take(&mut self.references);
        if references.iter().any(|references| !references.is_empty()) {
            job.dispatch = Arc::new(Referring::new(
                desk.clone(),
                self.context.is_decided_whole(),
                references,
            ));
        }
        let (ends, ended) = oneshot::channel();
        let timeout = self.timeout;
        let deadline = self.context.deadline();
        let deadline = deadline.unwrap_or_else(|| Instant::now() + timeout);
        job.within = Some(Box::new(Within {
            key: self.context.idempotency_key(),
            deadline,
            timeout,
            grace: desk.rules.limits.grace / 4 * 3,
            ends,
        }));
        let mut over = pin!(self.context.cancellation().cancelled());
        let mut is_over = false;
        let mut events = Run::new(calls, job).events();
        let (mut ended, mut done) = (pin!(ended), 0);
        let mut report = None;
        poll_fn(|context| {
            if !is_over && over.as_mut().poll(context).is_ready() {
                is_over = true;
                // At their deadline they end by themselves, and say so.
                if Instant::now() < deadline {
                    token.cancel();
                }
            }
            while report.is_none() {
                match Pin::new(&mut events).poll_next(context) {
                    Poll::Ready(Some(Event::Report(whole))) => report = Some(whole),
                    Poll::Ready(Some(event)) => self.tell(&event, &mut done, all),
                    Poll::Ready(None) => unreachable!("the report comes last"),
                    Poll::Pending => return Poll::Pending,
                }
            }
            // What could not be stopped and may still write is to be over for those that wait for this call.
            let waits = !is_over && report.as_ref().is_some_and(may_still_write);
            match waits && ended.as_mut().poll(context).is_pending() {
                true => Poll::Pending,
                false => Poll::Ready(()),
            }
        })
        .await;
        match report {
            Some(report) => report,
            None => unreachable!("it was waited for"),
        }
    }

    /// Tells who watches this call how far it is.
    fn tell(&self, event: &Event, done: &mut u32, all: u32) {
        let message = match event {
            Event::Progress { index, progress } => format!("{}: {progress}", self.names[*index]),
            Event::Finished { index, result } => {
                *done += 1;
                format!("{}: {}", self.names[*index], result.outcome().ending)
            }
            Event::Report(_) => return,
        };
        let progress = Progress::new((*done).into()).of(all.into());
        self.context.progress(progress.message(message));
    }
}

fn may_still_write(report: &Report) -> bool {
    let mut outcomes = report.results().iter().map(|result| result.outcome());
    outcomes.any(|outcome| outcome.still_running && outcome.effects != Effects::None)
}

/// Approves of calls in a call that was approved as a whole.
struct Approved;

impl Approver for Approved {
    fn decide(&self, request: ApprovalRequest) -> DecisionFuture {
        Box::pin(ready(Ok(request.approve())))
    }
}
