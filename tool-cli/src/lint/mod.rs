//! What is wrong with tools before any model has called one: `lint`, and the same for a test of a program's own.
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//! use tool_cli::lint::{Lint, Severity};
//! use tool_runtime::{Toolbox, tool, tools};
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct Book {
//!     title: String,
//! }
//!
//! /// Orders a book.
//! #[tool(writes("orders"))]
//! async fn order_book(
//!     /// Which.
//!     book: Book,
//! ) -> String {
//!     book.title
//! }
//!
//! let toolbox = Toolbox::new(tools![order_book])?;
//! let findings = Lint::default().check(&toolbox);
//! assert_eq!(
//!     findings[0].to_string(),
//!     "warning: `order_book`: `$.book.title` has no description; say in a `///` what it is"
//! );
//! assert!(findings.iter().all(|finding| finding.severity < Severity::Error));
//! # Ok::<(), tool_runtime::BuildError>(())
//! ```

mod command;
mod described;
mod offered;
mod own;

use std::fmt;

use serde::Serialize;
use tool_runtime::tool::State;
use tool_runtime::{Toolbox, Warning};

pub(crate) use command::{command, run};

use crate::dialects::{PROVIDERS, Provider};

/// What is looked for, and whose rules hold.
#[derive(Debug)]
#[must_use = "nothing is looked for until `check`"]
pub struct Lint {
    providers: Vec<&'static Provider>,
    is_strict: bool,
    max_tokens: usize,
}

/// Every provider, without strict schemas; a tool of more than 1,000 tokens is heavy.
impl Default for Lint {
    fn default() -> Self {
        Self {
            providers: PROVIDERS.iter().collect(),
            is_strict: false,
            max_tokens: 1000,
        }
    }
}

impl Lint {
    pub(crate) fn with_providers(mut self, providers: Vec<&'static Provider>) -> Self {
        self.providers = providers;
        self
    }

    /// The same with strict schemas, where a provider has such.
    pub fn strict(mut self, is_strict: bool) -> Self {
        self.is_strict = is_strict;
        self
    }

    /// The same, calling a tool heavy that has more than so many tokens, as
    /// [`ToolSize::estimated_tokens`](tool_runtime::ToolSize::estimated_tokens) has them.
    pub fn max_tokens(mut self, tokens: usize) -> Self {
        self.max_tokens = tokens;
        self
    }

    /// What is found, the worst first; of one kind in the order of the tools.
    pub fn check<S: State>(&self, toolbox: &Toolbox<S>) -> Vec<Finding> {
        let mut found = Found::default();
        found.warnings(&toolbox.warnings());
        self.check_own(toolbox, &mut found);
        self.check_offered(toolbox, &mut found);
        let mut findings = found.0;
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// It is as it has to be, and good to know.
    Note,
    /// It works, and would be better otherwise.
    Warning,
    /// It does not work.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One thing that was found.
///
/// Its `Display` is one line: how bad it is, which tool, what it is and what to do, at which providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind it is, a name that stays the same from release to release: `refused`, `degraded`, `told_elsewhere`, `no_description`,
    /// `undeclared_effects`, `long_name`, `renamed`, `heavy`, `panic_aborts`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The tool's name; none if it is about all of them, or about the program.
    pub tool: Option<String>,
    /// The argument, or a part of one: `$` is the arguments, `[]` an item of a list, `*` a member of any name.
    pub path: Option<String>,
    /// What it is, and what to do.
    pub text: String,
    /// The providers at which it is so; none if it does not depend on them.
    pub dialects: Vec<&'static str>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.severity)?;
        match (&self.tool, &self.path) {
            (Some(tool), Some(path)) => write!(f, "`{tool}`: `{path}` {}", self.text)?,
            (Some(tool), None) => write!(f, "`{tool}` {}", self.text)?,
            (None, _) => f.write_str(&self.text)?,
        }
        match self.dialects.as_slice() {
            [] => Ok(()),
            dialects => write!(f, " ({})", dialects.join(", ")),
        }
    }
}

/// What was found so far. What is the same at several providers is one finding.
#[derive(Debug, Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, finding: Finding) {
        let same = |known: &&mut Finding| {
            (known.code, &known.tool, &known.path, &known.text)
                == (finding.code, &finding.tool, &finding.path, &finding.text)
        };
        match self.0.iter_mut().find(same) {
            None => self.0.push(finding),
            Some(known) => {
                let new = finding.dialects.into_iter();
                let new: Vec<_> = new
                    .filter(|dialect| !known.dialects.contains(dialect))
                    .collect();
                known.dialects.extend(new);
            }
        }
    }

    /// Something about a tool as it is.
    fn warn(
        &mut self,
        code: &'static str,
        tool: &str,
        path: Option<String>,
        text: impl Into<String>,
    ) {
        self.add(Finding {
            code,
            severity: Severity::Warning,
            tool: Some(tool.to_owned()),
            path,
            text: text.into(),
            dialects: Vec::new(),
        });
    }

    fn warnings(&mut self, warnings: &[Warning]) {
        for warning in warnings {
            self.add(Finding {
                code: match warning {
                    Warning::PanicAborts => "panic_aborts",
                    _ => "warning",
                },
                severity: Severity::Warning,
                tool: None,
                path: None,
                text: format!("{warning}; build it with `panic = \"unwind\"`"),
                dialects: Vec::new(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_aborts_is_told() {
        let mut found = Found::default();
        found.warnings(&[Warning::PanicAborts]);
        assert_eq!(
            found.0[0].to_string(),
            "warning: the program is built with `panic = \"abort\"`: a tool that panics ends the program, and no call of its batch gets a result; build it with `panic = \"unwind\"`"
        );
    }

    #[test]
    fn what_is_the_same_at_two_providers_is_one_finding() {
        let mut found = Found::default();
        for dialect in ["A", "B", "A"] {
            found.add(Finding {
                code: "refused",
                severity: Severity::Error,
                tool: Some("add".to_owned()),
                path: Some("$.a".to_owned()),
                text: "is odd".to_owned(),
                dialects: vec![dialect],
            });
        }
        let texts: Vec<String> = found.0.iter().map(Finding::to_string).collect();
        assert_eq!(texts, ["error: `add`: `$.a` is odd (A, B)"]);
    }
}
