//! `stats`: histories of several providers, requests and reports.

use serde_json::{Value, json};

use crate::{desk, desk_reading, timeless};

const TOLD: &str = "\
1 get_customer
2 get_orders
    could have been one with turn 1: no key that both use is written, and what of 1 value is in 1 result was known before (`1234`)
3 get_tickets
    could have been one with turn 1: no key that both use is written, and what of 1 value is in 2 results was known before (`1234`)
4 close_ticket
    needs `9` for `ticket_id` of `close_ticket`, from the result of `get_tickets` (turn 3)
5 find_customers
    the first since the user spoke
6 get_orders
    needs `1235` for `customer_id` of `get_orders`, from the result of `find_customers` (turn 5)
6 turns with 6 calls, 1.0 a turn; 2 answers without calls
could have been 4 turns, 2 requests fewer (an estimate: what a model made of a result without quoting it is not seen)
";

const HISTORY: &str = "examples/fixtures/one_call_a_turn.json";

#[test]
fn a_history_is_told_turn_by_turn() {
    let ran = desk(["stats", HISTORY]);
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), TOLD, ""));
    let ran = desk(["stats", HISTORY, "--dialect", "anthropic"]);
    assert_eq!(ran.out, TOLD);
}

#[test]
fn json_is_one_object() {
    let ran = desk(["stats", HISTORY, "--json"]);
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["format"], 1);
    assert_eq!(value["could_be_one"], json!([[0, 3]]));
    assert_eq!(value["turns"][3]["tied"]["value"], "9");
}

#[test]
fn requests_are_read_whoever_they_are_for() {
    let call = |id: u64| json!({"customer_id": id}).to_string();
    let entry = |name: &str, id: u64| json!({"id": name, "type": "function", "function": {"name": "get_customer", "arguments": call(id)}});
    let item = |name: &str, id: u64| json!({"type": "function_call", "call_id": name, "name": "get_customer", "arguments": call(id)});
    let part = |id: u64| json!({"role": "model", "parts": [{"functionCall": {"name": "get_customer", "args": {"customer_id": id}}}]});
    let response = json!({"role": "user", "parts": [{"functionResponse": {"name": "get_customer", "response": {"result": "ok"}}}]});
    for request in [
        json!({"model": "m", "messages": [
            {"role": "assistant", "content": null, "tool_calls": [entry("a", 1234)]},
            {"role": "tool", "tool_call_id": "a", "content": "ok"},
            {"role": "assistant", "content": null, "tool_calls": [entry("b", 1235)]}]}),
        json!({"model": "m", "input": [
            item("a", 1234), {"type": "function_call_output", "call_id": "a", "output": "ok"}, item("b", 1235)]}),
        json!({"contents": [part(1234), response, part(1235)]}),
    ] {
        let ran = desk_reading(&["stats", "-"], &request.to_string());
        let lines: Vec<&str> = ran.out.lines().collect();
        assert_eq!(lines[..2], ["1 get_customer", "2 get_customer"], "{ran:?}");
        assert!(
            lines[2].starts_with("    could have been one with turn 1"),
            "{ran:?}"
        );
    }
}

#[test]
fn reports_say_how_long_it_took() {
    let ran = desk([
        "batch",
        "examples/fixtures/anthropic.json",
        "--quiet",
        "--json",
    ]);
    let twice = format!("{0}\n{0}", ran.out);
    for (reports, turns) in [
        (ran.out.clone(), "1 turn with 3 calls"),
        (twice, "2 turns with 6 calls"),
    ] {
        let ran = desk_reading(&["stats", "-"], &reports);
        let told = timeless(&ran.out);
        assert!(told.contains(turns), "{told}");
        let last = told.lines().last().unwrap_or_default();
        assert!(last.starts_with("tools took T ms, one by one "), "{told}");
    }
}

#[test]
fn tools_that_are_left_out_are_unknown() {
    let ran = desk(["stats", HISTORY, "--only", "get_orders"]);
    let told = "    the toolbox has no such tool: `get_customer` (turn 1)";
    assert_eq!(ran.out.lines().nth(2), Some(told));
}
