//! Which calls begin and what comes of them, written down, so that it is known after a crash what may have taken effect.
//!
//! A program that ends in the middle of a turn leaves a history in which calls have no results, and no provider goes on with that.
//! [`complete`](crate::dialect::Anthropic::complete) answers them, but knows of none whether it was made: the model has to check. With a
//! [`Journal`] that is known, and [`complete_from`](crate::dialect::Anthropic::complete_from) says it:
//!
//! | the journal has | what goes into the history |
//! |---|---|
//! | its result | that result |
//! | that it began | it was interrupted and may have taken effect; or nothing was changed, if it can change nothing |
//! | nothing | it was not called, nothing was changed |
//!
//! ```
//! use std::future;
//! use tool_runtime::dialect::{Message, OpenAiChat};
//! use tool_runtime::journal::FileJournal;
//! use tool_runtime::{Toolbox, tool, tools};
//!
//! /// Look up an account.
//! #[tool(reads("account"))]
//! async fn get_account() -> &'static str { "7 euros" }
//!
//! /// Transfer money.
//! #[tool(writes("account"))]
//! async fn transfer(/** In euros. */ amount: u64) {
//!     let _ = amount;
//!     future::pending().await // the bank does not answer
//! }
//!
//! /// Close an account.
//! #[tool(writes("account"))]
//! async fn close_account() {}
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = &std::env::temp_dir().join(format!("tool-runtime-{}.journal", std::process::id()));
//! let desk = Toolbox::new(tools![get_account, transfer, close_account])?.bind(());
//! let desk = desk.journaled_by(FileJournal::open(path)?);
//!
//! let reply = r#"{"choices": [{"message": {"role": "assistant", "content": null, "tool_calls": [
//!     {"id": "1", "type": "function", "function": {"name": "get_account", "arguments": "{}"}},
//!     {"id": "2", "type": "function", "function": {"name": "transfer", "arguments": "{\"amount\": 5}"}},
//!     {"id": "3", "type": "function", "function": {"name": "close_account", "arguments": "{}"}}]}}]}"#;
//! let turn = OpenAiChat.decode(reply)?;
//! let history: Vec<Message> = turn.messages().collect(); // keep it before the calls are run
//! # let mut run = Box::pin(desk.run(turn.calls()));
//! # let a_while = tokio::time::sleep(std::time::Duration::from_millis(200));
//! # tokio::select! { _ = &mut run => unreachable!(), () = a_while => {} }
//! // desk.run(turn.calls()).await, and here the program is killed.
//!
//! // In the next one, before the model is asked again:
//! let mut history = history;
//! let results = OpenAiChat.complete_from(&mut history, &FileJournal::read(path)?);
//! let texts: Vec<&str> = results.iter().map(|result| result.text()).collect();
//! assert_eq!(texts, [
//!     "7 euros",
//!     "`transfer` was interrupted, because the program ended while it was running. It may have taken effect; check before repeating.",
//!     "`close_account` was not called, because the program ended before. Nothing was changed. Call it again if it is still needed.",
//! ]);
//! assert_eq!(history.len(), 4); // with three results, to send to the model
//! # std::fs::remove_file(path)?;
//! # Ok(()) }
//! ```
//!
//! # How to plug in a durable engine
//!
//! A workflow engine, or a table of your database, is a [`Journal`] of a few lines: it stores what [`started`](Journal::started) hands it
//! before the returned future is ready, and what [`finished`](Journal::finished) hands it some time later. Both are with serde what
//! [`Record`] is, so a row needs the idempotency key, the text, and whatever you look rows up by:
//!
//! ```
//! use tool_runtime::journal::{FinishedCall, Journal, JournalFuture, StartedCall};
//! # #[derive(Clone)] struct Table;
//! # impl Table {
//! #     async fn insert(&self, _: &str, _: &str, _: String) -> Result<(), std::io::Error> { Ok(()) }
//! #     fn insert_later(&self, _: &str, _: &str, _: String) {}
//! # }
//!
//! struct Rows {
//!     table: Table,
//!     conversation: String,
//! }
//!
//! impl Journal for Rows {
//!     fn started(&self, call: StartedCall) -> JournalFuture {
//!         let (table, conversation) = (self.table.clone(), self.conversation.clone());
//!         Box::pin(async move {
//!             let row = serde_json::to_string(&call)?;
//!             table.insert(&conversation, call.idempotency_key(), row).await?;
//!             Ok(())
//!         })
//!     }
//!
//!     fn finished(&self, call: FinishedCall) {
//!         if let Ok(row) = serde_json::to_string(&call) {
//!             self.table.insert_later(&self.conversation, call.idempotency_key(), row);
//!         }
//!     }
//! }
//! ```
//!
//! After a crash the rows of the conversation, read as [`Record`]s and collected, are the [`Recovered`] that `complete_from` takes. An engine
//! that runs a whole turn again looks up what it has by [`Recovered::get`] and, for calls that may have taken effect, asks the backend
//! under the idempotency key; a batch that was [suspended](crate::batch::SuspendedBatch) has the same keys when it is resumed.
//!
//! A history has no idempotency keys, so `complete_from` finds a call's record by id, name and arguments. Where a provider gives no ids
//! (Gemini, Ollama, some of Mistral's models), let a journal have the calls of one conversation only: two that ask the same are one to it.
//! And let it have all of them, since what it does not know was not called.

