//! Random histories of which random results are lost.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tool_runtime::ToolCall;
use tool_runtime::dialect::Message;

use super::forms::{Event, FORMS, Form};
use super::interrupted;

/// One turn: its calls, which results there are and in which order, and what the user says then.
#[derive(Clone, Debug)]
struct Turn {
    calls: Vec<ToolCall>,
    kept: Vec<usize>,
    said: Option<&'static str>,
}

fn calls(may_lack_ids: bool) -> impl Strategy<Value = Vec<ToolCall>> {
    let id = prop_oneof![
        Just("a"),
        Just("b"),
        Just("c"),
        Just(if may_lack_ids { "" } else { "d" })
    ];
    let name = prop_oneof![Just("find"), Just("lend"), Just("say")];
    let call = (id, name).prop_map(|(id, name)| ToolCall::new(id, name, "{}"));
    prop::collection::vec(call, 0..4)
}

fn turns(may_lack_ids: bool) -> impl Strategy<Value = Vec<Turn>> {
    let turn = calls(may_lack_ids).prop_flat_map(|calls| {
        let all: Vec<usize> = (0..calls.len()).collect();
        // Without ids the order is all there is.
        let has_ids = calls.iter().all(|call| !call.id().is_empty());
        let kept = prop::sample::subsequence(all.clone(), 0..=all.len());
        let kept = (kept, any::<bool>()).prop_map(move |(mut kept, reverse)| {
            if has_ids && reverse {
                kept.reverse();
            }
            kept
        });
        let said = prop_oneof![Just(None), Just(Some("Go on."))];
        (Just(calls), kept, said).prop_map(|(calls, kept, said)| Turn { calls, kept, said })
    });
    prop::collection::vec(turn, 1..4).prop_map(|mut turns| {
        // Some providers take what one side says in a row for one turn.
        for turn in &mut turns {
            if turn.kept.is_empty() {
                turn.said = Some("Go on.");
            }
        }
        turns
    })
}

fn history(form: &Form, turns: &[Turn]) -> Vec<Message> {
    let mut history = Vec::new();
    for turn in turns {
        history.extend((form.asked)(&turn.calls));
        let texts: Vec<String> = turn
            .kept
            .iter()
            .map(|index| format!("result {index}"))
            .collect();
        let results = turn.kept.iter().zip(&texts);
        let results: Vec<_> = results
            .map(|(&index, text)| (&turn.calls[index], &**text))
            .collect();
        history.extend((form.answered)(&results, turn.said));
    }
    history.into_iter().map(Message::from).collect()
}

/// The results that follow the calls of each turn that has some, in their order; none may stand elsewhere.
fn answered(events: &[Event]) -> Result<Vec<Vec<&Event>>, TestCaseError> {
    let mut turns = Vec::new();
    let mut open = 0;
    for event in events {
        match event {
            Event::Call(..) if open == 0 => {
                turns.push(Vec::new());
                open = 1;
            }
            Event::Call(..) => open += 1,
            Event::Result(..) => {
                prop_assert!(open > 0, "one result too many in {events:?}");
                turns.last_mut().unwrap().push(event);
                open -= 1;
            }
            Event::Said(_) => prop_assert_eq!(open, 0, "a call is open in {:?}", events),
        }
    }
    prop_assert_eq!(open, 0, "a call is open in {:?}", events);
    Ok(turns)
}

fn ids<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counted = BTreeMap::new();
    for id in ids {
        *counted.entry(id).or_default() += 1;
    }
    counted
}

fn holds(form: &Form, turns: &[Turn]) -> Result<(), TestCaseError> {
    let before = history(form, turns);
    let mut after = before.clone();
    let added = form.dialect.complete(&mut after);

    let lost: usize = turns
        .iter()
        .map(|turn| turn.calls.len() - turn.kept.len())
        .sum();
    prop_assert_eq!(added.len(), lost);
    if lost == 0 {
        prop_assert_eq!(&after, &before);
    }
    let mut again = after.clone();
    prop_assert_eq!(form.dialect.complete(&mut again), []);
    prop_assert_eq!(&again, &after);

    let events = form.events(&after);
    // What has to stand between a result and what the user says, at Mistral.
    let filler = Event::Said("OK.".to_owned());
    let kept: Vec<Event> = events
        .iter()
        .filter(|event| !event.is_interruption())
        .cloned()
        .collect();
    let kept: Vec<Event> = kept.into_iter().filter(|event| *event != filler).collect();
    prop_assert_eq!(kept, form.events(&before));

    let asked = turns.iter().filter(|turn| !turn.calls.is_empty());
    for (turn, results) in asked.zip(answered(&events)?) {
        let of_results = results.iter().map(|result| match result {
            Event::Result(id, _) => id.as_str(),
            _ => "",
        });
        prop_assert_eq!(ids(of_results), ids(turn.calls.iter().map(ToolCall::id)));
        told_apart(turn, &results)?;
    }
    Ok(())
}

/// Where ids or names tell the calls apart and the results are in order, each stands in the place of its call.
fn told_apart(turn: &Turn, results: &[&Event]) -> Result<(), TestCaseError> {
    let mut told: Vec<_> = turn
        .calls
        .iter()
        .map(|call| (call.id(), call.name()))
        .collect();
    told.sort_unstable();
    told.dedup_by(|a, b| match (a.0, b.0) {
        ("", "") => a.1 == b.1,
        (a, b) => a == b,
    });
    if told.len() < turn.calls.len() || !turn.kept.is_sorted() {
        return Ok(());
    }
    for (index, (call, result)) in turn.calls.iter().zip(results).enumerate() {
        let text = match turn.kept.contains(&index) {
            true => format!("result {index}"),
            false => interrupted(call.name()),
        };
        prop_assert_eq!(*result, &Event::Result(call.id().to_owned(), text));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_call_has_one_result_and_all_else_is_as_it_was(
        with_ids in turns(false),
        some_without in turns(true),
    ) {
        for form in &FORMS {
            holds(form, &with_ids)?;
            if form.may_lack_ids {
                holds(form, &some_without)?;
            }
        }
    }
}
