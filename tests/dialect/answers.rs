//! Tools that answer in every way a tool can.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;
use tool_runtime::tool::ResourceLink;
use tool_runtime::{Content, Envelope, Policy, ToolCall, Toolbox, tool, tools};

#[derive(Serialize)]
struct Book {
    id: u64,
    title: &'static str,
}

/// Find a book.
#[tool(pure)]
async fn find_book(
    /// The book's number.
    id: u64,
) -> Book {
    Book { id, title: "Emma" }
}

/// Say something again.
#[tool(pure)]
async fn say(
    /// What to say.
    text: String,
) -> String {
    text
}

/// Lend a book.
#[tool(writes("book:{id}"))]
async fn lend_book(
    /// The book's number.
    id: u64,
) {
    let _ = id;
}

/// Reserve a book.
#[tool(reads("book:{id}"))]
async fn reserve_book(
    /// The book's number.
    id: u64,
) -> Result<Book, String> {
    Err(format!("Book {id} is \"lent\" until Friday."))
}

/// Break off.
#[tool(pure)]
async fn break_off() -> &'static str {
    panic!("the shelf gave way")
}

/// Wait.
#[tool(pure)]
async fn wait(
    /// For how long.
    seconds: u64,
) -> String {
    sleep(Duration::from_secs(seconds)).await;
    format!("waited {seconds} s")
}

/// Hang.
#[tool(pure, timeout = "3s")]
async fn hang() -> &'static str {
    std::future::pending().await
}

/// Count the books.
#[tool(pure)]
async fn count_books() -> HashMap<(u8, u8), u64> {
    HashMap::from([((1, 2), 3)])
}

/// Show a book's cover.
#[tool(pure)]
async fn show_cover(
    /// The cover's kind of file.
    mime_type: String,
) -> [Content; 3] {
    [
        Content::text("The cover:"),
        Content::image(mime_type, [0xfb, 0xff, 0xbf, 0]),
        Content::text(""),
    ]
}

/// Read a book aloud.
#[tool(pure)]
async fn read_aloud() -> Content {
    Content::audio("audio/wav", [1, 2, 3])
}

/// Point to a book.
#[tool(pure)]
async fn point_to() -> Vec<Content> {
    let mut link = ResourceLink::new("book://7", "emma");
    link.mime_type = Some("application/epub+zip".to_owned());
    vec![link.into(), Content::Json("[7]".to_owned())]
}

/// Texts leave as they are, so that each character is seen to come through.
pub(crate) fn toolbox() -> Toolbox {
    let tools = tools![
        find_book,
        say,
        lend_book,
        reserve_book,
        break_off,
        wait,
        hang,
        count_books,
        show_cover,
        read_aloud,
        point_to
    ];
    let builder = Toolbox::builder().tools(tools);
    let policy = Policy::default().envelope(Envelope::AsIs);
    builder.policy(policy).build().unwrap()
}

/// A turn that a provider takes back: its calls are well formed, whatever becomes of them.
pub(crate) struct Turn {
    pub(crate) name: &'static str,
    calls: &'static [(&'static str, &'static str)],
}

impl Turn {
    /// The calls, with the ids `call00000`, `call00001` and so on, which every provider takes.
    pub(crate) fn calls(&self) -> Vec<ToolCall> {
        let numbered = self.calls.iter().enumerate();
        numbered
            .map(|(index, (name, arguments))| {
                ToolCall::new(format!("call{index:05}"), *name, *arguments)
            })
            .collect()
    }
}

pub(crate) const TURNS: [Turn; 16] = [
    Turn {
        name: "struct",
        calls: &[("find_book", r#"{"id":7}"#)],
    },
    Turn {
        name: "text",
        calls: &[("say", r#"{"text":"Good morning."}"#)],
    },
    Turn {
        name: "unit",
        calls: &[("lend_book", r#"{"id":7}"#)],
    },
    Turn {
        name: "failed",
        calls: &[("reserve_book", r#"{"id":7}"#)],
    },
    Turn {
        name: "empty_text",
        calls: &[("say", r#"{"text":""}"#)],
    },
    Turn {
        name: "control_characters",
        calls: &[(
            "say",
            r#"{"text":"\u0000 \u0001 \u001b[1m \b \f \n \r \t \" \\ / \u007f \u0085 \u2028 \ufeff \ud83d\ude00"}"#,
        )],
    },
    Turn {
        name: "unknown_tool",
        calls: &[("burn_book", r#"{"id":7}"#)],
    },
    Turn {
        name: "wrong_arguments",
        calls: &[("find_book", r#"{"id":"seven","colour":"red"}"#)],
    },
    Turn {
        name: "panic",
        calls: &[("break_off", "{}")],
    },
    Turn {
        name: "timed_out",
        calls: &[("hang", "{}")],
    },
    Turn {
        name: "not_serialisable",
        calls: &[("count_books", "{}")],
    },
    Turn {
        name: "image",
        calls: &[("show_cover", r#"{"mime_type":"image/png"}"#)],
    },
    Turn {
        name: "image_of_another_kind",
        calls: &[("show_cover", r#"{"mime_type":"image/tiff"}"#)],
    },
    Turn {
        name: "audio",
        calls: &[("read_aloud", "{}")],
    },
    Turn {
        name: "resource_link",
        calls: &[("point_to", "{}")],
    },
    Turn {
        name: "all_together",
        calls: &[
            ("wait", r#"{"seconds":2}"#),
            ("break_off", "{}"),
            ("say", r#"{"text":""}"#),
            ("burn_book", "{}"),
            ("find_book", "{}"),
            ("hang", "{}"),
            ("find_book", r#"{"id":7}"#),
            ("wait", r#"{"seconds":1}"#),
            ("reserve_book", r#"{"id":7}"#),
            ("count_books", "{}"),
            ("lend_book", r#"{"id":7}"#),
            ("show_cover", r#"{"mime_type":"image/jpeg"}"#),
        ],
    },
];
