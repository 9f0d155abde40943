//! The command line as a value: what it is made of, and how a run of it goes.

use std::ffi::OsString;
use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command};
use tool_runtime::tool::{IntoState, State};
use tool_runtime::{Bound, Toolbox};

use crate::exit::{Exit, Failure};
use crate::invocation::Invocation;
use crate::session::{Arrange, Session, Source};
use crate::{
    Problem, batch, call, completions, lint, list, manifest, names, out, show, stats, usage,
};

/// What `--help` says at its end.
const CODES: &str = "Exit codes:
  0    it was done, and all is well
  1    it was done, and not all is well: a call failed, lint found something, a manifest is refused or has changed
  2    it cannot be done: wrong arguments, a file that cannot be read, text that is not what it should be
  130  Ctrl-C
  141  nobody reads the output any more";

/// The command line over a toolbox.
///
/// ```no_run
/// use std::process::ExitCode;
/// use tool_cli::clap::Command;
/// use tool_cli::{Cli, Invocation};
/// # use tool_runtime::{BuildError, Toolbox, tool, tools};
/// # /// Adds two numbers.
/// # #[tool(pure)] async fn add(/** One. */ a: i64, /** The other. */ b: i64) -> i64 { a + b }
///
/// #[tokio::main]
/// async fn main() -> Result<ExitCode, BuildError> {
///     let toolbox = Toolbox::new(tools![add])?;
///     let serve = Command::new("serve").about("Serve the tools until Ctrl-C");
///     let cli = Cli::new(toolbox, ()).command(serve, |invocation: Invocation<()>| async move {
///         let desk = invocation.desk().await?;
///         println!("serving {desk:?}");
///         invocation.cancellation().cancelled().await;
///         Ok(ExitCode::SUCCESS)
///     });
///     Ok(cli.run().await)
/// }
/// ```
#[must_use = "a command line does nothing until `run`"]
pub struct Cli<S: 'static> {
    toolbox: Toolbox<S>,
    source: Source<S>,
    arrange: Arrange<S>,
    about: Option<String>,
    version: Option<String>,
    added: Vec<Added<S>>,
}

/// A subcommand of the program's own.
struct Added<S: 'static> {
    command: Command,
    run: Box<dyn FnOnce(Invocation<S>) -> Running>,
}

type Running = Pin<Box<dyn Future<Output = Result<ExitCode, Problem>>>>;

impl<S: State> Cli<S> {
    /// The command line over these tools and this state.
    pub fn new(toolbox: Toolbox<S>, state: impl IntoState<S>) -> Self {
        Self::over(toolbox, Source::There(state.into()))
    }

