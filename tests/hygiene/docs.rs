//! Does a user's documentation show the functions, each once, and nothing of the tools beside them?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Documents this package's library, with warnings denied, into a folder of its own.
fn document() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hygiene-docs");
    let docs = target.join("doc/hygiene");
    // What an earlier version documented would still be there.
    let _ = fs::remove_dir_all(&docs);
    let output = Command::new(env!("CARGO"))
        .args(["rustdoc", "--package", "hygiene", "--lib", "--offline"])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "--deny", "warnings"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    docs
}

/// The pages under `folder`, such as `kinds/fn.get_customer.html`.
fn pages(folder: &Path, within: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of pages") {
        let entry = entry.expect("an entry");
        let name = format!("{within}{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("its type").is_dir() {
            pages(&entry.path(), &format!("{name}/"), found);
        } else {
            assert!(found.insert(name));
        }
    }
}

#[test]
fn each_function_is_documented_once_and_no_tool_beside_it() {
    let docs = document();
    let mut found = BTreeSet::new();
    pages(&docs, "", &mut found);
    let of_kind = |prefix: &str| -> Vec<&str> {
        let pages = found.iter().filter_map(|page| page.strip_prefix("kinds/"));
        pages.filter(|page| page.starts_with(prefix)).collect()
    };
    assert_eq!(
        of_kind("fn."),
        [
            "fn.close_account.html",
            "fn.count.html",
            "fn.get_customer.html",
            "fn.get_orders.html",
            "fn.is_even.html",
            "fn.later.html",
            "fn.list.html",
            "fn.nothing.html",
            "fn.primes.html",
            "fn.search.html",
            "fn.send_parcel.html",
            "fn.str.html",
            "fn.write.html",
            "fn.write_to.html",
        ]
    );
    assert_eq!(
        of_kind("struct."),
        [
            "struct.Clerk.html",
            "struct.Db.html",
            "struct.Desk.html",
            "struct.Number.html",
            "struct.Office.html",
            "struct.Search.html",
            "struct.Silent.html",
            "struct.Start.html",
            "struct.Unit.html",
        ]
    );
    let index = fs::read_to_string(docs.join("kinds/index.html")).expect("a page");
    for (entry, times) in [
        ("href=\"fn.get_customer.html\"", 1),
        ("GetOrders", 0),
        ("__TOOL", 0),
    ] {
        assert_eq!(index.matches(entry).count(), times, "{entry}");
    }
}
