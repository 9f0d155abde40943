//! What has been answered to one attempt of a call and is not read yet.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;
use tool_runtime::Progress;

use crate::wire::{Answer, Part, Parts, PartsError, Refusal, is_token};

/// Where answers are put by the task that reads the inbox, which never waits, and taken by the call. It holds no more than a result, and the
/// last progress.
#[derive(Debug)]
pub(super) struct Mailbox {
    key: String,
    max_result: usize,
    state: Mutex<State>,
    come: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Who has said that it runs the call.
    worker: Option<String>,
    /// Whether something came since the call last looked.
    heard: bool,
    progress: VecDeque<Progress>,
    /// Whose result the parts are of.
    sender: Option<String>,
    parts: Parts,
    end: Option<End>,
    is_over: bool,
}

/// What a call reads.
#[derive(Debug)]
pub(super) enum Said {
    Running,
    Progress(Progress),
    End(End),
}

/// What comes last.
#[derive(Debug)]
pub(super) enum End {
    Result {
        report: Bytes,
        worker: String,
    },
    Refused(Refusal),
    NoResponders,
    /// A part of the result is missing.
    Gap,
    /// The result is longer than is taken.
    TooLong,
    /// Nobody reads the inbox any more.
    Closed,
}

/// So much progress waits for a call that is slow to read it.
const MAX_PROGRESS: usize = 16;

impl Mailbox {
    pub(super) fn new(key: String, max_result: usize) -> Self {
        Self {
            key,
            max_result,
            state: Mutex::default(),
            come: Notify::new(),
        }
    }

    /// Takes in what `worker` has answered.
    pub(super) fn put(&self, worker: &str, answer: Answer, payload: &Bytes) {
        let mut state = self.lock();
        if state.is_over {
            return;
        }
        match answer {
            Answer::Running => state.runs_at(worker),
            Answer::Progress(progress) => {
                state.runs_at(worker);
                if state.progress.len() == MAX_PROGRESS {
                    state.progress.pop_front();
                }
                state.progress.push_back(progress);
            }
            Answer::Result { key, .. } if key != self.key => return,
            Answer::Result { part, .. } => state.take(worker, part, payload, self.max_result),
            // Whoever says that nothing was run cannot mean what runs.
            Answer::Refused(_) | Answer::NoResponders if state.has_begun() => return,
            Answer::Refused(refusal) => state.end(End::Refused(refusal)),
            Answer::NoResponders => state.end(End::NoResponders),
        }
        drop(state);
        self.come.notify_one();
    }

    /// Nothing will come any more.
    pub(super) fn close(&self) {
        self.lock().end(End::Closed);
        self.come.notify_one();
    }

    /// What came, as soon as something has.
    pub(super) async fn next(&self) -> Said {
        loop {
            if let Some(said) = self.lock().next() {
                return said;
            }
            self.come.notified().await;
        }
    }

    /// Who has said that it runs the call.
    pub(super) fn worker(&self) -> Option<String> {
        self.lock().worker.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn runs_at(&mut self, worker: &str) {
        // What is told the worker is sent to a subject with its id.
        if is_token(worker) {
            self.worker = Some(worker.to_owned());
        }
        self.heard = true;
    }

    fn has_begun(&self) -> bool {
        self.worker.is_some() || self.sender.is_some()
    }

    fn take(&mut self, worker: &str, part: Part, payload: &Bytes, most: usize) {
        let sender = self.sender.get_or_insert_with(|| worker.to_owned());
        // Parts of two results are none of one.
        if sender != worker {
            return;
        }
        self.heard = true;
        match self.parts.add(part, payload, most) {
            Ok(None) => {}
            Ok(Some(report)) => self.end(End::Result {
                report,
                worker: worker.to_owned(),
            }),
            Err(PartsError::Gap) => self.end(End::Gap),
            Err(PartsError::TooLong) => self.end(End::TooLong),
        }
    }

    fn end(&mut self, end: End) {
        if !self.is_over {
            self.is_over = true;
            self.parts = Parts::default();
            self.end = Some(end);
        }
    }

    fn next(&mut self) -> Option<Said> {
        let heard = std::mem::take(&mut self.heard);
        if let Some(progress) = self.progress.pop_front() {
            return Some(Said::Progress(progress));
        }
        match self.end.take() {
            Some(end) => Some(Said::End(end)),
            None => heard.then_some(Said::Running),
        }
    }
}
