//! Does each get what is his, and nobody anything else?

use std::pin::pin;
use std::task::{Context, Waker};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::*;

async fn turn(router: &Router, token: &str, calls: &[(&str, Value)]) -> Vec<String> {
    let (status, body) = ask(router, token, "POST", "/v1/turn", response(calls))
        .await
        .unwrap();
    assert_eq!(status, 200, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    let results = body["messages"][1]["content"].as_array().unwrap().iter();
    let texts = results.map(|result| result["content"].as_str().unwrap().to_owned());
    texts.collect()
}

fn service() -> (Arc<App>, Router) {
    let app = app().unwrap();
    (Arc::clone(&app), router(app))
}

#[tokio::test]
async fn each_tenant_has_its_own_customers_and_each_role_its_tools() {
    let (app, router) = service();
    let customer = |id: u64| ("get_customer", json!({ "customer_id": id }));
    let delete = |id: u64| ("delete_customer", json!({ "customer_id": id }));
    let calls = [customer(7), customer(8), delete(7)];
    let (ada, eve) = tokio::join!(
        turn(&router, "t-ada", &calls),
        turn(&router, "t-eve", &calls)
    );
    assert_eq!(ada[0], "Ada Lovelace");
    assert_eq!(eve[1], "Hank Scorpio");
    for missing in [&ada[1], &eve[0]] {
        assert!(missing.contains("There is no such customer."), "{missing}");
    }
    for hidden in [&ada[2], &eve[2]] {
        let expected = "There is no tool named `delete_customer`, so nothing was called. The tools are `get_customer`, `list_invoices` and `refund`.";
        assert_eq!(hidden, expected);
    }
    let bob = turn(&router, "t-bob", &[delete(8), delete(7), customer(7)]).await;
    assert_eq!(bob[..2], ["there was none", "deleted"]);
    assert!(bob[2].contains("There is no such customer."));
    assert_eq!(
        turn(&router, "t-eve", &[customer(8)]).await,
        ["Hank Scorpio"]
    );

    let lines = app.office.audit.lines(Some("globex"));
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line.user, line.tool.as_str(), line.outcome))
        .collect();
    assert_eq!(told.len(), 4);
    assert!(
        told.contains(&("Eve", "delete_customer", "unknown_tool")),
        "{told:?}"
    );
    assert_eq!(app.office.audit.lines(None).len(), 10);
}

#[tokio::test]
async fn what_is_somebodys_decision_is_an_administrators() {
    let (_, router) = service();
    let refund = |cents: u64| ("refund", json!({ "invoice": 71, "cents": cents }));
    let ada = turn(&router, "t-ada", &[refund(10_000), refund(10_001)]).await;
    assert_eq!(ada[0], "10000 cents of invoice 71 were paid back");
    assert!(
        ada[1].starts_with("`refund` was not called, since"),
        "{ada:?}"
    );
    let bob = turn(&router, "t-bob", &[refund(10_001)]).await;
    assert_eq!(bob, ["10001 cents of invoice 71 were paid back"]);
}

#[tokio::test]
async fn what_a_tenant_has_used_up_is_its_own() {
    let (_, router) = service();
    let refund = |cents: u64| ("refund", json!({ "invoice": 71, "cents": cents }));
    // The second is somebody's decision, and is not made; so it is no use.
    let ada = turn(&router, "t-ada", &[refund(1), refund(10_001), refund(2)]).await;
    assert!(ada[1].starts_with("`refund` was not called"), "{ada:?}");
    let bob = turn(&router, "t-bob", &[refund(3), refund(4)]).await;
    assert_eq!(bob[0], "3 cents of invoice 71 were paid back");
    assert!(
        bob[1].contains("may be called 3 times for this shop today"),
        "{bob:?}"
    );
    let eve = turn(&router, "t-eve", &[refund(5)]).await;
    assert_eq!(eve, ["5 cents of invoice 71 were paid back"]);
}

#[tokio::test]
async fn who_is_not_known_reaches_nothing() {
    let (app, router) = service();
    let body = response(&[("get_customer", json!({ "customer_id": 7 }))]);
    for token in ["", "t-mallory", "t-ada ", "T-ADA", "acme"] {
        for (method, path) in [
            ("POST", "/v1/turn"),
            ("GET", "/v1/tools"),
            ("GET", "/v1/audit"),
        ] {
            let (status, said) = ask(&router, token, method, path, body.clone())
                .await
                .unwrap();
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{token} {path}");
            assert!(!said.contains("acme") && !said.contains("Ada"), "{said}");
        }
    }
    let request = Request::post("/v1/turn").body(Body::from(body)).unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    assert!(app.office.audit.lines(None).is_empty());
}

