//! Of many problems the model reads the most important, within a budget; the program has them all.

use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt::Write;
use support::call;
use tool_runtime::tool::{ArgumentErrors, ArgumentProblem};
use tool_runtime::{Toolbox, tool, tools};

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Line {
    isbn: String,
    copies: u32,
}

/// Takes lines.
#[tool(inline)]
fn order(
    /// The lines.
    lines: Vec<Line>,
    /// The number.
    #[arg(range(max = 10))]
    number: u8,
) -> &'static str {
    let _ = (lines, number);
    "taken"
}

fn errors(arguments: &str) -> ArgumentErrors {
    let toolbox = Toolbox::new(tools![order]).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox.run([call("order", arguments)]));
    report.results()[0].argument_errors().unwrap().clone()
}

/// Arguments with so many of these elements.
fn lines(element: &str, count: usize) -> String {
    let elements = vec![element; count].join(",");
    format!(r#"{{"number": 11, "lines": [{elements}]}}"#)
}

#[test]
fn the_most_important_come_first_and_the_rest_is_counted() {
    let mut elements = String::new();
    for index in 0..40 {
        write!(elements, r#"{{"isbn": "1", "copies": "{index}"}},"#).unwrap();
    }
    let arguments = format!(r#"{{"number": 11, "lines": [{elements}{{"isbn": "1"}}], "x": 1}}"#);
    let errors = errors(&arguments);
    assert_eq!(errors.problems().len(), 43);
    let text = errors.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "- `lines[40].copies`: expected an integer from 0 to 4294967295, since this member is required, got nothing",
            "- `x`: expected only `lines` and `number`, got an argument the tool does not have",
            "- `lines[0].copies`: expected an integer from 0 to 4294967295, got string \"0\"",
        ]
    );
    assert_eq!(lines.last(), Some(&"- and 19 more problems"));
    assert!(!text.contains("`number`:"), "bounds come last: {text}");
    assert!((1_800..=2_000).contains(&text.chars().count()), "{text}");
}

#[test]
fn what_fits_is_told_in_the_order_of_the_text() {
    let text = errors(&lines(r#"{"isbn": 1}"#, 9)).to_string();
    assert_eq!(text.lines().count(), 19, "{text}");
    assert!(text.starts_with("- `number`: "), "{text}");
}

#[test]
fn one_problem_is_shown_as_far_as_it_is_of_use() {
    let (path, expected, found) = ("p".repeat(5_000), "e".repeat(5_000), "ß".repeat(5_000));
    let errors = ArgumentErrors::new(ArgumentProblem::new(path, expected, found));
    let text = errors.to_string();
    assert!(
        (900..=1_100).contains(&text.chars().count()),
        "{}",
        text.chars().count()
    );
    assert_eq!(errors.problems()[0].path().len(), 5_000);
}

/// A value that is wrong throughout is not told of without end, nor looked at for long: were it quadratic, this would take minutes.
#[test]
fn a_megabyte_of_mistakes_is_a_thousand_problems() {
    for element in [
        "7",
        "{}",
        r#"{"isbn": "1", "copies": -1}"#,
        r#"{"isbn": "1", "copies": 1, "x": 1}"#,
        r#"[[[[[[[[[[]]]]]]]]]]"#,
    ] {
        let errors = errors(&lines(element, 1_000_000 / (element.len() + 1)));
        let count = errors.problems().len();
        assert!((1_000..=1_002).contains(&count), "{element}: {count}");
        assert!(errors.to_string().chars().count() <= 2_000);
    }
}
