//! Methods as tools.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use support::{call, codes, texts};
use tool_runtime::{CallContext, Provide, Toolbox, tool, tools, toolset};

/// A database of some kind.
trait Database: Send + Sync {
    fn name_of(&self, customer: u64) -> Option<&str>;
}

struct Memory;

impl Database for Memory {
    fn name_of(&self, customer: u64) -> Option<&str> {
        (customer == 7).then_some("Ada")
    }
}

struct Desk {
    opened: AtomicU64,
}

struct Mailer(&'static str);

#[derive(Provide)]
struct App {
    desk: Desk,
    mailer: Mailer,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Ticket {
    text: String,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Opened {
    open: u64,
}

/// Comes with the block.
#[toolset]
impl Desk {
    /// How many tickets may be open.
    const LIMIT: u64 = 2;

    /// Opens a ticket.
    #[tool(writes("tickets:{customer}"), timeout = "5s")]
    async fn open_ticket(
        &self,
        /// Whose.
        customer: u64,
        /// What it is about.
        text: &str,
    ) -> Result<u64, String> {
        self.open(text)?;
        Ok(customer + self.opened.load(Ordering::SeqCst))
    }

    /// Opens several.
    #[allow(clippy::needless_arbitrary_self_type)]
    #[tool]
    fn open_all(self: &Self, #[arg(flatten)] ticket: Ticket) -> Result<(), String> {
        self.open(&ticket.text)
    }

    /// Opens some.
    #[tool(output_schema)]
    async fn open_some(
        &self,
        /// How many.
        #[arg(default = Self::LIMIT, range(max = 9))]
        count: u64,
    ) -> Opened {
        let open = self.opened.fetch_add(count, Ordering::SeqCst) + count;
        Opened { open }
    }

    fn open(&self, text: &str) -> Result<(), String> {
        match self.opened.fetch_add(1, Ordering::SeqCst) {
            open if open >= Self::LIMIT => Err(format!("no more than {}: {text}", Self::LIMIT)),
            _ => Ok(()),
        }
    }

    /// Says what the limit is.
    #[tool(pure, inline, name = "limit")]
    fn max() -> u64 {
        Self::LIMIT
    }

    /// Writes a letter.
    #[tool(type = WriteLetter)]
    fn write_letter(
        &self,
        /// To whom.
        to: String,
        #[state] mailer: &Mailer,
        #[context] context: &CallContext,
    ) -> impl Future<Output = String> {
        let name = context.call().name().to_owned();
        std::future::ready(format!("{name}: {} to {to}", mailer.0))
    }

    /// Is not there.
    #[cfg(any())]
    #[tool]
    async fn absent(
        &self,
        /// Is not there either.
        missing: Missing,
    ) {
    }
}

/// A second block of the same type.
#[toolset(tools = more_tools)]
impl Desk {
    /// Counts.
    #[tool]
    async fn count(&self) -> u64 {
        self.opened.load(Ordering::SeqCst)
    }
}

struct Office<D> {
    database: D,
}

#[toolset]
impl<D: Database> Office<D>
where
    D: 'static,
{
    /// Looks up a customer.
    #[tool(reads("customer:{customer}"))]
    async fn get_customer(
        &self,
        /// The customer's number.
        customer: u64,
    ) -> Result<String, String> {
        let name = self.database.name_of(customer);
        name.map(str::to_owned)
            .ok_or_else(|| "there is none".to_owned())
    }

    /// Says what it is.
    #[tool(pure)]
    fn kind() -> &'static str {
        std::any::type_name::<D>().rsplit("::").next().unwrap_or("")
    }
}

fn app() -> App {
    App {
        desk: Desk {
            opened: AtomicU64::new(0),
        },
        mailer: Mailer("by hand"),
    }
}

#[tokio::test]
async fn methods_and_associated_functions_are_tools() {
    let toolbox = Toolbox::<App>::builder()
        .tools(Desk::tools())
        .tools(Desk::more_tools())
        .build()
        .unwrap();
    let names: Vec<_> = toolbox.tools().iter().map(|d| d.name()).collect();
    assert_eq!(
        names,
        [
            "open_ticket",
            "open_all",
            "open_some",
            "limit",
            "write_letter",
            "count"
        ]
    );
    assert!(toolbox.tools()[2].output_schema().is_some());
    let desk = toolbox.bind(app());
    for (name, arguments, text) in [
        ("open_ticket", r#"{"customer": 7, "text": "x"}"#, "8"),
        ("open_all", r#"{"text": "x"}"#, "Done."),
        ("limit", "", "2"),
        (
            "open_ticket",
            r#"{"customer": 7, "text": "y"}"#,
            "no more than 2: y. It may have taken effect; check before repeating.",
        ),
        (
            "write_letter",
            r#"{"to": "Ada"}"#,
            "write_letter: by hand to Ada",
        ),
        ("count", "", "3"),
        ("open_some", "{}", r#"{"open":5}"#),
        ("open_some", r#"{"count": 1}"#, r#"{"open":6}"#),
    ] {
        let report = desk.run([call(name, arguments)]).await;
        assert_eq!(texts(&report), [text], "{name}");
    }
}

#[tokio::test]
async fn they_stay_methods() {
    let desk = app().desk;
    assert_eq!(desk.open_ticket(1, "x").await, Ok(2));
    assert_eq!(Desk::max(), 2);
}

#[tokio::test]
async fn one_is_listed_alone_by_its_type() {
    let toolbox = Toolbox::<App>::builder()
        .tools(tools![WriteLetter])
        .build()
        .unwrap();
    let calls = [call("write_letter", r#"{"to": "Ada"}"#), call("count", "")];
    let report = toolbox.bind(app()).run(calls).await;
    assert_eq!(codes(&report), ["ok", "unknown_tool"]);
}

#[tokio::test]
async fn a_generic_block_is_a_toolset_for_each_type() {
    let toolbox = Toolbox::<Office<Memory>>::builder()
        .tools(Office::<Memory>::tools())
        .build()
        .unwrap();
    let office = Arc::new(Office { database: Memory });
    let calls = [
        call("get_customer", r#"{"customer": 7}"#),
        call("get_customer", r#"{"customer": 8}"#),
        call("kind", ""),
    ];
    let report = toolbox.bind(office).run(calls).await;
    assert_eq!(
        texts(&report),
        ["Ada", "there is none. Nothing was changed.", "Memory"]
    );
}

#[test]
fn a_tool_is_said_to_be_where_its_attribute_is() {
    let toolbox = Toolbox::<Desk>::builder()
        .tools(Desk::more_tools())
        .build()
        .unwrap();
    let place = toolbox.tools()[0].place().to_string();
    let (_, line) = place.rsplit_once(':').unwrap();
    let source = include_str!("toolset.rs").lines();
    let attribute = source
        .skip(line.parse::<usize>().unwrap() - 1)
        .take(2)
        .map(str::trim);
    assert_eq!(
        attribute.collect::<Vec<_>>(),
        ["#[tool]", "async fn count(&self) -> u64 {"]
    );
}

/// `#[toolset]` reads the methods' `#[tool]`, so that it need not be imported; elsewhere in this file it is.
mod tool_is_not_imported {
    use tool_runtime::toolset;

    pub(super) struct Bell;

    #[toolset]
    impl Bell {
        /// Rings.
        #[tool(pure)]
        async fn ring(&self) -> &'static str {
            "ding"
        }
    }
}

#[tokio::test]
async fn tool_need_not_be_imported() {
    use tool_is_not_imported::Bell;

    let toolbox = Toolbox::<Bell>::builder().tools(Bell::tools());
    let report = toolbox
        .build()
        .unwrap()
        .bind(Bell)
        .run([call("ring", "")])
        .await;
    assert_eq!(texts(&report), ["ding"]);
}
