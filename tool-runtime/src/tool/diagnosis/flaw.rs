//! One thing that is wrong in a value, and what would make it right.

use super::super::problem::ArgumentProblem;
use super::value::Value;

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(super) struct Flaw {
    pub(super) problem: ArgumentProblem,
    /// The byte of the text near which it is, by which flaws are ordered.
    pub(super) at: usize,
    pub(super) mend: Mend,
    /// The path of what is put right: that of the problem, or of what it is in.
    pub(super) mended: String,
}

impl Flaw {
    pub(super) fn new(problem: ArgumentProblem, at: usize, mend: Mend) -> Self {
        let mended = problem.path().to_owned();
        Self {
            problem,
            at,
            mend,
            mended,
        }
    }
}

/// What would make it right.
#[derive(Clone, Debug)]
pub(super) enum Mend {
    /// Another value of this node in the place of that one.
    Replace { value: Id, node: usize },
    /// A member of this node more in that object.
    Insert {
        object: Id,
        key: String,
        node: usize,
    },
    /// The member whose value it is goes: one of two with the same key.
    Remove { value: Id },
    /// Nothing as far as most types go, which pass over a member that they do not know. Others refuse it: then it goes.
    Unknown { value: Id },
    /// Nothing that is known.
    Leave,
}

/// Which value of a tree it is: its place in memory, since a tree does not move while it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(usize);

impl Id {
    pub(super) fn of(value: &Value<'_>) -> Self {
        Self(std::ptr::from_ref(value).addr())
    }
}
