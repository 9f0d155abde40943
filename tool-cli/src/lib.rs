#![doc = include_str!("../README.md")]

mod approve;
mod arguments;
mod batch;
mod call;
mod calls;
mod cli;
mod completions;
mod dialects;
mod events;
mod exit;
mod files;
mod interrupt;
mod invocation;
pub mod lint;
mod list;
mod manifest;
mod names;
mod options;
mod out;
mod policy;
mod progress;
mod results;
mod running;
mod schema;
mod session;
mod show;
mod stats;
mod usage;
mod words;

use std::process::ExitCode;

use tool_runtime::Toolbox;
use tool_runtime::tool::{IntoState, State};

/// The clap whose [`Command`](clap::Command) describes a subcommand of the program's own.
#[doc(no_inline)]
pub use clap;
pub use cli::Cli;
pub use invocation::Invocation;

/// What a subcommand of the program's own may fail with: anything with `?`.
pub type Problem = Box<dyn std::error::Error + Send + Sync>;

/// The command line over these tools, with the arguments of the process: what an `async fn main` ends with.
///
/// ```no_run
/// use std::process::ExitCode;
/// use tool_runtime::{BuildError, Toolbox, tool, tools};
///
/// /// Adds two numbers.
/// #[tool(pure)]
/// async fn add(/** One. */ a: i64, /** The other. */ b: i64) -> i64 {
///     a + b
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<ExitCode, BuildError> {
///     let toolbox = Toolbox::new(tools![add])?;
///     Ok(tool_cli::run(toolbox, ()).await)
/// }
/// ```
///
/// [`Cli`] is the same with more to say: a state that is made when a call needs it, subcommands of the program's own.
///
/// # Panics
///
/// Outside a Tokio runtime with a timer and, for Ctrl-C, with I/O, as `#[tokio::main]` makes it; [`run_blocking`] makes its own.
pub async fn run<S: State>(toolbox: Toolbox<S>, state: impl IntoState<S>) -> ExitCode {
    Cli::new(toolbox, state).run().await
}

/// The same for a `main` that is not async: on a runtime of its own, with a worker for each core.
///
/// ```no_run
/// use std::process::ExitCode;
/// # use tool_runtime::{BuildError, Toolbox, tool, tools};
/// # /// Adds two numbers.
/// # #[tool(pure)] async fn add(/** One. */ a: i64, /** The other. */ b: i64) -> i64 { a + b }
///
/// fn main() -> Result<ExitCode, BuildError> {
///     let toolbox = Toolbox::new(tools![add])?;
///     Ok(tool_cli::run_blocking(toolbox, ()))
/// }
/// ```
///
/// # Panics
///
/// Inside a Tokio runtime: there, await [`run`].
pub fn run_blocking<S: State>(toolbox: Toolbox<S>, state: impl IntoState<S>) -> ExitCode {
    Cli::new(toolbox, state).run_blocking()
}
