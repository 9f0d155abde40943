//! How often tools may be called by whoever shares a quota: what a program says, and what it asks.
//!
//! `counts` has what was used, `taken` holds the calls of a desk against all of its quotas at once, `words` tells the model of one that
//! has none left.

mod counts;
mod taken;
mod words;

use std::fmt;
use std::sync::Arc;

use counts::Counters;
use taken::Together;
pub(crate) use taken::{Exhausted, Quotas, Taken};

use crate::QuotaError;
use crate::text::nearest;
use crate::tool::ToolDefinition;

/// How often tools may be called by whoever shares it: a run of an agent, a tenant on a day.
///
/// A program keeps one for each whom it counts, and a desk is [`within`](crate::Bound::within) as many as it likes. A call that finds
/// none left is not made: its outcome is `over_limit` ([`CallLimit::Quota`](crate::CallLimit::Quota)), and the model reads how often the
/// tool may be called and where, in the words that the quota was made with.
///
/// A clone shares the counts. Limits are the value's own, so of those that share counts one may have others.
///
/// ```
/// # use tool_runtime::{Quota, ToolCall, Toolbox, tool, tools};
/// /// Send an email.
/// #[tool(writes("mailbox"))]
/// async fn send_email(/** To whom. */ to: String) { drop(to) }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let toolbox = Toolbox::new(tools![send_email])?;
/// // Kept by the program for each tenant, and reset when the day begins.
/// let tenant = Quota::new("by your organisation today").tool("send_email", 1_000);
///
/// let run = Quota::new("in this conversation").tool("send_email", 1).all_tools(50);
/// let desk = toolbox.bind(()).within(&run)?.within(&tenant)?;
/// let calls = ["Ada", "Bob"].map(|to| ToolCall::new(to, "send_email", format!(r#"{{"to": "{to}"}}"#)));
/// let report = desk.run(calls).await;
/// assert_eq!(
///     report.results()[1].text(),
///     "`send_email` was not called: it may be called once in this conversation, and calls before it have taken that. Nothing was changed. Call it again only if one of those was not made."
/// );
/// assert_eq!((run.used("send_email"), tenant.used("send_email")), (1, 1));
/// # Ok(()) }
/// ```
///
/// # What counts
///
/// A call takes its use when its batch begins, or when it is pushed, in the model's order: of five calls with room for three the first
/// three are made, however they are scheduled. A call that is not made gives its use back with its result: one with arguments that are
/// not valid, one that is denied, skipped, over another limit, cancelled or out of time before it began. So a use is what the model is
/// not told of as “was not called”; a call that is tried again is one, and so is each of those that are the same and
/// [run once](crate::Policy::coalesce). A batch that is [suspended](crate::batch::SuspendedBatch) holds none for its open calls; they take
/// theirs when it is resumed. With several quotas a call needs room in all, and takes from all or none.
///
/// Where calls before it may still turn out not to be made, the model reads that of a call that is refused, and asks again only if that
/// is what has come of them.
///
/// Calls in a batch inside another call are counted by the desk that runs them.
#[derive(Clone)]
#[must_use = "a quota holds for the desks that are `within` it"]
pub struct Quota {
    /// Where it holds, in words for the model.
    scope: Arc<str>,
    caps: Arc<Vec<Cap>>,
    counters: Arc<Counters>,
}

/// How many calls there may be of some tools.
#[derive(Clone, Debug)]
struct Cap {
    of: Of,
    most: usize,
}

/// The tools that are counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    All,
    Several(Vec<String>),
    One(String),
}

impl Of {
    fn names(&self) -> &[String] {
        match self {
            Self::All => &[],
            Self::Several(names) => names,
            Self::One(name) => std::slice::from_ref(name),
        }
    }
}

impl Quota {
    /// A quota of nothing yet, over all that shares it.
    ///
    /// `scope` says where it holds, as the end of a sentence that the model reads: “it may be called 3 times *in this conversation*, and has
    /// been”. If it is empty nothing is said.
    pub fn new(scope: impl AsRef<str>) -> Self {
        Self {
            scope: scope.as_ref().trim().into(),
            caps: Arc::default(),
            counters: Arc::default(),
        }
    }

