//! State in several parts: `#[derive(Provide)]`, trait objects, a library's tools over a part of an app.

use std::sync::{Arc, Mutex};

use support::{call, texts};
use tool_runtime::{Provide, Toolbox, tool, tools};

trait Mailer: Send + Sync {
    fn name(&self) -> String;
}

trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

struct Smtp(&'static str);
struct Fixed(u64);
struct Db(&'static str);

impl Mailer for Smtp {
    fn name(&self) -> String {
        self.0.to_owned()
    }
}

impl Clock for Fixed {
    fn now(&self) -> u64 {
        self.0
    }
}

#[derive(Provide)]
struct App {
    db: Db,
    #[provide(dyn Mailer)]
    mailer: Smtp,
    #[provide(dyn Clock)]
    clock: Arc<dyn Clock>,
    /// A second database, which tools do not see.
    #[provide(skip)]
    replica: Db,
    library: library::State,
    index: Arc<library::Index>,
}

#[derive(Provide)]
struct Pair(
    Db,
    #[provide(dyn Mailer + Send + Sync)] Box<dyn Mailer + Send + Sync>,
);

#[derive(Provide)]
struct Generic<T: Send + Sync + 'static> {
    db: Db,
    #[provide(skip)]
    other: T,
}

/// What a library ships: tools over state of its own.
mod library {
    use tool_runtime::tool;

    pub(crate) struct State(pub(crate) &'static str);
    pub(crate) struct Index(pub(crate) &'static str);

    /// Uses the library's state.
    #[tool(pure)]
    pub(crate) async fn as_field(#[state] state: &State) -> &'static str {
        state.0
    }

    /// Uses an index.
    #[tool(pure)]
    pub(crate) async fn as_part(
        /// What for.
        text: String,
        #[state] index: &Index,
    ) -> String {
        format!("{} {text}", index.0)
    }
}

/// Uses several parts.
#[tool(pure)]
async fn parts(
    #[state] db: &Db,
    #[state] mailer: &dyn Mailer,
    #[state] clock: &dyn Clock,
) -> String {
    tokio::task::yield_now().await;
    format!("{} {} {}", db.0, mailer.name(), clock.now())
}

/// Uses the database.
#[tool(pure)]
async fn database(#[state] db: &Db) -> &'static str {
    db.0
}

/// What a program has already shares most of it.
#[derive(Provide)]
struct Shared<T: Send + Sync + 'static> {
    db: Arc<Db>,
    mailer: Arc<dyn Mailer>,
    bounded: Arc<dyn Mailer + Send + Sync + 'static>,
    name: Arc<str>,
    held: Arc<Mutex<Vec<T>>>,
}

/// Uses what is shared, and the `Arc` itself.
#[tool(pure)]
async fn shared(
    #[state] db: &Db,
    #[state] pointer: &Arc<Db>,
    #[state] mailer: &dyn Mailer,
    #[state] name: &str,
    #[state] held: &Mutex<Vec<u8>>,
) -> String {
    let same = std::ptr::eq(db, &**pointer);
    format!(
        "{} {same} {} {name} {}",
        db.0,
        mailer.name(),
        held.lock().unwrap().len()
    )
}

type Sending = dyn Mailer + Send + Sync;

/// Uses a trait object with more bounds.
#[tool(pure)]
async fn bounded(#[state] mailer: &Sending) -> String {
    mailer.name()
}

#[tokio::test]
async fn each_field_is_lent_as_what_it_says() {
    let app = App {
        db: Db("main"),
        mailer: Smtp("smtp"),
        clock: Arc::new(Fixed(7)),
        replica: Db("replica"),
        library: library::State("field"),
        index: Arc::new(library::Index("part")),
    };
    assert_eq!(app.replica.0, "replica");
    let toolbox = Toolbox::<App>::builder()
        .tools(tools![parts, library::as_field])
        .tools(tools![library::as_part].project(|app: &App| Arc::clone(&app.index)))
        .build()
        .unwrap();
    let calls = [
        call("parts", ""),
        call("as_field", ""),
        call("as_part", r#"{"text": "x"}"#),
    ];
    let report = toolbox.bind(app).run(calls).await;
    assert_eq!(texts(&report), ["main smtp 7", "field", "part x"]);
}

#[tokio::test]
async fn tuples_boxes_and_generics_lend_too() {
    let toolbox = Toolbox::<Pair>::builder()
        .tools(tools![database, bounded])
        .build()
        .unwrap();
    let pair = Pair(Db("pair"), Box::new(Smtp("boxed")));
    let report = toolbox
        .bind(pair)
        .run([call("database", ""), call("bounded", "")])
        .await;
    assert_eq!(texts(&report), ["pair", "boxed"]);

    let toolbox = Toolbox::<Generic<u8>>::builder()
        .tools(tools![database])
        .build()
        .unwrap();
    let generic = Generic {
        db: Db("generic"),
        other: 0,
    };
    assert_eq!(generic.other, 0);
    let report = toolbox.bind(generic).run([call("database", "")]).await;
    assert_eq!(texts(&report), ["generic"]);
}

#[tokio::test]
async fn what_an_arc_holds_is_lent_as_well() {
    let toolbox = Toolbox::<Shared<u8>>::builder()
        .tools(tools![shared, database, bounded])
        .build()
        .unwrap();
    let state = Shared {
        db: Arc::new(Db("main")),
        mailer: Arc::new(Smtp("smtp")),
        bounded: Arc::new(Smtp("bounded")),
        name: "desk".into(),
        held: Arc::new(Mutex::new(vec![7_u8])),
    };
    let calls = [
        call("shared", ""),
        call("database", ""),
        call("bounded", ""),
    ];
    let report = toolbox.bind(state).run(calls).await;
    assert_eq!(texts(&report), ["main true smtp desk 1", "main", "bounded"]);
}

/// A state that points to one of its kind, which provides itself as every type does.
#[allow(dead_code)]
#[derive(Provide)]
struct Chained {
    db: Db,
    parent: Arc<Chained>,
}
