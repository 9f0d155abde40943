//! What changed between two manifests, and whether it can break calls.
//!
//! The question is whether every value that was valid is still valid. It is answered keyword by keyword: each assertion of
//! the newer schema must follow from the older one. Where that is not seen, the change is said to be breaking, or possibly so; so a
//! schema that takes as much as before may be called breaking, and never the other way round.

mod array;
mod bounds;
mod choice;
mod kinds;
mod object;
mod refs;
mod tools;
mod walk;

use std::fmt;

pub(super) use tools::diff;

/// What changed between two manifests: [`Manifest::diff`](super::Manifest::diff).
///
/// [`Display`](fmt::Display) writes a line for each change, what can break first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestDiff {
    changes: Vec<Change>,
}

impl ManifestDiff {
    fn new(mut changes: Vec<Change>) -> Self {
        // What is found twice, in two alternatives say, is said once.
        let mut seen = std::collections::BTreeSet::new();
        changes.retain(|change| seen.insert(change.to_string()));
        changes.sort_by_key(|change| std::cmp::Reverse(change.compatibility));
        Self { changes }
    }

    /// Every change, what can break first; among those the tools are in their order.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether the two are the same, byte by byte.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether a call that was valid may be refused now.
    pub fn can_break(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| change.compatibility != Compatibility::Compatible)
    }
}

impl fmt::Display for ManifestDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, change) in self.changes.iter().enumerate() {
            let line = if index == 0 { "" } else { "\n" };
            write!(f, "{line}{change}")?;
        }
        Ok(())
    }
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The tool's name; none if it is about the list of them.
    pub tool: Option<String>,
    /// The value that it is about: `$` is the arguments, `[]` an item of a list, `*` a member of any name.
    pub path: String,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// What changed, as the end of a sentence that begins with the tool, or with the value.
    pub text: String,
    /// Whether it can break calls.
    pub compatibility: Compatibility,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tool, path, text, ..
        } = self;
        write!(f, "{}: ", self.compatibility)?;
        match tool {
            None => f.write_str(text),
            Some(tool) if path == "$" => write!(f, "`{tool}` {text}"),
            Some(tool) => write!(f, "`{tool}`: `{path}` {text}"),
        }
    }
}

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// A tool is new.
    ToolAdded,
    /// A tool is gone.
    ToolRemoved,
    /// The tools stand in another order.
    Reordered,
    /// A description says something else.
    Description,
    /// Something else that asserts nothing says something else: a default, a title, an example.
    Annotation,
    /// A tool is strict now, or is not any more.
    Strictness,
    /// What a definition says of a tool beside its arguments: MCP's annotations and output schema.
    Hint,
    /// An argument, or a member of an object in one, is new.
    Added,
    /// An argument, or a member of an object in one, is gone.
    Removed,
    /// It may be left out, or may not be any more.
    Required,
    /// It is of another type.
    Type,
    /// It takes other values of a choice.
    Values,
    /// A bound, a length, a pattern or a format.
    Bound,
    /// One of several forms.
    Alternative,
    /// Any other keyword.
    Keyword,
    /// Nothing but the order or the writing of members.
    Written,
}

/// Whether a change can break calls: one that was valid for the older schema and is refused by the newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compatibility {
    /// Every call that was valid still is.
    Compatible,
    /// It is not known here whether there is a call that is refused now.
    PossiblyBreaking,
    /// Some call that was valid is refused now.
    Breaking,
}

impl fmt::Display for Compatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Compatible => "compatible",
            Self::PossiblyBreaking => "possibly breaking",
            Self::Breaking => "breaking",
        })
    }
}
