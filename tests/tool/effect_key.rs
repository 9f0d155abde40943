//! Keys in their canonical form: the same thing is the same key, another thing another.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tool_runtime::Key;
use tool_runtime::tool::{CallEffects, EffectKey};

/// `{id}` with this value.
#[track_caller]
fn segment(value: &(impl Key + ?Sized), expected: &str) {
    let key = EffectKey::new("a").segment(value);
    assert_eq!(key.to_string(), expected);
}

/// `{path/}` with this value, whether it is text or a path.
#[track_caller]
fn path(value: &str, expected: &str) {
    let key = EffectKey::new("fs").path(value);
    assert_eq!(key.to_string(), expected);
    assert_eq!(key, EffectKey::new("fs").path(Path::new(value)));
}

#[test]
fn a_value_is_one_segment_whatever_it_holds() {
    segment(&7_u8, "a:7");
    segment(&-7_i64, "a:-7");
    segment(&u128::MAX, "a:340282366920938463463374607431768211455");
    segment(&true, "a:true");
    segment(&'/', "a:%2F");
    segment("savings", "a:savings");
    segment("", "a:");
    segment("a/b", "a:a%2Fb");
    segment("..", "a:..");
    segment("../b", "a:..%2Fb");
    segment("100%", "a:100%25");
    segment("a\n\u{85}", "a:a%0A%C2%85");
    segment(&PathBuf::from("src//main.rs"), "a:src%2Fmain.rs");
    segment(&Some("b"), "a:b");
}

#[cfg(feature = "types")]
#[test]
fn types_of_other_crates_are_one_segment_too() {
    let id = uuid::Uuid::from_u128(7);
    segment(&id, "a:00000000-0000-0000-0000-000000000007");
    let url: url::Url = "https://EXAMPLE.org/b".parse().unwrap();
    segment(&url, "a:https:%2F%2Fexample.org%2Fb");
}

#[test]
fn text_is_in_normal_form_c() {
    segment("e\u{301}", "a:\u{e9}");
    // The Ångström sign and the kelvin sign are letters.
    segment("\u{212b}\u{212a}", "a:\u{c5}K");
    segment("\u{1100}\u{1161}", "a:\u{ac00}");
    path("cafe\u{301}/a\u{327}\u{301}", "fs:caf\u{e9}/\u{e1}\u{327}");
    assert_eq!(
        EffectKey::new("\u{1112}\u{1161}\u{11ab}"),
        EffectKey::new("\u{d55c}")
    );
    // What only looks alike is something else, and so are capitals.
    segment("\u{fb01}", "a:\u{fb01}");
    assert_ne!(
        EffectKey::new("a").segment("A"),
        EffectKey::new("a").segment("a")
    );
}

#[test]
fn a_path_is_where_it_leads() {
    path("", "fs");
    path("/", "fs");
    path(".", "fs");
    path("src/main.rs", "fs:src/main.rs");
    path("/src//./main.rs/", "fs:src/main.rs");
    path("src/../tests/./ui/../tool", "fs:tests/tool");
    path("src/..", "fs");
    path("src/...", "fs:src/...");
    path("a b/100%", "fs:a b/100%25");
}

#[test]
fn a_path_above_its_root_is_none() {
    for above in ["..", "/..", "a/../..", "a/../../a", "../fs"] {
        path(above, "fs");
        let key = EffectKey::new("fs")
            .segment("src")
            .path(above)
            .segment("more");
        assert_eq!(key.to_string(), "fs:src", "{above}");
    }
    let key = EffectKey::new("fs").path("").segment("more");
    assert_eq!(key.to_string(), "fs:more");
}

#[test]
fn what_is_no_value_cuts_the_key_before_it() {
    let key = || EffectKey::new("a").segment("b");
    let cut = key().segment(&None::<u8>).segment("c").path("d");
    assert_eq!(cut, key());
    assert_eq!(cut.to_string(), "a:b");
    for nul in ["\0", "c\0", "\0c", "c/\0/d"] {
        assert_eq!(key().segment(nul).segment("c"), key());
        assert_eq!(key().path(nul).segment("c"), key());
    }
    assert_eq!(key().path(&None::<&str>).segment("c"), key());
}