#[tokio::test]
async fn an_agent_reads_no_audit_and_an_administrator_that_of_the_tenant() {
    let (_, router) = service();
    let invoices = [("list_invoices", json!({ "customer_id": 7 }))];
    turn(&router, "t-ada", &invoices).await;
    turn(&router, "t-eve", &invoices).await;
    let (status, _) = ask(&router, "t-eve", "GET", "/v1/audit", String::new())
        .await
        .unwrap();
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, lines) = ask(&router, "t-bob", "GET", "/v1/audit", String::new())
        .await
        .unwrap();
    assert_eq!(status, StatusCode::OK);
    let lines: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(lines.as_array().unwrap().len(), 1);
    assert_eq!(lines[0]["user"], "Ada");
    assert_eq!(lines[0]["tenant"], "acme");
    assert_eq!(lines[0]["effects"], "none");
}

#[tokio::test]
async fn a_model_is_told_of_the_tools_of_its_user() {
    let (_, router) = service();
    let (_, agents) = ask(&router, "t-ada", "GET", "/v1/tools", String::new())
        .await
        .unwrap();
    let (_, administrators) = ask(&router, "t-bob", "GET", "/v1/tools", String::new())
        .await
        .unwrap();
    assert!(!agents.contains("delete") && administrators.contains("delete_customer"));
}

#[tokio::test]
async fn what_is_no_response_is_said_so_and_what_is_too_large_is_not_read() {
    let (app, router) = service();
    let garbage = [
        "",
        "{",
        "null",
        "[]",
        "\u{0}",
        r#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#,
    ];
    for body in garbage {
        let (status, said) = ask(&router, "t-ada", "POST", "/v1/turn", body.to_owned())
            .await
            .unwrap();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {said}");
    }
    let large = " ".repeat(256 * 1024 + 1);
    let (status, _) = ask(&router, "t-ada", "POST", "/v1/turn", large)
        .await
        .unwrap();
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = ask(&router, "t-ada", "GET", "/v1/turn", String::new())
        .await
        .unwrap();
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    // A turn without calls is the end of a conversation, and the model's message is all that there is.
    let end = json!({
        "type": "message", "role": "assistant", "stop_reason": "end_turn",
        "content": [{"type": "text", "text": "That is all."}],
    });
    let (status, said) = ask(&router, "t-ada", "POST", "/v1/turn", end.to_string())
        .await
        .unwrap();
    assert_eq!(status, StatusCode::OK);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["messages"].as_array().unwrap().len(), 1);
    assert!(app.office.audit.lines(None).is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_takes_the_batch_along() {
    let (app, router) = service();
    let calls = vec![("list_invoices", json!({ "customer_id": 7 })); 3];
    {
        let mut gone = pin!(ask(&router, "t-ada", "POST", "/v1/turn", response(&calls)));
        let begun = tokio::time::timeout(std::time::Duration::from_millis(5), &mut gone).await;
        assert!(begun.is_err(), "two of them take 20 ms");
    }
    let outcomes: Vec<_> = app
        .office
        .audit
        .lines(None)
        .iter()
        .map(|line| line.outcome)
        .collect();
    assert_eq!(outcomes, ["cancelled"; 3]);
    // Nothing of it goes on.
    let idle = pin!(app.office.view(Role::Administrator).idle());
    assert!(
        idle.poll(&mut Context::from_waker(Waker::noop()))
            .is_ready()
    );
    let clock = tokio::time::Instant::now();
    turn(&router, "t-ada", &calls[..2]).await;
    assert_eq!(clock.elapsed().as_millis(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_asks_for_much_leaves_the_other_its_share() {
    let (_, router) = service();
    let many = vec![("list_invoices", json!({ "customer_id": 7 })); 50];
    let few = vec![("list_invoices", json!({ "customer_id": 8 })); 2];
    let clock = tokio::time::Instant::now();
    let timed = async |token, calls: &[_]| {
        turn(&router, token, calls).await;
        clock.elapsed().as_millis()
    };
    let (many, few) = tokio::join!(timed("t-ada", &many), timed("t-eve", &few));
    assert_eq!((many, few), (500, 20));
}

#[test]
fn the_script_asks_for_what_is_there() {
    for (_, body) in script() {
        assert!(
            tool_runtime::dialect::Anthropic
                .decode(body.as_bytes())
                .is_ok()
        );
    }
}
