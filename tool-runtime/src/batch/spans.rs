//! When spans begin and end, with the feature `tracing`; without it, nothing of this is left.
//!
//! The span of a batch is there from its start, in the span of whoever starts it, until its caller has the report. That of a call
//! begins when its work does, as its time in a report, and ends with its result; a call that never began has one too, without length.
//! What the call does is inside of it: each poll of its future and the drop of that, or its closure on its thread. Before its work
//! begins, in particular while its arguments are read and while somebody decides on it, a call is in the batch's.
//!
//! A span's end has to be seen before the caller has its report. So a batch that is traced tells of each result, as if somebody wanted to
//! know of it, and whoever tells ends the span.

#[cfg(not(feature = "tracing"))]
pub(super) use untraced::Spans;

#[cfg(feature = "tracing")]
pub(super) use traced::{CallSpan, Spans};

#[cfg(not(feature = "tracing"))]
mod untraced {
    use super::super::core::Core;
    use crate::tool::ToolFuture;
    use crate::{Report, ToolResult};

    /// No spans.
    pub(in crate::batch) struct Spans;

    /// Nowhere in particular.
    #[must_use]
    pub(in crate::batch) struct Within;

    impl Spans {
        pub(in crate::batch) fn begin() -> Self {
            Self
        }

        pub(in crate::batch) fn is_on(&self) -> bool {
            false
        }

        pub(in crate::batch) fn end_with(&self, _: &Report) {}

        pub(in crate::batch) fn end_without(&self, _: &str, _: usize) {}
    }

    impl Core {
        pub(in crate::batch) fn within_batch(&self) -> Within {
            Within
        }

        pub(in crate::batch) fn while_read(&self, _: usize) -> Within {
            Within
        }

        pub(in crate::batch) fn begin_within(&self, _: usize) -> Within {
            Within
        }

        pub(in crate::batch) fn told_within(&self, _: &ToolResult) -> Within {
            Within
        }

        pub(in crate::batch) fn around(&self, _: usize, future: ToolFuture) -> ToolFuture {
            future
        }

        pub(in crate::batch) fn nothing_goes_on(&self, _: usize) -> Within {
            Within
        }
    }
}

#[cfg(feature = "tracing")]
mod traced {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use tracing::Span;

    use super::super::core::Core;
    use crate::tool::ToolFuture;
    use crate::trace::spans::{self, Closing, Within};
    use crate::{Ending, Report, ToolResult};

    /// The span of a batch.
    pub(in crate::batch) struct Spans {
        /// Whether there are any: that of the batch is there, or was.
        on: bool,
        batch: Mutex<Option<Span>>,
    }

    /// The span of a call.
    #[derive(Default)]
    pub(in crate::batch) struct CallSpan(Mutex<State>);

    #[derive(Default)]
    struct State {
        span: Option<Box<Span>>,
        /// Whether its result stands in it.
        told: bool,
        /// Whether nothing of the call goes on.
        ended: bool,
    }

    impl Spans {
        pub(in crate::batch) fn begin() -> Self {
            let batch = spans::batch();
            let on = !batch.is_disabled();
            Self {
                on,
                batch: Mutex::new(on.then_some(batch)),
            }
        }

        /// Whether anybody wants spans of this batch. Where nobody does, this is all that they cost a call.
        #[inline]
        pub(in crate::batch) fn is_on(&self) -> bool {
            self.on
        }

        /// The batch has its report.
        pub(in crate::batch) fn end_with(&self, report: &Report) {
            let results = report.results();
            self.end("finished", results.len(), || {
                results.iter().filter(|result| result.is_error()).count()
            });
        }

        /// The batch ends so, and has no report.
        pub(in crate::batch) fn end_without(&self, end: &str, calls: usize) {
            self.end(end, calls, || 0);
        }

        fn end(&self, end: &str, calls: usize, failed: impl FnOnce() -> usize) {
            if !self.on {
                return;
            }
            let taken = self.lock().take();
            if let Some(span) = taken {
                spans::batch_ended(&span, end, calls, failed());
                drop(Closing::of(span));
            }
        }

        /// The batch's span, if it has not ended.
        fn get(&self) -> Span {
            let batch = self.lock();
            batch.as_ref().map_or_else(Span::none, spans::handle)
        }

        fn lock(&self) -> MutexGuard<'_, Option<Span>> {
            self.batch.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl CallSpan {
        fn lock(&self) -> MutexGuard<'_, State> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// The call's span, if it has begun and not ended.
        fn get(&self) -> Option<Span> {
            self.lock().span.as_deref().map(spans::handle)
        }
    }

