//! Going on with a batch that was suspended.

use std::collections::HashMap;

use hmac_sha256::Hash;

use super::Bound;
use super::approval::Decision;
use super::batch_tool::Steps;
use crate::batch::{PendingCall, Resumed, Run, SuspendedBatch, Verdict};
use crate::tool::State;
use crate::{Fingerprint, ResumeError};

impl PendingCall<'_> {
    /// The call is to be made, with these arguments, once.
    pub fn approve(&self) -> Decision {
        Decision::of(self.request, Verdict::Approved)
    }

    /// The call is to be made with other arguments: an object as JSON text. They are held to all that the model's are; if they are not
    /// valid the call is not made. The model reads that they were changed.
    ///
    /// For a batch that was suspended [`with_edits`](crate::batch::OrSuspend::with_edits); another refuses the decision.
    pub fn approve_with(&self, arguments: impl Into<String>) -> Decision {
        Decision::of(self.request, Verdict::Edited(arguments.into()))
    }

    /// The call is not to be made. The model reads the reason.
    pub fn deny(&self, reason: impl Into<String>) -> Decision {
        Decision::of(self.request, Verdict::Denied(reason.into()))
    }
}

impl<S: State> Bound<S> {
    /// Goes on with a batch that was [suspended](SuspendedBatch), with what was decided on its calls: one result for each, those that
    /// were there already included.
    ///
    /// Calls that were not decided on wait on: awaited as it is, the desk's [approver](Self::approved_by) is asked about them, and
    /// without one they are denied; with [`or_suspend`](Run::or_suspend) the batch can be suspended again. Whoever reads its
    /// [`events`](Run::events) gets the results of the time before, too.
    ///
    /// The desk may have another state and another approver than the first; its tools and its policy should be the same, see
    /// [`SuspendedBatch`].
    ///
    /// # Errors
    ///
    /// If the batch is another tenant's than the desk's ([`for_tenant`](Self::for_tenant)), also where one of the two is nobody's.
    /// If a decision is for no call of this batch that waits for one (for another batch, other arguments or another id), if two are for
    /// the same call, or if one changes arguments that may not be changed any more. Nothing is run then.
    pub fn resume(
        &self,
        batch: SuspendedBatch,
        decisions: impl IntoIterator<Item = Decision>,
    ) -> Result<Run, ResumeError> {
        if batch.tenant() != self.tenant.as_deref() {
            return Err(ResumeError::OtherTenant);
        }
        let mut table = HashMap::new();
        for decision in decisions {
            let (request, verdict) = decision.into_parts();
            let mut pending = batch.pending();
            let call = pending.find(|call| call.request == request);
            let index = call.ok_or(ResumeError::ForeignDecision)?.index();
            if matches!(verdict, Verdict::Edited(_)) && !batch.may_edit() {
                return Err(ResumeError::MayNotEdit { index });
            }
            if table.insert(request, verdict).is_some() {
                return Err(ResumeError::DecidedTwice { index });
            }
        }
        let resumed = Resumed {
            batch,
            decisions: table,
        };
        let mut job = self.job();
        job.resumed = Some(Box::new(resumed));
        Ok(Run::resumed(job))
    }

    /// What tells the tool at `index` from others, as far as a decision on a call of it may depend on that.
    pub(super) fn fingerprint_of(&self, index: usize) -> Fingerprint {
        let tool = &self.toolbox.0.all.definitions[index];
        let effects = &self.rules.tools[index].effects;
        let mut hash = Hash::new();
        for part in [
            tool.name(),
            tool.description(),
            &tool.parameters().to_string(),
            &serde_json::to_string(effects).unwrap_or_default(),
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        // Who decides on a call of several decides on all of them.
        for other in self
            .toolbox
            .steps_of(index)
            .into_iter()
            .flat_map(Steps::called)
        {
            hash.update(self.fingerprint_of(other).to_string());
        }
        Fingerprint::of_hash(hash.finalize())
    }
}
