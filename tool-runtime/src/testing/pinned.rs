//! Manifests pinned to files.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::json::indented;
use crate::{Compatibility, Manifest};

/// Says that files are to be written.
const UPDATE: &str = "UPDATE_MANIFESTS";

/// Pins a manifest to a file: panics if it is not what the file says, with what changed and whether it can break calls.
///
/// The file is for version control, so that whoever changes what a model reads sees it in review. It is indented; white space in it
/// does not count. A relative path begins where `cargo test` runs a test, at the root of its package.
///
/// With `UPDATE_MANIFESTS=1` in the environment the file is written instead. Nothing is ever written otherwise: a file that is not
/// there fails too, so that no test passes in CI because it had nothing to compare with.
///
/// ```no_run
/// use tool_runtime::{Toolbox, dialect::Anthropic, testing, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// # /*
/// #[test]
/// # */
/// fn the_model_reads_what_it_did() {
///     let toolbox = Toolbox::new(tools![tell_time]).unwrap();
///     testing::pin_manifest(&toolbox.manifest(Anthropic).unwrap(), "tests/manifest.json");
/// }
/// # the_model_reads_what_it_did();
/// ```
///
/// # Panics
///
/// If the file says something else, is not there or is no manifest, or cannot be written when it should be.
#[track_caller]
pub fn pin_manifest(manifest: &Manifest, path: impl AsRef<Path>) {
    let is_update = std::env::var(UPDATE).is_ok_and(|value| !["", "0"].contains(&value.as_str()));
    let pinned = match is_update {
        true => write(manifest, path.as_ref()),
        false => compare(manifest, path.as_ref()),
    };
    if let Err(problem) = pinned {
        panic!("{problem}");
    }
}

fn write(manifest: &Manifest, path: &Path) -> Result<(), String> {
    if compare(manifest, path).is_ok() {
        return Ok(());
    }
    let text = indented(manifest.as_str()) + "\n";
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, text))
        .map_err(|error| {
            format!(
                "the manifest cannot be written to {}: {error}",
                path.display()
            )
        })
}

fn compare(manifest: &Manifest, path: &Path) -> Result<(), String> {
    let file = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(format!(
                "there is no {file} to compare the manifest with; run the test once with `{UPDATE}=1` to write it, and commit it"
            ));
        }
        Err(error) => return Err(format!("{file} cannot be read: {error}")),
    };
    let pinned: Manifest = text.parse().map_err(|error| {
        format!("{file}: {error}; run the test with `{UPDATE}=1` to write it anew")
    })?;
    let diff = manifest.diff(&pinned);
    if diff.is_empty() {
        return Ok(());
    }
    let of = |compatibility| {
        diff.changes()
            .iter()
            .any(|change| change.compatibility == compatibility)
    };
    let calls = match (
        of(Compatibility::Breaking),
        of(Compatibility::PossiblyBreaking),
    ) {
        (true, _) => "calls that were valid may be refused now",
        (_, true) => "calls that were valid may be refused now, as far as is known",
        _ => "every call that was valid still is",
    };
    Err(format!(
        "the manifest is not what {file} says; {calls}:\n{diff}\nIf that is meant, run the test with `{UPDATE}=1` and commit the file."
    ))
}
