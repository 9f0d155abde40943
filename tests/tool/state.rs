//! What the program lends to its tools.

use std::sync::Arc;

use support::call;
use tool_runtime::{Provide, Toolbox, tool, tools};

struct Tenant(&'static str);
struct Prefix(String);

struct App {
    tenant: Tenant,
    prefix: Prefix,
}

impl Provide<Tenant> for App {
    fn provide(&self) -> &Tenant {
        &self.tenant
    }
}

impl Provide<Prefix> for App {
    fn provide(&self) -> &Prefix {
        &self.prefix
    }
}

/// Says who asks.
#[tool(pure)]
async fn who(#[state] tenant: &Tenant) -> &'static str {
    tenant.0
}

/// Takes state between its arguments, and borrows what it returns from it.
#[tool(pure)]
async fn both(
    /// Said first.
    first: String,
    #[state] prefix: &Prefix,
    /// Said last.
    last: String,
    #[state] tenant: &Tenant,
) -> String {
    format!("{first} {} {last} {}", prefix.0, tenant.0)
}

/// Returns what it borrowed.
#[tool(pure)]
async fn lent(#[state] app: &App) -> &str {
    &app.prefix.0
}

/// Needs none.
#[tool(pure)]
async fn none() -> u8 {
    0
}

fn app(tenant: &'static str) -> App {
    App {
        tenant: Tenant(tenant),
        prefix: Prefix(format!("{tenant}-")),
    }
}

#[tokio::test]
async fn each_tool_gets_its_part() {
    let toolbox = Toolbox::<App>::builder()
        .tools(tools![who, both, lent])
        .tools(tools![none])
        .build()
        .unwrap();
    let desk = toolbox.bind(app("acme"));
    let report = desk
        .run([
            call("who", ""),
            call("both", r#"{"first": "1", "last": "2"}"#),
            call("lent", ""),
            call("none", ""),
        ])
        .await;
    assert_eq!(
        support::texts(&report),
        ["acme", "1 acme- 2 acme", "acme-", "0"]
    );
}

#[tokio::test]
async fn state_differs_from_request_to_request() {
    let toolbox = Toolbox::<App>::builder()
        .tools(tools![who])
        .build()
        .unwrap();
    for tenant in ["acme", "globex"] {
        let report = toolbox
            .bind(Arc::new(app(tenant)))
            .run([call("who", "")])
            .await;
        assert_eq!(support::texts(&report), [tenant]);
    }
}

#[tokio::test]
async fn the_state_may_be_the_one_thing_itself() {
    let toolbox = Toolbox::<Tenant>::builder()
        .tools(tools![who])
        .build()
        .unwrap();
    let report = toolbox.bind(Tenant("acme")).run([call("who", "")]).await;
    assert_eq!(support::texts(&report), ["acme"]);
}
