//! `#[cfg]` on entries of a list and on tools, both ways; empty lists and trailing commas.

use tool_runtime::{Toolbox, tool, tools};

/// Is always there.
#[tool]
async fn always() {}

/// Is there.
#[tool]
#[cfg(not(any()))]
async fn present() {}

/// Is there, and says so before the attribute.
#[cfg(not(any()))]
#[tool]
async fn present_first(
    /// What.
    what: String,
) -> String {
    what
}

/// Is not there.
#[tool]
#[cfg(any())]
async fn absent(missing: Missing) {}

/// Is not there, and says so before the attribute.
#[cfg(any())]
#[tool(colour = "red")]
async fn absent_first() {}

/// Is there in both forms, one of them at a time.
#[cfg(not(any()))]
#[tool]
async fn either() {}

/// Is there in both forms, one of them at a time.
#[cfg(any())]
#[tool]
async fn either() {}

#[cfg_attr(not(any()), tool)]
#[cfg_attr(not(any()), doc = "Is a tool by an attribute that depends.")]
async fn by_attribute() {}

/// Is a tool with options.
#[cfg_attr(not(any()), tool(name = "with-options", type = WithOptions, timeout = "1s"))]
async fn with_options() {}

/// Is there in both forms, with a type of one name.
#[tool(type = Both)]
#[cfg(not(any()))]
async fn both() {}

/// Is there in both forms, with a type of one name.
#[tool(type = Both)]
#[cfg(any())]
async fn both(missing: Missing) {}

fn names<const N: usize>(toolbox: &Toolbox) -> [&str; N] {
    let names: Vec<_> = toolbox.tools().iter().map(|d| d.name()).collect();
    names.try_into().unwrap()
}

#[test]
fn works() {
    let toolbox = Toolbox::new(tools![
        #[cfg(any())]
        absent,
        always,
        #[cfg(not(any()))]
        present,
        present_first,
        #[cfg(any())]
        absent_first,
        either,
        by_attribute,
        WithOptions,
        Both,
        #[cfg(not(any()))]
        #[cfg(any())]
        crate::cfg::nowhere::absent,
    ])
    .unwrap();
    assert_eq!(
        names(&toolbox),
        [
            "always",
            "present",
            "present_first",
            "either",
            "by_attribute",
            "with-options",
            "both"
        ]
    );

    assert_eq!(names::<0>(&Toolbox::new(tools![]).unwrap()), [""; 0]);
    assert_eq!(names(&Toolbox::new(tools![always]).unwrap()), ["always"]);
    let none = tools![
        #[cfg(any())]
        absent,
    ];
    assert_eq!(names::<0>(&Toolbox::new(none).unwrap()), [""; 0]);

    // One name under two conditions that exclude each other is no name given twice.
    let one = tools![
        #[cfg(any())]
        always,
        #[cfg(not(any()))]
        always,
    ];
    assert_eq!(names(&Toolbox::new(one).unwrap()), ["always"]);
}
