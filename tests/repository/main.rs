//! Do the repository's texts say what is there?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The source files of the published crates and of the examples, from the root, and the folders of tests.
fn sources() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for folder in [
        "tool-macros/src",
        "tool-runtime/src",
        "tool-cli",
        "tool-mcp",
        "tool-nats",
        "examples",
    ] {
        collect(Path::new(folder), &mut files);
    }
    for entry in fs::read_dir(root().join("tests")).expect("the tests") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("its type").is_dir() {
            files.insert(format!("tests/{}/", entry.file_name().to_string_lossy()));
        }
    }
    files
}

fn collect(folder: &Path, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(root().join(folder)).expect("a folder of sources") {
        let entry = entry.expect("an entry");
        let path = folder.join(entry.file_name());
        if entry.file_type().expect("its type").is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(path.to_string_lossy().into_owned());
        }
    }
}

/// The files that the code map of ARCHITECTURE.md names: rows `| file.rs | job |` under a heading with the folder.
fn mapped() -> BTreeSet<String> {
    let text = read("ARCHITECTURE.md");
    let (_, map) = text.split_once("## Code map").expect("a code map");
    let map = map.split("\n## ").next().expect("the section");
    let mut folder = "";
    let mut files = BTreeSet::new();
    for line in map.lines() {
        if let Some(heading) = line.strip_prefix("### `") {
            folder = heading.trim_end_matches(|c| c != '`').trim_end_matches('`');
        } else if let Some(row) = line.strip_prefix("| `") {
            let (file, job) = row.split_once("` | ").expect("a row has a job");
            assert!(
                job.trim_end_matches(" |").len() > 10,
                "{file} has no job: {job}"
            );
            assert!(
                files.insert(format!("{folder}{file}")),
                "{file} is there twice"
            );
        }
    }
    files
}

#[test]
fn every_source_file_is_on_the_map_and_the_map_is_of_the_tree() {
    let (sources, mapped) = (sources(), mapped());
    let missing: Vec<_> = sources.difference(&mapped).collect();
    let gone: Vec<_> = mapped.difference(&sources).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "not on the map: {missing:?}; not in the tree: {gone:?}"
    );
}

/// `(from, never to)`: invariants of ARCHITECTURE.md that can be read off the imports.
const NEVER: [(&str, &str); 18] = [
    ("tool-runtime/src/batch/", "dialect"),
    ("tool-runtime/src/batch/", "toolbox"),
    ("tool-runtime/src/dialect/", "batch"),
    ("tool-runtime/src/dialect/", "toolbox"),
    ("tool-runtime/src/batch/", "explain"),
    ("tool-runtime/src/explain/", "batch"),
    ("tool-runtime/src/explain/", "dialect"),
    ("tool-runtime/src/explain/", "toolbox"),
    ("tool-runtime/src/turns/", "batch"),
    ("tool-runtime/src/turns/", "dialect"),
    ("tool-runtime/src/turns/", "toolbox"),
    ("tool-runtime/src/guidance/", "batch"),
    ("tool-runtime/src/guidance/", "dialect"),
    ("tool-runtime/src/guidance/", "toolbox"),
    ("tool-runtime/src/tool/", "batch"),
    ("tool-runtime/src/tool/", "dialect"),
    ("tool-runtime/src/tool/", "toolbox"),
    ("tool-macros/src/expand/", "parse::args::Raw"),
];

#[test]
fn imports_go_one_way() {
    for file in sources().into_iter().filter(|file| file.ends_with(".rs")) {
        let text = read(&file);
        for (from, to) in NEVER {
            let imports = text.contains(&format!("crate::{to}"));
            assert!(!file.starts_with(from) || !imports, "{file} imports {to}");
        }
    }
}

#[test]
fn only_the_executor_spawns() {
    for file in sources() {
        let model = file == "tool-runtime/src/batch/models.rs";
        let source = file.starts_with("tool-runtime/src") && !model;
        // What tests spawn is theirs.
        let code = |text: &str| text.split("\nmod tests {").next().map(str::to_owned);
        let spawns = source && code(&read(&file)).is_some_and(|code| code.contains("spawn("));
        let may = [
            "tool-runtime/src/batch/executor.rs",
            // A thread, which waits for the disk.
            "tool-runtime/src/journal/file/sync.rs",
        ];
        assert!(!spawns || may.contains(&&*file), "{file} spawns");
    }
}

#[test]
fn the_links_of_the_readme_lead_somewhere() {
    for file in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "RELIABILITY.md",
        "tool-cli/README.md",
        "SECURITY.md",
    ] {
        for link in read(file).split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap_or_default();
            if link.is_empty() || link.contains("://") {
                continue;
            }
            assert!(root().join(link).exists(), "{file} links to {link}");
        }
    }
}

