//! Lists: `cfg` on entries, lists that add up, names that are nearly right.

use support::{call, texts};
use tool_runtime::{Toolbox, tool, tools};

/// Here.
#[tool(pure)]
async fn here() -> &'static str {
    "here"
}

/// Not here: neither the function nor the tool.
#[cfg(any())]
#[tool(pure)]
async fn nowhere() {}

/// There.
#[tool(pure)]
async fn there() -> &'static str {
    "there"
}

fn toolbox() -> Toolbox {
    Toolbox::<()>::builder()
        .tools(tools![
            #[cfg(any())]
            nowhere,
            here,
            #[cfg(any())]
            not::even::a::module,
        ])
        .tools(tools![
            #[cfg(all())]
            there
        ])
        .build()
        .unwrap()
}

#[tokio::test]
async fn entries_come_and_go_with_their_cfg() {
    let report = toolbox().run([call("here", ""), call("there", "")]).await;
    assert_eq!(texts(&report), ["here", "there"]);
    let names: Vec<String> = toolbox()
        .tools()
        .iter()
        .map(|tool| tool.name().to_owned())
        .collect();
    assert_eq!(names, ["here", "there"]);
}

#[tokio::test]
async fn a_name_that_is_nearly_right_is_answered_with_the_nearest() {
    let report = toolbox()
        .run([call("thera", ""), call("xyz", ""), call("", "")])
        .await;
    assert_eq!(
        texts(&report),
        [
            "There is no tool named `thera`, so nothing was called. Did you mean `there`? The tools are `here` and `there`.",
            "There is no tool named `xyz`, so nothing was called. The tools are `here` and `there`.",
            "There is no tool named ``, so nothing was called. The tools are `here` and `there`.",
        ]
    );
}
