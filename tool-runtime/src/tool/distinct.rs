//! Whether every object in a JSON text has each of its keys once.
//!
//! A map and serde_json's `Value` keep the last of two, other parsers the first: what was checked and what is used could differ.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::path::Path;
use super::problem::ArgumentProblem;
use crate::json::Key;

/// So many keys are told; whoever has more wrong has everything wrong.
const MAX_TOLD: usize = 64;

/// The keys that an object in `text`, the JSON value of the argument `name`, has more than once, each at the path of its second value.
/// Of what serde_json does not read, what comes before.
pub(super) fn repeated(name: &str, text: &str) -> Vec<ArgumentProblem> {
    let mut problems = Vec::new();
    let distinct = Distinct {
        path: &Path::Root(name),
        problems: &mut problems,
    };
    // What else is wrong is told by who reads the value.
    drop(distinct.deserialize(&mut serde_json::Deserializer::from_str(text)));
    problems
}

/// Whether `text` is one JSON value in which no object has a key more than once.
pub(super) fn is_distinct(text: &str) -> bool {
    let mut problems = Vec::new();
    let distinct = Distinct {
        path: &Path::Root(""),
        problems: &mut problems,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = distinct.deserialize(&mut deserializer);
    read.and_then(|()| deserializer.end()).is_ok() && problems.is_empty()
}

/// Reads any value and keeps nothing of it but keys that are there twice.
struct Distinct<'a> {
    path: &'a Path<'a>,
    problems: &'a mut Vec<ArgumentProblem>,
}

impl Distinct<'_> {
    fn second(&mut self, key: &str) {
        if self.problems.len() < MAX_TOLD {
            let path = Path::Member(self.path, key).text();
            self.problems.push(ArgumentProblem::new(
                path,
                "this key once",
                "it a second time",
            ));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Distinct<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Distinct<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        // How often each was there.
        let mut seen: HashMap<Cow<'de, str>, usize> = HashMap::new();
        while let Some(Key(key)) = map.next_key()? {
            let times = seen.entry(key.clone()).or_default();
            *times += 1;
            if *times == 2 {
                self.second(&key);
            }
            map.next_value_seed(Distinct {
                path: &Path::Member(self.path, &key),
                problems: &mut *self.problems,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        for index in 0.. {
            let element = Distinct {
                path: &Path::Element(self.path, index),
                problems: &mut *self.problems,
            };
            if seq.next_element_seed(element)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[track_caller]
    fn check(name: &str, text: &str, paths: &[&str]) {
        let problems = repeated(name, text);
        let found: Vec<_> = problems.iter().map(|problem| problem.path()).collect();
        assert_eq!(found, paths);
    }

    #[test]
    fn each_key_that_is_there_again_is_told_once() {
        check("a", r#"{"b":1,"c":[{},{"d":{"b":1}}]}"#, &[]);
        check("a", r#"{"b":1,"b":2,"b":3}"#, &["a.b"]);
        check("", r#"{"b":{"c":1},"b":{"c":1,"\u0063":2}}"#, &["b", "b.c"]);
        check("", r#"[{"b":[0,{"c":1,"c":2}]}]"#, &["[0].b[1].c"]);
        check("a", "[1,-1,1.5,1e99,true,null,\"\"]", &[]);
        let many: String = (0..100).map(|n| format!(r#","{n}":1,"{n}":1"#)).collect();
        assert_eq!(repeated("a", &format!("{{{}}}", &many[1..])).len(), 64);
    }

    #[test]
    fn what_is_no_json_is_told_by_others() {
        for text in ["", "{", "[1", "nope", r#"{"a":"\ud83d"}"#, "[1e400]"] {
            check("a", text, &[]);
        }
        check("a", r#"{"b":1,"b":2"#, &["a.b"]);
    }
}
