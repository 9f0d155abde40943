//! A service for several tenants: a desk per request, with the tenant's data, the role's tools, and a line of audit for each call.
//!
//! ```text
//! cargo run --example tenants --features axum
//! cargo run --example tenants --features axum -- --listen 127.0.0.1:8080
//! ```
//!
//! Without an address it asks itself: requests of two tenants, each a response of a model with its calls, and what comes back.

mod office;
mod service;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use serde_json::json;
use tower::ServiceExt;

use office::{Office, Role, Shop, User};
use service::{App, router};

/// Two shops, and three people with their tokens.
fn app() -> Result<Arc<App>, Box<dyn Error>> {
    let user = |tenant: &str, name, role| User {
        tenant: tenant.into(),
        name,
        role,
    };
    let tokens = HashMap::from([
        ("t-ada", user("acme", "Ada", Role::Agent)),
        ("t-bob", user("acme", "Bob", Role::Administrator)),
        ("t-eve", user("globex", "Eve", Role::Agent)),
    ]);
    let shops = HashMap::from([
        (
            "acme".into(),
            Arc::new(Shop::with_customers([(7, "Ada Lovelace")])),
        ),
        (
            "globex".into(),
            Arc::new(Shop::with_customers([(8, "Hank Scorpio")])),
        ),
    ]);
    Ok(Arc::new(App {
        office: Office::new()?,
        tokens,
        shops,
    }))
}

/// A response as Anthropic's API documents it, with these calls.
fn response(calls: &[(&str, serde_json::Value)]) -> String {
    let calls = calls.iter().enumerate();
    let content: Vec<_> = calls
        .map(|(index, (name, input))| {
            let id = format!("toolu_{index}");
            json!({"type": "tool_use", "id": id, "name": name, "input": input})
        })
        .collect();
    let message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": content, "stop_reason": "tool_use",
    });
    message.to_string()
}

/// Asks the service as a client would: the status and the body.
async fn ask(
    router: &Router,
    token: &str,
    method: &str,
    path: &str,
    body: String,
) -> Result<(u16, String), Box<dyn Error>> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(body))?;
    read(router.clone().oneshot(request).await?).await
}

async fn read(response: Response<Body>) -> Result<(u16, String), Box<dyn Error>> {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await?;
    Ok((status, String::from_utf8(body.into())?))
}

/// What each asks, all at once.
fn script() -> [(&'static str, String); 4] {
    let customer = |id: u64| ("get_customer", json!({ "customer_id": id }));
    let invoices = |id: u64| ("list_invoices", json!({ "customer_id": id }));
    let delete = ("delete_customer", json!({ "customer_id": 8 }));
    let large = ("refund", json!({ "invoice": 71, "cents": 20_000 }));
    [
        (
            "t-ada",
            response(&[
                customer(7),
                invoices(7),
                invoices(7),
                invoices(7),
                large.clone(),
            ]),
        ),
        ("t-bob", response(&[large, delete.clone()])),
        // The other tenant's customer, a tool of administrators, and what is fine.
        ("t-eve", response(&[customer(7), delete, invoices(8)])),
        ("t-mallory", response(&[customer(7)])),
    ]
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = app()?;
    let router = router(Arc::clone(&app));
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("--listen"), Some(address)) => {
            let listener = tokio::net::TcpListener::bind(address).await?;
            println!("listening on {}", listener.local_addr()?);
            return Ok(axum::serve(listener, router).await?);
        }
        (None, _) => {}
        _ => return Err("write `--listen ADDRESS`, or nothing".into()),
    }
    let [ada, bob, eve, mallory] = script();
    let turn =
        |(token, body): (&'static str, String)| ask(&router, token, "POST", "/v1/turn", body);
    let (ada, bob, eve, mallory) = tokio::join!(turn(ada), turn(bob), turn(eve), turn(mallory));
    for (who, answer) in [
        ("Ada", ada),
        ("Bob", bob),
        ("Eve", eve),
        ("Mallory", mallory),
    ] {
        let (status, body) = answer?;
        println!("{who}: {status} {body}\n");
    }
    println!("The audit:");
    for line in app.office.audit.lines(None) {
        println!("{}", serde_json::to_string(&line)?);
    }
    Ok(())
}