    /// At most so many calls of this tool; none if that is 0. What was set for the tool before is forgotten.
    ///
    /// ```
    /// let quota = tool_runtime::Quota::new("today").tool("send_email", 1_000);
    /// # assert_eq!(quota.used("send_email"), 0);
    /// ```
    pub fn tool(self, name: impl Into<String>, most: usize) -> Self {
        self.with(Of::One(name.into()), most)
    }

    /// At most so many calls of these tools, counted together.
    ///
    /// ```
    /// let quota = tool_runtime::Quota::new("today").tools(["search", "browse"], 20);
    /// # assert_eq!(quota.total_used(), 0);
    /// ```
    pub fn tools(self, names: impl IntoIterator<Item = impl Into<String>>, most: usize) -> Self {
        let mut several: Vec<String> = names.into_iter().map(Into::into).collect();
        several.sort();
        several.dedup();
        self.with(Of::Several(several), most)
    }

    /// At most so many calls in all, of whatever tools.
    ///
    /// ```
    /// let quota = tool_runtime::Quota::new("in this conversation").all_tools(50);
    /// # assert_eq!(quota.total_used(), 0);
    /// ```
    pub fn all_tools(self, most: usize) -> Self {
        self.with(Of::All, most)
    }

    fn with(mut self, of: Of, most: usize) -> Self {
        let caps = Arc::make_mut(&mut self.caps);
        match caps.iter_mut().find(|cap| cap.of == of) {
            Some(cap) => cap.most = most,
            None => caps.push(Cap { of, most }),
        }
        self
    }

    /// How many calls of a tool count, those that run and those that are about to included. Each tool is counted, also one without a
    /// limit of its own.
    ///
    /// ```
    /// let quota = tool_runtime::Quota::new("today").tool("send_email", 1_000);
    /// quota.set_used("send_email", 17); // as the program has stored it
    /// assert_eq!(quota.used("send_email"), 17);
    /// ```
    #[must_use]
    pub fn used(&self, tool: &str) -> usize {
        self.counters.lock().used(tool)
    }

    /// How many calls of all tools count.
    ///
    /// ```
    /// let quota = tool_runtime::Quota::new("today").all_tools(50);
    /// quota.set_used("search", 40);
    /// quota.set_used("browse", 2);
    /// assert_eq!(quota.total_used(), 42);
    /// ```
    #[must_use]
    pub fn total_used(&self) -> usize {
        self.counters.lock().total_used()
    }

    /// Counts from 0 again, for all who share it: a day begins. Calls that run meanwhile were of the time before: they are in no count any
    /// more, and give nothing back.
    ///
    /// ```
    /// let quota = tool_runtime::Quota::new("today").tool("send_email", 1_000);
    /// quota.set_used("send_email", 1_000);
    /// quota.reset();
    /// assert_eq!(quota.total_used(), 0);
    /// ```
    pub fn reset(&self) {
        self.counters.lock().reset();
    }

    /// Counts from here on for a tool, for all who share it: as the program has stored it, say. It may be more than the limit. Of calls
    /// that run meanwhile it is as with [`reset`](Self::reset).
    ///
    /// ```
    /// let quota = tool_runtime::Quota::new("today").tool("send_email", 1_000);
    /// quota.set_used("send_email", 17);
    /// assert_eq!(quota.used("send_email"), 17);
    /// ```
    pub fn set_used(&self, tool: &str, used: usize) {
        self.counters.lock().set_used(tool, used);
    }

    /// Refuses what cannot be kept by a toolbox with these tools.
    pub(crate) fn check(&self, tools: &[ToolDefinition]) -> Result<(), QuotaError> {
        let names = || tools.iter().map(ToolDefinition::name);
        for Cap { of, .. } in &*self.caps {
            if *of == Of::Several(Vec::new()) {
                return Err(QuotaError::NoTools);
            }
            if let Some(name) = of
                .names()
                .iter()
                .find(|name| names().all(|known| known != *name))
            {
                return Err(QuotaError::UnknownTool {
                    name: name.clone(),
                    nearest: nearest(name, names()).map(str::to_owned),
                });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quota")
            .field("scope", &self.scope)
            .field("caps", &self.caps)
            .field("total_used", &self.total_used())
            .finish_non_exhaustive()
    }
}
