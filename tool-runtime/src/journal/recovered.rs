//! What a journal says, once the program that wrote it is gone.

use std::collections::HashMap;

use super::{FinishedCall, Record, StartedCall};
use crate::outcome::{Effects, Interrupted};
use crate::{ToolCall, ToolResult};

/// What a journal says of calls: which have their results, and which began and have none.
///
/// It is made of [records](Record), whatever they were stored in and whichever comes first of two: of a call that has both, the result
/// counts. A record that is there twice is one.
///
/// ```
/// use tool_runtime::journal::{Record, Recovered, StartedCall};
/// use tool_runtime::{CallContext, Effects, ToolCall};
///
/// let call = |id, name| CallContext::new(ToolCall::new(id, name, "{}"));
/// let rows = [
///     StartedCall::new(&call("call_1", "pay"), true),
///     StartedCall::new(&call("call_2", "get_balance"), false),
/// ];
/// let recovered: Recovered = rows.into_iter().map(Record::from).collect();
/// for call in recovered.calls() {
///     assert!(call.result().is_none()); // each was running when the program ended
///     match call.effects() {
///         Effects::None => println!("{} may be called again", call.call().name()),
///         _ => println!("look after {}, under {}", call.call().name(), call.idempotency_key()),
///     }
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    calls: Vec<RecoveredCall>,
    by_key: HashMap<String, usize>,
}

impl Recovered {
    /// Every call that there is a record of, in the order of their first.
    pub fn calls(&self) -> impl ExactSizeIterator<Item = &RecoveredCall> {
        self.calls.iter()
    }

    /// The call with this [idempotency key](crate::CallContext::idempotency_key): whether a backend was asked under it already.
    pub fn get(&self, idempotency_key: &str) -> Option<&RecoveredCall> {
        let index = self.by_key.get(idempotency_key)?;
        Some(&self.calls[*index])
    }

    pub(super) fn all(&self) -> &[RecoveredCall] {
        &self.calls
    }
}

impl Extend<Record> for Recovered {
    fn extend<I: IntoIterator<Item = Record>>(&mut self, records: I) {
        for record in records {
            let key = match &record {
                Record::Started(call) => call.idempotency_key(),
                Record::Finished(call) => call.idempotency_key(),
            };
            match self.by_key.get(key) {
                Some(&index) => self.calls[index].0.learn(record),
                None => {
                    self.by_key.insert(key.to_owned(), self.calls.len());
                    self.calls.push(RecoveredCall(record));
                }
            }
        }
    }
}

impl FromIterator<Record> for Recovered {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut this = Self::default();
        this.extend(records);
        this
    }
}

impl Record {
    /// What is known of a call after another record of it: a result stays.
    fn learn(&mut self, other: Self) {
        if let Self::Started(_) = self {
            *self = other;
        }
    }
}

/// A call of which a journal says something.
#[derive(Clone, Debug)]
pub struct RecoveredCall(Record);

impl RecoveredCall {
    /// The call as the model made it.
    pub fn call(&self) -> &ToolCall {
        match &self.0 {
            Record::Started(call) => call.call(),
            Record::Finished(call) => call.call(),
        }
    }

    /// What no other call has, and this one had in each attempt: see
    /// [`CallContext::idempotency_key`](crate::CallContext::idempotency_key).
    pub fn idempotency_key(&self) -> &str {
        match &self.0 {
            Record::Started(call) => call.idempotency_key(),
            Record::Finished(call) => call.idempotency_key(),
        }
    }

    /// The position of the call in its batch.
    pub fn index(&self) -> usize {
        match &self.0 {
            Record::Started(call) => call.index(),
            Record::Finished(call) => call.index(),
        }
    }

    /// What came of it; `None` if it was running when the program ended.
    pub fn result(&self) -> Option<&ToolResult> {
        match &self.0 {
            Record::Started(_) => None,
            Record::Finished(call) => Some(call.result()),
        }
    }

    /// The call as it began, if it has no result.
    pub fn started(&self) -> Option<&StartedCall> {
        match &self.0 {
            Record::Started(call) => Some(call),
            Record::Finished(_) => None,
        }
    }

    /// What it may have changed: what its result says; without one nothing if it can change nothing, and else nobody knows.
    pub fn effects(&self) -> Effects {
        match &self.0 {
            Record::Started(call) => interrupted(call).effects(),
            Record::Finished(FinishedCall { result, .. }) => result.outcome().effects,
        }
    }

    /// What its batch has in common with no other.
    pub(super) fn batch(&self) -> &str {
        let key = self.idempotency_key();
        key.rsplit_once('-').map_or(key, |(batch, _)| batch)
    }
}

pub(super) fn interrupted(call: &StartedCall) -> Interrupted {
    Interrupted::Begun {
        may_change: call.may_change(),
    }
}
