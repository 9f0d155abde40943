//! Whether arguments in another form are read as they were meant.

use serde::{Deserialize, Serialize};

/// What becomes of arguments that came in another form than the tool's, though what they mean is plain.
///
/// Some models write an object as a string with JSON in it, or `"5"` for a number, and do it again when they are told. With
/// [`Safe`](Self::Safe) such a call runs. Leave it off where the model seldom does this, and while prompts or a model are tried
/// out: what is repaired hides that the model has not understood the schema.
///
/// ```
/// # use tool_runtime::{ToolCall, Toolbox, tool, tools};
/// use tool_runtime::Policy;
/// use tool_runtime::batch::Repair;
/// use tool_runtime::tool::RepairKind;
///
/// /// Add up numbers.
/// #[tool(pure)]
/// async fn sum(/** The numbers. */ numbers: Vec<i64>) -> i64 {
///     numbers.iter().sum()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let desk = Toolbox::new(tools![sum])?.bind(()).with(Policy::default().repair(Repair::Safe))?;
/// let report = desk.run([ToolCall::new("call_1", "sum", r#"{"numbers": "[1, 2, \"3\"]"}"#)]).await;
/// let result = &report.results()[0];
/// assert_eq!(result.text(), "6");
/// assert_eq!(result.repairs()[0].path(), "numbers");
/// assert_eq!(result.repairs()[0].kind(), RepairKind::ContainerInString);
/// assert_eq!(result.repairs()[1].to_string(), "`numbers[2]`: a number that came in a string");
///
/// let read: Policy = serde_json::from_str(r#"{"repair": "safe"}"#)?;
/// assert_eq!(read, Policy::default().repair(Repair::Safe));
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Repair {
    /// Nothing is repaired: the model is told what is wrong.
    #[default]
    Off,
    /// Arguments that were refused are read once more with what can mean one thing only:
    ///
    /// - an object or an array in a string, where the schema takes such a value and no string; also the arguments as a whole, and
    ///   what is inside of it likewise;
    /// - a number in a string, as it stands and without an exponent, and `"true"` or `"false"`, where the schema takes such a value
    ///   and no string. `"5.0"` is no integer, and `" 5"`, `"0x10"` and `"yes"` are nothing;
    /// - the arguments as a whole in a code fence.
    ///
    /// The call runs if the tool takes them so. If it does not, or if more than 1,000 things were to be repaired, the model is told
    /// what is wrong with what it wrote. Text that is not JSON, text after the end, a key that is there twice, unknown and missing
    /// arguments and names of tools are never repaired, and what the schema takes is never looked into.
    ///
    /// [`ToolResult::repairs`](crate::ToolResult::repairs) says what was repaired, [`ToolResult::call`](crate::ToolResult::call) what
    /// the model wrote, and [`ToolResult::arguments`](crate::ToolResult::arguments) what the tool has read. A call that needs no repair
    /// is not looked at, unless [`coalesce`](crate::Policy::coalesce) looks for calls that are the same: those may be so once they
    /// are repaired.
    Safe,
}
