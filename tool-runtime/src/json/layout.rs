//! White space in a JSON text: taken out, or put in for people, with everything else as it was.

/// The text without the white space between its values.
pub(crate) fn compact(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    each(text, |part| match part {
        Part::Punctuation(mark) => compact.push(mark),
        Part::Value(value) => compact.push_str(value),
    });
    compact
}

/// The text with a line for each member and element, as serde_json's pretty printer writes it.
#[cfg(feature = "testing")]
pub(crate) fn indented(text: &str) -> String {
    fn new_line(text: &mut String, depth: usize) {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    }
    let mut indented = String::with_capacity(2 * text.len());
    let mut depth = 0_usize;
    let mut is_open = false;
    each(text, |part| {
        let closes = matches!(part, Part::Punctuation(']' | '}'));
        depth -= usize::from(closes);
        // Nothing stands between the brackets of an empty list.
        if is_open != closes {
            new_line(&mut indented, depth);
        }
        is_open = false;
        match part {
            Part::Value(value) => indented.push_str(value),
            Part::Punctuation(mark) => {
                indented.push(mark);
                match mark {
                    '[' | '{' => {
                        depth += 1;
                        is_open = true;
                    }
                    ',' => new_line(&mut indented, depth),
                    ':' => indented.push(' '),
                    _ => {}
                }
            }
        }
    });
    indented
}

/// One piece of a JSON text.
#[derive(Clone, Copy)]
enum Part<'a> {
    Punctuation(char),
    /// A string, a number, `true`, `false` or `null`.
    Value(&'a str),
}

fn each<'a>(text: &'a str, mut take: impl FnMut(Part<'a>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let begin = at;
        at += 1;
        match bytes[begin] {
            b' ' | b'\t' | b'\n' | b'\r' => continue,
            mark @ (b'{' | b'}' | b'[' | b']' | b',' | b':') => {
                take(Part::Punctuation(char::from(mark)));
                continue;
            }
            b'"' => {
                while at < bytes.len() && bytes[at] != b'"' {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
                at = (at + 1).min(bytes.len());
            }
            _ => {
                let ends = |byte: &u8| b" \t\n\r{}[],:\"".contains(byte);
                at += bytes[at..].iter().take_while(|byte| !ends(byte)).count();
            }
        }
        take(Part::Value(&text[begin..at]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = [
        r#"[{"b":[1,-2.50,true,null],"a \"{[,:]}":{"é ü\\":"","y":{}}},[],[[]]]"#,
        "{}",
        "7",
        r#""\\\"""#,
    ];

    #[test]
    fn nothing_but_white_space_is_taken_out() {
        for text in TEXTS {
            assert_eq!(compact(text), text);
            let spaced = text.replace(",", ",\r\n\t ");
            if !text.contains("[,:]") {
                assert_eq!(compact(&spaced), text);
            }
        }
        assert_eq!(compact(" [ 1 , \" , \" ]\n"), "[1,\" , \"]");
    }

    #[cfg(feature = "testing")]
    #[test]
    fn people_read_what_serde_json_would_print() {
        for text in TEXTS {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            let sorted = value.to_string();
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(indented(&sorted), pretty);
            assert_eq!(compact(&indented(text)), text);
        }
    }
}
