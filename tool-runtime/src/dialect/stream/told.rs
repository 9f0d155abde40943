//! How far the text of a turn that is being written has been handed out.

use std::borrow::Cow;

/// A place in the text of parts that stand one behind the other, of which several may grow.
#[derive(Debug, Default)]
pub(in crate::dialect) struct Told {
    part: usize,
    bytes: usize,
}

/// The text of a part so far, and whether no more comes to it.
pub(in crate::dialect) type Text<'a> = (Cow<'a, str>, bool);

impl Told {
    /// What was not handed out of the texts of these parts, all that there are. A part that is no text is passed over; what stands
    /// behind one that may still grow waits for it, so that the pieces are in the order of the message.
    pub(in crate::dialect) fn rest<'a, P>(
        &mut self,
        parts: impl IntoIterator<Item = P>,
        text: impl Fn(P) -> Option<Text<'a>>,
    ) -> String {
        let mut rest = String::new();
        for part in parts.into_iter().skip(self.part) {
            if let Some((text, has_ended)) = text(part) {
                rest += text.get(self.bytes..).unwrap_or_default();
                self.bytes = text.len().max(self.bytes);
                if !has_ended {
                    return rest;
                }
            }
            self.part += 1;
            self.bytes = 0;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::Told;

    #[test]
    fn each_byte_is_handed_out_once_and_in_the_order_of_the_parts() {
        let mut told = Told::default();
        let mut rest = |parts: &[(Option<&str>, bool)]| {
            told.rest(parts, |(text, has_ended)| {
                text.map(|text| (Cow::Borrowed(text), *has_ended))
            })
        };
        assert_eq!(rest(&[]), "");
        assert_eq!(rest(&[(None, false), (Some("ab"), false)]), "ab");
        let later = (Some("x"), true);
        assert_eq!(rest(&[(None, false), (Some("abé"), false), later]), "é");
        assert_eq!(rest(&[(None, false), (Some("abéc"), true), later]), "cx");
        assert_eq!(rest(&[(None, false), (Some("abéc"), true), later]), "");
    }
}
