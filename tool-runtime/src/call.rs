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
        }
    }

    /// The provider's id of the call.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The tool's name as the model wrote it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments as the model wrote them: JSON text, if the model kept to it.
    pub fn arguments(&self) -> &str {
        &self.arguments
    }
}
