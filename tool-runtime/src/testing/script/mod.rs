//! Scripted models: what a model says is written down, and a program's loop runs without a provider.

mod anthropic;
mod bedrock;
mod gemini;
mod history;
mod mistral;
mod ollama;
mod openai_chat;
mod openai_responses;
mod pieces;
mod provider;
mod reply;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use history::Answered;
pub use reply::Reply;

use self::history::{answers, call};
use self::pieces::Pieces;
use self::provider::Provider;
use self::reply::Spoken;
use super::random::Random;
use crate::dialect::{Message, StreamingDialect};

/// A model that says what is written down, in the words of a provider: a program's loop runs as it is, without one.
///
/// It is asked with the history of the conversation, as a provider is, and answers a [whole](Self::respond) response or a
/// [streamed](Self::stream) one. Of the history it takes what a strict provider does: behind a turn each of its calls has one result,
/// under its id and where the provider wants it. It is a handle: a clone is the same model.
///
/// ```
/// use serde_json::json;
/// use tool_runtime::dialect::{Anthropic, Message};
/// use tool_runtime::testing::{Reply, ScriptedModel};
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Count the orders of a customer.
/// #[tool(pure)]
/// async fn count_orders(/** The customer's number. */ customer_id: u64) -> u64 {
///     customer_id - 4
/// }
///
/// /// The program: asks until there is nothing to call any more.
/// async fn converse(question: &str, mut ask: impl FnMut(&[Message]) -> Vec<u8>) -> Vec<Message> {
///     let toolbox = Toolbox::new(tools![count_orders]).unwrap();
///     let mut history = vec![json!({"role": "user", "content": question}).into()];
///     loop {
///         let turn = Anthropic.decode(ask(&history)).unwrap();
///         history.extend(turn.messages());
///         if turn.calls().is_empty() {
///             return history;
///         }
///         let report = toolbox.run(turn.calls()).await;
///         history.extend(Anthropic.encode(&report));
///     }
/// }
///
/// # /*
/// #[tokio::test]
/// # */
/// # #[tokio::main(flavor = "current_thread")]
/// async fn orders_are_counted_before_they_are_told() {
///     let model = ScriptedModel::new(Anthropic)
///         .turn(Reply::new().text("I count.").call("count_orders", json!({"customer_id": 7})))
///         .turn_from(|results| Reply::new().text(format!("There are {} orders.", results[0].text)));
///
///     let history = converse("How many orders has customer 7?", |history| model.respond(history)).await;
///
///     model.finished();
///     assert!(history[3].as_str().contains("There are 3 orders."));
/// }
/// # orders_are_counted_before_they_are_told();
/// ```
#[derive(Clone)]
pub struct ScriptedModel {
    provider: &'static Provider,
    /// Which bytes of a stream come together: those of an event, or any, from a seed.
    cuts: Option<u64>,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    turns: VecDeque<Turn>,
    /// How many turns were said, and how many ids made.
    said: usize,
    ids: usize,
    /// The ids and names of the calls that were made last.
    asked: Vec<(String, String)>,
}

/// What a turn is made from: the results of the one before.
type Turn = Box<dyn FnOnce(&[Answered]) -> Reply + Send>;

impl ScriptedModel {
    /// A model of a provider that has nothing to say yet.
    pub fn new(dialect: impl StreamingDialect) -> Self {
        let name = dialect.name();
        let Some(provider) = Provider::named(name) else {
            unreachable!("every dialect whose responses can be streamed has a script: {name}")
        };
        Self {
            provider,
            cuts: None,
            script: Arc::default(),
        }
    }

    /// The same, with one more turn.
    #[must_use]
    pub fn turn(self, reply: Reply) -> Self {
        self.turn_from(|_| reply)
    }

    /// The same, with one more turn that is made from the results of the turn before, in the order of its calls:
    /// `|results| match results[0].text.contains("not found") { … }`.
    #[must_use]
    pub fn turn_from(self, reply: impl FnOnce(&[Answered]) -> Reply + Send + 'static) -> Self {
        self.script().turns.push_back(Box::new(reply));
        self
    }

    /// The same, but that [`stream`](Self::stream) cuts its bytes anywhere, also inside of a character, as a network may. The same seed
    /// gives the same pieces.
    #[must_use]
    pub fn cut_anywhere(mut self, seed: u64) -> Self {
        self.cuts = Some(seed);
        self
    }

    /// The next turn, as the body of a whole response. `history` is the conversation so far.
    ///
    /// # Panics
    ///
    /// If the provider would refuse the history, if it does not have the calls of the turn before, or if the script is over.
    #[track_caller]
    pub fn respond(&self, history: &[Message]) -> Vec<u8> {
        (self.provider.whole)(&self.speak(history)).into_bytes()
    }

