//! Histories of every provider say the same, and what is said of them reads well.

use serde_json::json;
use tool_runtime::dialect::{Anthropic, Message, OpenAiResponses};
use tool_runtime::turns::Conversation;

use crate::desk::{Answers, DIALECTS, Said, held, runtime, toolbox};

fn said() -> Vec<Said> {
    vec![
        Said::User("What is on shelves A and B, and what is order 77?".to_owned()),
        Said::Calls(vec![("look", json!({"shelf": "A", "number": 1}))]),
        Said::Calls(vec![(
            "look",
            json!({"shelf": "B", "number": 2, "note": "for order 77"}),
        )]),
        Said::Calls(vec![(
            "look",
            json!({"shelf": "C", "number": 3, "note": "see box-12"}),
        )]),
        Said::Calls(vec![("put", json!({"shelf": "C", "number": 4}))]),
        Said::Answer("Boxes.".to_owned()),
        Said::User("Ring, and count.".to_owned()),
        Said::Calls(vec![
            ("ring", json!({"number": 5})),
            ("sum", json!({"number": 6})),
        ]),
        Said::Calls(vec![("sum", json!({"number": 7}))]),
        Said::Answer("Done.".to_owned()),
    ]
}

fn answers() -> Answers {
    let answers = [
        (1, r#"{"boxes": 3, "order": 77}"#),
        (2, r#"["box-12"]"#),
        (6, "fails"),
    ];
    Answers(
        answers
            .map(|(number, text)| (number, text.to_owned()))
            .into(),
    )
}

const TOLD: &str = "\
1 look
2 look
    could have been one with turn 1: no key that both use is written, and what of 4 values is in 1 result was known before (`77`)
3 look
    needs `box-12` for `note` of `look`, from the result of `look` (turn 2)
4 put
    `put` touches `shelf:C`, as `look` (turn 3), and one of them writes it
5 ring, sum; 1 failed
    the first since the user spoke
6 sum
    after a failure: `sum` (turn 5)
6 turns with 7 calls, 1.2 a turn; 2 answers without calls
could have been 5 turns, 1 request fewer (an estimate: what a model made of a result without quoting it is not seen)";

#[test]
fn every_provider_s_history_says_the_same() {
    let toolbox = toolbox();
    let desk = toolbox.bind(answers());
    for dialect in DIALECTS {
        let (history, _) = runtime().block_on(held(&desk, dialect, &said()));
        let stats = toolbox.turn_stats(&dialect.conversation(&history));
        assert_eq!(stats.to_string(), TOLD, "{}", dialect.name());
    }
}

#[test]
fn json_has_a_number_and_the_reasons() {
    let toolbox = toolbox();
    let desk = toolbox.bind(answers());
    let (history, _) = runtime().block_on(held(&desk, &Anthropic, &said()));
    let stats = toolbox.turn_stats(&Anthropic.conversation(&history));
    let value = serde_json::to_value(&stats).expect("JSON");
    assert_eq!(value["format"], 1);
    assert_eq!(value["could_be_one"], json!([[0, 2]]));
    assert_eq!(
        value["turns"][1],
        json!({"calls": ["look"], "failed": 0, "could_join": {"first": 0, "values": 4, "results": 1, "known": ["77"]}})
    );
    assert_eq!(
        value["turns"][2]["tied"],
        json!({"by": "value", "path": "note", "value": "box-12",
            "call": {"turn": 2, "call": 0, "name": "look"}, "earlier": {"turn": 1, "call": 0, "name": "look"}})
    );
    assert_eq!(value["turns"][3]["tied"]["key"], "shelf:C");
    assert_eq!(value["times"], json!(null));
}

#[test]
fn what_is_no_history_has_no_turns() {
    let toolbox = toolbox();
    let odd = [
        json!({}),
        json!({"role": 7}),
        json!({"role": "tool", "content": null}),
    ];
    let odd: Vec<Message> = odd.map(Message::from).into();
    for dialect in DIALECTS {
        let stats = toolbox.turn_stats(&dialect.conversation(&odd));
        assert_eq!(stats.turns, [], "{}", dialect.name());
    }
    let nothing = toolbox.turn_stats(&Conversation::new());
    assert_eq!(nothing.to_string(), "no turn with calls");
}

#[test]
fn a_user_who_speaks_among_results_ends_the_run() {
    let history = json!([
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "sum", "input": {"number": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": "ok"}, {"type": "text", "text": "And 2?"}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "2", "name": "sum", "input": {"number": 2}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "2", "content": "ok"}]},
    ]);
    let history = Message::list(&history.to_string()).expect("a history");
    let stats = toolbox().turn_stats(&Anthropic.conversation(&history));
    assert_eq!((stats.turns.len(), stats.could_save()), (2, 0));
}

#[test]
fn thoughts_between_items_are_the_model_s() {
    let call = |id: &str, number: u64| json!({"type": "function_call", "call_id": id, "name": "sum", "arguments": json!({"number": number}).to_string()});
    let output = |id: &str| json!({"type": "function_call_output", "call_id": id, "output": "ok"});
    let thought = json!({"type": "reasoning", "id": "rs_1", "summary": []});
    let history = json!([{"role": "user", "content": "Go."}, thought, call("a", 1), output("a"), thought, call("b", 2), output("b")]);
    let history = Message::list(&history.to_string()).expect("a history");
    let stats = toolbox().turn_stats(&OpenAiResponses.conversation(&history));
    assert_eq!(
        (stats.turns.len(), stats.could_save(), stats.answers),
        (2, 1, 0)
    );
}
