//! Which declaration is missing, as far as it can be told.

use super::Equivalence;
use super::attribute::amended;
use super::observed::{Observed, Place, first};
use super::trial::Found;
use crate::ToolCall;
use crate::batch::ToolRules;
use crate::tool::{
    Access, DeclaredEffects, EffectKey, State, Touch, Touches, UndeclaredTouch, overlapping,
    template,
};

/// Two calls that are not kept in order, or are and differ all the same.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) conflicts: bool,
}

/// What to do about it.
#[derive(Clone, Debug)]
pub(super) struct Advice {
    /// What is said before the lines.
    pub(super) said: String,
    pub(super) lines: Vec<Line>,
}

/// A declaration of a tool.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) tool: String,
    pub(super) attribute: String,
    /// What is to be known of it.
    pub(super) note: Option<String>,
}

/// One call of a pair.
struct Side<'a> {
    index: usize,
    name: &'a str,
    arguments: &'a str,
    rules: &'a ToolRules,
    touches: &'a [Touch],
    /// What it does with what the other touches.
    does: Access,
}

/// A line that would keep the two in order, the lower the cost the better.
struct Candidate<'a> {
    cost: u8,
    side: &'a Side<'a>,
    other: &'a Side<'a>,
    others_access: Access,
    added: (Access, String),
    note: Option<String>,
}

impl<S: State> Equivalence<S> {
    /// What calls have touched and do not declare, in words, and the lines that would.
    pub(super) fn undeclared(&self, run: &Observed) -> Advice {
        let (desk, _) = self.desk(&std::sync::Arc::default());
        let literals = literals(desk.all_declared());
        let literals: Vec<_> = literals.iter().map(String::as_str).collect();
        let (mut said, mut lines) = (Vec::new(), Vec::<Line>::new());
        for (index, call) in run.calls.iter().enumerate() {
            let (result, mut added) = (&call.result, Vec::new());
            let (Some(rules), Some(declared)) =
                (desk.declared_by(result.call()), result.touches().declared())
            else {
                continue;
            };
            let mut note = None;
            for touch in &call.undeclared {
                let words = UndeclaredTouch {
                    tool: result.name(),
                    index,
                    declared,
                    touch,
                };
                said.push(words.to_string());
                let template = template(&touch.key, result.arguments(), &literals);
                note = note.or(template.cut_before.map(ends_before));
                added.push((touch.access, template.text));
            }
            if !added.is_empty() && lines.iter().all(|line| line.tool != rules.name) {
                lines.push(line(rules, &added, note));
            }
        }
        let said = said.join(".\n") + ". Declare it:";
        Advice { said, lines }
    }

    /// What to do about a difference.
    pub(super) async fn advice(
        &self,
        calls: &[ToolCall],
        found: &Found,
        pair: Option<Pair>,
    ) -> Advice {
        let (desk, _) = self.desk(&std::sync::Arc::default());
        let Some(pair) = pair else {
            return self.advise_all(calls, found);
        };
        let name = |index: usize| calls[index].name();
        if pair.conflicts {
            return Advice {
                said: format!(
                    "What they declare keeps them in order, so one of them still does something when it has ended, most likely `{}`: on a task or a thread that it does not wait for. Await that before the tool returns.",
                    name(pair.first)
                ),
                lines: Vec::new(),
            };
        }
        let (does, path) = self.what_they_do(calls, found, pair).await;
        let side = |index: usize, does| {
            let result = &found.serial.calls[index].result;
            let touches = match result.touches().declared().map(|declared| &declared.0) {
                Some(Touches::Keys(touches)) => touches.as_slice(),
                _ => &[],
            };
            Some(Side {
                index,
                name: name(index),
                arguments: result.arguments(),
                rules: desk.declared_by(&calls[index])?,
                touches,
                does,
            })
        };
        let (Some(one), Some(other)) = (side(pair.first, does[0]), side(pair.second, does[1]))
        else {
            return self.advise_all(calls, found);
        };
        let literals = literals(desk.all_declared());
        let literals: Vec<_> = literals.iter().map(String::as_str).collect();
        let second_first = match found.divergence.place {
            Place::Ending(call) | Place::Answer(call) => call != pair.first,
            Place::State => true,
        };
        let (likely, partner) = match second_first {
            true => (&other, &one),
            false => (&one, &other),
        };
        let candidates = candidates(likely, partner, &literals).into_iter();
        let candidates = candidates.chain(candidates_of_other(partner, likely, &literals));
        match candidates.min_by_key(|candidate| candidate.cost) {
            Some(candidate) => candidate.advice(),
            None => by_state(&one, &other, &path, &literals),
        }
    }