mod call;
mod file;
mod matching;
mod recovered;
mod stored;

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

pub use call::{FinishedCall, Record, StartedCall};
pub use file::FileJournal;
pub(crate) use matching::{Asked, Known};
pub use recovered::{Recovered, RecoveredCall};

/// What [`Journal::started`] returns.
pub type JournalFuture =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send>>;

/// Writes down which calls of a batch begin and what comes of them: see [`Bound::journaled_by`](crate::Bound::journaled_by).
///
/// ```
/// use std::sync::Mutex;
/// use tool_runtime::journal::{FinishedCall, Journal, JournalFuture, Record, StartedCall};
///
/// /// For a test: what is written down, in memory.
/// #[derive(Default)]
/// struct Memory(Mutex<Vec<Record>>);
///
/// impl Journal for Memory {
///     fn started(&self, call: StartedCall) -> JournalFuture {
///         self.0.lock().unwrap().push(call.into());
///         Box::pin(async { Ok(()) })
///     }
///
///     fn finished(&self, call: FinishedCall) {
///         self.0.lock().unwrap().push(call.into());
///     }
/// }
/// ```
pub trait Journal: Send + Sync + 'static {
    /// A call is about to begin: the tool's own code runs once this is done.
    ///
    /// It is told once for all attempts, directly before the tool: the call has its place in the order, its permits and its clock, and
    /// [layers](crate::layer::Layer) have let it through. Its time is the call's. Where it fails or panics the call is not made, and the
    /// model reads that nothing was changed; the error is the program's, in [`ToolResult::error`](crate::ToolResult::error). Where it
    /// takes longer than the call may, or the call is told to end meanwhile, the call is not made either; if it is not done within the
    /// policy's grace the model reads as of any call over time that it may have taken effect. For a plain `fn` it is polled on the thread
    /// of the call.
    fn started(&self, call: StartedCall) -> JournalFuture;

    /// A call has its result. Told once for every call of the batch, also for one that never began, before the batch has its report and
    /// before layers see it; a call that is open when its batch is suspended is told when it has gone on. A panic is caught and does
    /// nothing.
    ///
    /// Whoever finished the call waits for this, so what takes its time is to be handed on, through a channel say.
    fn finished(&self, call: FinishedCall);
}

impl<J: Journal + ?Sized> Journal for Arc<J> {
    fn started(&self, call: StartedCall) -> JournalFuture {
        (**self).started(call)
    }

    fn finished(&self, call: FinishedCall) {
        (**self).finished(call);
    }
}
