//! The responses that quickstart ships, and the tools they call.

use tool_runtime::Bound;

/// The bodies, with the names of their files.
pub(crate) const SHIPPED: [(&str, &str); 3] = [
    (
        "anthropic",
        include_str!("../../examples/fixtures/anthropic.json"),
    ),
    (
        "one_fails",
        include_str!("../../examples/fixtures/one_fails.json"),
    ),
    (
        "openai_chat",
        include_str!("../../examples/fixtures/openai_chat.json"),
    ),
];

/// The body in the file `name`.
pub(crate) fn shipped(name: &str) -> &'static str {
    let mut shipped = SHIPPED.iter();
    shipped.find(|(other, _)| *other == name).unwrap().1
}

/// The desk's tools over its database.
pub(crate) fn desk() -> Bound<desk::Db> {
    desk::toolbox().unwrap().bind(desk::Db)
}
