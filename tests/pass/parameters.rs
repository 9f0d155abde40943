//! What a parameter may be.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use tool_runtime::{CallContext, Provide, Toolbox, tool, tools};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Filter<T> {
    name: Option<T>,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
enum Sort {
    Up,
    Down,
}

type Number = u64;
type Perhaps<T> = Option<T>;

/// Changes what it was given.
#[tool]
async fn count_down(
    /// From where.
    mut from: u32,
    /// Nobody asks.
    _unused: Option<bool>,
) -> u32 {
    from -= 1;
    from
}

/// Has the parameters of the other.
#[tool]
async fn count_up(
    /// From where.
    from: u32,
    /// Nobody asks.
    _unused: Option<bool>,
) -> u32 {
    from + 1
}

/// Takes types of all kinds.
#[tool(reads("order:{filter.name}/{number}/{pair.0}"), writes("fs:{name/}"))]
async fn take_all(
    /// A generic one.
    filter: Filter<String>,
    /// An enum.
    sort: Sort,
    /// Aliases.
    number: Perhaps<Number>,
    /// A tuple.
    pair: (u32, f64),
    /// An array.
    array: [bool; 3],
    /// A map.
    map: BTreeMap<String, Vec<Option<i8>>>,
    /// A text that may be borrowed.
    name: Cow<'static, str>,
    /// Another.
    nickname: Cow<'_, str>,
    /// Anything.
    any: serde_json::Value,
) {
    let _ = (filter.name, number, pair, array, map, name, nickname, any);
    match sort {
        Sort::Up | Sort::Down => {}
    }
}

trait Mailer: Send + Sync {
    fn send(&self) -> bool;
}

struct Smtp;

impl Mailer for Smtp {
    fn send(&self) -> bool {
        true
    }
}

struct App {
    mailer: Arc<dyn Mailer>,
    names: Vec<String>,
    name: String,
}

impl Provide<dyn Mailer> for App {
    fn provide(&self) -> &(dyn Mailer + 'static) {
        &*self.mailer
    }
}

impl Provide<[String]> for App {
    fn provide(&self) -> &[String] {
        &self.names
    }
}

impl Provide<str> for App {
    fn provide(&self) -> &str {
        &self.name
    }
}

/// Takes states and contexts between arguments.
#[tool]
async fn mixed(
    #[state] mailer: &dyn Mailer,
    /// How often.
    times: u8,
    #[context] context: &CallContext,
    #[state] names: &[String],
    /// Whether.
    really: bool,
    #[state] app: &App,
    #[context] again: &CallContext,
    #[state] name: &str,
) -> usize {
    assert!(really && mailer.send() && context.index() == again.index());
    names.len() + usize::from(times) + app.names.len() + name.len()
}

#[tokio::test]
async fn works() {
    let toolbox = Toolbox::<App>::builder()
        .tools(tools![count_down, count_up, take_all, mixed])
        .build()
        .unwrap();
    let app = App {
        mailer: Arc::new(Smtp),
        names: vec![String::new()],
        name: "Ada".into(),
    };
    let call = tool_runtime::ToolCall::new("1", "mixed", r#"{"really": true, "times": 2}"#);
    let report = toolbox.bind(app).run([call]).await;
    assert_eq!(report.results()[0].text(), "7");
}
