//! Does a toolbox find the tools that are there for it, and no others?

#![forbid(unsafe_code)]

use discovery::{Desk, Other};
// Named, so that it is linked; nothing of it is.
use shop as _;
use support::{call, texts};
use tool_runtime::tool::State;
use tool_runtime::{BuildError, Toolbox, tool, tools};

/// The state of a toolbox in which two tools have one name.
struct Clash;

/// The state of a toolbox with a tool that is listed too.
struct Both;

mod state {
    pub(crate) struct Generic<T>(pub(crate) T);
}

/// Says hello.
#[tool(discover = discovery::Desk, pure)]
async fn hello(
    /// Whom to greet.
    name: String,
) -> String {
    format!("hello {name}")
}

/// Comes first by name, not by place.
#[tool(name = "a_tool", discover = Desk, type = First)]
async fn zzz() -> &'static str {
    "a"
}

/// Is not there.
#[cfg(any())]
#[tool(discover = Desk)]
async fn nowhere() {}

/// Is not found.
#[tool]
async fn hidden() -> &'static str {
    "hidden"
}

#[expect(
    dead_code,
    reason = "a tool in it is there whether it is called or not"
)]
fn inside() {
    /// Is in the body of a function.
    #[tool(discover = Desk)]
    async fn within() -> &'static str {
        "within"
    }
}

macro_rules! made {
    ($name:ident in $state:ty) => {
        /// Is made by a macro.
        #[tool(discover = $state)]
        async fn $name() -> &'static str {
            stringify!($name)
        }
    };
}

made!(made in Desk);
made!(generic in state::Generic<u8>);

mod clash {
    use super::{Clash, tool};

    /// One.
    #[tool(discover = Clash)]
    async fn same() {}

    mod other {
        use super::{Clash, tool};

        /// Another.
        #[tool(discover = Clash)]
        async fn same() {}
    }
}

/// Is listed too.
#[tool(discover = Both)]
async fn both() {}

#[track_caller]
fn names<S: State>(toolbox: &Toolbox<S>) -> Vec<&str> {
    let definitions = toolbox.tools().iter();
    definitions.map(|definition| definition.name()).collect()
}

#[tokio::test]
async fn tools_are_found_by_their_state_in_the_order_of_their_names() {
    let toolbox = Toolbox::<Desk>::builder()
        .tools(tools![hidden])
        .discover()
        .build()
        .unwrap();
    assert_eq!(
        names(&toolbox),
        ["hidden", "a_tool", "hello", "made", "stock", "within"]
    );
    let desk = toolbox.bind(Desk {
        name: "desk".to_owned(),
    });
    let report = desk
        .run([
            call("stock", ""),
            call("hello", r#"{"name": "Ada"}"#),
            call("within", ""),
            call("made", ""),
        ])
        .await;
    assert_eq!(
        texts(&report),
        ["desk: books", "hello Ada", "within", "made"]
    );
}

#[test]
fn a_state_has_its_own_tools() {
    let other = Toolbox::<Other>::builder().discover().build().unwrap();
    assert_eq!(names(&other), ["elsewhere"]);
    let generic = Toolbox::<state::Generic<u8>>::builder().discover();
    assert_eq!(names(&generic.build().unwrap()), ["generic"]);
    let generic = Toolbox::<state::Generic<u16>>::builder().discover();
    assert!(names(&generic.build().unwrap()).is_empty());
    let _ = state::Generic(0_u8).0;
}

#[test]
fn two_of_one_name_are_refused_with_both_places() {
    let error = Toolbox::<Clash>::builder().discover().build().unwrap_err();
    let BuildError::DuplicateName {
        name,
        first,
        second,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(name, "same");
    let (first, second) = (first.to_string(), second.to_string());
    assert!(first.ends_with("main.rs:77"), "{first}");
    assert!(second.ends_with("main.rs:84"), "{second}");
}

#[test]
fn one_that_is_listed_too_is_refused() {
    let twice = Toolbox::<Both>::builder().tools(tools![both]).discover();
    let error = twice.build().unwrap_err().to_string();
    let (begin, end) = error.split_once(" at ").unwrap();
    assert_eq!(begin, "the tool `both`");
    assert!(
        end.ends_with(" is in the toolbox twice; list it, have it discovered or add it, once"),
        "{error}"
    );
    let asked_twice = Toolbox::<Both>::builder().discover().discover();
    assert_eq!(asked_twice.build().unwrap_err().to_string(), error);
}

#[tokio::test]
async fn the_functions_are_still_functions() {
    assert_eq!(hello("Ada".to_owned()).await, "hello Ada");
    assert_eq!(zzz().await, "a");
    assert_eq!((made().await, generic().await), ("made", "generic"));
    both().await;
}
