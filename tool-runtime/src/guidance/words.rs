//! The sentences of a guidance.

use super::{Class, Guided};
use crate::text::listed;

/// The most names of one class.
const NAMES: usize = 16;

/// The most bytes of them.
const BYTES: usize = 1_000;

const AT_ONCE: &str = "All calls of a reply run at the same time, and you get all of their results together. So ask in one reply for \
    everything that you need and can ask for already, instead of one thing after the other.";

const NOT: &str = "Wait for results first where an argument has to come from one: never guess it. Wait, too, where you decide by a \
    result whether or how to make a call, above all one that changes something.";

pub(super) fn text(several: &str, tools: &[Guided<'_>]) -> String {
    if tools.is_empty() {
        return String::new();
    }
    let mut lines = vec![format!("{several} {AT_ONCE}")];
    for class in [Class::Reads, Class::Ordered, Class::Alone, Class::Unsaid] {
        let tools = tools.iter().filter(|tool| tool.class == class);
        let tools: Vec<Guided<'_>> = tools.copied().collect();
        if !tools.is_empty() {
            lines.push(format!("- {}", line(class, &tools)));
        }
    }
    lines.push(NOT.to_owned());
    lines.join("\n")
}

fn line(class: Class, tools: &[Guided<'_>]) -> String {
    let told = told(tools);
    match class {
        Class::Reads => format!(
            "{told} change nothing. Call any of them together, and one of them several times with different arguments."
        ),
        Class::Ordered => format!(
            "{told} change something. Calls in one reply that concern the same thing are made in the order in which you write them: one that \
             reads what another changes comes behind it. All others still run at the same time."
        ),
        Class::Alone => format!("{told} are to be called alone, in a reply without other calls."),
        Class::Unsaid => format!(
            "{told} are made in any order within a reply. If the order matters, put them into different replies."
        ),
    }
}

/// The names, or how many there are.
fn told(tools: &[Guided<'_>]) -> String {
    let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
    let bytes: usize = names.iter().map(|name| name.len()).sum();
    let count = names.len();
    match names.as_slice() {
        [one] if bytes <= BYTES => format!("Calls of `{one}`"),
        names if count <= NAMES && bytes <= BYTES => {
            format!("Calls of {}", listed(names.iter().copied()))
        }
        _ if tools.iter().all(|tool| tool.is_hinted) => {
            format!("Calls of the {count} tools whose descriptions say so")
        }
        _ => format!("Calls of {count} of the tools"),
    }
}
