//! One call, from its request to its answer.

use std::future::pending;
use std::pin::Pin;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    ProgressNotificationParam,
};
use rmcp::service::{RequestContext, ServiceError};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tool_runtime::batch::{Event, Events};
use tool_runtime::dialect::Mcp;
use tool_runtime::{Batch, Content, Ending, Progress, Report, ToolCall};

use super::McpSession;
use super::approval::{self, Answer, AskClient, Question, Way};
use super::mcp_server::CallOrder;
use super::session::internal;
use super::source::Desk;
use super::turns::Ticket;
use super::wire::RawCall;

pub(super) struct Call<'a> {
    session: &'a McpSession,
    params: CallToolRequestParams,
    context: RequestContext<RoleServer>,
    /// The last progress that was told: the protocol wants more each time.
    told: Option<f64>,
}

/// A question that the client was asked.
type Asked<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

impl<'a> Call<'a> {
    pub(super) fn new(
        session: &'a McpSession,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Self {
        Self {
            session,
            params,
            context,
            told: None,
        }
    }

    pub(super) async fn answer(self) -> Result<CallToolResponse, ErrorData> {
        let ticket = self.context.extensions.get::<Ticket>().cloned();
        let answer = self.answered().await;
        // Where nothing was called.
        if let Some(ticket) = ticket {
            ticket.pass();
        }
        answer
    }

    async fn answered(mut self) -> Result<CallToolResponse, ErrorData> {
        let _places = match self.session.admitted() {
            Ok(places) => places,
            Err(why) => return Ok(not_called(&self.params.name, &why).into()),
        };
        #[cfg(feature = "server-http")]
        self.session.remember(&self.context);
        let desk = self.session.desk(&self.context).await?;
        let way = match desk.has_approver() {
            true => None,
            false => approval::way(&self.context),
        };
        let (ask, questions) = mpsc::channel(1);
        let approver = way.map(|_| AskClient(ask));
        let (batch, events) = self.begun(&*desk, approver).await;
        match self.run(batch, events, questions, way).await {
            Ended::Report(report) => self.result(&*desk, &report),
            Ended::Asks(question) => Ok(question.result(&self.session.shared.key).into()),
            Ended::Lost => Err(internal("the call was lost")),
        }
    }

    /// The batch with the call, which has its place in the order of calls after all that came before it.
    async fn begun(&self, desk: &dyn Desk, approver: Option<AskClient>) -> (Batch, Events) {
        let begin = || {
            let batch = desk.start(self.scope(), approver);
            // Before the call begins: what it says before anybody listens is lost.
            let events = batch.events();
            batch.push(self.call());
            (batch, events)
        };
        match self.context.extensions.get::<Ticket>() {
            Some(ticket) => ticket.in_turn(begin).await,
            None => begin(),
        }
    }

    fn scope(&self) -> Option<std::sync::Arc<str>> {
        match &self.session.shared.order {
            CallOrder::Session => Some(self.session.scope.clone()),
            CallOrder::Shared(scope) => Some(scope.clone()),
            CallOrder::Binding => None,
        }
    }

    /// The call as the client wrote it, or as rmcp gives it where another transport has read it.
    fn call(&self) -> ToolCall {
        if let Some(RawCall(call)) = self.raw() {
            return call.clone();
        }
        let arguments = self.params.arguments.clone().unwrap_or_default();
        ToolCall::new(
            self.context.id.to_string(),
            &*self.params.name,
            Value::Object(arguments).to_string(),
        )
    }

    fn raw(&self) -> Option<&RawCall> {
        #[cfg(feature = "server-http")]
        if let Some(parts) = self.context.extensions.get::<http::request::Parts>() {
            return parts.extensions.get();
        }
        self.context.extensions.get()
    }

