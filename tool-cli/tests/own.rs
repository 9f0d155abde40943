//! Subcommands of a program's own, and a state that is made when it is needed.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tool_cli::clap::{Arg, Command};
use tool_cli::{Cli, Invocation};
use tool_runtime::{ToolCall, Toolbox, tool, tools};

/// How often something was done.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Counts the calls.
#[tool(writes("count"))]
async fn count(#[state] count: &Count) {
    count.add();
}

fn toolbox() -> Toolbox<Count> {
    Toolbox::builder()
        .tools(tools![count])
        .build()
        .expect("a tool")
}

#[tokio::test]
async fn a_program_adds_subcommands_with_arguments_and_the_desk() {
    let counted = Count::default();
    let run = async |arguments: &[&str]| {
        let twice = Command::new("repeat").arg(Arg::new("times").required(true));
        let cli = Cli::new(toolbox(), counted.clone()).command(
            twice,
            |invocation: Invocation<Count>| async move {
                let times: usize = invocation
                    .matches()
                    .get_one::<String>("times")
                    .ok_or("times")?
                    .parse()?;
                let calls = vec![ToolCall::new("", "count", "{}"); times];
                let report = invocation.desk().await?.run(calls).await;
                assert_eq!(report.results().len(), times);
                Ok(ExitCode::from(7))
            },
        );
        cli.run_from(arguments.iter().copied()).await
    };
    assert_eq!(run(&["t", "repeat", "3"]).await, ExitCode::from(7));
    assert_eq!(counted.get(), 3);
    // Its errors are told, and those of its arguments are clap's.
    assert_eq!(run(&["t", "repeat", "many"]).await, ExitCode::from(1));
    assert_eq!(run(&["t", "repeat"]).await, ExitCode::from(2));
    // What was there is there.
    assert_eq!(
        run(&["t", "call", "count", "--quiet"]).await,
        ExitCode::SUCCESS
    );
    assert_eq!(counted.get(), 4);
}

#[tokio::test]
async fn one_of_the_same_name_stands_in_the_place_of_ours() {
    let cli = Cli::new(toolbox(), Count::default());
    let cli = cli.command(Command::new("list"), |_| async { Ok(ExitCode::from(9)) });
    assert_eq!(cli.run_from(["t", "list"]).await, ExitCode::from(9));
}

#[tokio::test]
async fn the_state_is_made_when_a_call_needs_it() {
    let made = Count::default();
    let run = async |arguments: &[&str], is_there: bool| {
        let made = made.clone();
        let cli = Cli::connecting(toolbox(), move || async move {
            made.add();
            if is_there {
                Ok(Count::default())
            } else {
                Err("no database".into())
            }
        });
        cli.run_from(arguments.iter().copied()).await
    };
    for arguments in [
        &["t", "list"][..],
        &["t", "lint"],
        &["t", "show", "count"],
        &["t", "manifest", "-d", "mcp"],
    ] {
        assert_eq!(run(arguments, false).await, ExitCode::SUCCESS);
    }
    assert_eq!(made.get(), 0);
    assert_eq!(
        run(&["t", "call", "count", "-q"], true).await,
        ExitCode::SUCCESS
    );
    assert_eq!(
        run(&["t", "call", "count", "-q"], false).await,
        ExitCode::from(2)
    );
    assert_eq!(made.get(), 2);
}
