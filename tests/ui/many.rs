//! Many tools in one list: no step of the macro or of the checks may be a recursion, or take a square of them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use trybuild::TestCases;

#[test]
fn a_thousand_tools_in_one_list() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a_thousand_tools.rs");
    fs::write(&path, source(1_000)).expect("the folder is there");
    TestCases::new().pass(path);
}

/// A program with `count` tools that builds a toolbox of them all.
fn source(count: usize) -> String {
    let mut source = String::from(
        "use tool_runtime::{Toolbox, tool, tools};

struct Db;
",
    );
    let mut entries = String::new();
    for number in 0..count {
        write!(
            source,
            r#"
/// Look up what has the number {number}.
#[tool(reads("thing_{number}:{{id}}"))]
async fn get_{number}(
    /// Its id.
    id: u64,
    /// At most so many.
    limit: Option<u32>,
    #[state] db: &Db,
) -> Result<Vec<u64>, String> {{
    let _ = (limit, db);
    Ok(vec![id])
}}
"#
        )
        .and_then(|()| writeln!(entries, "        get_{number},"))
        .expect("text can be written");
    }
    write!(
        source,
        "
fn main() {{
    let list = tools![
{entries}    ];
    let toolbox = Toolbox::<Db>::builder().tools(list).build().unwrap();
    assert_eq!(toolbox.tools().len(), {count});
    let mut names = toolbox.tools().iter().map(|definition| definition.name());
    assert_eq!(names.next_back(), Some(\"get_{last}\"));
}}
",
        last = count - 1
    )
    .expect("text can be written");
    source
}
