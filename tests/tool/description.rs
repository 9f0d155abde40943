//! Where a description comes from, and what is taken off it.

use tool_runtime::{Toolbox, tool, tools};

#[doc = include_str!("description.md")]
#[tool(pure)]
async fn from_a_file() {}

/// Before.
///
#[doc = include_str!("description.md")]
/// After.
#[tool(pure)]
async fn around_a_file(
    #[doc = include_str!("description.md")]
    /// Its number.
    number: u8,
) -> u8 {
    number
}

///     Indented:
///
///     ```
///     code
///     ```
///     - a list
///       - in a list
#[tool(pure)]
async fn indented() {}

/**
 * Has stars.
 *   And indentation.
 */
#[tool(pure)]
async fn starred() {}

/// Loses against the option.
#[tool(pure, description = "  As it stands.\n")]
async fn given() {}

#[test]
fn what_the_model_reads() {
    let toolbox =
        Toolbox::new(tools![from_a_file, around_a_file, indented, starred, given]).unwrap();
    let descriptions: Vec<&str> = toolbox
        .tools()
        .iter()
        .map(|tool| tool.description())
        .collect();
    assert_eq!(
        descriptions,
        [
            "Looks up a customer:\n\n    by number",
            "Before.\n\nLooks up a customer:\n\n    by number\n\nAfter.",
            "Indented:\n\n```\ncode\n```\n- a list\n  - in a list",
            "Has stars.\n  And indentation.",
            "  As it stands.",
        ]
    );
    let parameters = toolbox.tools()[1].parameters().to_string();
    assert!(
        parameters
            .contains(r#""description":"Looks up a customer:\n\n    by number\n\nIts number.""#),
        "{parameters}"
    );
}