    /// The same with a state that is made when a call needs it, so that `manifest`, `list`, `show` and `lint` do without: they then run
    /// where there is no database, in CI say.
    ///
    /// ```no_run
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # struct Db;
    /// # impl Db { async fn connect(_: &str) -> Result<Self, std::io::Error> { Ok(Self) } }
    /// # /// Counts.
    /// # #[tool(reads("rows"))] async fn count(#[state] _db: &Db) -> u64 { 0 }
    /// # fn cli(toolbox: Toolbox<Db>) -> tool_cli::Cli<Db> {
    /// tool_cli::Cli::connecting(toolbox, || async {
    ///     let address = std::env::var("DATABASE_URL")?;
    ///     Ok(Db::connect(&address).await?)
    /// })
    /// # }
    /// ```
    pub fn connecting<T, F, Fut>(toolbox: Toolbox<S>, connect: F) -> Self
    where
        T: IntoState<S>,
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let connect = move || {
            let state = connect();
            let state = async move { state.await.map(Into::into) };
            Box::pin(state) as Pin<Box<dyn Future<Output = _> + Send>>
        };
        Self::over(toolbox, Source::Later(Some(Box::new(connect))))
    }

    fn over(toolbox: Toolbox<S>, source: Source<S>) -> Self {
        Self {
            toolbox,
            source,
            arrange: Box::new(|desk| desk),
            about: None,
            version: None,
            added: Vec::new(),
        }
    }

    /// The same with a text about the program at the top of its help.
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// The same with the program's version, mostly `env!("CARGO_PKG_VERSION")`, for `--version`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// The same with a desk of the program's arranging: whose it is, within which quotas, with which journal. An approver that is given
    /// here gives way to the one of the command line, which asks in the terminal.
    ///
    /// ```no_run
    /// # fn cli(toolbox: tool_runtime::Toolbox) -> tool_cli::Cli<()> {
    /// tool_cli::Cli::new(toolbox, ()).arranged(|desk| desk.for_tenant("acme"))
    /// # }
    /// ```
    pub fn arranged(
        mut self,
        arrange: impl Fn(Bound<S>) -> Bound<S> + Send + Sync + 'static,
    ) -> Self {
        self.arrange = Box::new(arrange);
        self
    }

    /// The same with a subcommand of the program's own, or of a bridge crate. One that has the name of a subcommand that is there
    /// already stands in its place.
    ///
    /// What it fails with is said in one line, with its sources under `--verbose`, and the exit code is 1.
    pub fn command<F, Fut>(mut self, command: Command, run: F) -> Self
    where
        F: FnOnce(Invocation<S>) -> Fut + 'static,
        Fut: Future<Output = Result<ExitCode, Problem>> + 'static,
    {
        let name = command.get_name();
        self.added.retain(|added| added.command.get_name() != name);
        self.added.push(Added {
            command,
            run: Box::new(|invocation| Box::pin(run(invocation))),
        });
        self
    }

    /// Runs it with the arguments of the process.
    ///
    /// Where a call could not be stopped (see [`Outcome::still_running`](tool_runtime::Outcome::still_running)), or nobody
    /// reads the output any more, this ends the process itself, since the runtime would wait for such a call.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime with a timer and I/O; if a subcommand of the program's own is no valid one, as clap says.
    pub async fn run(self) -> ExitCode {
        self.run_from(std::env::args_os()).await
    }

    /// Runs it with these arguments, of which the first is the program's name.
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run).
    pub async fn run_from(
        self,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> ExitCode {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let program = program(arguments.first());
        let verbose = arguments
            .iter()
            .any(|word| word == "--verbose" || word == "-v");
        match self.obey(&program, arguments).await {
            Ok(code) => code,
            Err(failure) => {
                if let Some(text) = failure.told(&program, verbose) {
                    out::note(text);
                }
                if failure.exit == Exit::Closed {
                    // Calls were dropped with whoever read of them, and a runtime would wait for the thread of one.
                    std::process::exit(Exit::Closed as i32);
                }
                failure.exit.into()
            }
        }
    }

    /// Runs it with the arguments of the process, on a runtime of its own with a worker for each core.
    ///
    /// # Panics
    ///
    /// Inside a Tokio runtime.
    pub fn run_blocking(self) -> ExitCode {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => runtime.block_on(self.run()),
            Err(error) => {
                out::note(format!("the runtime cannot be made: {error}"));
                Exit::Unusable.into()
            }
        }
    }

    /// The whole as clap knows it.
    fn clap(&self, program: &str) -> Command {
        let about = self.about.as_deref();
        let own = |name: &str| {
            self.added
                .iter()
                .any(|added| added.command.get_name() == name)
        };
        let built_in = [
            list::command(&self.toolbox),
            show::command(&self.toolbox),
            manifest::command(&self.toolbox),
            lint::command(&self.toolbox),
            call::command(&self.toolbox),
            batch::command(),
            stats::command(&self.toolbox),
            completions::command(),
        ];
        let built_in = built_in.into_iter();
        let root = Command::new(program.to_owned())
            .about(
                about
                    .unwrap_or("See, lint, call and time the tools of this program")
                    .to_owned(),
            )
            .after_help(CODES)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true)
            .arg(
                Arg::new("verbose")
                    .long("verbose")
                    .short('v')
                    .global(true)
                    .action(ArgAction::SetTrue)
                    .help("Say more: usage, causes, what a provider reads elsewhere"),
            )
            .subcommands(built_in.filter(|command| !own(command.get_name())))
            .subcommands(self.added.iter().map(|added| added.command.clone()));
        match &self.version {
            Some(version) => root.version(version.clone()),
            None => root,
        }
    }

    async fn obey(mut self, program: &str, arguments: Vec<OsString>) -> Result<ExitCode, Failure> {
        let clap = self.clap(program);
        let matches = match clap.clone().try_get_matches_from(arguments) {
            Ok(matches) => matches,
            Err(error) => return usage::refused(&error).map(Into::into),
        };
        let Some((name, matches)) = matches.subcommand() else {
            return Ok(Exit::Unusable.into());
        };
        let own = self
            .added
            .iter()
            .position(|added| added.command.get_name() == name);
        let own = own.map(|index| self.added.swap_remove(index));
        let session = Arc::new(Session::new(
            program.to_owned(),
            self.toolbox,
            self.source,
            self.arrange,
            matches.get_flag("verbose"),
        ));
        if let Some(own) = own {
            let invocation = Invocation {
                matches: matches.clone(),
                session,
            };
            let ran = (own.run)(invocation).await;
            return ran.map_err(|error| Failure::of(Exit::NotFine, &*error));
        }
        let exit = built_in(name, &session, matches, clap).await?;
        if session.has_left_running() {
            std::process::exit(exit as i32);
        }
        Ok(exit.into())
    }
}

async fn built_in<S: State>(
    name: &str,
    session: &Session<S>,
    matches: &ArgMatches,
    clap: Command,
) -> Result<Exit, Failure> {
    match name {
        "list" => list::run(&names::selected(&session.toolbox, matches)?, matches),
        "show" => show::run(session, matches),
        "manifest" => manifest::run(session, matches),
        "lint" => lint::run(&names::selected(&session.toolbox, matches)?, matches),
        "call" => call::run(session, matches).await,
        "batch" => batch::run(session, matches).await,
        "stats" => stats::run(&names::selected(&session.toolbox, matches)?, matches),
        "completions" => completions::run(clap, &session.program, matches),
        _ => Err(Failure::unusable(format!("there is no command `{name}`"))),
    }
}

/// What the program is called, without the folder and the ending.
fn program(path: Option<&OsString>) -> String {
    let stem = path.and_then(|path| Path::new(path).file_stem());
    let stem = stem.map(|stem| stem.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| "tools".to_owned())
}

impl<S> fmt::Debug for Cli<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let added = self.added.iter().map(|added| added.command.get_name());
        f.debug_struct("Cli")
            .field("toolbox", &self.toolbox)
            .field("added", &added.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
