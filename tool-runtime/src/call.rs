//! What the model asks for.

/// What a batch can be run from: `&[ToolCall]` as a turn has it, an array or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of calls",
    label = "neither `&[ToolCall]` nor `Vec<ToolCall>`",
    note = "give the calls of a turn, `turn.calls()`, a slice of yours, as in `&calls[..]`, or an owned `vec![call]`"
)]
pub trait IntoCalls: Into<Vec<ToolCall>> {}

#[diagnostic::do_not_recommend]
impl<T: Into<Vec<ToolCall>>> IntoCalls for T {}

/// One call of a model's turn: which tool, with which arguments, under which id.
///
/// A dialect's `decode` makes these; with a client that hides the provider's JSON, make them yourself:
///
/// ```
/// use tool_runtime::ToolCall;
///
/// let call = ToolCall::new("call_1", "get_customer", r#"{"customer_id": 1234}"#);
/// assert_eq!(call.name(), "get_customer");
/// ```
///
/// Nothing is checked here: whatever is wrong with a call becomes the result of that call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    id: String,
    name: String,
    arguments: String,
    extra: Option<Box<Extra>>,
}

/// What a provider says of a few calls beside what everybody says of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Extra {
    is_text: bool,
    is_cut: bool,
    is_unread: bool,
    echo: String,
    key: Option<String>,
}

impl ToolCall {
    /// A call of the tool `name` with `arguments`, the JSON text as the model wrote it.
    ///
    /// The `id` is the provider's and comes back with the result; it may be empty, and two calls may share one.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
            extra: None,
        }
    }

    /// A call with plain text instead of JSON, as of one of OpenAI's custom tools. The text is the argument of a tool that takes one
    /// text and nothing else; other tools read it as arguments in JSON, and refuse what is none.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// use tool_runtime::ToolCall;
    ///
    /// /// Runs a query.
    /// #[tool(pure)]
    /// async fn run_query(/** In SQL. */ sql: String) -> usize {
    ///     sql.len()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let toolbox = Toolbox::new(tools![run_query]).unwrap();
    /// let report = toolbox.run([ToolCall::with_text("call_1", "run_query", "SELECT 1")]).await;
    /// assert_eq!(report.results()[0].text(), "8");
    /// # }
    /// ```
    pub fn with_text(
        id: impl Into<String>,
        name: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        let mut call = Self::new(id, name, text);
        call.extra().is_text = true;
        call
    }

    /// The same, of which the end is missing: the provider's token limit was met, or its stream ended. The result says so, and no
    /// tool is called.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// use tool_runtime::ToolCall;
    ///
    /// # /// Runs a query.
    /// # #[tool(pure)] async fn run_query(/** In SQL. */ sql: String) -> usize { sql.len() }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let toolbox = Toolbox::new(tools![run_query]).unwrap();
    /// let call = ToolCall::new("call_1", "run_query", r#"{"sql": "SELECT"#).cut_off();
    /// let report = toolbox.run([call]).await;
    /// assert_eq!(report.results()[0].outcome().ending.code(), "invalid_arguments");
    /// # }
    /// ```
    #[must_use]
    pub fn cut_off(mut self) -> Self {
        self.extra().is_cut = true;
        self
    }

    /// The same, as an attempt at a call that has this key already: one that another program makes, or a queue delivers once more. It is what
    /// the tool reads as [`CallContext::idempotency_key`](crate::CallContext::idempotency_key); without one, each call has a key of its own.
    ///
    /// ```
    /// # use tool_runtime::{CallContext, Toolbox, tool, tools};
    /// use tool_runtime::ToolCall;
    ///
    /// /// Pays.
    /// #[tool(writes("account"), idempotent)]
    /// async fn pay(#[context] context: &CallContext) -> String {
    ///     context.idempotency_key() // for who takes the money
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let toolbox = Toolbox::new(tools![pay]).unwrap();
    /// let report = toolbox.run([ToolCall::new("call_1", "pay", "{}").with_idempotency_key("order-7")]).await;
    /// assert_eq!(report.results()[0].text(), "order-7");
    /// # }
    /// ```
    ///
    /// Where the call is stored, in a report or a [suspended batch](crate::batch::SuspendedBatch), so is its key. The calls in a call of a
    /// [batch tool](crate::BatchTool) have keys that are made of its own.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.extra().key = Some(key.into());
        self
    }

    /// The key that it was given.
    pub(crate) fn idempotency_key(&self) -> Option<&str> {
        self.extra.as_ref().and_then(|extra| extra.key.as_deref())
    }

    /// The same, cut off because the program has stopped reading.
    pub(crate) fn unread(mut self) -> Self {
        self.extra().is_unread = true;
        self.cut_off()
    }

    /// Whether its end is missing because the program has stopped reading.
    pub(crate) fn is_unread(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.is_unread)
    }

    fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// The same, with members of JSON that its result bears again.
    pub(crate) fn with_echo(mut self, members: String) -> Self {
        if !members.is_empty() {
            self.extra().echo = members;
        }
        self
    }

    /// The members of JSON that its result bears again.
    pub(crate) fn echo(&self) -> &str {
        self.extra.as_ref().map_or("", |extra| &extra.echo)
    }

    /// Whether the arguments are a text for the only argument of the tool, and not JSON.
    pub fn is_text(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.is_text)
    }

    /// Whether its end is missing.
    pub fn is_cut_off(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.is_cut)
    }

    /// The provider's id of the call.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The tool's name as the model wrote it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments as the model wrote them: JSON text, if the model kept to it, or a text for the only argument.
    pub fn arguments(&self) -> &str {
        &self.arguments
    }
}
