//! The loop: ask the model, run what it calls, keep both, ask again until it calls nothing.

use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use tool_runtime::dialect::{Message, Turn};
use tool_runtime::{DecodeError, Ending, Report, StreamError, Streamed, ToolResult, Toolbox};

use crate::Tools;
use crate::approve::read_line;
use crate::client::{Client, cause};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::provider::by_user;
use crate::store::Store;
use crate::totals::Totals;
use crate::turn::{self, Taken};
use crate::view::View;

/// A model that goes round in circles ends here.
const MOST_TURNS: usize = 30;

/// One conversation, and all that it needs.
pub(crate) struct Conversation {
    pub(crate) client: Client,
    pub(crate) toolbox: Toolbox<Desk>,
    pub(crate) desk: Tools,
    pub(crate) store: Store,
    pub(crate) view: Arc<View>,
    pub(crate) stop: CancellationToken,
    pub(crate) history: Vec<Message>,
    pub(crate) totals: Totals,
}

impl Conversation {
    /// Whether nothing was said yet.
    pub(crate) fn is_new(&self) -> bool {
        self.history.is_empty()
    }

    /// Answers the calls that a program before this one has left without results, and lets the model go on if it is its turn.
    pub(crate) async fn resume(&mut self) -> Result<(), Failure> {
        let dialect = self.client.provider().dialect();
        let results = self.store.recover(dialect, &mut self.history)?;
        self.view.recovered(self.history.len(), &results);
        match self.history.last() {
            Some(last) if !last.is_from_model() => self.turns().await,
            _ => Ok(()),
        }
    }

    /// Asks, and waits for the answer.
    pub(crate) async fn ask(&mut self, question: &str) -> Result<(), Failure> {
        self.view.asked(question);
        self.history.push(by_user(question));
        self.store.save(&self.history)?;
        self.turns().await
    }

    /// What somebody asks next; `None` if nothing any more.
    pub(crate) async fn question(&self) -> Result<Option<String>, Failure> {
        loop {
            let line = tokio::select! {
                () = self.stop.cancelled() => return Err(stopped().then(&self.go_on())),
                line = read_line("> ".to_owned()) => line,
            };
            match line.as_deref().map(str::trim) {
                Some("") => {}
                line => return Ok(line.map(str::to_owned)),
            }
        }
    }

    /// What all of it came to.
    pub(crate) fn end(&self) {
        self.view.text_ends();
        if self.totals.turns > 0 {
            self.view.note(&self.totals.to_string());
        }
    }

    async fn turns(&mut self) -> Result<(), Failure> {
        for _ in 0..MOST_TURNS {
            let is_over = self.turn().await;
            let is_over = is_over.map_err(|failure| failure.then(&self.go_on()))?;
            if is_over {
                return Ok(());
            }
        }
        let most = format!("there is no answer after {MOST_TURNS} turns");
        Err(Failure::new(most).then(&self.go_on()))
    }

    /// One turn; whether it was the last.
    async fn turn(&mut self) -> Result<bool, Failure> {
        let provider = self.client.provider();
        let tools = self.toolbox.manifest(provider.dialect());
        let tools = tools.map_err(Failure::new)?;
        let begun = Instant::now();
        let response = tokio::select! {
            () = self.stop.cancelled() => return Err(stopped()),
            response = self.client.ask(&tools, &self.history) => response?,
        };
        let mut kept = self.store.response(&self.history)?;
        let taken = turn::take(response, provider, &self.desk, &mut kept, &self.view).await;
        let taken = taken.map_err(|error| self.store.unkept(&error))?;
        self.view.text_ends();
        self.totals.model += begun.elapsed().saturating_sub(taken.waited);
        let turn = self.told(taken)?;
        kept.remove();
        match self.stop.is_cancelled() {
            true => Err(stopped()),
            false => Ok(turn.calls().is_empty() && !turn.is_paused()),
        }
    }

    /// Puts a turn and its results into the history: both or none, since no provider takes a call without its result.
    fn told(&mut self, taken: Taken) -> Result<Turn, Failure> {
        let Taken { end, waited } = taken;
        let Streamed { turn, report, .. } = match end {
            Ok(streamed) => streamed,
            Err(_) if self.stop.is_cancelled() => return Err(stopped()),
            Err(problem) => return Err(lost(&problem)),
        };
        if turn.messages().next().is_none() {
            return Err(Failure::new("the model has said nothing"));
        }
        self.history.extend(turn.messages());
        let answers = self.client.provider().dialect().encode(&report);
        self.history.extend(answers);
        self.store.save(&self.history)?;
        if let Some(problem) = turn.interruption().filter(|_| !self.stop.is_cancelled()) {
            self.view.note(&format!("The response broke off ({problem}); its calls have their results, and the model goes on."));
        }
        if !report.results().is_empty() {
            self.totals.add(&report, waited);
            self.view.turn(self.totals.turns, &report, waited);
            self.note_denied(&report);
        }
        Ok(turn)
    }

    fn note_denied(&self, report: &Report) {
        let is_denied = |result: &&ToolResult| matches!(result.outcome().ending, Ending::Denied);
        if let Some(result) = report.results().iter().find(is_denied) {
            let name = result.name();
            self.view.note(&format!(
                "A call of `{name}` needed approval and was denied; `--yes` approves of all."
            ));
        }
    }

    fn go_on(&self) -> String {
        format!("go on with `--resume --dir {}`", self.store)
    }
}

/// Why there is nothing of a response.
fn lost(problem: &StreamError<reqwest::Error>) -> Failure {
    Failure::new(match problem {
        StreamError::Body(broke) => format!("the response broke off ({})", cause(broke)),
        StreamError::Decode(DecodeError::EndsEarly { .. }) => "the response broke off".to_owned(),
        StreamError::Decode(DecodeError::Provider { message }) => {
            format!("the provider ended its response ({message})")
        }
        problem => {
            format!("the response cannot be read ({problem}); see to `--provider` and `--base-url`")
        }
    })
}

fn stopped() -> Failure {
    Failure::interrupted("stopped by Ctrl-C, and all that was done is kept")
}
