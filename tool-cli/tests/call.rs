//! `call`, `list`, `show`: exactly what the model would read, and what there is.

use serde_json::Value;

use crate::{desk, desk_reading};

#[test]
fn the_result_is_what_the_model_reads_and_nothing_else() {
    let ada = "{\"id\":1234,\"name\":\"Ada Lovelace\",\"plan\":\"gold\"}\n";
    for (arguments, input) in [
        (&["call", "get_customer", "{\"customer_id\": 1234}"][..], ""),
        (&["call", "get_customer", "--arg", "customer_id=1234"], ""),
        (&["call", "get_customer", "-"], "{\"customer_id\": 1234}\n"),
    ] {
        let ran = desk_reading(arguments, input);
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (Some(0), ada, "")
        );
    }
}

#[test]
fn what_fails_reads_as_the_model_reads_it_and_has_a_code() {
    let ran = desk(["call", "get_customer", "-a", "customer_id=7"]);
    assert_eq!(ran.out, "There is no customer 7. Nothing was changed.\n");
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));

    let ran = desk(["call", "get_customer"]);
    assert_eq!(
        ran.out,
        "`get_customer` was not called, because its arguments are not valid:\n- `customer_id`: expected an integer of 0 or more, since this argument is required, got nothing\nCall it again with correct arguments.\n"
    );
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));

    let ran = desk(["call", "get_customer", "-a", "customer_id=7", "--verbose"]);
    assert_eq!(
        ran.err,
        "get_customer: failed\nfailed with: There is no customer 7.\n"
    );
}

#[test]
fn approval_is_given_with_yes_and_by_nobody_else_here() {
    let ran = desk(["call", "delete_customer", "-a", "customer_id=1234"]);
    assert!(
        ran.out
            .starts_with("`delete_customer` was not called, since it is not allowed: "),
        "{}",
        ran.out
    );
    assert_eq!(
        ran.err,
        "desk: calls of `delete_customer` need approval; `--yes` approves of them\n"
    );
    assert_eq!(ran.code, Some(1));

    let ran = desk(["call", "delete_customer", "-a", "customer_id=1234", "--yes"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(0), "Ada Lovelace is deleted\n")
    );
}

#[test]
fn a_provider_gets_its_message_and_a_program_its_json() {
    let ran = desk([
        "call",
        "get_customer",
        "-a",
        "customer_id=1234",
        "-d",
        "openai-chat",
    ]);
    assert_eq!(
        ran.out,
        "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"{\\\"id\\\":1234,\\\"name\\\":\\\"Ada Lovelace\\\",\\\"plan\\\":\\\"gold\\\"}\"}\n"
    );
    let ran = desk(["call", "get_customer", "-a", "customer_id=7", "--json"]);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(told["outcome"], "failed");
    assert_eq!(told["text"], "There is no customer 7. Nothing was changed.");
    assert_eq!(ran.code, Some(1));
}

#[test]
fn the_list_says_what_each_tool_is() {
    let ran = desk(["list", "--only", "get_customer,close_ticket"]);
    assert_eq!(
        ran.out,
        "NAME          BYTES  TOKENS  SUMMARY                        EFFECTS
get_customer    257      65  Look up a customer by number.  reads customer:{customer_id}
close_ticket    282      71  Close a support ticket.        writes tickets; idempotent
2 tools, 539 bytes, about 136 tokens (Anthropic Messages)\n"
    );
    let ran = desk(["list", "--json"]);
    let listed: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert!(listed.as_array().is_some_and(|tools| tools.len() >= 8));
    assert_eq!(listed[8]["name"], "delete_customer");
    assert_eq!(listed[8]["destructive"], true);
    assert_eq!(listed[8]["effects"]["writes"][0], "customer:{customer_id}");
}

#[test]
fn one_tool_is_shown_with_a_way_to_call_it() {
    let ran = desk(["show", "get_orders"]);
    let (shown, _) = ran.out.split_once("\ndefined at").expect("a place");
    assert_eq!(
        shown,
        "get_orders
  List a customer's orders, the latest first.

arguments
  customer_id: integer. The customer's number.
  limit: integer, optional. At most so many; all if left out.

to call it  desk call get_orders --arg customer_id=…
effects     reads customer:{customer_id}, orders:{customer_id}"
    );
    assert!(
        ran.out
            .contains("\nsize        396 bytes, about 99 tokens: openai-chat, mistral\n")
    );
    let ran = desk(["show", "get_orders", "--json"]);
    let shown: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        shown["parameters"]["required"],
        serde_json::json!(["customer_id"])
    );
}
