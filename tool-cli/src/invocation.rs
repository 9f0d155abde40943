//! What a subcommand of a program's own gets.

use std::fmt;
use std::sync::Arc;

use clap::ArgMatches;
use tokio_util::sync::CancellationToken;
use tool_runtime::tool::State;
use tool_runtime::{Bound, Toolbox};

use crate::Problem;
use crate::session::Session;

/// One run of a subcommand of the program's own.
pub struct Invocation<S: 'static> {
    pub(crate) matches: ArgMatches,
    pub(crate) session: Arc<Session<S>>,
}

impl<S: State> Invocation<S> {
    /// What was given to the subcommand.
    pub fn matches(&self) -> &ArgMatches {
        &self.matches
    }

    /// The tools.
    pub fn toolbox(&self) -> &Toolbox<S> {
        &self.session.toolbox
    }

    /// The tools with their state, as the program [arranges](crate::Cli::arranged) it; Ctrl-C cancels what it runs.
    ///
    /// # Errors
    ///
    /// If the state cannot be [made](crate::Cli::connecting).
    pub async fn desk(&self) -> Result<Bound<S>, Problem> {
        self.session.desk().await
    }

    /// What Ctrl-C cancels; a second Ctrl-C ends the process. Before this is asked for the first Ctrl-C does.
    pub fn cancellation(&self) -> CancellationToken {
        self.session.cancellation()
    }

    /// Whether more is to be said: `--verbose`.
    pub fn is_verbose(&self) -> bool {
        self.session.verbose
    }
}

impl<S> fmt::Debug for Invocation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation")
            .field("matches", &self.matches)
            .finish_non_exhaustive()
    }
}
