//! Other attributes on the function, and every form of a doc comment.

#![deny(warnings)]

use tool_runtime::{Toolbox, tool, tools};

/// Has a lint level.
#[tool]
#[allow(unused_variables)]
async fn allowed(
    /// Nobody asks.
    unused: u32,
) {
}

/// Has a lint level that is kept.
#[expect(unused_variables, reason = "as said")]
#[tool]
async fn expected(
    /// Nobody asks.
    unused: u32,
) {
}

/// Has a lint level on a parameter.
#[tool]
async fn allowed_parameter(
    /// Nobody asks.
    #[allow(unused_variables)]
    unused: u32,
) {
}

/// Must be used.
#[tool]
#[must_use]
#[inline]
#[cold]
async fn used() -> u32 {
    1
}

/// Is old.
#[tool]
#[allow(deprecated)]
#[deprecated = "it is old"]
async fn old() {}

/// Stands under
#[tool]
/// and over the attribute.
async fn between() {}

/** Is a block. */
#[tool]
async fn block(
    /** What. */
    what: String,
) -> String {
    what
}

/**
 * Is a block
 * with stars.
 */
#[tool]
async fn stars() {}

#[doc = "Is an attribute."]
#[tool]
async fn attribute(#[doc = "What."] what: String) -> String {
    what
}

#[tool(description = "Is an option.")]
async fn option() {}

/// For people.
#[tool(description = "For models.")]
async fn both() {}

/// Says `#[doc(alias)]`.
#[doc(alias = "other")]
#[tool]
async fn alias() {}

#[test]
fn works() {
    let toolbox = Toolbox::new(tools![
        allowed,
        expected,
        allowed_parameter,
        used,
        between,
        block,
        stars,
        attribute,
        option,
        both,
        alias,
    ])
    .unwrap();
    let descriptions: Vec<_> = toolbox.tools().iter().map(|d| d.description()).collect();
    assert_eq!(
        descriptions[4..],
        [
            "Stands under\nand over the attribute.",
            "Is a block.",
            "Is a block\nwith stars.",
            "Is an attribute.",
            "Is an option.",
            "For models.",
            "Says `#[doc(alias)]`.",
        ]
    );
    #[allow(deprecated)]
    let _ = old();
}
