//! What does the model read of each way in which a call can end? `docs/errors.md`, made from calls that really end so.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests --test errors` writes it anew.

mod cases;
mod detail;
mod page;
mod tools;

use std::path::Path;

#[test]
fn the_docs_have_every_ending_word_for_word() {
    let page = page::page();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        std::fs::write(&file, &page).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    assert_eq!(page, stored, "not what is stored in {}", file.display());
}
