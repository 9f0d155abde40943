//! The id of a JSON-RPC message that is not kept, since it is too long, or not read, since it is no JSON: whoever waits for an answer
//! waits for one under that id.

use rmcp::model::RequestId;

/// Reads an object's bytes as they come, and keeps of them only the member `id` and whether there is a `method`.
#[derive(Debug, Default)]
pub(crate) struct MessageId {
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

/// What is longer is no id.
const MAX: usize = 1024;

impl MessageId {
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
    }

    /// The id, if there is one that can be answered under.
    pub(crate) fn id(&self) -> Option<RequestId> {
        serde_json::from_slice(self.id.as_deref()?).ok()
    }

    /// The id, if this is an answer.
    #[cfg(feature = "client")]
    pub(crate) fn of_answer(&self) -> Option<RequestId> {
        self.id().filter(|_| !self.is_request)
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

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::{MessageId, RequestId};

    /// What is found of a message, however it is cut.
    #[track_caller]
    fn check(message: &str, id: Option<RequestId>, of_answer: Option<RequestId>) {
        for size in [1, 7, message.len()] {
            let mut found = MessageId::default();
            let parts = message.as_bytes().chunks(size);
            parts.for_each(|part| found.read(part));
            assert_eq!(found.id(), id, "{message} in parts of {size}");
            assert_eq!(found.of_answer(), of_answer, "{message} in parts of {size}");
        }
    }

    #[track_caller]
    fn answer(message: &str, id: RequestId) {
        check(message, Some(id.clone()), Some(id));
    }

    fn seven() -> RequestId {
        RequestId::Number(7)
    }

    fn text() -> RequestId {
        RequestId::String("a\"b".into())
    }

    #[test]
    fn the_id_is_found_wherever_it_stands() {
        answer(r#"{"jsonrpc":"2.0","id":7,"result":{"id":8}}"#, seven());
        answer(
            r#"{"result":{"id":8,"a":[{"id":9}]},"jsonrpc":"2.0", "id" : 7 }"#,
            seven(),
        );
        answer(r#"{"result":{"text":"\"id\":8,{[\\"},"id":7}"#, seven());
        answer(r#"{"id":"a\"b","error":{}}"#, text());
        let ping = r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#;
        check(ping, Some(seven()), None);
    }

    #[test]
    fn the_id_is_found_in_what_is_no_json() {
        answer(r#"{"id": 7, "params": {"a": NaN}}"#, seven());
        answer(r#"{"params": {"id": 8, "a": NaN}, "id": 7}"#, seven());
        answer(r#"{"params": ["\"id\": 8"], x, "id": "a\"b"}"#, text());
        answer(r#"{"id": 7, "params": {"a": "#, seven());
    }

    #[test]
    fn what_is_no_id_is_none() {
        for message in [
            r#"{"result":{"id":8}}"#,
            r#"{"x":"id","y":7}"#,
            r#"{"method": "id", "params": {"id": 8}}"#,
            r#"{"params": ["\"id\": 8", {], "id": 7}"#,
            r#"{"id": 7.5}"#,
            r#"{"id": null}"#,
            "no message, \"id\": 7",
            "garbage",
        ] {
            check(message, None, None);
        }
        let long = format!(r#"{{"id": "{}"}}"#, "a".repeat(2000));
        check(&long, None, None);
    }
}
