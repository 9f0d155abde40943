//! What is told of a value that serde has refused: all that the nodes know to be wrong with it, and what serde says beside that.
//!
//! The nodes may say more than serde holds a value to (another name of a variant, a reader that takes two kinds), and less (a text
//! that must be a date). serde itself settles both: it reads the text once more with what was found put right. What it finds then
//! was not known; and what it reads although it was left as it was is not wrong.

use super::super::path::within;
use super::super::problem::ArgumentProblem;
use super::super::words;
use super::Diagnosis;
use super::expected;
use super::find::{Found, find};
use super::flaw::{Flaw, Id, Mend};
use super::mend::mended;
use super::value::{self, Value};
use super::walk::{By, MAX_FLAWS, Walk};

/// So many times serde is asked what else is wrong.
const MAX_ROUNDS: usize = 16;

/// So many bytes serde reads again in all to settle what is wrong.
const MAX_BYTES: usize = 4 << 20;

/// What serde says of a text, if it says anything.
pub(in crate::tool) type Reads<'a> = dyn FnMut(&str) -> Option<Result<(), serde_json::Error>> + 'a;

fn is_read(reads: &mut Reads<'_>, text: &str) -> bool {
    matches!(reads(text), Some(Ok(())))
}

impl Diagnosis {
    /// The problems of `text`, the JSON value of the argument `name` with the root of this index, which serde refused with `error`;
    /// each with the byte of `text` near which it is.
    pub(in crate::tool) fn refused(
        &self,
        root: usize,
        name: &str,
        text: &str,
        error: &serde_json::Error,
        reads: &mut Reads<'_>,
    ) -> Vec<(usize, ArgumentProblem)> {
        let by_serde = ArgumentProblem::of_value(name, text, error);
        let Some(value) = value::read(text) else {
            return vec![(0, by_serde)];
        };
        let root = self.roots[root];
        let flaws = Walk::flaws(&self.nodes, By::Serde, root, name, text, &value);
        let mut settling = Settling {
            diagnosis: self,
            root,
            name,
            value: &value,
            flaws,
            keeps_unknown: true,
            left: MAX_BYTES,
        };
        if settling.flaws.len() < MAX_FLAWS {
            settling.settle(reads);
        }
        let by_serde = settling.in_words(by_serde);
        let mut flaws = settling.flaws;
        if !flaws.iter().any(|flaw| is_about(flaw, &by_serde)) {
            let at = flaws.first().map_or(0, |flaw| flaw.at);
            let mend = Mend::Leave;
            let problem = by_serde;
            flaws.insert(0, Flaw::new(problem, at, mend));
        }
        let told = flaws.into_iter().map(|flaw| (flaw.at, flaw.problem));
        told.collect()
    }
}

struct Settling<'a, 'v> {
    diagnosis: &'a Diagnosis,
    root: usize,
    name: &'a str,
    value: &'a Value<'v>,
    flaws: Vec<Flaw>,
    /// Whether serde reads members that it does not know.
    keeps_unknown: bool,
    /// How many bytes may still be read.
    left: usize,
}

impl Settling<'_, '_> {
    fn settle(&mut self, reads: &mut Reads<'_>) {
        if self.all_told(reads) {
            self.drop_right(reads);
            self.unknown(reads);
        }
    }

    /// Adds what serde finds in the mended text, until it finds nothing; whether it came to that.
    fn all_told(&mut self, reads: &mut Reads<'_>) -> bool {
        for _ in 0..MAX_ROUNDS {
            let Some(text) = self.mended(|_| true) else {
                return false;
            };
            let Some(Err(error)) = reads(&text) else {
                return true;
            };
            if self.is_right_without_unknown(reads) {
                return true;
            }
            let problem = ArgumentProblem::of_value(self.name, &text, &error);
            // What was missing is there by another name.
            if let Some(field) = json_field(&error, "duplicate field ") {
                let before = self.flaws.len();
                let is_it =
                    |flaw: &Flaw| matches!(&flaw.mend, Mend::Insert { key, .. } if *key == field);
                self.flaws.retain(|flaw| !is_it(flaw));
                if self.flaws.len() < before {
                    continue;
                }
            }
            if self
                .flaws
                .iter()
                .any(|flaw| is_mended(flaw) && is_about(flaw, &problem))
            {
                return false;
            }
            let problem = self.in_words(problem);
            let Found {
                value, node, at, ..
            } = self.find(problem.path());
            let value = value.map(Id::of);
            let mend = match value {
                Some(value) => Mend::Replace { value, node },
                None => Mend::Leave,
            };
            let is_last = matches!(mend, Mend::Leave);
            let place = self.flaws.partition_point(|flaw| flaw.at <= at);
            self.flaws.insert(place, Flaw::new(problem, at, mend));
            if is_last {
                return false;
            }
        }
        false
    }

    /// Whether nothing else is wrong than members that the type refuses.
    fn is_right_without_unknown(&mut self, reads: &mut Reads<'_>) -> bool {
        if !self.keeps_unknown || !self.flaws.iter().any(is_unknown) {
            return false;
        }
        self.keeps_unknown = false;
        let is_right = self
            .mended(|_| true)
            .is_some_and(|text| is_read(reads, &text));
        self.keeps_unknown = !is_right;
        is_right
    }

