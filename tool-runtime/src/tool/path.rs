//! Where a value stands, written out only for what is told.

/// The path of a value: that of what it is in, and its place there.
pub(super) enum Path<'a> {
    Root(&'a str),
    Member(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// As in `items[0].quantity`.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Root(name) => (*name).to_owned(),
            Self::Member(path, key) => joined(path.text(), key),
            Self::Element(path, index) => format!("{}[{index}]", path.text()),
        }
    }
}

/// The path of a member of what is at `path`.
pub(super) fn joined(path: String, key: &str) -> String {
    match path.is_empty() {
        true => key.to_owned(),
        false => path + "." + key,
    }
}

/// Whether the path `inner` is that of `outer`, or of something in it.
pub(super) fn within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || outer.is_empty() || rest.starts_with(['.', '[']))
}
