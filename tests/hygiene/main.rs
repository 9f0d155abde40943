//! Do expansions survive where they are used?
//!
//! That they compile is the first half of the answer; here is whether they also work.

mod docs;

use agent_kit::block_on;
use hygiene::{bare, facade, kinds, made, shadowed};
use renamed::tool::State;
use renamed::{ToolCall, ToolList, Toolbox};

/// Calls each tool of `list` as `calls` says, name, arguments and what the model reads.
#[track_caller]
fn check<S: State>(state: S, list: ToolList<S>, calls: &[(&str, &str, &str)]) {
    let toolbox = Toolbox::<S>::builder().tools(list).build();
    let toolbox = toolbox.expect("the names differ");
    let names: Vec<_> = toolbox.tools().iter().map(|d| d.name()).collect();
    let called: Vec<_> = calls.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, called, "each tool is called once");
    let turn: Vec<_> = calls
        .iter()
        .map(|(name, arguments, _)| ToolCall::new(*name, *name, *arguments))
        .collect();
    let report = block_on(toolbox.bind(state).run(turn));
    for (result, (name, _, text)) in report.results().iter().zip(calls) {
        assert_eq!(result.text(), *text, "{name}");
    }
}

#[test]
fn tools_of_every_kind_in_a_strict_crate() {
    let desk = kinds::Desk {
        db: kinds::Db,
        mailer: kinds::Silent,
        clerk: kinds::Clerk {
            name: "Ada".to_owned(),
        },
    };
    check(
        desk,
        kinds::list(),
        &[
            ("get_customer", r#"{"customer_id": 7}"#, "7"),
            ("close_account", r#"{"customer_id": 7}"#, "[7,false]"),
            ("write_to", r#"{"text": "Hi.", "names": []}"#, "Ada"),
            ("count", r#"{"number": "12"}"#, "12"),
            ("search", r#"{"text": "x"}"#, r#"{"text":"x","limit":0}"#),
            ("nothing-at-all", "{}", "Done."),
            (
                "write",
                r#"{"unit": [1, "x"], "text": "", "small": 2, "whether": true, "letter": "d", "number": 3, "owned": ""}"#,
                "Done.",
            ),
            ("primes", r#"{"below": 10}"#, "4"),
            ("is_even", r#"{"number": 4}"#, "true"),
            ("later", r#"{"text": "abc"}"#, "3"),
            ("str", "{}", "text"),
            ("get_orders", "{}", "[7]"),
            ("send_parcel", r#"{"zip": "10115"}"#, "10115 en"),
            ("inside", "{}", "1"),
        ],
    );
}

#[test]
fn methods_in_a_strict_crate() {
    let clerk = || kinds::Clerk {
        name: "Ada".to_owned(),
    };
    check(
        clerk(),
        kinds::Clerk::offered(),
        &[("clerk_name", "{}", "Ada"), ("length_of_name", "{}", "3")],
    );
    check(
        clerk(),
        renamed::tools![kinds::LengthOfName],
        &[("length_of_name", r#"{"characters": true}"#, "3")],
    );
    check(
        kinds::Office { kind: 7 },
        kinds::Office::<u8>::tools(),
        &[("office_kind", "{}", "7")],
    );
}

#[test]
fn the_functions_stay_functions() {
    assert_eq!(
        block_on(kinds::get_customer(
            7,
            None,
            &kinds::Db,
            &renamed::CallContext::new(ToolCall::new("1", "get_customer", ""))
        )),
        Ok("7".to_owned())
    );
    assert_eq!(block_on(kinds::get_orders(&kinds::Db)), [7]);
    assert_eq!(block_on(kinds::str()), "text");
}

#[test]
fn tools_through_a_facade() {
    let shelf = facade::Shelf {
        books: facade::Books,
        secret: facade::Books,
    };
    check(
        shelf,
        facade::list(),
        &[
            ("get_book", r#"{"id": 7, "words": []}"#, "7 [] Books"),
            (
                "get_author",
                r#"{"id": 1, "words": ["a"]}"#,
                r#"1 ["a"] Books"#,
            ),
            ("open", "{}", "Books"),
            ("close", "{}", "Done."),
        ],
    );
}

#[test]
fn tools_made_by_a_macro() {
    check(
        made::Desk {
            step: 1,
            name: String::new(),
        },
        made::list(),
        &[
            ("count_bytes", r#"{"count": 1}"#, "1"),
            ("count_words", "{}", "null"),
            ("double", r#"{"number": 4}"#, "8"),
            ("limit", r#"{"howMany": null}"#, "2"),
            ("answer", "{}", "42"),
            ("tally", r#"{"what": "a"}"#, r#"{"a":1}"#),
        ],
    );
}

#[test]
fn tools_without_a_prelude() {
    check(
        bare::Desk { number: 3 },
        bare::list(),
        &[
            (
                "get_customer",
                r#"{"customer_id": 1, "words": "two"}"#,
                "1 two 3",
            ),
            ("nothing", "{}", "Done."),
            ("keep", r#"{"number": 5}"#, "Number(5)"),
            ("tally", r#"{"what": "a"}"#, r#"{"a":3}"#),
            ("say", r#"{"count": 3}"#, "a 3 None"),
        ],
    );
}

#[test]
fn tools_among_shadowed_names() {
    check(
        shadowed::Desk { number: 3 },
        shadowed::list(),
        &[
            (
                "get_customer",
                r#"{"customer_id": 1, "words": "two"}"#,
                "1 two 3",
            ),
            ("nothing", "{}", "Done."),
            ("keep", r#"{"number": 5}"#, "Number(5)"),
            ("tally", r#"{"what": "a"}"#, r#"{"a":3}"#),
            ("primitive", r#"{"number": 4}"#, "4"),
        ],
    );
}
