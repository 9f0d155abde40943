//! `tools![…]`, what it makes, and the check for names given twice in it.

use std::fmt;
use std::sync::Arc;

use super::definition::{Place, ToolDefinition};
use super::{CallContext, Named, Prepared, RuntimeTool, State, Tool};

/// The tools of a toolbox, by the paths of their functions.
///
/// ```
/// # use tool_runtime::{tool, tools, Toolbox};
/// # mod billing {
/// #     /// Lists tickets.
/// #     #[tool_runtime::tool(pure)] pub async fn get_tickets() -> &'static str { "none" }
/// # }
/// # /// Says hello.
/// # #[tool(pure)] async fn hello() -> &'static str { "hello" }
/// let toolbox = Toolbox::new(tools![
///     hello,
///     billing::get_tickets,
///     #[cfg(windows)]
///     registry::get_key,
/// ])?;
/// # Ok::<(), tool_runtime::BuildError>(())
/// ```
///
/// Two tools of one name are a compile error at the second. A function without `#[tool]` is E0574, "expected struct, found
/// function": the tool is the type that the attribute adds, `GetCustomer` with `#[tool(type = GetCustomer)]`. A tool whose
/// state the toolbox does not provide is a compile error at its path.
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! tools {
    ($($tools:tt)*) => {
        $crate::__private::tools!($crate $($tools)*)
    };
}

/// The tools of a `tools![…]` list, for a toolbox with state `S`, or run-time tools that were collected.
pub struct ToolList<S: 'static>(pub(crate) Vec<Arc<dyn Tool<S>>>);

impl<S: State> ToolList<S> {
    #[doc(hidden)]
    pub fn new(tools: &[&'static dyn Tool<S>]) -> Self {
        Self(tools.iter().map(|tool| Arc::new(*tool) as _).collect())
    }

    /// The tools of a library, whose state is `S`, for a toolbox whose state `A` has an `S`.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tool_runtime::{Toolbox, tools};
    ///
    /// mod library {
    ///     use tool_runtime::tool;
    ///
    ///     pub struct Index;
    ///
    ///     /// Searches.
    ///     #[tool]
    ///     pub async fn search(
    ///         /// What for.
    ///         text: String,
    ///         #[state] _index: &Index,
    ///     ) -> String {
    ///         text
    ///     }
    /// }
    ///
    /// struct App {
    ///     index: Arc<library::Index>,
    /// }
    ///
    /// let toolbox = Toolbox::<App>::builder()
    ///     .tools(tools![library::search].project(|app: &App| app.index.clone()))
    ///     .build()?;
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn project<A: State>(
        self,
        part: impl Fn(&A) -> Arc<S> + Send + Sync + 'static,
    ) -> ToolList<A> {
        let part: Part<A, S> = Arc::new(part);
        let project = |tool| {
            let part = Arc::clone(&part);
            Arc::new(Projected { tool, part }) as Arc<dyn Tool<A>>
        };
        ToolList(self.0.into_iter().map(project).collect())
    }
}

/// The run-time tools of a library: of an MCP server, of a plugin.
impl<S: State> FromIterator<RuntimeTool<S>> for ToolList<S> {
    fn from_iter<I: IntoIterator<Item = RuntimeTool<S>>>(tools: I) -> Self {
        Self(tools.into_iter().map(|tool| Arc::new(tool) as _).collect())
    }
}

/// Which part of an app's state a library's tools work on.
type Part<A, S> = Arc<dyn Fn(&A) -> Arc<S> + Send + Sync>;

struct Projected<A, S: 'static> {
    tool: Arc<dyn Tool<S>>,
    part: Part<A, S>,
}

impl<A: State, S: State> Tool<A> for Projected<A, S> {
    fn definition(&self) -> ToolDefinition {
        self.tool.definition()
    }

    fn prepare(&self, arguments: &str, context: CallContext, state: Arc<A>) -> Prepared {
        let part = (self.part)(&state);
        self.tool.prepare(arguments, context, part)
    }
}

