//! A manifest, and the shapes that a provider has no form for.

use std::error::Error;
use std::fmt;

/// Why a provider's manifest could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManifestError {
    /// The provider takes fewer tools.
    TooManyTools {
        /// The provider.
        dialect: &'static str,
        /// How many tools there are.
        count: usize,
        /// How many it takes.
        limit: usize,
    },
    /// The provider takes a request without tools, and not one with none.
    NoTools {
        /// The provider.
        dialect: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The provider has no form for the arguments of some tools.
    Shapes {
        /// The provider.
        dialect: &'static str,
        /// Everything it has no form for.
        problems: Vec<ShapeProblem>,
    },
    /// The strict tools together have more than the provider takes in a request.
    StrictLimits {
        /// The provider.
        dialect: &'static str,
        /// What there is too much of, each with its number and the limit.
        exceeded: Vec<String>,
    },
}

/// One argument, or a part of one, that a provider has no form for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShapeProblem {
    /// The tool's name.
    pub tool: String,
    /// Where in the arguments, as in `$.lines[].copies`: `$` is the arguments, `[]` an item of a list, `*` a member of any
    /// name.
    pub path: String,
    /// What it is, as the end of a sentence that begins with the path.
    pub problem: String,
    /// What to change in the tool.
    pub change: String,
    /// Whether it has a form where the schema is not strict.
    pub is_strict: bool,
}

impl fmt::Display for ShapeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tool,
            path,
            problem,
            change,
            ..
        } = self;
        write!(f, "`{tool}`: `{path}` {problem}; {change}")
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyTools {
                dialect,
                count,
                limit,
            } => write!(
                f,
                "{dialect} takes at most {limit} tools in a request; the toolbox has {count}"
            ),
            Self::NoTools { dialect, instead } => {
                write!(f, "{dialect} takes no empty list of tools; {instead}")
            }
            Self::Shapes { dialect, problems } => {
                let is_strict = problems.iter().all(|problem| problem.is_strict);
                let strict = if is_strict { "strict " } else { "" };
                write!(f, "{dialect} has no {strict}form for some arguments:")?;
                for problem in problems {
                    write!(f, "\n- {problem}")?;
                }
                f.write_str(match is_strict {
                    true => "\nOr offer these tools without strict schemas: each by `with_strict(false)` in its definition, or all by `.lenient()` of the dialect.",
                    false => "\nOr offer wider schemas there, by `.lenient()` of the dialect.",
                })
            }
            Self::StrictLimits { dialect, exceeded } => {
                let exceeded = exceeded.join(" and ");
                write!(
                    f,
                    "the toolbox has more than {dialect} takes in a request: {exceeded}; offer some tools without strict schemas, by `with_strict(false)` in their definitions or by `.lenient()` of the dialect, or make a second toolbox"
                )
            }
        }
    }
}

impl Error for ManifestError {}
