//! Streams with a value of another type somewhere: what is lost is told, no call is passed over, and none runs with other arguments
//! than the model wrote.

use serde_json::{Value, json};
use tool_runtime::ToolCall;

use crate::fixture::{Fixture, Read, each};

/// The places of all values in `value`, as JSON pointers.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.replace('~', "~0").replace('/', "~1"), member))
            .collect(),
        Value::Array(elements) => {
            let elements = elements.iter().enumerate();
            elements.map(|(at, one)| (at.to_string(), one)).collect()
        }
        _ => Vec::new(),
    };
    for (step, member) in inside {
        pointers(member, &format!("{at}/{step}"), found);
    }
}

/// Reads a stream event by event.
fn read(fixture: &Fixture, events: &[String]) -> Read {
    let mut stream = fixture.stream();
    let mut handed: Vec<_> = events.iter().map(|one| stream.push_event(one)).collect();
    handed.push(stream.end());
    let said = stream.take_text();
    let turn = stream.into_turn();
    let said = vec![said];
    Read { handed, said, turn }
}

/// Calls `check` with each stream that ends well in which one value is of another type, with its calls as they were, and with what was
/// changed.
fn everywhere(check: impl Fn(&[ToolCall], &Read, &str, &str) + Sync) {
    let others = [json!(7), json!("x"), json!([7]), json!({ "x": 7 })];
    each(|fixture| {
        let events: Vec<String> = fixture.data().into_iter().map(str::to_owned).collect();
        let whole = read(fixture, &events);
        let Some(turn) = whole.ended_well() else {
            return;
        };
        for (place, event) in events.iter().enumerate() {
            // `[DONE]` is none.
            let Ok(event) = serde_json::from_str::<Value>(event) else {
                continue;
            };
            let mut found = Vec::new();
            pointers(&event, "", &mut found);
            for (pointer, other) in found
                .iter()
                .flat_map(|one| others.iter().map(move |other| (one, other)))
            {
                let mut event = event.clone();
                let value = event.pointer_mut(pointer).unwrap();
                if std::mem::discriminant(value) == std::mem::discriminant(other) {
                    continue;
                }
                *value = other.clone();
                let mut events = events.clone();
                events[place] = event.to_string();
                let what = format!("{}, event {place}, `{pointer}` is {other}", fixture.title());
                check(turn.calls(), &read(fixture, &events), pointer, &what);
            }
        }
    });
}

/// The arguments of a call, if they are JSON and it would be run with them.
fn arguments(call: &ToolCall) -> Option<Value> {
    let is_run = !call.is_cut_off() && !call.is_text();
    is_run.then(|| serde_json::from_str(call.arguments()).ok())?
}

#[test]
fn a_value_of_another_type_costs_no_call_that_is_not_told_of_and_runs_none_otherwise() {
    everywhere(|whole, read, pointer, what| {
        let (calls, problem) = match &read.turn {
            Ok(turn) => (turn.calls(), turn.interruption()),
            Err(error) => (&[][..], Some(error)),
        };
        assert_eq!(read.calls(), calls, "{what}");
        assert!(
            calls.len() >= whole.len() || problem.is_some(),
            "{what}: {:?}",
            read.turn
        );
        // What stands where arguments do is what the model is taken to have written.
        let are_arguments = ["/args", "/arguments", "/input"]
            .iter()
            .any(|key| pointer.contains(key));
        let were = |found: &Value| {
            whole
                .iter()
                .any(|call| arguments(call).as_ref() == Some(found))
        };
        for found in calls.iter().filter_map(arguments) {
            assert!(are_arguments || were(&found), "{what}: runs with {found}");
        }
    });
}