impl<S: State> Tool<S> for &'static dyn Tool<S> {
    fn definition(&self) -> ToolDefinition {
        (**self).definition()
    }

    fn prepare(&self, arguments: &str, context: CallContext, state: Arc<S>) -> Prepared {
        (**self).prepare(arguments, context, state)
    }
}

impl<S> fmt::Debug for ToolList<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(
                self.0
                    .iter()
                    .map(|tool| tool.definition().name().to_owned()),
            )
            .finish()
    }
}

/// One entry of a list, as constants see it.
#[derive(Debug)]
pub struct Listed {
    ordinal: usize,
    path: &'static str,
    name: &'static str,
    place: Place,
}

impl Listed {
    /// The entry of a tool, written as `path` at position `ordinal` of the list.
    pub const fn new<T: Named>(ordinal: usize, path: &'static str, _: &T) -> Self {
        Self {
            ordinal,
            path,
            name: T::NAME,
            place: T::PLACE,
        }
    }
}

/// No entry.
const NONE: usize = usize::MAX;

/// For each entry the index in `listed` of an earlier one of the same name, or `NONE`. A hash table with chains, so
/// that a thousand tools take a thousand steps.
pub const fn repeats<const N: usize>(listed: &[Listed]) -> [usize; N] {
    let mut repeats = [NONE; N];
    let mut heads = [NONE; N];
    let mut next = [NONE; N];
    let mut index = 0;
    while index < listed.len() {
        let bucket = hash(listed[index].name) % N;
        let mut earlier = heads[bucket];
        while earlier != NONE {
            if same(listed[earlier].name, listed[index].name) {
                repeats[listed[index].ordinal] = earlier;
                break;
            }
            earlier = next[earlier];
        }
        next[index] = heads[bucket];
        heads[bucket] = index;
        index += 1;
    }
    repeats
}

/// Fails the constant it is called from if the entry `ordinal` has the name of an earlier one.
///
/// `track_caller` keeps what lies between the constant and the panic out of the error.
#[track_caller]
pub const fn refuse_repeat(listed: &[Listed], repeats: &[usize], ordinal: usize) {
    if repeats[ordinal] == NONE {
        return;
    }
    let earlier = &listed[repeats[ordinal]];
    let mut index = repeats[ordinal];
    while listed[index].ordinal != ordinal {
        index += 1;
    }
    let again = &listed[index];
    if again.place.is(earlier.place) {
        let text = Text::new()
            .add("the tool `")
            .add(again.name)
            .add("` is in the list twice, as `")
            .add(earlier.path)
            .add("` and as `")
            .add(again.path)
            .add("`; remove one");
        panic!("{}", text.as_str());
    }
    let text = Text::new()
        .add("two tools are named `")
        .add(again.name)
        .add("`: `")
        .add(earlier.path)
        .add("` (")
        .add_place(earlier.place)
        .add(") and `")
        .add(again.path)
        .add("` (")
        .add_place(again.place)
        .add("); give one another name with `#[tool(name = \"…\")]`");
    panic!("{}", text.as_str());
}

/// FNV-1a.
const fn hash(name: &str) -> usize {
    let bytes = name.as_bytes();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    (hash >> 16) as usize
}

pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// A message put together in a constant, where there is no `format!`. What does not fit is cut.
struct Text {
    bytes: [u8; 1024],
    length: usize,
}

impl Text {
    const fn new() -> Self {
        Self {
            bytes: [0; 1024],
            length: 0,
        }
    }

    const fn add(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        if self.length + bytes.len() <= self.bytes.len() {
            let mut index = 0;
            while index < bytes.len() {
                self.bytes[self.length] = bytes[index];
                self.length += 1;
                index += 1;
            }
        }
        self
    }

    const fn add_place(self, place: Place) -> Self {
        let (file, line) = place.parts();
        self.add(file).add(":").add_number(line)
    }

    const fn add_number(self, number: u32) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let text = if number >= 10 {
            self.add_number(number / 10)
        } else {
            self
        };
        text.add(DIGITS[(number % 10) as usize])
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "two tools have the same name",
        }
    }
}
