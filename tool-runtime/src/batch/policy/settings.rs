//! What a program sets.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{GroupPolicy, OnFailure, Policy, Repair, Retry, StreamedCalls, Undeclared};
use crate::outcome::ErrorDetail;
use crate::outgoing::Envelope;
use crate::tool::DeclaredEffects;

impl Policy {
    /// How long a call may run, from its first poll. Default 60 s.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// How long a call of the tool `name` may run; wins over the attribute's `timeout`.
    #[must_use]
    pub fn tool_timeout(mut self, name: impl Into<String>, timeout: Duration) -> Self {
        self.tools.entry(name.into()).or_default().timeout = Some(timeout);
        self
    }

    /// How long a batch may take, calls that still wait included. Default 300 s.
    #[must_use]
    pub fn batch_timeout(mut self, timeout: Duration) -> Self {
        self.batch_timeout = timeout;
        self
    }

    /// How long a call that is over time may go on after its cancellation. What it answers then counts, and is marked
    /// late. Zero drops it at once. Default 1 s.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How many calls of a batch run at once. Default 64. A call that could not be stopped gives its place up with its
    /// result, though it still runs.
    #[must_use]
    pub fn max_concurrency(mut self, calls: usize) -> Self {
        self.max_concurrency = calls;
        self
    }

    /// How many threads plain `fn` tools may keep before a call of such a tool has to wait. Default 64, well below the
    /// 512 that a runtime has for all blocking work, the program's file I/O among it.
    ///
    /// They are counted over all batches of a toolbox, those of calls that could not be stopped included. A call that
    /// waits for a thread holds up no other call, and its own clock does not run; the batch's does.
    #[must_use]
    pub fn max_blocking_threads(mut self, threads: usize) -> Self {
        self.max_blocking_threads = threads;
        self
    }

    /// How long a call may wait for earlier calls that use the same data, how long for a permit, and how long from the end of one
    /// attempt to the start of the next. Default 120 s.
    ///
    /// A call that has waited longer is answered so, and was not started.
    #[must_use]
    pub fn max_wait(mut self, time: Duration) -> Self {
        self.max_wait = time;
        self
    }

    /// How long a call waits for somebody to decide on it; later it is answered so, and not made. Default 120 s. The batch's own time
    /// goes on meanwhile.
    #[must_use]
    pub fn approval_timeout(mut self, time: Duration) -> Self {
        self.approval_timeout = time;
        self
    }

