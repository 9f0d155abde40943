//! Loops that run without a provider.

use std::io::Error;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio_stream::StreamExt;
use tool_runtime::ToolCall;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Message, Mistral, Ollama, OpenAiChat, OpenAiResponses,
    StreamingDialect,
};
use tool_runtime::testing::{Reply, ScriptedModel};

use crate::desk::{App, says, toolbox};

/// Every provider that has a model.
pub(crate) const DIALECTS: [&dyn StreamingDialect; 7] = [
    &Anthropic,
    &Bedrock,
    &Gemini,
    &Mistral,
    &Ollama,
    &OpenAiChat,
    &OpenAiResponses,
];

fn question(dialect: &dyn StreamingDialect) -> Message {
    let text = "Who is customer 7?";
    match dialect.name() {
        "Gemini" => json!({"role": "user", "parts": [{"text": text}]}),
        "Bedrock Converse" => json!({"role": "user", "content": [{"text": text}]}),
        _ => json!({"role": "user", "content": text}),
    }
    .into()
}

/// How a program asks.
#[derive(Clone, Copy, Debug)]
enum Asks {
    Whole,
    Streamed,
}

/// A program: it asks until there is nothing to call any more.
async fn converse(
    dialect: &dyn StreamingDialect,
    asks: Asks,
    model: &ScriptedModel,
) -> Vec<Message> {
    let desk = toolbox().bind(App::default());
    let mut history = vec![question(dialect)];
    loop {
        let (turn, report) = match asks {
            Asks::Whole => {
                let turn = dialect.decode(&model.respond(&history)).unwrap();
                let report = desk.run(turn.calls()).await;
                (turn, report)
            }
            Asks::Streamed => {
                let body = tokio_stream::iter(model.stream(&history)).map(Ok::<_, Error>);
                let streamed = desk.run_stream(dialect.stream(), body).await.unwrap();
                assert_eq!(streamed.turn.interruption(), None);
                (streamed.turn, streamed.report)
            }
        };
        history.extend(turn.messages());
        if turn.calls().is_empty() {
            return history;
        }
        history.extend(dialect.encode(&report));
    }
}

/// A conversation with several calls at once, with one that fails, and one that asks again.
fn script(dialect: &dyn StreamingDialect) -> ScriptedModel {
    let get = |id: u64| Reply::new().call("get_customer", json!({"id": id}));
    ScriptedModel::new(dialect)
        .turn(
            Reply::new()
                .thinking("Two may be “one”.")
                .text("I look both up.")
                .call("get_customer", json!({"id": 7}))
                .call("get_customer", json!({"id": 8})),
        )
        .turn_from(move |results| {
            assert!(results[0].text.contains("Ada"), "{results:?}");
            assert_eq!(results[0].name, "get_customer");
            match results[1].text.contains("There is no customer 8") {
                true => get(7),
                false => Reply::new().text("Both are there."),
            }
        })
        .turn_from(|results| {
            let customer: Value = serde_json::from_str(&results[0].text).unwrap();
            let name = customer["name"].as_str().unwrap();
            Reply::new().text(format!("It is {name}."))
        })
}

