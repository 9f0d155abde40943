//! A batch that goes on where it was suspended: what has its result keeps it, all else is begun anew.

use std::collections::HashMap;
use std::time::Duration;

use super::approvals::{RequestId, Verdict};
use super::core::Core;
use super::record::{Done, Outcome, Record};
use super::{Dispatch, SuspendedBatch};
use crate::outcome::Settled;
use crate::report::{OpenCall, SuspendedCall};
use crate::{ToolCall, ToolError};

/// Why a call is denied whose tool is not what it was when somebody was to decide on it.
const CHANGED: &str = "its tool has changed since, and it may not be what was decided on.";

/// A batch that was suspended, and what was decided on its calls meanwhile.
pub(crate) struct Resumed {
    pub(crate) batch: SuspendedBatch,
    pub(crate) decisions: HashMap<RequestId, Verdict>,
}

impl Resumed {
    /// All calls, also those that have their results.
    pub(super) fn calls(&self) -> Vec<ToolCall> {
        let calls = self.batch.calls.iter();
        calls.map(|call| call.call().clone()).collect()
    }

    pub(super) fn call(&self, index: usize) -> &SuspendedCall {
        &self.batch.calls[index]
    }
}

impl SuspendedCall {
    /// Notes the result of the call, if it has one; the tool that it means now, by its index, or why it cannot run.
    pub(super) fn goes_on(
        &self,
        record: &mut Record,
        target: Result<usize, Settled>,
        dispatch: &dyn Dispatch,
    ) -> Result<usize, Settled> {
        match self {
            Self::Finished(result) => {
                record.gone = true;
                record.done = Some(Done {
                    at: record.queued,
                    is_told: true,
                    result: Outcome::Told(result.clone()),
                });
                target
            }
            Self::Open(OpenCall { tool, .. }) => match target {
                Ok(index) if dispatch.fingerprint(index) != *tool => {
                    // Made anew, it is decided on anew.
                    Err(Settled::Answered {
                        result: Err(ToolError::denied(CHANGED).retryable()),
                        late: false,
                    })
                }
                target => target,
            },
        }
    }
}

/// What a batch has of the time before it was resumed.
pub(super) struct Before {
    pub(super) key: Option<String>,
    pub(super) took: Duration,
    pub(super) edits: Option<bool>,
    pub(super) were_pending: Vec<(usize, RequestId)>,
    pub(super) decisions: HashMap<RequestId, Verdict>,
}

impl Before {
    pub(super) fn of(resumed: Option<Box<Resumed>>) -> Self {
        let Some(resumed) = resumed else {
            return Self {
                key: None,
                took: Duration::ZERO,
                edits: None,
                were_pending: Vec::new(),
                decisions: HashMap::new(),
            };
        };
        let Resumed {
            batch,
            mut decisions,
        } = *resumed;
        let were_pending: Vec<_> = batch.requests().collect();
        for &(index, request) in &were_pending {
            if let SuspendedCall::Open(open) = &batch.calls[index]
                && open.approved
            {
                let verdict = match &open.edited {
                    None => Verdict::Approved,
                    Some(arguments) => Verdict::Edited(arguments.clone()),
                };
                decisions.insert(request, verdict);
            }
        }
        Self {
            were_pending,
            key: Some(batch.key),
            took: batch.took,
            edits: Some(batch.edits),
            decisions,
        }
    }
}

impl Core {
    /// Whether somebody was to decide on the call when the batch was suspended. Somebody is then, whatever a tool or a policy has come
    /// to say.
    pub(super) fn was_pending(&self, index: usize) -> bool {
        self.asked_before(index).is_some()
    }

    /// What a decision on the call was made of then.
    pub(super) fn asked_before(&self, index: usize) -> Option<RequestId> {
        let found = self
            .were_pending
            .binary_search_by_key(&index, |(index, _)| *index);
        found.ok().map(|at| self.were_pending[at].1)
    }
}
