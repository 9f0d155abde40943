//! Small pieces of text for messages.

/// What is longer than this is no misspelling of anything, and comparing it takes long.
const MAX_TYPED: usize = 256;

/// The candidate that `typed` is most likely a misspelling of.
pub(crate) fn nearest<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if typed.len() > MAX_TYPED {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (similarity(typed, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The candidates that `typed` may be a misspelling of, the likeliest first: the [nearest] and up to two that are about as near.
pub(crate) fn nearest_few<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let candidates = candidates.into_iter();
    let mut near: Vec<(f64, &str)> = candidates
        .map(|candidate| (similarity(typed, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .collect();
    // The last of those that are as near comes first, as in `nearest`.
    near.reverse();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = near.first().map_or(0.0, |(similarity, _)| *similarity);
    let about_as_near = near
        .iter()
        .filter(|(similarity, _)| best - similarity < 0.03);
    about_as_near
        .take(3)
        .map(|(_, candidate)| *candidate)
        .collect()
}

/// How near a name is, from 0 to 1.
fn similarity(typed: &str, candidate: &str) -> f64 {
    let similarity = strsim::jaro_winkler(typed, candidate);
    match is_swapped(typed, candidate) {
        true => similarity.max(0.9),
        false => similarity,
    }
}

/// Whether two neighbours have changed places and all else is the same, which the measure above does not see in short words.
fn is_swapped(typed: &str, candidate: &str) -> bool {
    let different = |(a, b): &(u8, u8)| a != b;
    let mut differences = typed.bytes().zip(candidate.bytes()).enumerate();
    let mut next = || differences.find(|(_, pair)| different(pair));
    typed.len() == candidate.len()
        && typed.len() > 2
        && matches!(
            (next(), next(), next()),
            (Some((first, (a, b))), Some((second, (c, d))), None) if second == first + 1 && (a, b) == (d, c)
        )
}

/// `text`, or its beginning and an ellipsis if it is longer than `limit` characters.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `` `a`, `b` and `c` ``
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, "and")
}

/// `` `a`, `b` or `c` ``
pub(crate) fn listed_or<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, "or")
}

fn joined<'a>(names: impl IntoIterator<Item = &'a str>, last_by: &str) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {last_by} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, names: &[&str], expected: &[&str]) {
        assert_eq!(nearest_few(typed, names.iter().copied()), expected);
        // The one that others get is the first.
        let one = nearest(typed, names.iter().copied());
        assert_eq!(one, expected.first().copied());
    }

    #[test]
    fn those_that_are_about_as_near_are_named_together() {
        let names = ["get_order", "get_orders", "close_order", "get_customer"];
        check("get_ordr", &names, &["get_order", "get_orders"]);
        check("get_custmer", &names, &["get_customer"]);
        check("search", &names, &[]);
        check("", &names, &[]);
        check("rwo", &["shelf", "row"], &["row"]);
        check("rwo", &["rob", "orw"], &[]);
        check("wo", &["ow"], &[]);
        check("get_order", &[], &[]);
        check(
            "note_1",
            &["note_2", "note_3", "note_4", "note_5"],
            &["note_5", "note_4", "note_3"],
        );
    }

    #[test]
    fn names_are_listed_as_a_sentence_has_them() {
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(listed_or(["a", "b"]), "`a` or `b`");
        assert_eq!(listed_or(["a"]), "`a`");
    }
}
