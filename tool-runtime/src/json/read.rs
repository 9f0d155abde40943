//! What serde reads, as a JSON text: for texts that come by a deserializer, which hands out no text.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::Number;

/// With its feature `arbitrary_precision`, which somebody may have switched on, serde_json says a number so: its digits under
/// this key.
const NUMBER: &str = "$serde_json::private::Number";

/// The object that is read as a JSON text, its members in their order.
pub(crate) fn object_text<'de, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<String, D::Error> {
    struct Object(&'static str);

    impl<'de> Visitor<'de> for Object {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<String, A::Error> {
            let mut text = String::new();
            Writer(&mut text).visit_map(members)?;
            match text.starts_with('{') {
                true => Ok(text),
                false => Err(A::Error::invalid_type(Unexpected::Other("number"), &self)),
            }
        }
    }

    deserializer.deserialize_map(Object(expected))
}

/// Writes one value after what is there.
struct Writer<'a>(&'a mut String);

impl Writer<'_> {
    fn write<E: Error>(self, value: &(impl Serialize + ?Sized)) -> Result<(), E> {
        *self.0 += &serde_json::to_string(value).map_err(E::custom)?;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.write(&())
    }
    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.write(&())
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.write(&value)
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.write(&value)
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.write(&value)
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.write(&value)
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.write(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self(text) = self;
        text.push('[');
        let start = text.len();
        loop {
            let end = text.len();
            if end > start {
                text.push(',');
            }
            if elements.next_element_seed(Writer(text))?.is_none() {
                text.truncate(end);
                break;
            }
        }
        text.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(text) = self;
        text.push('{');
        let start = text.len();
        while let Some(key) = members.next_key::<String>()? {
            if text.len() == start && key == NUMBER {
                let digits: String = members.next_value()?;
                if serde_json::from_str::<Number>(&digits).is_err() {
                    return Err(A::Error::invalid_value(
                        Unexpected::Str(&digits),
                        &"a number",
                    ));
                }
                text.pop();
                *text += &digits;
                return Ok(());
            }
            if text.len() > start {
                text.push(',');
            }
            Writer(text).write::<A::Error>(&key)?;
            text.push(':');
            members.next_value_seed(Writer(text))?;
        }
        text.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = object_text(&mut deserializer, "an object").map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn an_object_is_written_in_its_own_order() {
        let text = r#"{"b":[1,-2,1.5,true,null,[],[[]],{}],"a":{"z":"é\n\"","y":{}},"":""}"#;
        check(text, Ok(text));
        check(" { \"a\" : [ 1 , 2 ] } ", Ok(r#"{"a":[1,2]}"#));
        check("{}", Ok("{}"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let found = "invalid type: sequence, expected an object at line 1 column 0";
        check("[1]", Err(found));
        let number = r#"{"$serde_json::private::Number":"7"}"#;
        check(
            number,
            Err("invalid type: number, expected an object at line 1 column 36"),
        );
        check(
            &format!("{{\"a\":{}}}", number.replace('7', "7}")),
            Err("invalid value: string \"7}\", expected a number at line 1 column 42"),
        );
    }
}