/// The names of files in a folder, but for what is written about them.
fn fixtures(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder of fixtures");
    let names = entries.map(|entry| {
        entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    let names: Vec<String> = names.filter(|name| name != "README.md").collect();
    assert!(!names.is_empty(), "{folder}");
    names
}

/// What stands in backticks at the beginning of rows.
fn rows(text: &str) -> Vec<&str> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let firsts = rows.filter_map(|row| row.split('|').nth(1));
    firsts
        .flat_map(|first| first.split('`').skip(1).step_by(2))
        .collect()
}

#[test]
fn every_fixture_says_what_it_was_constructed_from() {
    for folder in [
        "tests/dialect/fixtures",
        "examples/fixtures",
        "interop/server/fixtures",
    ] {
        let text = read(&format!("{folder}/README.md"));
        let mut named = rows(&text);
        named.sort_unstable();
        let mut there = fixtures(folder);
        there.sort_unstable();
        assert_eq!(named, there, "{folder}");
    }
    // Of streams the provider says after what, and the name what is in it.
    let folder = "tests/stream/fixtures";
    let text = read(&format!("{folder}/README.md"));
    let named = rows(&text);
    let is_named = |name: &str| {
        named.iter().any(|row| match row.split_once('…') {
            Some((begin, end)) => name.starts_with(begin) && name.ends_with(end),
            None => *row == name,
        })
    };
    for file in fixtures(folder) {
        let mut parts = file.split('.');
        for part in [parts.next(), parts.next()] {
            assert!(part.is_some_and(is_named), "{folder}/{file}");
        }
    }
}

/// `docs/faults.md` names tests by file and function.
#[test]
fn every_test_that_a_fault_is_said_to_have_is_there() {
    let text = read("docs/faults.md");
    let mut named = 0;
    for test in text.split('`').filter(|code| code.contains(".rs::")) {
        let (file, name) = test.split_once("::").expect("a file and a test");
        let source = read(&format!("tests/{file}"));
        let before = source.split(&format!("fn {name}(")).next();
        let before = before.filter(|before| before.len() < source.len());
        let above = before.and_then(|before| before.rsplit("\n\n").next());
        assert!(
            above.is_some_and(|above| above.contains("test")),
            "`docs/faults.md` names {test}, which is no test"
        );
        named += 1;
    }
    assert!(named > 50, "{named} tests are named");
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let has_test = row.contains(".rs::") || row.starts_with("| fault |");
        assert!(has_test, "no test is named for {row}");
    }
}

/// What stands in backticks in RELIABILITY.md is a file of the repository or a test, but for what is no such name.
#[test]
fn what_reliability_names_is_there() {
    let text = read("RELIABILITY.md");
    let (promises, _) = text.split_once("## The last campaign").expect("figures");
    let mut tests = BTreeSet::new();
    let mut sources = BTreeSet::new();
    for folder in [
        "tests",
        "tool-mcp/tests",
        "tool-nats/tests",
        "tool-runtime/src",
    ] {
        collect(Path::new(folder), &mut sources);
    }
    for source in sources {
        let text = read(&source);
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line == "#[test]" || line.starts_with("#[tokio::test") {
                let head = lines.find(|line| line.contains("fn "));
                let name = head.and_then(|line| line.split("fn ").nth(1)?.split('(').next());
                tests.extend(name.map(str::to_owned));
            }
        }
    }
    let (mut files, mut named) = (0, 0);
    for quoted in promises.split('`').skip(1).step_by(2) {
        if quoted.contains('/') {
            assert!(root().join(quoted).exists(), "there is no file {quoted}");
            files += 1;
        } else if quoted.contains('_') && !quoted.contains(['(', ' ']) {
            assert!(tests.contains(quoted), "there is no test {quoted}");
            named += 1;
        }
    }
    assert!(files > 40 && named > 30, "{files} files, {named} tests");
}

/// The pages of the guide: the names of the files in its folder.
fn pages() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("tool-runtime/docs/guide")).expect("the guide");
    let names = files.map(|file| file.expect("a page").file_name());
    let names = names.map(|name| name.to_string_lossy().trim_end_matches(".md").to_owned());
    names.collect()
}

#[test]
fn every_page_of_the_guide_is_a_module_and_listed() {
    let text = read("tool-runtime/src/guide/mod.rs");
    for page in pages() {
        let source = format!("include_str!(\"../../docs/guide/{page}.md\")");
        assert!(text.contains(&source), "no module includes {page}.md");
        let row = format!("//! | [`{page}`] |");
        assert!(text.contains(&row), "{page} is not in the guide's list");
    }
    assert!(pages().len() > 10, "{:?}", pages());
}

#[test]
fn links_from_page_to_page_of_the_guide_lead_somewhere() {
    let pages = pages();
    for page in &pages {
        let text = read(&format!("tool-runtime/docs/guide/{page}.md"));
        for link in text.split("](crate::guide::").skip(1) {
            let to = link.split(')').next().unwrap_or_default();
            assert!(pages.contains(to), "{page} links to {to}");
        }
    }
}

/// Files whose public methods a user writes down, all of them.
const ON_THE_CHEAT_SHEET: [&str; 6] = [
    "tool-runtime/src/batch/policy/settings.rs",
    "tool-runtime/src/report/result.rs",
    "tool-runtime/src/toolbox/batch_tool/mod.rs",
    "tool-runtime/src/toolbox/bound.rs",
    "tool-runtime/src/toolbox/builder.rs",
    "tool-runtime/src/toolbox/view.rs",
];

#[test]
fn the_cheat_sheet_has_every_option_and_every_call() {
    let sheet = read("tool-runtime/docs/guide/cheat_sheet.md");
    let has = |name: &str| {
        let mut words = sheet.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == name)
    };
    let reference = read("tool-macros/docs/tool.md");
    let tables = ["Options of an argument stand", "# Options"];
    let mut options = 0;
    for table in tables.map(|title| reference.split_once(title).expect("a table").1) {
        let rows = table.lines().skip_while(|line| !line.starts_with("| `"));
        for row in rows.take_while(|line| line.starts_with("| `")) {
            let option = row.trim_start_matches("| `");
            let option = option
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            let option = option.expect("its name");
            assert!(has(option), "the cheat sheet lacks the option `{option}`");
            options += 1;
        }
    }
    assert!(options > 30, "{options} options");
    for file in ON_THE_CHEAT_SHEET {
        let text = read(file);
        let methods = text.split("    pub fn ").skip(1);
        let names: Vec<_> = methods
            .filter_map(|text| text.split(['(', '<']).next())
            .collect();
        assert!(names.len() > 2, "{file} has {names:?}");
        for name in names {
            assert!(has(name), "the cheat sheet lacks `{name}` of {file}");
        }
    }
}
