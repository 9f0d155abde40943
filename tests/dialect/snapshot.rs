//! The manifests as they are stored in `snapshots/`, so that a change of what a provider gets is seen in a diff.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests --test dialect snapshot` writes them anew. They are indented for the reader;
//! that the manifest itself has the same members in the same order is a test of `manifest.rs`.

use std::path::PathBuf;

use crate::library;
use crate::providers::{ANTHROPIC, OPENAI_CHAT, Provider};

#[track_caller]
fn check(provider: &Provider) {
    let manifest = library::toolbox().manifest(provider.dialect).unwrap();
    let text = serde_json::to_string_pretty(&manifest).unwrap() + "\n";
    let file: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "dialect/snapshots",
        &format!("{}.library.json", provider.name),
    ]
    .iter()
    .collect();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        std::fs::write(&file, &text).unwrap();
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