#[tokio::test(start_paused = true)]
async fn a_loop_runs_unchanged_in_every_dialect_whole_and_streamed() {
    for dialect in DIALECTS {
        let streams = [None, Some(1), Some(2), Some(3)];
        let streams = streams.map(|cuts| (Asks::Streamed, cuts));
        for (asks, cuts) in [(Asks::Whole, None)].into_iter().chain(streams) {
            let model = script(dialect);
            let model = match cuts {
                Some(seed) => model.cut_anywhere(seed),
                None => model,
            };
            let history = converse(dialect, asks, &model).await;
            model.finished();
            let last = history.last().unwrap();
            assert!(
                last.as_str().contains("It is Ada."),
                "{}: {last}",
                dialect.name()
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn errors_are_marked_where_the_provider_has_a_mark() {
    for dialect in DIALECTS {
        let has_mark =
            ["Anthropic Messages", "Bedrock Converse", "Gemini"].contains(&dialect.name());
        let model = ScriptedModel::new(dialect)
            .turn(Reply::new().call("get_customer", json!({"id": 8})))
            .turn_from(move |results| {
                assert_eq!(results[0].is_error, has_mark);
                Reply::refusal("I can't help with that.")
            });
        converse(dialect, Asks::Whole, &model).await;
        model.finished();
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_cut_off_is_answered_and_not_run() {
    for dialect in DIALECTS {
        for asks in [Asks::Whole, Asks::Streamed] {
            let email = json!({"id": 7, "text": "Good morning"});
            let model = ScriptedModel::new(dialect)
                .turn(
                    Reply::new()
                        .call("get_customer", json!({"id": 7}))
                        .call("send_email", email)
                        .cut_off(),
                )
                .turn_from(move |results| {
                    assert!(results[0].text.contains("Ada"), "{results:?}");
                    match dialect.name() {
                        "Ollama" => assert_eq!(results.len(), 1),
                        _ => assert!(
                            results[1].text.contains("has cut the call off"),
                            "{results:?}"
                        ),
                    }
                    Reply::new().text("I write less.")
                });
            converse(dialect, asks, &model).await;
            model.finished();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_can_be_asked_from_a_task() {
    let model = script(&Anthropic);
    let asked = model.clone();
    tokio::spawn(async move { converse(&Anthropic, Asks::Streamed, &asked).await })
        .await
        .unwrap();
    model.finished();
}

#[test]
fn ids_are_the_same_in_every_run_and_in_the_form_of_the_provider() {
    let ids = |dialect: &dyn StreamingDialect| {
        let turn = dialect.decode(&script(dialect).respond(&[])).unwrap();
        turn.calls()
            .iter()
            .map(|call| call.id().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&Anthropic), ["toolu_1", "toolu_2"]);
    assert_eq!(ids(&Mistral), ["call00001", "call00002"]);
    assert_eq!(ids(&OpenAiResponses), ids(&OpenAiResponses));
    let model = ScriptedModel::new(Ollama).turn(
        Reply::new()
            .call_with_id("", "watch", json!({}))
            .call_with_id("mine", "watch", json!({})),
    );
    let turn = Ollama.decode(model.respond(&[])).unwrap();
    assert_eq!(
        turn.calls(),
        [
            ToolCall::new("", "watch", "{}"),
            ToolCall::new("mine", "watch", "{}")
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn calls_without_ids_are_answered_by_name_and_order() {
    for dialect in [&Gemini as &dyn StreamingDialect, &Mistral, &Ollama] {
        let model = ScriptedModel::new(dialect)
            .turn(
                Reply::new()
                    .call_with_id("", "get_customer", json!({"id": 7}))
                    .call_with_id("", "get_customer", json!({"id": 8})),
            )
            .turn_from(|results| {
                assert!(results[0].text.contains("Ada") && results[1].text.contains("no customer"));
                Reply::new().text("So it is.")
            });
        converse(dialect, Asks::Whole, &model).await;
        model.finished();
    }
}

/// The history after a turn of two calls, and the model that made them.
async fn asked(dialect: &dyn StreamingDialect) -> (ScriptedModel, Vec<Message>, Vec<Message>) {
    let model = ScriptedModel::new(dialect)
        .turn(
            Reply::new()
                .call("get_customer", json!({"id": 7}))
                .call("get_customer", json!({"id": 8})),
        )
        .turn(Reply::new().text("Done."));
    let mut history = vec![question(dialect)];
    let turn = dialect.decode(&model.respond(&history)).unwrap();
    history.extend(turn.messages());
    let report = toolbox().bind(App::default()).run(turn.calls()).await;
    (model, history, dialect.encode(&report))
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_result_is_refused_and_named() {
    for dialect in DIALECTS {
        let (model, history, _) = asked(dialect).await;
        let said = says(|| drop(model.respond(&history)));
        let ids = ids_in(dialect);
        assert_eq!(
            said,
            format!(
                "the model was asked for turn 2 with a history that is refused ({}): the calls `get_customer` (`{}`), `get_customer` (`{}`) have no results right behind the turn that made them",
                dialect.name(),
                ids[0],
                ids[1]
            )
        );
    }
}

fn ids_in(dialect: &dyn StreamingDialect) -> [String; 2] {
    let turn = dialect.decode(&script(dialect).respond(&[])).unwrap();
    [0, 1].map(|index| turn.calls()[index].id().to_owned())
}

#[track_caller]
fn refused(model: &ScriptedModel, history: &[Message], expected: &str) {
    let said = says(|| drop(model.respond(history)));
    assert!(said.ends_with(expected), "{said}");
}

#[tokio::test(start_paused = true)]
async fn results_stand_in_their_place_and_once() {
    let user = || Message::from(json!({"role": "user", "content": "And?"}));
    let (model, history, results) = asked(&OpenAiChat).await;
    let with = |more: &[&[Message]]| [&[history.as_slice()], more].concat().concat();
    let lost =
        "the call `get_customer` (`call_2`) has no result right behind the turn that made it";
    refused(&model, &with(&[&results[..1]]), lost);
    refused(
        &model,
        &with(&[&results[..1], &[user()], &results[1..]]),
        lost,
    );
    refused(
        &model,
        &with(&[&results, &results[1..]]),
        "there is a second result for `get_customer` (`call_2`)",
    );
    refused(
        &model,
        &[&history[..1], &results[..]].concat(),
        "there is a result for `call_1`, and no call before it is that",
    );
    // In another order they are taken, and the question after them too.
    let swapped = [results[1].clone(), results[0].clone()];
    model.respond(&with(&[&swapped, &[user()]]));
    model.finished();
}

#[tokio::test(start_paused = true)]
async fn anthropic_wants_results_first_and_in_one_message() {
    let (model, history, results) = asked(&Anthropic).await;
    let message: Value = serde_json::from_str(results[0].as_str()).unwrap();
    let [one, two] = &message["content"].as_array().unwrap()[..] else {
        panic!("{message}");
    };
    let with = |content: &[Value]| {
        let message = json!({"role": "user", "content": content});
        [&history[..], &[message.into()]].concat()
    };
    let text = json!({"type": "text", "text": "And?"});
    refused(
        &model,
        &with(&[text.clone(), one.clone(), two.clone()]),
        "the result for `toolu_1` stands behind something else in its message; results come first",
    );
    refused(
        &model,
        &with(&[one.clone(), text.clone()]),
        "the call `get_customer` (`toolu_2`) has no result right behind the turn that made it",
    );
    let mut wrong = one.clone();
    wrong["tool_use_id"] = "toolu_9".into();
    refused(
        &model,
        &with(&[wrong, two.clone()]),
        "there is a result for `toolu_9`, and no call before it is that",
    );
    model.respond(&with(&[one.clone(), two.clone(), text]));
    model.finished();
}

#[tokio::test(start_paused = true)]
async fn a_history_without_the_last_turn_is_at_another_place_than_the_script() {
    for dialect in DIALECTS {
        let (model, history, results) = asked(dialect).await;
        let said = says(|| drop(model.respond(&history[..1])));
        let [id, _] = ids_in(dialect);
        assert_eq!(
            said,
            format!(
                "the model was asked for turn 2, and the history does not end with its turn before, which called `get_customer` (`{id}`); put `turn.messages()` and then the results there"
            )
        );
        // Nothing of the script is lost by that.
        model.respond(&[history, results].concat());
        model.finished();
    }
}

#[tokio::test(start_paused = true)]
async fn a_script_that_is_over_says_so_and_one_that_is_not_too() {
    let (model, history, results) = asked(&Gemini).await;
    assert_eq!(
        says(|| model.finished()),
        "the model was asked for 1 turn, and there is 1 more in its script"
    );
    let history = [history, results].concat();
    model.respond(&history);
    assert_eq!(
        says(|| drop(model.respond(&history))),
        "the model was asked for turn 3, and its script is over; its last turn made no call, so the conversation was at its end"
    );
    let empty = ScriptedModel::new(Gemini);
    assert_eq!(
        says(|| drop(empty.stream(&[]))),
        "the model was asked, and its script has no turn"
    );
    let calls = ScriptedModel::new(Gemini).turn(Reply::new().call("watch", json!({})));
    let mut history = Vec::new();
    let turn = Gemini.decode(calls.respond(&history)).unwrap();
    let report = toolbox().bind(App::default()).run(turn.calls()).await;
    history.extend(turn.messages());
    history.extend(Gemini.encode(&report));
    assert_eq!(
        says(|| drop(calls.respond(&history))),
        "the model was asked for turn 2, and its script is over; its last turn called `watch` (`fc_1`)"
    );
}

#[test]
fn arguments_are_an_object() {
    assert_eq!(
        says(|| drop(Reply::new().call("watch", 7))),
        "the arguments for `watch` are a JSON object, not `7`"
    );
}

#[test]
fn a_model_is_a_value_of_any_dialect() {
    let boxed: Arc<dyn StreamingDialect> = Arc::new(Anthropic);
    let _ = ScriptedModel::new(&*boxed);
    let _ = ScriptedModel::new(Anthropic.strict());
    let _ = ScriptedModel::new(Gemini.choice(0));
}
