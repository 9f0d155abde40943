//! Random conversations, made by who knows which turns were tied: none of those is said to have been one, and all others are.

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;
use serde_json::{Value, json};
use tool_runtime::turns::Conversation;

use crate::desk::{Answers, DIALECTS, Said, held, runtime, toolbox};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Look,
    Put,
    Sum,
    Ring,
    CountAll,
    ThrowAway,
}

/// How a value from an earlier result stands in the arguments.
#[derive(Clone, Copy, Debug)]
enum Form {
    Whole,
    Word,
    Number,
}

/// One call as it is drawn.
#[derive(Clone, Debug)]
struct Drawn {
    kind: Kind,
    shelf: usize,
    /// From which of the calls so far its argument comes, counted from the last; of none if there are not so many.
    from: Option<usize>,
    form: Form,
    fails: bool,
    /// Whether it names the number of an earlier call, which the model wrote itself.
    names_number: bool,
}

/// A call, with what ties it.
#[derive(Clone, Debug)]
struct Made {
    drawn: Drawn,
    turn: usize,
    /// The turn whose result it needs.
    needs: Option<usize>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let kind = prop_oneof![
        8 => Just(Kind::Look),
        4 => Just(Kind::Put),
        4 => Just(Kind::Sum),
        1 => Just(Kind::Ring),
        1 => Just(Kind::CountAll),
        1 => Just(Kind::ThrowAway),
    ];
    let from = prop::option::weighted(0.3, 0..5_usize);
    let form = prop_oneof![Just(Form::Whole), Just(Form::Word), Just(Form::Number)];
    let fails = prop::bool::weighted(0.05);
    (kind, 0..4_usize, from, form, fails, any::<bool>()).prop_map(
        |(kind, shelf, from, form, fails, names_number)| Drawn {
            kind,
            shelf,
            from,
            form,
            fails,
            names_number,
        },
    )
}

/// Turns of calls, and whether the user speaks before each.
fn turns() -> impl Strategy<Value = Vec<(bool, Vec<Drawn>)>> {
    let turn = (
        prop::bool::weighted(0.2),
        prop::collection::vec(drawn(), 1..4),
    );
    prop::collection::vec(turn, 1..8)
}

/// What is said, what the calls answer, and what the maker knows of each call.
fn made(turns: &[(bool, Vec<Drawn>)]) -> (Vec<Said>, Answers, Vec<Made>) {
    let mut said = vec![Said::User("Go on.".to_owned())];
    let mut answers = BTreeMap::new();
    let mut all: Vec<Made> = Vec::new();
    for (turn, (spoken, calls)) in turns.iter().enumerate() {
        if *spoken && turn > 0 {
            said.push(Said::Answer("Done.".to_owned()));
            said.push(Said::User("Go on.".to_owned()));
        }
        // A call cannot need what a call of its own turn answers.
        let before = all.len();
        let mut written = Vec::new();
        for drawn in calls {
            let index = all.len();
            let source = drawn.from.and_then(|back| before.checked_sub(back + 1));
            let source = source.filter(|source| !all[*source].drawn.fails);
            let note = match (source, drawn.form) {
                (Some(source), Form::Whole) => Some(json!(format!("tok-{}", 50_000 + source))),
                (Some(source), Form::Word) => {
                    Some(json!(format!("about tok-{}.", 50_000 + source)))
                }
                (Some(source), Form::Number) => Some(json!((50_000 + source).to_string())),
                (None, _) if drawn.names_number && before > 0 => {
                    Some(json!((10_000 + before - 1).to_string()))
                }
                (None, _) => None,
            };
            written.push(call(drawn, 10_000 + index, note));
            let answer =
                json!({"number": 10_000 + index, "token": format!("tok-{}", 50_000 + index)});
            let answer = match drawn.fails {
                true => "fails".to_owned(),
                false => answer.to_string(),
            };
            answers.insert(10_000 + index as u64, answer);
            all.push(Made {
                drawn: drawn.clone(),
                turn,
                needs: source.map(|source| all[source].turn),
            });
        }
        said.push(Said::Calls(written));
    }
    (said, Answers(answers), all)
}

fn call(drawn: &Drawn, number: usize, note: Option<Value>) -> (&'static str, Value) {
    let mut arguments = json!({"number": number});
    if let Some(note) = note {
        arguments["note"] = note;
    }
    let name = match drawn.kind {
        Kind::Look => "look",
        Kind::Put => "put",
        Kind::Sum => "sum",
        Kind::Ring => "ring",
        Kind::CountAll => "count_all",
        Kind::ThrowAway => "throw_away",
    };
    if matches!(drawn.kind, Kind::Look | Kind::Put | Kind::ThrowAway) {
        arguments["shelf"] = json!(format!("shelf{}", ["A", "B", "C", "D"][drawn.shelf]));
    }
    (name, arguments)
}

/// Whether the later of two calls is tied to the earlier.
fn is_tied(earlier: &Made, later: &Made) -> bool {
    let (one, other) = (&earlier.drawn, &later.drawn);
    let is_special =
        |drawn: &Drawn| matches!(drawn.kind, Kind::Ring | Kind::CountAll | Kind::ThrowAway);
    let shares = one.shelf == other.shelf && one.kind != Kind::Sum && other.kind != Kind::Sum;
    one.fails
        || later.needs == Some(earlier.turn)
        || is_special(one)
        || is_special(other)
        || shares && (one.kind == Kind::Put || other.kind == Kind::Put)
}

/// The turns that could have been one, as who made them knows.
fn expected(turns: &[(bool, Vec<Drawn>)], all: &[Made]) -> Vec<Range<usize>> {
    let of = |turn: usize| all.iter().filter(move |made| made.turn == turn);
    let mut merges: Vec<Range<usize>> = Vec::new();
    let mut first = 0;
    for (turn, (spoken, _)) in turns.iter().enumerate().skip(1) {
        let tied = (first..turn)
            .any(|before| of(before).any(|one| of(turn).any(|other| is_tied(one, other))));
        if *spoken || tied {
            first = turn;
            continue;
        }
        match merges.last_mut() {
            Some(last) if last.start == first => last.end = turn + 1,
            _ => merges.push(first..turn + 1),
        }
    }
    merges
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn turns_that_are_tied_are_never_said_to_have_been_one(turns in turns(), place in 0..DIALECTS.len()) {
        let (said, answers, all) = made(&turns);
        let toolbox = toolbox();
        let desk = toolbox.bind(answers);
        let dialect = DIALECTS[place];
        let (history, reports) = runtime().block_on(held(&desk, dialect, &said));
        let stats = toolbox.turn_stats(&dialect.conversation(&history));
        prop_assert_eq!(stats.turns.len(), turns.len());
        prop_assert_eq!(stats.merges(), expected(&turns, &all), "{}: {}", dialect.name(), stats);

        let mut reports = reports.iter();
        let conversation = said.iter().fold(Conversation::new(), |conversation, said| match said {
            Said::User(text) => conversation.user(text),
            Said::Calls(_) => conversation.report(reports.next().unwrap()),
            Said::Answer(_) => conversation,
        });
        prop_assert_eq!(toolbox.turn_stats(&conversation).merges(), stats.merges());
    }
}
