//! What several subcommands say in the same words.

use std::time::Duration;

use tool_runtime::ToolDefinition;
use tool_runtime::tool::{DeclaredEffects, KeyTemplates};

/// What a call touches, as the options of `#[tool]` say it.
pub(crate) fn effects(tool: &ToolDefinition) -> String {
    let mut words = match tool.effects() {
        DeclaredEffects::Undeclared => vec!["undeclared".to_owned()],
        DeclaredEffects::Pure => vec!["pure".to_owned()],
        DeclaredEffects::Exclusive => vec!["exclusive".to_owned()],
        DeclaredEffects::Keys {
            reads,
            writes,
            group,
        } => {
            let said = [("reads", listed(reads)), ("writes", listed(writes))];
            let said = said.into_iter().filter(|(_, keys)| !keys.is_empty());
            let group = group.iter().map(|name| format!("exclusive in {name}"));
            let said = said.map(|(what, keys)| format!("{what} {keys}"));
            said.chain(group).collect()
        }
        // A kind that is newer than this crate.
        other => vec![format!("{other:?}")],
    };
    let hints = [
        (tool.is_destructive(), "destructive"),
        (tool.is_idempotent(), "idempotent"),
        (tool.needs_approval(), "approval"),
    ];
    let said = hints.into_iter().filter(|(is_so, _)| *is_so);
    words.extend(said.map(|(_, word)| word.to_owned()));
    words.join("; ")
}

fn listed(keys: &KeyTemplates) -> String {
    keys.iter().collect::<Vec<_>>().join(", ")
}

/// The first sentence, or line, of a description.
pub(crate) fn summary(description: &str) -> &str {
    let line = description.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or_default().trim();
    match line.find(". ") {
        Some(end) => &line[..=end],
        None => line,
    }
}

/// A text of at most so many characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// `3 calls`, `1 call`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", number(count)),
    }
}

/// A number with a comma between thousands.
pub(crate) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time in milliseconds, of which fractions are told where there is nothing else.
pub(crate) fn milliseconds(time: Duration) -> String {
    match time.as_millis() {
        0 if !time.is_zero() => format!("{:.1} ms", time.as_secs_f64() * 1000.0),
        whole => format!("{whole} ms"),
    }
}

/// The name that is nearest, if one is near.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |other: &&str| {
        let most = name.chars().count().max(other.chars().count()) / 3;
        strsim::damerau_levenshtein(name, other) <= most.max(1)
    };
    let names = names.into_iter().filter(near);
    names.min_by_key(|other| strsim::damerau_levenshtein(name, other))
}

/// The end of a sentence about a name that is not there.
pub(crate) fn did_you_mean<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, names)
        .map(|nearest| format!("; did you mean `{nearest}`?"))
        .unwrap_or_default()
}

/// What serde says of a member that it does not know, with the one that is meant instead of all that there are.
pub(crate) fn by_serde(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let quoted: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((found, known)) if text.starts_with("unknown field") => {
            match did_you_mean(found, known.iter().copied()) {
                meant if meant.is_empty() => text,
                meant => format!("there is no `{found}`{meant}"),
            }
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_a_sentence() {
        assert_eq!(summary("Looks it up. Or not."), "Looks it up.");
        assert_eq!(summary("\nLooks it up\nor not."), "Looks it up");
        assert_eq!(summary(""), "");
    }

    #[test]
    fn numbers_have_commas_between_thousands() {
        let numbers = [0, 999, 1000, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn only_what_is_near_is_meant() {
        assert_eq!(
            nearest("get_custmer", ["get_customer", "list"]),
            Some("get_customer")
        );
        assert_eq!(nearest("zzz", ["get_customer", "list"]), None);
    }
}
