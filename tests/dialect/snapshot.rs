//! The manifests as they are stored in `snapshots/`, so that a change of what a provider gets is seen in a diff.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests --test dialect snapshot` writes them anew. They are indented for the reader;
//! that the manifest itself has the same members in the same order is a test of `manifest.rs`.

use std::path::PathBuf;

use tool_runtime::Manifest;

use crate::library;
use crate::providers::{ANTHROPIC, OPENAI_CHAT, Provider};
use crate::requests::REQUESTS;

#[track_caller]
fn check(provider: &Provider) {
    let manifest = library::toolbox().manifest(provider.dialect).unwrap();
    is_stored(&format!("{}.library", provider.name), &manifest);
}

#[track_caller]
fn is_stored(name: &str, manifest: &Manifest) {
    let text = serde_json::to_string_pretty(manifest).unwrap() + "\n";
    compare(&format!("{name}.json"), &text);
}

#[track_caller]
pub(crate) fn compare(name: &str, text: &str) {
    let file: PathBuf = [env!("CARGO_MANIFEST_DIR"), "dialect/snapshots", name]
        .iter()
        .collect();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        std::fs::write(&file, text).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, stored, "not what is stored in {}", file.display());
}

#[test]
fn anthropic_gets_what_is_stored() {
    check(&ANTHROPIC);
}

#[test]
fn openai_chat_gets_what_is_stored() {
    check(&OPENAI_CHAT);
}

#[test]
fn every_form_of_every_shape_is_what_is_stored() {
    for request in &REQUESTS {
        let manifest = (request.tools)().manifest(request.format).unwrap();
        is_stored(&format!("{}.shapes", request.name), &manifest);
    }
}

#[test]
fn what_moved_into_descriptions_is_what_is_stored() {
    for request in &REQUESTS {
        let manifest = (request.tools)().manifest(request.format).unwrap();
        let moved: String = manifest
            .moved()
            .iter()
            .map(|moved| format!("{moved}\n"))
            .collect();
        compare(&format!("{}.moved.txt", request.name), &moved);
    }
}
