//! Whether a JSON object that arrives in pieces is whole.

/// How far an object has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::dialect) struct Balance {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    /// Whether its last brace has come, or something that begins no object.
    end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    NoObject,
}

impl Balance {
    /// Takes the next piece. Braces and strings are all that is looked at: what else is wrong, the tool's arguments will tell.
    pub(in crate::dialect) fn push(&mut self, piece: &str) {
        for byte in piece.bytes() {
            if self.end.is_some() {
                return;
            }
            self.byte(byte);
        }
    }

    /// Whether the object is whole.
    pub(in crate::dialect) fn is_whole(self) -> bool {
        self.end == Some(End::Whole)
    }

    fn byte(&mut self, byte: u8) {
        if self.is_in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.is_in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'{' | b'[' => self.depth += 1,
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ if self.depth == 0 => self.end = Some(End::NoObject),
            b'"' => self.is_in_string = true,
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 {
                    self.end = Some(End::Whole);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Balance;

    #[test]
    fn an_object_is_whole_with_its_last_brace() {
        let text = r#" {"a": "}\"\\", "b": [{}, {"c": "{"}]}"#;
        for cut in 0..=text.len() {
            let mut balance = Balance::default();
            balance.push(&text[..cut]);
            assert_eq!(balance.is_whole(), cut == text.len(), "{cut}");
            balance.push(&text[cut..]);
            assert!(balance.is_whole());
        }
        for text in ["", " ", "null", "\"{}\"", "x{}", "}", "{\"a\":\"}"] {
            let mut balance = Balance::default();
            balance.push(text);
            assert!(!balance.is_whole(), "{text}");
        }
    }
}
