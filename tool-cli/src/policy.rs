//! `--policy`: limits from a file.

use clap::{Arg, ArgMatches};
use tool_runtime::tool::State;
use tool_runtime::{Bound, Policy};

use crate::exit::Failure;
use crate::files::{self, Source};
use crate::words::by_serde;

pub(crate) fn option() -> Arg {
    files::option(
        "policy",
        "Run under this policy, in JSON, instead of the program's own",
    )
}

/// The desk under the policy of the file that was given, if one was.
pub(crate) fn applied<S: State>(desk: Bound<S>, matches: &ArgMatches) -> Result<Bound<S>, Failure> {
    let Some(path) = files::path(matches, "policy") else {
        return Ok(desk);
    };
    let source = Source::new(path);
    let text = source.read()?;
    let name = source.name();
    let policy: Policy = serde_json::from_str(&text)
        .map_err(|error| Failure::unusable(format!("{name} is no policy: {}", by_serde(&error))))?;
    desk.with(policy)
        .map_err(|error| Failure::unusable(format!("{name}: {error}")))
}