#[test]
fn what_is_too_deep_cuts_the_key() {
    let deep = vec!["a"; 31].join("/");
    path(&deep, &format!("fs:{deep}"));
    path(&format!("{deep}/b"), &format!("fs:{deep}"));
    path(
        &format!("{deep}/b/../.."),
        &format!("fs:{}", &deep[..deep.len() - 2]),
    );
    let full = EffectKey::new("fs").path(&deep);
    assert_eq!(full.clone().path("b/.."), full);
    assert_eq!(full.clone().segment("b"), full);
    let many = (0..40).fold(EffectKey::new("n"), |key, n| key.segment(&n));
    assert!(many.to_string().ends_with("/29/30"));
}

#[test]
fn what_is_too_long_cuts_the_key() {
    // One byte after each of the two segments.
    let long = "b".repeat(1_024 - 3);
    segment(&long, &format!("a:{long}"));
    segment(&format!("{long}b"), "a");
    let key = EffectKey::new("a")
        .segment(&format!("{long}b"))
        .segment("c");
    assert_eq!(key, EffectKey::new("a"));
    let key = EffectKey::new("a")
        .path(&format!("c/{long}/d"))
        .segment("e");
    assert_eq!(key.to_string(), "a:c");
    let key = EffectKey::new("a")
        .path(&format!("c/{long}/../d"))
        .segment("e");
    assert_eq!(key.to_string(), "a:c/d/e");
}

#[test]
fn a_domain_is_a_word() {
    assert_eq!(EffectKey::new("my-app.fs_2").to_string(), "my-app.fs_2");
    for domain in ["", "a:b", "a/b", "{a}", "a b", "\u{1}", "a\0"] {
        let refused = std::panic::catch_unwind(|| EffectKey::new(domain)).unwrap_err();
        let text = refused.downcast_ref::<String>().expect("a message");
        let found = format!("found `{}`", domain.escape_debug());
        assert!(
            text.starts_with("a key begins with its domain") && text.ends_with(&found),
            "{text}"
        );
    }
}

#[test]
fn a_call_says_what_it_touches() {
    let key = |n: u32| EffectKey::new("a").segment(&n);
    let effects = CallEffects::reads([key(1)]).and_writes([key(2)]);
    assert_eq!(
        effects,
        CallEffects::undeclared()
            .and_reads([key(1)])
            .and_writes([key(2)])
    );
    assert_ne!(effects, CallEffects::reads([key(1), key(2)]));
    assert_ne!(effects, effects.clone().in_group("billing"));
    assert_ne!(CallEffects::pure(), CallEffects::reads([]));
    let exclusive = CallEffects::exclusive();
    assert_eq!(
        exclusive.clone().and_writes([key(1)]).in_group("a"),
        exclusive
    );
}

#[test]
fn a_call_of_too_many_keys_is_exclusive() {
    let keys = |count: u32| (0..count).map(|n| EffectKey::new("a").segment(&n));
    assert_ne!(CallEffects::writes(keys(32)), CallEffects::exclusive());
    assert_eq!(CallEffects::writes(keys(33)), CallEffects::exclusive());
    let both = CallEffects::reads(keys(16)).and_writes(keys(16));
    assert_eq!(both.in_group("billing"), CallEffects::exclusive());
}

/// What a path resolves to, by the book: `None` above the root.
fn resolved(path: &str) -> Option<Vec<&str>> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            segment => segments.push(segment),
        }
    }
    Some(segments)
}

proptest! {
    #[test]
    fn a_path_is_resolved(value in "[ab./]{0,12}") {
        let key = EffectKey::new("fs").path(&value);
        let expected = resolved(&value).unwrap_or_default();
        let expected = expected.iter().fold(EffectKey::new("fs"), |key, it| key.segment(*it));
        prop_assert_eq!(key, expected);
    }

    #[test]
    fn unequal_keys_are_shown_unequal(a in any::<(String, String)>(), b in any::<(String, String)>()) {
        let key = |(first, second): &(String, String)| EffectKey::new("a").segment(first).segment(second);
        prop_assert_eq!(key(&a) == key(&b), key(&a).to_string() == key(&b).to_string());
    }

    #[test]
    fn no_value_is_two_segments(value: String) {
        let one = EffectKey::new("a").segment(&value);
        prop_assert!(one.to_string().matches('/').count() == 0);
    }
}
