//! Times, which reports know and histories do not.

use std::time::Duration;

use serde_json::json;
use tool_runtime::dialect::Anthropic;
use tool_runtime::turns::Conversation;

use crate::desk::{Answers, Said, held, runtime, toolbox};

const MS: Duration = Duration::from_millis(1);

#[test]
fn what_was_saved_and_what_was_missed() {
    let toolbox = toolbox();
    let desk = toolbox.bind(Answers::default());
    let look = |number| ("look", json!({"shelf": "A", "number": number}));
    let said = [
        Said::User("Go.".to_owned()),
        Said::Calls(vec![look(1), look(2), look(3)]),
        Said::Calls(vec![look(4)]),
        Said::Calls(vec![look(5)]),
    ];
    let (history, reports) = runtime().block_on(held(&desk, &Anthropic, &said));
    assert_eq!(
        toolbox.turn_stats(&Anthropic.conversation(&history)).times,
        None
    );

    let without = Conversation::new().user("Go.");
    let without = reports.iter().fold(without, Conversation::report);
    let stats = toolbox.turn_stats(&without);
    let times = stats.times.expect("times");
    assert_eq!((times.one_by_one, times.wall), (500 * MS, 300 * MS));
    assert_eq!(
        (times.saved(), times.missed, times.model),
        (200 * MS, 200 * MS, None)
    );
    assert_eq!(stats.merges().first(), Some(&(0..3)));

    // The model took 2 s before each turn.
    let began = [2_000, 4_100, 6_200].map(|ms| ms * MS);
    let with = began.into_iter().zip(&reports);
    let with = with.fold(
        Conversation::new().user("Go."),
        |conversation, (began, report)| conversation.report_at(began, report),
    );
    let stats = toolbox.turn_stats(&with);
    assert_eq!(stats.times.expect("times").model, Some(4_000 * MS));
    let told = stats.to_string();
    let last: Vec<&str> = told.lines().rev().take(2).collect();
    assert_eq!(
        last,
        [
            "between those turns the model was waited for 4000 ms",
            "tools took 300 ms, one by one 500 ms: parallel saved 200 ms, and missed some 200 ms in turns that could have been one",
        ]
    );
}

#[test]
fn what_the_system_prompt_says_is_known() {
    let toolbox = toolbox();
    let desk = toolbox.bind(Answers([(1, "shelf K9".to_owned())].into()));
    let look = |shelf: &str, number: u64| ("look", json!({"shelf": shelf, "number": number}));
    let said = [
        Said::User("Go.".to_owned()),
        Said::Calls(vec![look("A", 1)]),
        Said::Calls(vec![look("K9", 2)]),
    ];
    let (_, reports) = runtime().block_on(held(&desk, &Anthropic, &said));
    let merges = |conversation: Conversation| {
        let conversation = reports.iter().fold(conversation, Conversation::report);
        toolbox.turn_stats(&conversation).could_save()
    };
    assert_eq!(merges(Conversation::new().user("Go.")), 0);
    assert_eq!(
        merges(Conversation::new().context("Shelves: A, K9.").user("Go.")),
        1
    );
    assert_eq!(merges(Conversation::new().user("A and K9.")), 1);
}
