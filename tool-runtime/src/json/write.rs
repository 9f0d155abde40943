//! A JSON text as something serde can write, untouched where it can be.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Cursor, Malformed, string};

/// How deep a value may be nested to be serialised: as deep as serde_json reads.
const MAX_DEPTH: usize = 127;

/// A JSON text as the value it is, its members in their own order. `Value` would sort them, and a model that reads its
/// own arguments back in another order reads another prompt.
#[derive(Debug)]
pub(crate) struct Json<'a> {
    text: &'a str,
    depth: usize,
}

impl<'a> Json<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, depth: 0 }
    }

    fn inside<E: serde::ser::Error>(&self, text: &'a str) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH {
            return Err(E::custom("the JSON text is nested more than 127 deep"));
        }
        Ok(Self { text, depth })
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let malformed = |error: Malformed| serde::ser::Error::custom(error.message);
        if let Some(mut cursor) = Cursor::object(self.text) {
            let mut map = serializer.serialize_map(None)?;
            while cursor.advance().map_err(malformed)? {
                let key = cursor.key().map_err(malformed)?;
                let value = cursor.value().map_err(malformed)?;
                map.serialize_entry(&key, &self.inside(value)?)?;
            }
            return map.end();
        }
        if let Some(mut cursor) = Cursor::array(self.text) {
            let mut seq = serializer.serialize_seq(None)?;
            while cursor.advance().map_err(malformed)? {
                let value = cursor.value().map_err(malformed)?;
                seq.serialize_element(&self.inside(value)?)?;
            }
            return seq.end();
        }
        match string(self.text) {
            Some(string) => serializer.serialize_str(&string),
            // A number keeps its digits where serde_json does.
            None => serde_json::from_str::<Value>(self.text)
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

/// Writes `text` as a JSON string. Most need no escapes.
pub(crate) fn push_text(json: &mut String, text: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        json.push('"');
        json.push_str(text);
        json.push('"');
    } else {
        json.push_str(&Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_serialised_in_its_own_order() {
        let text = r#"{"b":[1,-2,1.5,true,null],"a":{"z":"\u0061\n","y":{}},"":[]}"#;
        let written = serde_json::to_string(&Json::new(text)).unwrap();
        assert_eq!(written, text.replace("\\u0061", "a"));
    }

    #[test]
    fn what_serde_cannot_hold_is_replaced_or_an_error() {
        let written = serde_json::to_string(&Json::new(r#"["\ud800!"]"#)).unwrap();
        assert_eq!(written, "[\"\u{fffd}\u{fffd}\u{fffd}!\"]");
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for (text, message) in [
            (deep.as_str(), "the JSON text is nested more than 127 deep"),
            ("[1e400]", "number out of range at line 1 column 5"),
        ] {
            let error = serde_json::to_string(&Json::new(text)).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