    /// Settles which members are unknown: not those that serde knows by another name, of which no schema tells, and those too that
    /// are in what it reads as something else.
    fn unknown(&mut self, reads: &mut Reads<'_>) {
        if !self.keeps_unknown {
            return;
        }
        let Some(text) = self.mended(|_| true) else {
            return;
        };
        let reads = &mut |text: &str| is_read(reads, text);
        let unknown = self.diagnosis.unknown((self.root, self.name), &text, reads);
        let is_it = |flaw: &Flaw, problem: &ArgumentProblem| flaw.problem.path() == problem.path();
        self.flaws.retain(|flaw| {
            !is_unknown(flaw) || unknown.iter().any(|(_, problem)| is_it(flaw, problem))
        });
        for (_, problem) in unknown {
            if !self.flaws.iter().any(|flaw| is_it(flaw, &problem)) {
                let at = self.find(problem.path()).at;
                let place = self.flaws.partition_point(|flaw| flaw.at <= at);
                self.flaws
                    .insert(place, Flaw::new(problem, at, Mend::Leave));
            }
        }
    }

    /// Drops what serde reads although it is as it was.
    fn drop_right(&mut self, reads: &mut Reads<'_>) {
        let mut index = 0;
        while index < self.flaws.len() && self.flaws.len() > 1 {
            let is_read = is_mended(&self.flaws[index])
                && !self.is_within_another(index)
                && self
                    .mended(|other| other != index)
                    .is_some_and(|text| is_read(reads, &text));
            match is_read {
                true => {
                    self.flaws.remove(index);
                }
                false => index += 1,
            }
        }
    }

    /// Whether what it is in is put right as a whole, which says nothing of it.
    fn is_within_another(&self, index: usize) -> bool {
        let path = self.flaws[index].problem.path();
        let mut others = self.flaws.iter().enumerate();
        others.any(|(other, flaw)| {
            other != index
                && matches!(flaw.mend, Mend::Replace { .. })
                && within(path, &flaw.mended)
        })
    }

    /// The text with the flaws put right that are `mended`, if it may still be read.
    fn mended(&mut self, is_mended: impl Fn(usize) -> bool) -> Option<String> {
        let flaws = self.flaws.iter().enumerate();
        let flaws = flaws
            .filter(|(index, _)| is_mended(*index))
            .map(|(_, flaw)| flaw);
        if self.left == 0 {
            return None;
        }
        let text = mended(&self.diagnosis.nodes, self.value, flaws, self.keeps_unknown)?;
        // What costs more than is left is not read, and nothing after it.
        self.left = match self.left.checked_sub(text.len()) {
            Some(left) => left,
            None => {
                self.left = 0;
                return None;
            }
        };
        Some(text)
    }

    fn find(&self, path: &str) -> Found<'_> {
        let path = path.strip_prefix(self.name).unwrap_or(path);
        find(&self.diagnosis.nodes, self.root, self.value, path)
    }

    /// A message that says only what is wrong, with what was expected and what came.
    fn in_words(&self, problem: ArgumentProblem) -> ArgumentProblem {
        let Some(message) = problem.bare_message() else {
            return problem;
        };
        let Found {
            value: Some(value),
            node,
            ..
        } = self.find(problem.path())
        else {
            return problem;
        };
        let came = match value {
            Value::Scalar(text) => words::came(text),
            Value::Array(_) => words::came("["),
            Value::Object(_) => words::came("{"),
        };
        let expected = expected::any_of(&self.diagnosis.nodes, &[node]);
        // Its other words are the name of a Rust type.
        let message = match message.starts_with("data did not match any variant") {
            true => "it fits none of the alternatives",
            false => message,
        };
        ArgumentProblem::new(problem.path(), expected, format!("{came}: {message}"))
    }
}

fn is_mended(flaw: &Flaw) -> bool {
    !matches!(flaw.mend, Mend::Leave | Mend::Unknown { .. })
}

fn is_unknown(flaw: &Flaw) -> bool {
    matches!(flaw.mend, Mend::Unknown { .. })
}

/// Whether what serde tells may be about the flaw: at its place, round it or in it.
fn is_about(flaw: &Flaw, by_serde: &ArgumentProblem) -> bool {
    // Of a member it tells in the object that it stands in, or round that.
    let path = match (by_serde.is_about_key(), by_serde.path().rfind('.')) {
        (true, Some(end)) => &by_serde.path()[..end],
        (true, None) => "",
        (false, _) => by_serde.path(),
    };
    within(flaw.problem.path(), path) || within(path, &flaw.mended)
}

/// The name in a message such as ``duplicate field `x` ``.
fn json_field(error: &serde_json::Error, prefix: &str) -> Option<String> {
    let message = crate::json::without_position(error);
    let field = message.strip_prefix(prefix)?;
    Some(field.trim_matches('`').to_owned())
}