    /// How long one poll of a call may take before it is told of: an `async` tool that blocks, or computes without awaiting, keeps a worker
    /// of the runtime from every other task meanwhile. Default 100 ms, a thousand times what Tokio's authors want between two awaits, and
    /// far more than it takes to read arguments and to write a result: what is told of is worth a look. A day tells of nothing.
    ///
    /// With the feature `tracing` the log has one event for each such call, while it goes on if another worker is free, else when the
    /// poll returns; and [`ToolResult::longest_poll`](crate::ToolResult::longest_poll) says how long it took. Nothing else follows from it.
    /// The time in which the arguments are read counts as part of the first poll. A call of a plain `fn` has a thread of its own and is
    /// not watched.
    ///
    /// What to do about it: make the tool a plain `fn`, which may block as long as it likes; or await between the steps of what it computes
    /// (`tokio::task::yield_now`). A tool in `tokio::task::block_in_place` is told of too: that leaves the worker
    /// to others, but is no await.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};
    ///
    /// /// Reads a file, and keeps a worker until it has come.
    /// #[tool(pure)]
    /// async fn read() {
    ///     std::thread::sleep(Duration::from_millis(20)); // as `std::fs::read` would
    /// }
    ///
    /// /// The same, on a thread of its own.
    /// #[tool(pure)]
    /// fn read_on_a_thread() {
    ///     std::thread::sleep(Duration::from_millis(20));
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let policy = Policy::default().slow_poll(Duration::from_millis(10));
    /// let desk = Toolbox::new(tools![read, read_on_a_thread])?.bind(()).with(policy)?;
    /// let report = desk.run(["read", "read_on_a_thread"].map(|name| ToolCall::new("", name, ""))).await;
    /// assert!(report.results()[0].longest_poll().unwrap() >= Duration::from_millis(20));
    /// assert_eq!(report.results()[1].longest_poll(), None);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn slow_poll(mut self, time: Duration) -> Self {
        self.slow_poll = time;
        self
    }

    /// Calls of the tool `name` need approval, all of them, whatever it says itself: see [`approval`](crate::approval).
    ///
    /// ```
    /// # use tool_runtime::Policy;
    /// let policy: Policy = serde_json::from_str(r#"{"tools": {"delete_customer": {"approval": true}}}"#)?;
    /// assert_eq!(policy, Policy::default().require_approval("delete_customer"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn require_approval(mut self, name: impl Into<String>) -> Self {
        self.tools.entry(name.into()).or_default().approval = true;
        self
    }

    /// How many calls of a batch are run; those after are answered so. Default 1,000.
    #[must_use]
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls;
        self
    }

    /// How many bytes the text of a call's arguments has at most. Default 1 MiB.
    ///
    /// A call with more is answered so before anything reads them: its arguments are not valid. What the model reads names the
    /// size, and nothing of the text.
    #[must_use]
    pub fn max_argument_bytes(mut self, bytes: usize) -> Self {
        self.max_argument_bytes = bytes;
        self
    }

    /// How many objects and arrays stand inside of each other in a call's arguments at most, the arguments themselves counted.
    /// Default 64; at most 127, since serde_json reads no more.
    ///
    /// It is held before anything reads the arguments, and also where a tool would not look: in members that it does not have.
    ///
    /// ```
    /// # use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};
    /// /// Draw a tree.
    /// #[tool(pure)]
    /// async fn draw(/** The tree. */ tree: serde_json::Value) {
    /// #   let _ = tree;
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let desk = Toolbox::new(tools![draw])?.bind(()).with(Policy::default().max_argument_depth(3))?;
    /// let report = desk.run([ToolCall::new("call_1", "draw", r#"{"tree": [[[]]]}"#)]).await;
    /// let expected = "`tree[0][0]`: expected objects and arrays nested at most 3 deep, got a deeper one";
    /// assert!(report.results()[0].text().contains(expected));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn max_argument_depth(mut self, depth: usize) -> Self {
        self.max_argument_depth = depth;
        self
    }

    /// How many calls of the tool `name` run at once, in all batches of a toolbox together; wins over the attribute's
    /// `max_concurrency`. Default: no limit.
    ///
    /// A call that cannot be stopped keeps its place until it ends.
    #[must_use]
    pub fn tool_concurrency(mut self, name: impl Into<String>, calls: usize) -> Self {
        self.tools.entry(name.into()).or_default().max_concurrency = Some(calls);
        self
    }

    /// How many calls of some tools run at once, in all batches of a toolbox together: one limit for one backend.
    ///
    /// A tool may be in several groups. A call that cannot be stopped keeps its place until it ends.
    ///
    /// ```
    /// # use tool_runtime::Policy;
    /// let policy = Policy::default().group_concurrency("billing", ["get_orders", "get_invoices"], 4);
    /// ```
    #[must_use]
    pub fn group_concurrency(
        mut self,
        group: impl Into<String>,
        tools: impl IntoIterator<Item = impl Into<String>>,
        calls: usize,
    ) -> Self {
        let group = self.group(group);
        group.tools = tools.into_iter().map(Into::into).collect();
        group.max_concurrency = calls;
        self
    }

    fn group(&mut self, name: impl Into<String>) -> &mut GroupPolicy {
        self.groups.entry(name.into()).or_insert(GroupPolicy {
            tools: BTreeSet::new(),
            max_concurrency: usize::MAX,
            max_concurrency_per_tenant: None,
        })
    }

    /// How many calls of the tool `name` run at once that are one tenant's
    /// ([`Bound::for_tenant`](crate::Bound::for_tenant)), in all batches of a toolbox together. Default: no limit.
    ///
    /// It stands beside [`tool_concurrency`](Self::tool_concurrency), which is for all tenants together. Calls of a binding without a
    /// tenant have that one alone.
    #[must_use]
    pub fn tool_concurrency_per_tenant(mut self, name: impl Into<String>, calls: usize) -> Self {
        let tool = self.tools.entry(name.into()).or_default();
        tool.max_concurrency_per_tenant = Some(calls);
        self
    }

    /// How many calls of the tools of a group run at once that are one tenant's ([`Bound::for_tenant`](crate::Bound::for_tenant)), in
    /// all batches of a toolbox together: what one tenant may have of a backend that all share. Default: no limit.
    ///
    /// Which tools are in the group says [`group_concurrency`](Self::group_concurrency). A call that waits because of its own tenant's
    /// calls stands in nobody else's way. Calls of a binding without a tenant have the group's limit alone.
    ///
    /// ```
    /// # use tool_runtime::Policy;
    /// let policy = Policy::default()
    ///     .group_concurrency("billing", ["get_orders", "get_invoices"], 4)
    ///     .group_concurrency_per_tenant("billing", 2);
    /// let read: Policy = serde_json::from_str(
    ///     r#"{"groups": {"billing": {
    ///         "tools": ["get_orders", "get_invoices"],
    ///         "max_concurrency": 4,
    ///         "max_concurrency_per_tenant": 2
    ///     }}}"#,
    /// )?;
    /// assert_eq!(read, policy);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn group_concurrency_per_tenant(mut self, group: impl Into<String>, calls: usize) -> Self {
        self.group(group).max_concurrency_per_tenant = Some(calls);
        self
    }

    /// How many calls of all batches of a toolbox may wait for a thread or for a place among the calls of a tool or a group;
    /// one more is answered so and not run. Default 10,000.
    #[must_use]
    pub fn max_queue(mut self, calls: usize) -> Self {
        self.max_queue = calls;
        self
    }

    /// How many bytes the texts of a result have at most, of all its parts together and of errors too. Default 131,072, some 30,000
    /// tokens; at least 1,024.
    ///
    /// Of a text that is longer the model reads its beginning and its end and how much is missing in between, and
    /// [`Outcome::truncated`](crate::Outcome::truncated) says so. A value is written no further than it is shown, so a result that
    /// would be a gigabyte takes no more memory than its limit some times over; what goes on for 16 times as long as the limit is left
    /// there, and may have no end. JSON that is cut is a text, and no result that an output schema is about.
    ///
    /// ```
    /// use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};
    ///
    /// /// Lists numbers.
    /// #[tool(pure)]
    /// async fn list_numbers() -> Vec<u32> {
    ///     (0..1000).collect()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let short = Policy::default().max_result_bytes(1024);
    /// let desk = Toolbox::new(tools![list_numbers])?.bind(()).with(short)?;
    /// let report = desk.run([ToolCall::new("call_1", "list_numbers", "{}")]).await;
    /// let result = &report.results()[0];
    /// assert!(result.outcome().truncated);
    /// assert!(result.text().len() <= 1024);
    /// assert!(result.text().contains(
    ///     "[… 2,996 of 3,891 bytes were left out here by the tool runtime, since a result has at most 1,024; ask for less at a time …]"
    /// ));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn max_result_bytes(mut self, bytes: usize) -> Self {
        self.max_result_bytes = bytes;
        self
    }

    /// How many bytes the texts of a result of the tool `name` have at most.
    #[must_use]
    pub fn tool_max_result_bytes(mut self, name: impl Into<String>, bytes: usize) -> Self {
        self.tools.entry(name.into()).or_default().max_result_bytes = Some(bytes);
        self
    }

    /// How many bytes the images and sounds of a result have at most together, as files. In the place of one for which there is no room
    /// the model reads what it was. Default 10,485,760 (10 MiB).
    #[must_use]
    pub fn max_media_bytes(mut self, bytes: usize) -> Self {
        self.max_media_bytes = bytes;
        self
    }

    /// What is done to the texts of results and errors so that they are read as data. Default [`Escaped`](Envelope::Escaped).
    #[must_use]
    pub fn envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = envelope;
        self
    }

    /// What becomes of other calls when one fails. Default [`Isolate`](OnFailure::Isolate).
    #[must_use]
    pub fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.on_failure = on_failure;
        self
    }

    /// Runs calls of the tool `name` though a call that they depend on did not succeed: one that cleans up, say.
    #[must_use]
    pub fn never_skip(mut self, name: impl Into<String>) -> Self {
        self.tools.entry(name.into()).or_default().never_skipped = true;
        self
    }

    /// What calls of the tool `name` touch, whatever it says itself.
    ///
    /// Templates may have the holes that the tool's own have, and no others.
    ///
    /// ```
    /// # use tool_runtime::Policy;
    /// use tool_runtime::tool::DeclaredEffects;
    ///
    /// let policy = Policy::default().tool_effects("import_orders", DeclaredEffects::writes(["orders"]));
    /// let read: Policy = serde_json::from_str(r#"{"tools": {"import_orders": {"effects": {"writes": ["orders"]}}}}"#)?;
    /// assert_eq!(read, policy);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn tool_effects(mut self, name: impl Into<String>, effects: DeclaredEffects) -> Self {
        self.tools.entry(name.into()).or_default().effects = Some(effects);
        self
    }

    /// What it means that a tool declares no effects. Default [`Free`](Undeclared::Free).
    #[must_use]
    pub fn undeclared(mut self, undeclared: Undeclared) -> Self {
        self.undeclared = undeclared;
        self
    }

    /// How calls are tried again. Default: up to 3 attempts, see [`Retry`].
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// How calls of the tool `name` are tried again; what it does not say is as for all tools.
    #[must_use]
    pub fn tool_retry(mut self, name: impl Into<String>, retry: Retry) -> Self {
        self.tools.entry(name.into()).or_default().retry = Some(retry);
        self
    }

    /// What becomes of arguments that came in another form than the tool's. Default [`Off`](Repair::Off): the model is told.
    #[must_use]
    pub fn repair(mut self, repair: Repair) -> Self {
        self.repair = repair;
        self
    }

    /// Whether calls of a batch that are the same run once, and all have the result. Default: no.
    ///
    /// It is for `pure` tools that do not take their context, made by `#[tool]`. Two calls are the same if their arguments are,
    /// whatever their order and white space, with defaults that the schema shows written out, and without what is `null` where that
    /// is absence. Numbers are compared as they are written.
    ///
    /// Each call keeps its own deadline and can be cancelled alone; the work is stopped when nobody waits for it any more. A call
    /// that is the same as one which has answered already has that answer. [`Outcome::same_as`](crate::Outcome::same_as) says so.
    ///
    /// ```
    /// # use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};
    /// /// Factor a number.
    /// #[tool(pure)]
    /// fn factor(/** The number. */ n: u64) -> Vec<u64> {
    ///     (2..=n).filter(|d| n % d == 0).take(1).collect()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let desk = Toolbox::new(tools![factor])?.bind(()).with(Policy::default().coalesce(true))?;
    /// let calls = [r#"{"n": 91}"#, r#"{ "n":91 }"#].map(|arguments| ToolCall::new("", "factor", arguments));
    /// let report = desk.run(calls).await;
    /// assert_eq!(report.results()[1].outcome().same_as, Some(0));
    /// assert_eq!(report.results()[1].text(), report.results()[0].text());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn coalesce(mut self, coalesce: bool) -> Self {
        self.coalesce = coalesce;
        self
    }

    /// When the calls of a streamed response begin.
    ///
    /// ```
    /// use tool_runtime::batch::{Policy, StreamedCalls};
    ///
    /// let policy = Policy::default().streamed_calls(StreamedCalls::OnComplete);
    /// ```
    #[must_use]
    pub fn streamed_calls(mut self, streamed_calls: StreamedCalls) -> Self {
        self.streamed_calls = streamed_calls;
        self
    }

    /// How much of a tool's error the model reads. Default [`Message`](ErrorDetail::Message): its `Display` and its details.
    ///
    /// ```
    /// use tool_runtime::Policy;
    /// use tool_runtime::batch::ErrorDetail;
    ///
    /// let detail = match cfg!(debug_assertions) {
    ///     true => ErrorDetail::Sources,
    ///     false => ErrorDetail::Message,
    /// };
    /// let policy = Policy::default().error_detail(detail).tool_error_detail("login", ErrorDetail::Kind);
    /// ```
    ///
    /// Whatever it does not read has an id: [`ToolResult::error_id`](crate::ToolResult::error_id).
    #[must_use]
    pub fn error_detail(mut self, detail: ErrorDetail) -> Self {
        self.error_detail = detail;
        self
    }

    /// How much the model reads of an error of the tool `name`. Default: as for all tools.
    #[must_use]
    pub fn tool_error_detail(mut self, name: impl Into<String>, detail: ErrorDetail) -> Self {
        self.tools.entry(name.into()).or_default().error_detail = Some(detail);
        self
    }

    /// Whether the events of the feature `tracing` say what the model does not read: the error's text and those of its sources, and
    /// what a panic said, each as the toolbox's [redaction](crate::ToolboxBuilder::redact) lets it. Default: no, since those who read
    /// the log may be others than those who may see what stands in them.
    ///
    /// The program itself has it all: [`ToolResult::error`](crate::ToolResult::error) in a
    /// [`Layer::finished`](crate::layer::Layer::finished).
    #[must_use]
    pub fn log_sources(mut self, log_sources: bool) -> Self {
        self.log_sources = log_sources;
        self
    }

    /// Whether the spans of the feature `tracing` have the arguments of their calls (`gen_ai.tool.call.arguments`), the keys that calls
    /// waited for, and what the model called a tool that is not there. Default: no, since whoever may see a trace is seldom the one whom
    /// the arguments are about.
    ///
    /// They are the arguments that the tool reads, as the toolbox's [redaction](crate::ToolboxBuilder::redact) lets them, no longer than
    /// [`max_result_bytes`](Self::max_result_bytes). Where a program wants less of them, it redacts:
    ///
    /// ```
    /// # use tool_runtime::{Policy, Redaction, Toolbox, tool, tools};
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: i64) -> i64 { a }
    /// let toolbox = Toolbox::<()>::builder()
    ///     .tools(tools![add])
    ///     .redact(Redaction::default().and(|text| text.replace("Lovelace", "[name]")))
    ///     .policy(Policy::default().trace_arguments(true).trace_results(true))
    ///     .build()?;
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    #[must_use]
    pub fn trace_arguments(mut self, trace_arguments: bool) -> Self {
        self.trace_arguments = trace_arguments;
        self
    }

    /// Whether the spans of the feature `tracing` have what their tools answered (`gen_ai.tool.call.result`): the text that the model
    /// reads, of calls that succeeded. Default: no, as for [`trace_arguments`](Self::trace_arguments).
    #[must_use]
    pub fn trace_results(mut self, trace_results: bool) -> Self {
        self.trace_results = trace_results;
        self
    }
}
