//! Names that the expansion might use itself, and raw ones.

#![allow(non_snake_case)]

use tool_runtime::{CallContext, Toolbox, tool, tools};

struct State(u64);

/// Takes what the expansion could have called its own.
#[tool(reads("type:{type}/{state}"))]
async fn arguments(
    /// A keyword.
    r#type: u64,
    /// A state that is an argument.
    state: u64,
    /// A context that is an argument.
    context: u64,
    /// As the function.
    arguments: u64,
    /// As the receiver.
    self_: u64,
    /// As what comes out.
    result: u64,
    /// As what `prepare` has.
    prepare: u64,
    /// As what came back.
    returned: u64,
    #[state] value: &State,
    #[context] slot: &CallContext,
) -> u64 {
    assert_eq!(slot.call().name(), "arguments");
    r#type + state + context + arguments + self_ + result + prepare + returned + value.0
}

/// Is named by a keyword and has a parameter of its own name.
#[tool]
async fn r#match(
    /// What.
    r#match: String,
) -> String {
    r#match
}

/// Shouts.
#[tool(name = "Shout-it_2")]
async fn SHOUT() {}

/// Is named as a trait, a macro and a module of the prelude are.
#[tool]
async fn vec() {}

/// Is named as a type of the expansion is.
#[tool]
async fn Tool(
    /// As another.
    Slot: Option<u64>,
) -> Option<u64> {
    Slot
}

/// Has the name that the toolbox's state has in an expansion.
struct S {
    number: u64,
}

/// Takes such a state.
#[tool]
async fn of_s(#[state] s: &S) -> u64 {
    s.number
}

mod inner {
    /// Is named so itself.
    #[tool_runtime::tool]
    pub(super) async fn S() {}
}

/// Is named so as well.
#[tool(type = S2)]
async fn S(
    /// And a parameter too.
    S: u64,
) -> u64 {
    S
}

/// Begins with an underscore.
#[tool]
async fn _hidden() {}

#[tokio::test]
async fn works() {
    let state = State(9);
    let context = CallContext::new(tool_runtime::ToolCall::new("1", "arguments", ""));
    assert_eq!(
        arguments(1, 2, 3, 4, 5, 6, 7, 8, &state, &context).await,
        45
    );
    assert_eq!(r#match("x".into()).await, "x");

    let toolbox = Toolbox::<State>::builder()
        .tools(tools![arguments, r#match, SHOUT, vec, Tool, _hidden])
        .build()
        .unwrap();
    let names: Vec<_> = toolbox.tools().iter().map(|d| d.name()).collect();
    assert_eq!(
        names,
        ["arguments", "match", "Shout-it_2", "vec", "Tool", "_hidden"]
    );

    let of_s = Toolbox::<S>::builder().tools(tools![of_s, S2]).build();
    let report = of_s.unwrap().bind(S { number: 7 });
    let report = report
        .run([tool_runtime::ToolCall::new("1", "of_s", "")])
        .await;
    assert_eq!(report.results()[0].text(), "7");
    assert!(Toolbox::new(tools![inner::S]).is_ok());

    let numbers = r#"{"type": 1, "state": 2, "context": 3, "arguments": 4, "self_": 5, "result": 6, "prepare": 7, "returned": 8}"#;
    let calls = [
        tool_runtime::ToolCall::new("1", "arguments", numbers),
        tool_runtime::ToolCall::new("2", "match", r#"{"match": "y"}"#),
    ];
    let report = toolbox.bind(state).run(calls).await;
    assert_eq!(report.results()[0].text(), "45");
    assert_eq!(report.results()[1].text(), "y");
}
