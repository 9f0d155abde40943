//! Text into the words that are looked for, in any language.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text: what letters and digits make, without accents, in one case, in the singular.
pub(super) fn of_text(text: &str) -> Vec<String> {
    words(text, false)
}

/// The words of a name, parted at `_` and the like, and where lower case changes to upper: `getHTTPHeader` is `get http header`.
pub(super) fn of_name(name: &str) -> Vec<String> {
    words(name, true)
}

/// The words of a query, each once. A name may stand in it.
pub(super) fn of_query(query: &str) -> Vec<String> {
    let mut words = of_text(query);
    words.extend(of_name(query));
    let mut distinct: Vec<String> = Vec::new();
    for word in words {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
        if distinct.len() == MAX_WORDS {
            break;
        }
    }
    distinct
}

/// Of a query that is longer the first so many count.
const MAX_WORDS: usize = 64;

/// A word that is longer is none.
const MAX_LENGTH: usize = 64;

fn words(text: &str, parts_case: bool) -> Vec<String> {
    let characters: Vec<char> = text.nfkd().filter(|c| !is_accent(*c)).collect();
    let mut words = Vec::new();
    let mut begin = None;
    for (at, c) in characters.iter().enumerate() {
        let is_word = c.is_alphanumeric() || is_combining_mark(*c);
        let parts = !is_word
            || stands_alone(*c)
            || at > 0 && stands_alone(characters[at - 1]) && !is_combining_mark(*c)
            || parts_case && changes_case(&characters, at);
        if parts && let Some(begin) = begin.take() {
            words.push(&characters[begin..at]);
        }
        if is_word && begin.is_none() {
            begin = Some(at);
        }
    }
    words.extend(begin.map(|begin| &characters[begin..]));
    let words = words.into_iter().filter(|word| word.len() <= MAX_LENGTH);
    words
        .map(|word| {
            let lower = word.iter().flat_map(|c| c.to_lowercase());
            singular(lower.collect())
        })
        .collect()
}

/// What a letter of the Latin, the Greek or the Cyrillic script bears; people leave it out.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Whether a word begins here because the case changes.
fn changes_case(characters: &[char], at: usize) -> bool {
    let is_upper = |at: usize| characters.get(at).is_some_and(|c| c.is_uppercase());
    let is_lower = |at: usize| characters.get(at).is_some_and(|c| c.is_lowercase());
    at > 0 && is_upper(at) && (!is_upper(at - 1) || is_lower(at + 1))
}

/// Whether it is of a script that has no spaces between words: there each character is one.
fn stands_alone(c: char) -> bool {
    matches!(c,
        // Thai, Lao, Burmese, Khmer.
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        // Japanese and Chinese.
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
        && !is_combining_mark(c)
}

/// An English plural's singular, or what is near it (Harman's S-stemmer): it only has to be the same for both, and other languages lose
/// nothing by it.
fn singular(mut word: String) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if word.len() <= 3 || !word.ends_with('s') {
        return word;
    }
    if ends(&["ies"]) && !ends(&["eies", "aies"]) {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if !ends(&["ss", "us"]) {
        word.truncate(word.len() - 1);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[String], expected: &str) {
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn a_text_is_parted_into_words() {
        check(
            &of_text("Look up one customer, by number."),
            "look up one customer by number",
        );
        check(
            &of_text("GitHub's E-Mails: 3 invoices"),
            "github s e mail 3 invoice",
        );
        check(
            &of_text("companies, classes, status, gas, bus"),
            "company classe status gas bus",
        );
        check(&of_text(""), "");
        check(&of_text(&"x".repeat(65)), "");
    }

    #[test]
    fn a_name_is_parted_where_it_is_one_for_people() {
        check(&of_name("get_customerOrders"), "get customer order");
        check(
            &of_name("crm.listHTTPHeaders-v2"),
            "crm list http header v2",
        );
        check(&of_name("ID"), "id");
    }

    #[test]
    fn accents_and_forms_make_no_other_word() {
        check(
            &of_text("Rückerstattung café CAFÉ ﬁle"),
            "ruckerstattung cafe cafe file",
        );
        check(&of_text("Straße Ελλάδα Москвы"), "straße ελλαδα москвы");
    }

    #[test]
    fn scripts_without_spaces_have_words_too() {
        check(&of_text("請求書を検索"), "請 求 書 を 検 索");
        check(&of_text("customerの請求"), "customer の 請 求");
        check(&of_text("हिन्दी में"), "हिन्दी में");
    }

    #[test]
    fn a_query_has_each_word_once_and_not_too_many() {
        check(
            &of_query("getOrder: get the order"),
            "getorder get the order",
        );
        let long: Vec<String> = (0..200).map(|number| format!("w{number}")).collect();
        assert_eq!(of_query(&long.join(" ")).len(), MAX_WORDS);
    }
}
