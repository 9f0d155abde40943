//! The README's picture, held to what the library draws.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests --test quickstart picture` draws it anew.

use std::path::Path;

use crate::fixture;

#[tokio::test(start_paused = true)]
async fn the_readme_shows_what_is_drawn() {
    let drawn = fixture(2).await.svg();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/quickstart.svg");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        std::fs::write(&file, &drawn).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    assert_eq!(drawn, stored, "not what is stored in {}", file.display());
    // The README says the same in its text for those who do not see it.
    let readme = include_str!("../../README.md");
    assert!(readme.contains("![One turn of three calls: 1500 ms one by one, 600 ms in parallel;"));
    assert!(drawn.contains("one by one: 1500 ms; in parallel: 600 ms, 2.5x</title>"));
}