    /// Whether each of two calls writes or reads, and where the state is that one writes.
    async fn what_they_do(
        &self,
        calls: &[ToolCall],
        found: &Found,
        pair: Pair,
    ) -> ([Access; 2], Vec<String>) {
        let mut does = [Access::Read; 2];
        let mut path = Vec::new();
        let mut observes = false;
        for (side, index) in [pair.first, pair.second].into_iter().enumerate() {
            let alone: (&[ToolCall], &[ToolCall]) = (&[], &calls[index..=index]);
            for (before, after) in [alone, (&calls[..index], &calls[..=index])] {
                let before = self.state_after(before).await.unwrap_or_default();
                let after = self.state_after(after).await.unwrap_or_default();
                observes |= !after.is_null();
                if let Some((at, ..)) = first(String::new(), Some(&before), Some(&after)) {
                    does[side] = Access::Write;
                    if path.is_empty() {
                        path = pointer(&at);
                    }
                }
            }
        }
        if path.is_empty() && found.divergence.place == Place::State {
            path = pointer(&found.divergence.path);
        }
        if !does.contains(&Access::Write) || !observes {
            // Nothing is seen of what they write: whose answer differs reads it.
            let reader = match found.divergence.place {
                Place::Ending(call) | Place::Answer(call) if call == pair.first => 0,
                _ => 1,
            };
            does[1 - reader] = Access::Write;
        }
        (does, path)
    }

    /// What can be said where no two calls are at it.
    fn advise_all(&self, calls: &[ToolCall], found: &Found) -> Advice {
        let (desk, _) = self.desk(&std::sync::Arc::default());
        let mut lines = Vec::<Line>::new();
        for (call, observed) in calls.iter().zip(&found.serial.calls) {
            let declared = observed.result.touches().declared();
            let vague = declared
                .is_some_and(|declared| matches!(declared.0, Touches::Undeclared | Touches::Pure));
            if let Some(rules) = desk.declared_by(call).filter(|_| vague)
                && lines.iter().all(|line| line.tool != rules.name)
            {
                lines.push(exclusive(rules));
            }
        }
        let said = match lines.is_empty() {
            true => "No two of them are enough to explain it: look at what all of them touch.",
            false => {
                "No two of them are enough to explain it, so nothing better is known than that these run alone:"
            }
        };
        Advice {
            said: said.to_owned(),
            lines,
        }
    }
}

/// What the likely side could declare of what its partner declares.
fn candidates<'a>(
    side: &'a Side<'a>,
    other: &'a Side<'a>,
    literals: &[&str],
) -> Vec<Candidate<'a>> {
    let keys = other.touches.iter().filter(|touch| !touch.key.is_group());
    let keys = keys.filter(|touch| Access::Write == touch.access || side.does == Access::Write);
    let candidates = keys.map(|touch| {
        let template = overlapping(&touch.key, side.arguments, literals);
        let cost = match (&template.cut_before, template.text.contains('{')) {
            (None, true) => 0,
            (None, false) => 2,
            (Some(_), _) => 4,
        };
        // Who has declared no keys is more likely to have forgotten one.
        let declares = !side.touches.is_empty();
        Candidate {
            cost: cost + u8::from(declares),
            side,
            other,
            others_access: touch.access,
            added: (side.does, template.text),
            note: template.cut_before.map(ends_before),
        }
    });
    candidates.collect()
}

/// The same the other way round, which is less likely.
fn candidates_of_other<'a>(
    side: &'a Side<'a>,
    other: &'a Side<'a>,
    literals: &[&str],
) -> Vec<Candidate<'a>> {
    let mut candidates = candidates(side, other, literals);
    for candidate in &mut candidates {
        candidate.cost += 1;
    }
    candidates
}