    /// The next turn, as the body of a streamed response in pieces: an event each, or [cut anywhere](Self::cut_anywhere). Of Bedrock they
    /// are lines of JSON, as [`Bedrock.stream()`](crate::dialect::Bedrock) reads them.
    ///
    /// ```
    /// # use tool_runtime::dialect::Anthropic;
    /// # use tool_runtime::testing::{Reply, ScriptedModel};
    /// # use tool_runtime::{Toolbox, tools};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let toolbox = Toolbox::new(tools![]).unwrap();
    /// # let history = [];
    /// # let model = ScriptedModel::new(Anthropic).turn(Reply::new().text("Hello."));
    /// let body = tokio_stream::iter(model.stream(&history)).map(Ok::<_, std::io::Error>);
    /// let streamed = toolbox.run_stream(Anthropic.stream(), body).await.unwrap();
    /// # use tokio_stream::StreamExt;
    /// # assert!(streamed.turn.messages().next().unwrap().as_str().contains("Hello."));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As [`respond`](Self::respond).
    #[track_caller]
    pub fn stream(&self, history: &[Message]) -> Vec<Vec<u8>> {
        let spoken = self.speak(history);
        let turn = (spoken.turn as u64).to_le_bytes();
        let mut pieces = Pieces::new(Random::new(self.cuts.unwrap_or_default()).part(&turn));
        let events = (self.provider.events)(&spoken, &mut pieces);
        match self.cuts {
            None => events.into_iter().map(String::into_bytes).collect(),
            Some(_) => pieces.cut(events.concat().as_bytes()),
        }
    }

    /// Asserts that all was said.
    ///
    /// # Panics
    ///
    /// If turns are left.
    #[track_caller]
    pub fn finished(&self) {
        let script = self.script();
        let (said, left) = (script.said, script.turns.len());
        drop(script);
        if left > 0 {
            panic!(
                "the model was asked for {} {left} more in its script",
                match (said, left) {
                    (1, 1) => "1 turn, and there is".to_owned(),
                    (1, _) => "1 turn, and there are".to_owned(),
                    (said, 1) => format!("{said} turns, and there is"),
                    (said, _) => format!("{said} turns, and there are"),
                }
            );
        }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[track_caller]
    fn speak(&self, history: &[Message]) -> Spoken {
        let provider = self.provider;
        let mut script = self.script();
        let turn = script.said + 1;
        let problem = match answers(history, provider.place, provider.hear) {
            Ok(heard) => match script.forgotten(&heard) {
                None => match script.turns.pop_front() {
                    Some(reply) => {
                        // What the closure does is the test's, and may panic.
                        drop(script);
                        let reply = reply(&heard);
                        return self.script().speak(reply, turn, provider);
                    }
                    None => script.is_over(),
                },
                Some(problem) => format!("the model was asked for turn {turn}, and {problem}"),
            },
            Err(problem) => format!(
                "the model was asked for turn {turn} with a history that is refused ({}): {problem}",
                provider.name
            ),
        };
        drop(script);
        panic!("{problem}");
    }
}

impl Script {
    fn speak(&mut self, reply: Reply, turn: usize, provider: &Provider) -> Spoken {
        let spoken = Spoken::of(reply, turn, || {
            self.ids += 1;
            (provider.id)(self.ids)
        });
        self.said = turn;
        let calls = (provider.calls)(&spoken).into_iter();
        self.asked = calls
            .map(|call| (call.id().to_owned(), call.name.clone()))
            .collect();
        spoken
    }

    /// Whether the last turn's calls are not in the history: a provider would not know, and the script would be at another place than
    /// the conversation.
    fn forgotten(&self, heard: &[Answered]) -> Option<String> {
        let is_heard = |(id, name): &&(String, String)| {
            let same = |result: &Answered| result.id == *id && result.name == *name;
            !heard.iter().any(same)
        };
        let (id, name) = self.asked.iter().find(is_heard)?;
        Some(format!(
            "the history does not end with its turn before, which called {}; put `turn.messages()` and then the results there",
            call(id, name)
        ))
    }

    fn is_over(&self) -> String {
        let asked = match self.asked.is_empty() {
            true => "its last turn made no call, so the conversation was at its end".to_owned(),
            false => {
                let calls = self.asked.iter().map(|(id, name)| call(id, name));
                let calls: Vec<String> = calls.collect();
                format!("its last turn called {}", calls.join(", "))
            }
        };
        match self.said {
            0 => "the model was asked, and its script has no turn".to_owned(),
            said => format!(
                "the model was asked for turn {}, and its script is over; {asked}",
                said + 1
            ),
        }
    }
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = self.script();
        f.debug_struct("ScriptedModel")
            .field("provider", &self.provider.name)
            .field("said", &script.said)
            .field("left", &script.turns.len())
            .finish()
    }
}