    impl Core {
        /// While what is returned is there, this thread is inside of the batch's span.
        pub(in crate::batch) fn within_batch(&self) -> Option<Within> {
            let enter = || Within::enter(self.spans.get());
            self.spans.is_on().then(enter)
        }

        /// The same of a call that is read: of its own span, if an attempt of it has begun before.
        pub(in crate::batch) fn while_read(&self, index: usize) -> Option<Within> {
            let span = || self.entries[index].span.get();
            let enter = || Within::enter(span().unwrap_or_else(|| self.spans.get()));
            self.spans.is_on().then(enter)
        }

        /// The same of the call's span, if it has begun and not ended.
        pub(in crate::batch) fn within_call(&self, index: usize) -> Option<Within> {
            let is_on = self.spans.is_on();
            let span = is_on.then(|| self.entries[index].span.get()).flatten();
            span.map(Within::enter)
        }

        /// The same of the call's span, which begins here if it has not.
        pub(in crate::batch) fn begin_within(&self, index: usize) -> Option<Within> {
            let enter = || Within::enter(self.span_of(index, None));
            self.spans.is_on().then(enter)
        }

        /// The future of a call inside of its span, which begins here if it has not.
        #[inline]
        pub(in crate::batch) fn around(&self, index: usize, future: ToolFuture) -> ToolFuture {
            match self.spans.is_on() {
                true => spans::inside(self.span_of(index, None), future),
                false => future,
            }
        }

        /// A call has this result, which is told of inside of its span. That ends then, unless something of the call goes on.
        pub(in crate::batch) fn told_within(&self, result: &ToolResult) -> Option<Within> {
            if !self.spans.is_on() {
                return None;
            }
            let index = result.index();
            let outcome = result.outcome();
            let span = self.span_of(index, Some(outcome.ending));
            spans::call_ended(&span, result, self.rules.shown);
            let mut state = self.entries[index].span.lock();
            state.told = true;
            state.ended |= !outcome.still_running;
            let kept = state.ended.then(|| state.span.take());
            drop(state);
            // The last handle is the one that is entered.
            drop(kept.flatten().map(|span| Closing::of(*span)));
            Some(Within::enter(span))
        }

        /// Nothing of a call goes on any more. If its result was told of before, its span ends when what is returned is dropped, without
        /// the ledger.
        pub(in crate::batch) fn nothing_goes_on(&self, index: usize) -> Option<Closing> {
            if !self.spans.is_on() {
                return None;
            }
            let mut state = self.entries[index].span.lock();
            state.ended = true;
            let told = state.told.then(|| state.span.take());
            told.flatten().map(|span| Closing::of(*span))
        }

        /// The span of a call, which begins here if it has not; disabled if it has ended. `ending` is how the call has, if it has.
        fn span_of(&self, index: usize, ending: Option<Ending>) -> Span {
            let entry = &self.entries[index];
            if let Some(span) = entry.span.get() {
                return span;
            }
            let tool = self.traced_tool(index, ending);
            let leaves = |said: &str| self.leaving(index).text(said).0;
            let is_shown = self.rules.shown.arguments;
            let call = spans::Call {
                tool,
                index,
                id: self.calls.get(index).id(),
                name: (is_shown && tool.is_none()).then(|| leaves(self.calls.get(index).name())),
                arguments: is_shown.then(|| leaves(self.calls.arguments(index))),
            };
            // Made while it is locked: who begins the call and who tells of its end would make two of it otherwise.
            let mut state = entry.span.lock();
            if let Some(span) = state.span.as_deref() {
                return spans::handle(span);
            }
            if state.told && state.ended {
                return Span::none();
            }
            let span = spans::call(&self.spans.get(), call);
            state.span = Some(Box::new(spans::handle(&span)));
            span
        }

        /// The tool of a call. One that was refused before it was looked for may still be of a tool.
        fn traced_tool(&self, index: usize, ending: Option<Ending>) -> Option<&spans::Tool> {
            let tools = &self.rules.tools;
            let found = match self.entries[index].tool {
                Some(tool) => Some(&tools[tool]),
                None if ending == Some(Ending::UnknownTool) => None,
                None => {
                    let name = self.calls.get(index).name();
                    tools.iter().find(|tool| tool.name == name)
                }
            };
            found.map(|tool| &tool.span)
        }
    }
}
