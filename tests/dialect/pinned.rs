//! A manifest that is pinned to a file by a program's test.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;

use tool_runtime::dialect::Anthropic;
use tool_runtime::{Manifest, testing};

use crate::library;

const ASKED: &str = "PIN_MANIFEST_TO";

fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pinned");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    let _ = std::fs::remove_file(&file);
    file
}

fn manifest() -> Manifest {
    library::without_parameters().manifest(Anthropic).unwrap()
}

/// What a failing test would show, with the file's folder left out.
fn failure(manifest: &Manifest, file: &PathBuf) -> String {
    let panicked = catch_unwind(AssertUnwindSafe(|| testing::pin_manifest(manifest, file)));
    let text = *panicked
        .expect_err("it is not what the file says")
        .downcast::<String>()
        .unwrap();
    text.replace(&file.display().to_string(), "tests/manifest.json")
}

/// What a child runs, since the environment is a process's: nothing, unless it is asked.
#[test]
fn pinned_for_another_test() {
    if let Some(file) = std::env::var_os(ASKED) {
        testing::pin_manifest(&manifest(), file);
    }
}

fn update(file: &PathBuf) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "pinned::pinned_for_another_test"])
        .env(ASKED, file)
        .env("UPDATE_MANIFESTS", "1")
        .output()
        .unwrap();
    assert!(status.status.success());
}

#[test]
fn a_file_that_is_not_there_fails_and_is_not_written() {
    let file = file("missing.json");
    assert_eq!(
        failure(&manifest(), &file),
        "there is no tests/manifest.json to compare the manifest with; run the test once with `UPDATE_MANIFESTS=1` to write it, and commit it"
    );
    assert!(!file.exists());
}

#[test]
fn an_update_writes_it_for_people() {
    let file = file("updated.json");
    update(&file);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        r#"[
  {
    "name": "opening_hours",
    "description": "Tell when the library is open.",
    "input_schema": {
      "type": "object",
      "properties": {},
      "additionalProperties": false
    }
  }
]
"#
    );
    testing::pin_manifest(&manifest(), &file);
    // As a checkout on another system has it.
    std::fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    testing::pin_manifest(&manifest(), &file);
    update(&file);
    assert!(
        std::fs::read_to_string(&file).unwrap().contains('\r'),
        "nothing was to be written"
    );
}

#[test]
fn what_is_written_is_what_a_pretty_printer_writes() {
    // Only the update writes, so what it writes of a large one is compared by reading it.
    let large = library::toolbox().manifest(Anthropic).unwrap();
    let pretty = serde_json::to_string_pretty(&large).unwrap();
    let file = file("large.json");
    std::fs::write(&file, pretty).unwrap();
    testing::pin_manifest(&large, &file);
}

#[test]
fn a_change_fails_with_what_changed_and_how_to_go_on() {
    let file = file("changed.json");
    let pinned = r#"[{
        "name": "opening_hours",
        "description": "Tell when it is open.",
        "input_schema": {"type": "object", "properties": {"day": {"type": "string"}}, "additionalProperties": false}
    }]"#;
    std::fs::write(&file, pinned).unwrap();
    assert_eq!(
        failure(&manifest(), &file),
        "the manifest is not what tests/manifest.json says; calls that were valid may be refused now:
breaking: `opening_hours`: `$.day` is gone
compatible: `opening_hours` has another description
If that is meant, run the test with `UPDATE_MANIFESTS=1` and commit the file."
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), pinned);
    std::fs::write(&file, "{}").unwrap();
    assert_eq!(
        failure(&manifest(), &file),
        "tests/manifest.json: not a manifest: it is not a list of tools; store what `Manifest::as_str` gives; run the test with `UPDATE_MANIFESTS=1` to write it anew"
    );
    update(&file);
    testing::pin_manifest(&manifest(), &file);
}
