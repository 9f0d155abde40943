//! Functions of every kind, in every place and with every visibility.

use std::future::Future;
use std::pin::Pin;

use tool_runtime::{CallContext, Provide, ToolCall, Toolbox, tool, tools};

#[derive(Provide)]
struct App {
    factor: u64,
}

/// As `futures` has it.
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Is plain.
#[tool]
fn plain(
    /// A text.
    text: &str,
    #[state] factor: &u64,
    #[context] context: &CallContext,
) -> Result<u64, std::num::ParseIntError> {
    assert!(context.deadline().is_some());
    Ok(text.parse::<u64>()? * factor)
}

/// Is plain and returns nothing, soon.
#[tool(inline)]
fn inline() {}

/// Returns a future.
#[tool]
fn some_future(
    /// A text.
    text: &str,
    #[state] factor: &u64,
) -> impl Future<Output = Result<u64, String>> + Send {
    async move { Ok(text.len() as u64 * factor) }
}

/// Names the trait by its path.
#[tool]
fn some_future_by_path() -> impl Send + std::future::Future<Output = u64> {
    std::future::ready(3)
}

/// Returns a box.
#[tool]
fn boxed<'a>(
    /// A text.
    text: &'a str,
    #[state] factor: &'a u64,
) -> BoxFuture<'a, u64> {
    Box::pin(async move { text.len() as u64 * factor })
}

/// Returns a box that is not hidden behind a name.
#[tool]
fn pinned(
    /// A text.
    text: &str,
) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
    Box::pin(async move { text.len() })
}

/// Returns a box that need not be pinned.
#[tool]
fn unpinned() -> Box<dyn Future<Output = u64> + Send + Unpin> {
    Box::new(std::future::ready(4))
}

mod desk {
    pub(crate) mod inner {
        /// Is seen by its parent.
        #[tool_runtime::tool]
        pub(super) fn for_parent() -> u8 {
            5
        }

        /// Is seen in the crate.
        #[tool_runtime::tool]
        pub(in crate::functions::desk) async fn for_desk() -> u8 {
            6
        }
    }

    pub fn tools() -> tool_runtime::ToolList<super::App> {
        tool_runtime::tools![inner::for_parent, self::inner::for_desk]
    }
}

macro_rules! tools_of {
    ($($name:ident: $ty:ty),*) => {
        $(
            /// Comes out of a macro.
            #[tool]
            fn $name(
                /// A value.
                value: $ty,
            ) -> $ty {
                value
            }
        )*
    };
}

tools_of!(number: u64, text: Option<String>);

#[tokio::test]
async fn works() {
    /// Stands in a function.
    #[tool]
    fn local(
        /// A value.
        value: u64,
    ) -> u64 {
        value
    }

    // They stay what they are.
    inline();
    assert_eq!(local(1), 1);
    assert_eq!(some_future("abc", &2).await, Ok(6));
    assert_eq!(pinned("abc").await, 3);

    let toolbox = Toolbox::<App>::builder()
        .tools(tools![
            plain,
            inline,
            some_future,
            some_future_by_path,
            boxed,
            pinned,
            unpinned,
            number,
            text,
            local
        ])
        .tools(desk::tools())
        .build()
        .unwrap();
    let calls = [
        ("plain", r#"{"text": "21"}"#, "42"),
        ("plain", r#"{"text": "x"}"#, "invalid digit found in string"),
        ("inline", "", "Done."),
        ("some_future", r#"{"text": "abc"}"#, "6"),
        ("some_future_by_path", "", "3"),
        ("boxed", r#"{"text": "abc"}"#, "6"),
        ("pinned", r#"{"text": "abc"}"#, "3"),
        ("unpinned", "", "4"),
        ("for_parent", "", "5"),
        ("for_desk", "", "6"),
        ("number", r#"{"value": 7}"#, "7"),
        ("text", r#"{"value": "a"}"#, "a"),
        ("local", r#"{"value": 8}"#, "8"),
    ];
    let report = toolbox
        .bind(App { factor: 2 })
        .run(calls.map(|(name, arguments, _)| ToolCall::new(name, name, arguments)))
        .await;
    for (result, (name, _, text)) in report.results().iter().zip(calls) {
        assert_eq!(result.text(), text, "{name}");
    }
}
