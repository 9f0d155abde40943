//! Does a wrong tool fail with the right words?
//!
//! - `attr/`: our own texts, the same on every compiler.
//! - `bounds/`: texts that rustc prints about our traits. They are compared on the pinned toolchain only.
//! - `with/` and `without/`: texts with a feature and without it; the former are compared with `--features discover`.
//!
//! `TRYBUILD=overwrite cargo test -p tests --test ui` writes the texts anew. Do so without the component `rust-src`, and
//! read what was written as someone who meets it.

mod many;
mod texts;

use std::env;
use std::process::Command;

use trybuild::TestCases;

#[test]
fn attr() {
    TestCases::new().compile_fail("ui/attr/*.rs");
}

#[test]
fn bounds() {
    if toolchain_is_pinned() {
        TestCases::new().compile_fail("ui/bounds/*.rs");
    } else {
        eprintln!("not the pinned toolchain: the texts of rustc are not compared");
    }
}

#[cfg(feature = "discover")]
#[test]
fn with() {
    if toolchain_is_pinned() {
        TestCases::new().compile_fail("ui/with/*.rs");
    }
}

#[cfg(not(feature = "discover"))]
#[test]
fn without() {
    TestCases::new().compile_fail("ui/without/*.rs");
}

fn toolchain_is_pinned() -> bool {
    let pinned = include_str!("../../rust-toolchain.toml")
        .lines()
        .find_map(|line| line.strip_prefix("channel = "))
        .expect("a channel")
        .trim_matches('"');
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs");
    String::from_utf8_lossy(&version.stdout).split(' ').nth(1) == Some(pinned)
}
