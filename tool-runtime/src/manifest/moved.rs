//! What a provider has no place for, and what became of it.

use std::fmt;

/// One thing that a manifest says in another way than the tool's schema does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moved {
    /// A keyword that the provider does not take stands in the description, in words.
    Described {
        /// The tool's name.
        tool: String,
        /// The value that it is about, as in `$.lines[].copies`.
        path: String,
        /// The keyword.
        keyword: String,
        /// The words.
        text: String,
    },
    /// The schema takes more than the tool does, since the provider has no form for it.
    Widened {
        /// The tool's name.
        tool: String,
        /// The value that it is about.
        path: String,
        /// What the provider has no form for, as the end of a sentence that begins with the path.
        problem: String,
    },
    /// The tool is offered without a strict schema.
    NotStrict {
        /// The tool's name.
        tool: String,
        /// The value that has no strict form.
        path: String,
        /// Why, as the end of a sentence that begins with the path.
        problem: String,
    },
}

impl Moved {
    /// The tool's name.
    pub fn tool(&self) -> &str {
        let (Self::Described { tool, .. }
        | Self::Widened { tool, .. }
        | Self::NotStrict { tool, .. }) = self;
        tool
    }

    /// The value that it is about: `$` is the arguments, `[]` an item of a list, `*` a member of any name.
    pub fn path(&self) -> &str {
        let (Self::Described { path, .. }
        | Self::Widened { path, .. }
        | Self::NotStrict { path, .. }) = self;
        path
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Described {
                tool,
                path,
                keyword,
                text,
            } => write!(
                f,
                "`{tool}`: `{keyword}` of `{path}` is in its description, as \"{text}\""
            ),
            Self::Widened {
                tool,
                path,
                problem,
            } => {
                write!(
                    f,
                    "`{tool}`: the schema takes more than the tool does, since `{path}` {problem}"
                )
            }
            Self::NotStrict {
                tool,
                path,
                problem,
            } => {
                write!(f, "`{tool}` has no strict schema, since `{path}` {problem}")
            }
        }
    }
}
