//! What a tool says about its failure, as the model and the program get it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use support::{call, texts_without_ids};
use tool_runtime::{Effects, Ending, ToolError, Toolbox, tool, tools};

type BoxError = Box<dyn Error + Send + Sync>;

/// A failure of which everything is said.
fn busy() -> ToolError {
    ToolError::new("The desk is busy.")
        .retry_after(Duration::from_secs(2))
        .no_effects()
        .with_details(json!({ "queue": 3 }))
        .with_source("password 1234")
}

/// An error with a `ToolError` among its sources.
#[derive(Debug)]
struct Outer(ToolError);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The booking failed.")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// An error that is a `ToolError` in all but its type, as `#[error(transparent)]` makes it.
#[derive(Debug)]
struct Transparent(ToolError);

impl fmt::Display for Transparent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Transparent {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

macro_rules! failing {
    ($($name:ident: $error:ty = $value:expr;)*) => {
        $(
            /// Fails.
            #[tool(writes("desk"))]
            async fn $name() -> Result<u8, $error> {
                Err($value)
            }
        )*
        fn toolbox() -> Toolbox {
            Toolbox::new(tools![$($name,)* undeclared, undeclared_without_effects, reads]).unwrap()
        }
    };
}

failing! {
    plain: ToolError = ToolError::new("No.");
    from_text: ToolError = "No.".into();
    from_string: ToolError = "No.".to_owned().into();
    itself: ToolError = busy();
    boxed: BoxError = busy().into();
    any: anyhow::Error = busy().into();
    any_context: anyhow::Error = anyhow::Error::from(busy()).context("While booking.");
    any_contexts: anyhow::Error = Err::<u8, _>(busy()).context("one").context("While booking.").unwrap_err();
    outer: Outer = Outer(busy());
    outer_boxed: BoxError = Box::new(Outer(busy()));
    outer_any: anyhow::Error = Outer(busy()).into();
    transparent: Transparent = Transparent(busy());
    internal: ToolError = ToolError::internal("password 1234");
    internal_any: anyhow::Error = anyhow::Error::from(ToolError::internal("1234")).context("db 7");
    internal_details: ToolError = ToolError::internal("1234").with_details(json!({ "db": 7 })).no_effects();
    silent: ToolError = ToolError::new("").no_effects();
}

/// Fails, and nobody said what it touches.
#[tool]
async fn undeclared() -> Result<u8, ToolError> {
    Err(ToolError::internal("password 1234"))
}

/// Fails, and nobody said what it touches, but that it did not.
#[tool]
async fn undeclared_without_effects() -> Result<u8, ToolError> {
    Err(ToolError::new("not today").no_effects())
}

/// Fails, and only reads.
#[tool(reads("desk"))]
async fn reads() -> Result<u8, ToolError> {
    Err(ToolError::new("not today"))
}

#[track_caller]
fn check(name: &str, text: &str, effects: Effects) -> ToolErrorSays {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox().run([call(name, "{}")]));
    assert_eq!(texts_without_ids(&report), [text]);
    let result = &report.results()[0];
    assert_eq!(result.outcome().ending, Ending::Failed);
    assert_eq!(result.outcome().effects, effects);
    let error = result.error().expect("it failed");
    ToolErrorSays {
        retry: (error.is_retryable(), error.retry_delay()),
        permanent: error.is_permanent(),
        details: error.details().cloned(),
        sources: sources(error),
    }
}

struct ToolErrorSays {
    retry: (bool, Option<Duration>),
    permanent: bool,
    details: Option<serde_json::Value>,
    sources: Vec<String>,
}

fn sources(error: &ToolError) -> Vec<String> {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    sources.map(ToString::to_string).collect()
}

const UNKNOWN: &str = "It may have taken effect; check before repeating.";

#[test]
fn what_is_not_said_is_not_known() {
    for name in ["plain", "from_text", "from_string"] {
        let error = check(name, &format!("No. {UNKNOWN}"), Effects::Unknown);
        assert_eq!(error.retry, (false, None));
        assert!(!error.permanent);
        assert_eq!(error.details, None);
        assert_eq!(error.sources, [""; 0]);
    }
}

/// Whatever carries the `ToolError`, what was said of it holds, and its source is not told.
#[test]
fn what_is_said_goes_through_other_errors() {
    for name in ["itself", "boxed", "any", "transparent"] {
        check_busy(name, "The desk is busy.");
    }
    for name in ["outer", "outer_boxed", "outer_any"] {
        check_busy(name, "The booking failed.");
    }
    for name in ["any_context", "any_contexts"] {
        check_busy(name, "While booking.");
    }
}

#[track_caller]
fn check_busy(name: &str, message: &str) {
    let text = format!(
        "{message} Nothing was changed. The same call may succeed after 2s.\n{{\"queue\":3}}"
    );
    let error = check(name, &text, Effects::None);
    assert_eq!(error.retry, (true, Some(Duration::from_secs(2))), "{name}");
    assert!(!error.permanent);
    assert_eq!(error.details, Some(json!({ "queue": 3 })));
    assert_eq!(error.sources.last().unwrap(), "password 1234", "{name}");
}

/// One error that was written says nothing about the next.
#[test]
fn what_one_error_says_is_not_heard_of_another() {
    check_busy("any", "The desk is busy.");
    let _ = busy().to_string();
    let error = ToolError::from(BoxError::from("No."));
    assert!(!error.is_retryable() && !error.has_no_effects());
}

#[test]
fn an_internal_error_is_for_the_program() {
    let text = "failed with an internal error (error id `ID`).";
    let error = check(
        "internal",
        &format!("`internal` {text} {UNKNOWN}"),
        Effects::Unknown,
    );
    assert_eq!(error.sources, ["password 1234"]);
    let error = check(
        "internal_any",
        &format!("`internal_any` {text} {UNKNOWN}"),
        Effects::Unknown,
    );
    assert_eq!(error.sources, ["db 7", "internal error", "1234"]);
    let error = check(
        "internal_details",
        &format!("`internal_details` {text} Nothing was changed. Try it once more at most."),
        Effects::None,
    );
    assert_eq!(error.details, Some(json!({ "db": 7 })));
    check(
        "undeclared",
        &format!("`undeclared` {text}"),
        Effects::Unknown,
    );
}

#[test]
fn what_a_failed_call_may_have_changed_follows_from_declaration_and_error() {
    check(
        "undeclared_without_effects",
        "not today. Nothing was changed.",
        Effects::None,
    );
    check("reads", "not today. Nothing was changed.", Effects::None);
    check(
        "silent",
        "`silent` failed without saying why. Nothing was changed.",
        Effects::None,
    );
}

#[test]
fn the_last_word_on_repeating_holds() {
    let error = busy().permanent();
    assert!(error.is_permanent() && !error.is_retryable());
    assert_eq!(error.retry_delay(), None);
    let error = error.retryable();
    assert!(error.is_retryable() && !error.is_permanent());
    assert_eq!(error.retry_delay(), None);
}