impl Candidate<'_> {
    fn advice(self) -> Advice {
        let (side, other) = (self.side, self.other);
        Advice {
            said: format!(
                "{} {} what {} {}. Declare it; this is a proposal, from what `{}` declares:",
                side.named(other),
                self.added.0,
                other.named(side),
                self.others_access,
                other.name
            ),
            lines: vec![line(side.rules, &[self.added], self.note)],
        }
    }
}

impl Side<'_> {
    /// Its name, with its place if the other has the same.
    fn named(&self, other: &Self) -> String {
        match self.name == other.name {
            true => format!("call {}", self.index + 1),
            false => format!("`{}`", self.name),
        }
    }
}

/// A declaration of what is at a place in the state, for both.
fn by_state(one: &Side<'_>, other: &Side<'_>, path: &[String], literals: &[&str]) -> Advice {
    let does = match (one.does, other.does) {
        (Access::Write, Access::Write) => "both write".to_owned(),
        (Access::Write, Access::Read) => {
            format!("{} writes and {} reads", one.named(other), other.named(one))
        }
        (Access::Read, _) => {
            format!("{} writes and {} reads", other.named(one), one.named(other))
        }
    };
    let Some(key) = key(path) else {
        let writer = match other.does {
            Access::Write => other,
            Access::Read => one,
        };
        return Advice {
            said: format!(
                "What it is that {does} is not known: neither declares a key that the other could name, and nothing is seen of it in the state. So the least is that one runs alone; a key would be better:"
            ),
            lines: vec![exclusive(writer.rules)],
        };
    };
    let mut lines = Vec::<Line>::new();
    for side in [one, other] {
        let template = template(&key, side.arguments, literals);
        if lines.iter().all(|line| line.tool != side.rules.name) {
            lines.push(line(side.rules, &[(side.does, template.text)], None));
        }
    }
    Advice {
        said: format!(
            "What {does} is at `/{}` in the state. Declare it, under any name that is the same for both; this is a proposal, from that place:",
            path.join("/")
        ),
        lines,
    }
}

/// A key for a place in the state, if that has a name.
fn key(path: &[String]) -> Option<EffectKey> {
    let (domain, rest) = path.split_first()?;
    let named = domain.starts_with(|first: char| first.is_alphabetic());
    let key = EffectKey::parse(domain).ok().filter(|_| named)?;
    Some(rest.iter().fold(key, |key, segment| key.segment(segment)))
}

/// The segments of a JSON pointer.
fn pointer(path: &str) -> Vec<String> {
    let segments = path.split('/').skip(1);
    let segments = segments.map(|segment| segment.replace("~1", "/").replace("~0", "~"));
    segments.collect()
}

fn line(rules: &ToolRules, added: &[(Access, String)], note: Option<String>) -> Line {
    let per_call = "in what the closure of `with_effects_by` returns";
    Line {
        tool: rules.name.clone(),
        attribute: amended(&rules.effects, added),
        note: match rules.per_call {
            true => Some(per_call.to_owned()),
            false => note,
        },
    }
}

fn exclusive(rules: &ToolRules) -> Line {
    Line {
        tool: rules.name.clone(),
        attribute: "#[tool(exclusive)]".to_owned(),
        note: None,
    }
}

fn ends_before(value: String) -> String {
    format!("no argument of this call is `{value}`, so the key ends before it")
}

/// The segments that stand in templates as they are.
fn literals<'a>(tools: impl Iterator<Item = &'a ToolRules>) -> Vec<String> {
    let mut literals = Vec::new();
    for tool in tools {
        let DeclaredEffects::Keys { reads, writes, .. } = &tool.effects else {
            continue;
        };
        for template in reads.iter().chain(writes.iter()) {
            let (_, segments) = template.split_once(':').unwrap_or_default();
            let segments = segments
                .split('/')
                .filter(|segment| !segment.contains(['{', '}']));
            literals.extend(segments.map(str::to_owned));
        }
    }
    literals.retain(|literal| !literal.is_empty());
    literals
}
