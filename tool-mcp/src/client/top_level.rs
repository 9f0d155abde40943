//! The id of a JSON-RPC message, found without keeping the message.

use rmcp::model::NumberOrString;

/// Reads an object's bytes as they come, and keeps of them only the member `id` and whether there is a `method`.
#[derive(Debug, Default)]
pub(super) struct Id {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether the next text at the top is a value.
    is_value: bool,
    /// The text that is being read at the top, as far as it is kept.
    text: Vec<u8>,
    key: Vec<u8>,
    id: Option<Vec<u8>>,
    is_request: bool,
}

/// Longer ids are nobody's: ours are numbers.
const MAX: usize = 64;

impl Id {
    pub(super) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
    }

    /// The id, if this is an answer.
    pub(super) fn of_answer(&self) -> Option<NumberOrString> {
        match (&self.id, self.is_request) {
            (Some(id), false) => serde_json::from_slice(id).ok(),
            _ => None,
        }
    }

    fn step(&mut self, byte: u8) {
        if self.in_string {
            self.keep(byte);
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                self.keep(byte);
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                if self.depth == 1 {
                    self.end_member();
                }
                self.depth = self.depth.saturating_sub(1);
            }
            b':' if self.depth == 1 => {
                self.key = std::mem::take(&mut self.text);
                self.is_value = true;
            }
            b',' if self.depth == 1 => self.end_member(),
            byte if byte.is_ascii_whitespace() => {}
            byte => self.keep(byte),
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.depth == 1 && self.text.len() < MAX {
            self.text.push(byte);
        }
    }

    fn end_member(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !std::mem::take(&mut self.is_value) {
            return;
        }
        match self.key.as_slice() {
            b"\"id\"" => self.id = Some(text),
            b"\"method\"" => self.is_request = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, NumberOrString};

    #[track_caller]
    fn check(message: &str, expected: Option<NumberOrString>) {
        // However it is cut.
        for size in [1, 7, message.len()] {
            let mut id = Id::default();
            message
                .as_bytes()
                .chunks(size)
                .for_each(|part| id.read(part));
            assert_eq!(id.of_answer(), expected, "{message} in parts of {size}");
        }
    }

    #[test]
    fn the_id_is_found_wherever_it_stands() {
        let seven = || Some(NumberOrString::Number(7));
        check(r#"{"jsonrpc":"2.0","id":7,"result":{"id":8}}"#, seven());
        check(
            r#"{"result":{"id":8,"a":[{"id":9}]},"jsonrpc":"2.0", "id" : 7 }"#,
            seven(),
        );
        check(r#"{"result":{"text":"\"id\":8,{[\\"},"id":7}"#, seven());
        check(
            r#"{"id":"a\"b","error":{}}"#,
            Some(NumberOrString::String("a\"b".into())),
        );
        check(r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#, None);
        check(r#"{"result":{"id":8}}"#, None);
        check(r#"{"x":"id","y":7}"#, None);
        check("no message, \"id\": 7", None);
    }
}
