//! A value held against nodes: which keys are not there, what is an object or an array in the place of something else, and of alternatives
//! which is meant.

use std::collections::HashMap;
use std::ops::Range;

use super::super::path::Path;
use super::super::problem::{ArgumentProblem, Weight};
use super::super::words;
use super::expected;
use super::node::{Node, kind, may_be};
use super::value::Value;

/// A key that an object does not have.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The node of the object.
    pub(super) node: usize,
    /// The object's path.
    pub(super) path: String,
    pub(super) key: String,
    /// Where the member stands in the text.
    pub(super) at: Range<usize>,
}

/// An object or an array where the schema has none, which serde takes all the same: a struct as the list of its fields, a variant as an
/// object with its name.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) node: usize,
    pub(super) path: String,
    pub(super) is_array: bool,
}

impl Misfit {
    pub(super) fn problem(self, nodes: &[Node]) -> ArgumentProblem {
        let expected = expected::any_of(nodes, &[self.node]);
        let found = words::came(if self.is_array { "[" } else { "{" });
        ArgumentProblem::new(self.path, expected, found).weighing(Weight::Value)
    }
}

/// Whether a value fits a node, and which keys in it are unknown if it does.
type Verdict = (bool, Vec<Found>);

pub(super) struct Look<'a> {
    nodes: &'a [Node],
    /// Of alternatives, so that those inside of each other are looked at once each: by node, by
    /// the place of the value, and whether a choice is open.
    known: HashMap<(usize, usize, bool), Verdict>,
    misfits: Vec<Misfit>,
}

impl<'a> Look<'a> {
    pub(super) fn new(nodes: &'a [Node]) -> Self {
        Self {
            nodes,
            known: HashMap::new(),
            misfits: Vec::new(),
        }
    }

    /// The unknown keys of `value` under the node `root`, and what does not fit.
    pub(super) fn at(
        mut self,
        root: usize,
        name: &str,
        value: &Value<'_>,
    ) -> (Vec<Found>, Vec<Misfit>) {
        let mut found = Vec::new();
        self.look(root, value, &Path::Root(name), false, &mut found);
        (found, self.misfits)
    }

    /// Adds the unknown keys, and says whether the value fits; that is looked at in full only while a choice is `open`.
    fn look(
        &mut self,
        index: usize,
        value: &Value<'_>,
        path: &Path<'_>,
        open: bool,
        found: &mut Vec<Found>,
    ) -> bool {
        let node = &self.nodes[index];
        if !open && !matches!(value, Value::Scalar(_)) && !may_be(self.nodes, index, kind(value)) {
            self.misfits.push(Misfit {
                node: index,
                path: path.text(),
                is_array: matches!(value, Value::Array(_)),
            });
            return false;
        }
        if !node.closes && !open {
            return true;
        }
        if !node.takes(value) {
            return false;
        }
        let composed = !node.all.is_empty() || !node.any.is_empty();
        self.members(index, value, path, open, found)
            && (!composed || self.parts(index, value, path, open, found))
    }

    fn members(
        &mut self,
        index: usize,
        value: &Value<'_>,
        path: &Path<'_>,
        open: bool,
        found: &mut Vec<Found>,
    ) -> bool {
        let node = &self.nodes[index];
        let mut fits = true;
        match value {
            Value::Object(members) => {
                for member in members {
                    let Some(inner) = node.member(&member.key) else {
                        found.push(Found {
                            node: index,
                            path: path.text(),
                            key: member.key.clone().into_owned(),
                            at: member.at.clone(),
                        });
                        continue;
                    };
                    let path = Path::Member(path, &member.key);
                    fits &= self.look(inner, &member.value, &path, open, found);
                    if open && !fits {
                        break;
                    }
                }
            }
            Value::Array(elements) => {
                for (place, element) in elements.iter().enumerate() {
                    let path = Path::Element(path, place);
                    fits &= self.look(node.item(place), element, &path, open, found);
                }
            }
            Value::Scalar(_) => {}
        }
        fits || !open
    }

    /// What else holds of the same value.
    fn parts(
        &mut self,
        index: usize,
        value: &Value<'_>,
        path: &Path<'_>,
        open: bool,
        found: &mut Vec<Found>,
    ) -> bool {
        let place = (index, std::ptr::from_ref(value).addr(), open);
        if let Some((fits, known)) = self.known.get(&place) {
            found.extend(known.iter().cloned());
            return *fits;
        }
        // What leads round in a circle says nothing new.
        self.known.insert(place, (true, Vec::new()));
        let nodes = self.nodes;
        let (mut fits, mut all) = (true, Vec::new());
        for part in &nodes[index].all {
            fits &= self.look(*part, value, path, open, &mut all);
        }
        for branches in &nodes[index].any {
            match self.nearest(branches, value, path) {
                Some(unknown) => all.extend(unknown),
                None => fits = false,
            }
        }
        found.extend(all.iter().cloned());
        self.known.insert(place, (fits, all));
        fits
    }

    /// The unknown keys under the branch that has the fewest, and of them the shortest, of those that fit.
    fn nearest(
        &mut self,
        branches: &[usize],
        value: &Value<'_>,
        path: &Path<'_>,
    ) -> Option<Vec<Found>> {
        let mut nearest: Option<Vec<Found>> = None;
        for branch in branches {
            let mut found = Vec::new();
            let fits = self.look(*branch, value, path, true, &mut found);
            if fits && nearest.as_ref().is_none_or(|nearest| less(&found, nearest)) {
                let is_all = found.is_empty();
                nearest = Some(found);
                if is_all {
                    break;
                }
            }
        }
        nearest
    }
}

fn less(found: &[Found], than: &[Found]) -> bool {
    let size = |found: &[Found]| {
        (
            found.len(),
            found.iter().map(|found| found.at.len()).sum::<usize>(),
        )
    };
    size(found) < size(than)
}
