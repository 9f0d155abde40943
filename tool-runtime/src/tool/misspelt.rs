//! A key that is missing and one that is most likely meant to be it: one mistake, which is told once.

use std::collections::HashMap;

use super::problem::ArgumentProblem;
use super::words;

/// What came where something is missing.
pub(super) const NOTHING: &str = "nothing";

/// Which key an unknown one is most likely meant to be.
#[derive(Clone, Debug)]
pub(super) struct Misspelt {
    pub(super) typed: String,
    pub(super) name: String,
    /// The path of what it would be.
    pub(super) path: String,
}

/// The same problems, of a misspelt key only what is missing for it, in its place: that says what the value has to be too.
pub(super) fn told_once(problems: Vec<ArgumentProblem>) -> Vec<ArgumentProblem> {
    let missing = problems.iter().enumerate();
    let missing = missing.filter(|(_, problem)| problem.is_missing());
    let mut missing: HashMap<String, usize> = missing
        .map(|(index, problem)| (problem.path().to_owned(), index))
        .collect();
    if missing.is_empty() {
        return problems;
    }
    let mut problems: Vec<Option<ArgumentProblem>> = problems.into_iter().map(Some).collect();
    for index in 0..problems.len() {
        let misspelt = problems[index].as_mut();
        let Some(Misspelt { typed, name, path }) =
            misspelt.and_then(ArgumentProblem::take_misspelt)
        else {
            continue;
        };
        // Of two that may be meant to be the same, the other stays unknown.
        let meant = missing
            .remove(&path)
            .and_then(|meant| problems[meant].take());
        if let Some(meant) = meant {
            problems[index] = Some(meant.with_hint(&words::should_be(&typed, &name)));
        }
    }
    problems.into_iter().flatten().collect()
}