    /// Runs the batch to its end, and does meanwhile what it wants of the client.
    async fn run(
        &mut self,
        batch: Batch,
        mut events: Events,
        mut questions: mpsc::Receiver<Question>,
        way: Option<Way>,
    ) -> Ended {
        let cancelled = self.cancelled();
        let mut cancelled = std::pin::pin!(cancelled);
        let mut is_cancelled = false;
        let mut asked: Asked<'_> = Box::pin(pending());
        loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(Event::Finished { .. }) => return finished(batch, events).await,
                    Some(Event::Progress { progress, .. }) => self.tell(progress).await,
                    Some(_) => {}
                    None => return Ended::Lost,
                },
                () = &mut cancelled, if !is_cancelled => {
                    is_cancelled = true;
                    batch.cancel(0);
                }
                Some(question) = questions.recv() => match way {
                    Some(Way::Answer) => match question.answered(&self.params, &self.session.shared.key) {
                        Some(answer) => drop(question.answer.send(answer)),
                        // The batch is dropped before anything was called.
                        None => return Ended::Asks(question),
                    },
                    _ => asked = Box::pin(ask(self.context.clone(), question)),
                },
                () = &mut asked => asked = Box::pin(pending()),
            }
        }
    }

    /// Ends when nobody wants the answer any more.
    fn cancelled(&self) -> impl Future<Output = ()> + use<> {
        let (request, client) = (self.context.ct.clone(), self.session.gone.clone());
        async move {
            tokio::select! {
                () = request.cancelled() => {}
                () = client.cancelled() => {}
            }
        }
    }

    /// Tells the client how far the call is, if it wants to know.
    async fn tell(&mut self, progress: Progress) {
        let Some(token) = self.context.meta.get_progress_token() else {
            return;
        };
        let is_more = self.told.is_none_or(|told| progress.done > told);
        if !progress.done.is_finite() || !is_more {
            return;
        }
        self.told = Some(progress.done);
        let mut told = ProgressNotificationParam::new(token, progress.done);
        told.total = progress.total.filter(|total| total.is_finite());
        told.message = progress.message;
        tokio::select! {
            _ = self.context.peer.notify_progress(told) => {}
            () = self.cancelled() => {}
        }
    }

    fn result(&self, desk: &dyn Desk, report: &Report) -> Result<CallToolResponse, ErrorData> {
        let [result] = report.results() else {
            return Err(internal("the call was lost"));
        };
        if result.outcome().ending == Ending::UnknownTool {
            return Err(ErrorData::invalid_params(result.text().to_owned(), None));
        }
        let written = Mcp.encode(report);
        let written = written.first().map(|message| message.as_str());
        let mut answer: CallToolResult =
            written
                .and_then(|text| serde_json::from_str(text).ok())
                .ok_or_else(|| internal("the result of the call cannot be written"))?;
        let (tools, _) = desk.tools()?;
        let mut tools = tools.iter();
        let is_held =
            tools.any(|tool| tool.name == self.params.name && tool.output_schema.is_some());
        if is_held && !result.is_error() && answer.structured_content.is_none() {
            answer.structured_content = object_in(result.parts());
            if answer.structured_content.is_none() {
                // It was too long, say. The client holds it against the schema, and would show neither it nor the text if it were no error.
                answer.is_error = Some(true);
            }
        }
        Ok(answer.into())
    }
}

/// The only object among several parts.
fn object_in(parts: &[Content]) -> Option<Value> {
    let mut objects = parts.iter().filter_map(|part| match part {
        Content::Json(json) => serde_json::from_str(json).ok().filter(Value::is_object),
        _ => None,
    });
    let object = objects.next();
    object.filter(|_| objects.next().is_none())
}

/// What a batch ends with.
enum Ended {
    Report(Report),
    Asks(Question),
    Lost,
}

async fn finished(batch: Batch, events: Events) -> Ended {
    drop(events);
    Ended::Report(batch.finish().await)
}

/// Asks the client, for as long as somebody waits for the answer.
async fn ask(context: RequestContext<RoleServer>, mut question: Question) {
    let asked = context.peer.create_elicitation(question.form());
    let answer = tokio::select! {
        asked = asked => asked,
        () = question.answer.closed() => return,
    };
    match answer {
        Ok(result) => drop(question.answer.send(approval::answer(&result))),
        Err(ServiceError::McpError(_)) => {
            let _ = question
                .answer
                .send(Answer::No("the client could not ask the user."));
        }
        // Dropped without an answer, which is that nobody could be asked.
        Err(_) => {}
    }
}

fn not_called(tool: &str, why: &str) -> CallToolResult {
    let text = format!(
        "`{tool}` was not called, since {why}. Nothing was changed. Try it again when others have been answered."
    );
    CallToolResult::error(vec![ContentBlock::text(text)])
}
