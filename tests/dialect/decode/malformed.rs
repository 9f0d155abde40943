//! Responses that are wrong somewhere, made from whole ones: an error that says where, or a turn in which no call is missing that is
//! still there. Never a panic.

use serde_json::{Value, json};
use tool_runtime::{DecodeError, ToolCall};

use crate::fixtures::{FIXTURES, Fixture};

/// The places of all values in `value`, as JSON pointers.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                pointers(element, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// `/choices/0/message` as a message says it: `choices[0].message`.
fn dotted(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(index) => path += &format!("[{index}]"),
            Err(_) if path.is_empty() => path += step,
            Err(_) => path += &format!(".{step}"),
        }
    }
    path
}

fn is_within(place: &str, pointer: &str) -> bool {
    let rest = place.strip_prefix(pointer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn told(call: &ToolCall) -> (&str, &str, &str) {
    (call.id(), call.name(), call.arguments())
}

/// A whole response and the place at which it is about to be changed.
struct Changed<'a> {
    fixture: &'a Fixture,
    pointer: &'a str,
    places: &'a [String],
    whole: &'a [ToolCall],
}

impl Changed<'_> {
    /// Whether a call stands at the place or in it, and so is gone.
    fn takes_a_call(&self) -> bool {
        let mut places = self.places.iter();
        places.any(|place| is_within(place, self.pointer))
    }

    /// Whether a call stands round the place.
    fn is_in_a_call(&self) -> bool {
        let mut places = self.places.iter();
        places.any(|place| is_within(self.pointer, place))
    }

    /// Reads the changed response; of the calls that were not touched none is missing, and their order is the same.
    #[track_caller]
    fn read(&self, body: &Value) -> Option<DecodeError> {
        let at = format!("{} at `{}`: {body}", self.fixture.file(), self.pointer);
        let turn = match self.fixture.dialect.decode(body.to_string().as_bytes()) {
            Ok(turn) => turn,
            Err(error) => return Some(error),
        };
        let mut found = turn.calls().iter();
        let mut left = 0;
        for (place, call) in self.places.iter().zip(self.whole) {
            let is_gone = is_within(place, self.pointer);
            let is_touched = is_gone || is_within(self.pointer, place);
            left += usize::from(!is_gone);
            assert!(
                is_touched || found.any(|other| told(other) == told(call)),
                "{at} lost {call:?}"
            );
        }
        assert!(turn.calls().len() >= left, "{at} lost a call");
        None
    }
}

/// Does something with every value of every fixture.
fn everywhere(check: impl Fn(&Changed<'_>, &Value)) {
    for fixture in FIXTURES {
        let body: Value = serde_json::from_str(fixture.body).unwrap();
        let text = body.to_string();
        let whole = fixture.dialect.decode(text.as_bytes()).unwrap();
        let places = fixture.places();
        let mut found = Vec::new();
        pointers(&body, "", &mut found);
        for pointer in &found {
            let changed = Changed {
                fixture,
                pointer,
                places: &places,
                whole: whole.calls(),
            };
            check(&changed, &body);
        }
    }
}

#[test]
fn a_value_of_another_type_costs_no_call() {
    let others = [
        json!(true),
        json!(7),
        json!("x"),
        json!([]),
        json!([7]),
        json!({}),
        json!({ "x": 7 }),
    ];
    everywhere(|changed, body| {
        for other in &others {
            let mut body = body.clone();
            let value = body.pointer_mut(changed.pointer).unwrap();
            if std::mem::discriminant(value) == std::mem::discriminant(other) {
                continue;
            }
            *value = other.clone();
            let error = changed.read(&body);
            if error.is_none() && !changed.is_in_a_call() {
                keeps_what_is_cut(changed, &body);
            }
            if !changed.takes_a_call() {
                continue;
            }
            // With it calls are gone, so that there is an error, and it says where.
            let at = format!("{} at `{}`", changed.fixture.file(), changed.pointer);
            let error = error.unwrap_or_else(|| panic!("{at} is {other}"));
            assert!(matches!(error, DecodeError::WrongShape { .. }), "{error:?}");
            let path = format!("`{}`", dotted(changed.pointer));
            let is_told = changed.pointer.is_empty() || error.to_string().contains(&path);
            assert!(is_told, "{at}: {error}");
        }
    });
}

/// What was cut off is not run, as where the reason to stop cannot be read.
#[track_caller]
fn keeps_what_is_cut(changed: &Changed<'_>, body: &Value) {
    let turn = changed.fixture.dialect.decode(body.to_string().as_bytes());
    let cut = |calls: &[ToolCall]| calls.iter().filter(|call| call.is_cut_off()).count();
    let at = format!(
        "{} at `{}`: {body}",
        changed.fixture.file(),
        changed.pointer
    );
    assert_eq!(cut(turn.unwrap().calls()), cut(changed.whole), "{at}");
}

/// `null` is what a member that is not there may be written as.
#[test]
fn a_value_that_is_null_or_not_there_costs_no_other_call() {
    everywhere(|changed, body| {
        let mut with_null = body.clone();
        *with_null.pointer_mut(changed.pointer).unwrap() = Value::Null;
        changed.read(&with_null);

        let Some((parent, key)) = changed.pointer.rsplit_once('/') else {
            return;
        };
        let mut without = body.clone();
        match without.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.remove(key)),
            // Behind it all places would be others.
            _ => return,
        }
        changed.read(&without);
    });
}

#[test]
fn a_member_that_nobody_knows_changes_nothing() {
    everywhere(|changed, body| {
        for key in ["a_new_one", "zz_new"] {
            let mut body = body.clone();
            let Value::Object(members) = body.pointer_mut(changed.pointer).unwrap() else {
                return;
            };
            members.insert(key.to_owned(), json!({ "new": [{ "type": "new" }] }));
            assert_eq!(changed.read(&body), None, "{body}");
        }
    });
}

#[test]
fn a_response_that_breaks_off_anywhere_is_no_json() {
    for fixture in FIXTURES {
        let whole = fixture.body.trim_end().as_bytes();
        for end in 0..whole.len() {
            let error = fixture.dialect.decode(&whole[..end]).unwrap_err();
            let is_told = matches!(error, DecodeError::NotJson { .. });
            assert!(is_told, "{}, {end} bytes: {error:?}", fixture.file());
        }
    }
}

#[test]
fn a_byte_that_is_missing_anywhere_is_no_panic() {
    for fixture in FIXTURES {
        for at in 0..fixture.body.len() {
            let mut body = fixture.body.as_bytes().to_vec();
            body.remove(at);
            let _ = fixture.dialect.decode(&body);
        }
    }
}

/// Only Mistral's looks as OpenAI's does.
#[test]
fn another_provider_s_response_is_refused() {
    for fixture in FIXTURES {
        for other in FIXTURES {
            let chat = ["openai-chat", "mistral"];
            let is_alike = chat.contains(&fixture.provider) && chat.contains(&other.provider);
            if is_alike || fixture.provider == other.provider {
                continue;
            }
            let error = other.dialect.decode(fixture.body.as_bytes()).unwrap_err();
            let is_told = matches!(error, DecodeError::WrongShape { .. });
            assert!(is_told, "{} as {}", fixture.file(), other.provider);
        }
    }
}
