//! Tools over one shared store, of every kind of effects, that fail, panic, hang and take their time as they are told.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tool_runtime::{CallContext, ToolCall};

/// What the calls share, beside what the test wants to know of them.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) inner: Mutex<Inner>,
    /// Whether the clock is real: then calls wait less, and rather by yielding.
    pub(crate) real: bool,
}

pub(crate) type Values = BTreeMap<String, u64>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Inner {
    pub(crate) values: Values,
    /// How many of its changes a call has made.
    pub(crate) made: BTreeMap<usize, usize>,
    /// Calls before this one have their place in the order, since the one before it that declares effects has begun.
    pub(crate) placed: usize,
}

impl Store {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pause(&self, time: u64) {
        match (self.real, time) {
            (_, 0) => {}
            (true, 1..8) => {
                for _ in 0..time {
                    tokio::task::yield_now().await;
                }
            }
            (true, _) => tokio::time::sleep(Duration::from_millis(1)).await,
            (false, _) => tokio::time::sleep(Duration::from_millis(time)).await,
        }
    }
}

/// What a call does beside its work.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct How {
    /// Makes its values differ from those of others.
    pub(crate) seed: u64,
    /// Milliseconds before it reads.
    pub(crate) before: u64,
    /// Milliseconds after each thing that it reads or changes.
    pub(crate) between: u64,
    /// How it ends.
    pub(crate) ends: Ends,
}

/// How a call ends: *early* is before its changes, *late* after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) enum Ends {
    Well,
    FailsEarly,
    FailsLate,
    PanicsEarly,
    PanicsLate,
    HangsEarly,
    HangsLate,
}

impl Ends {
    pub(crate) fn is_early(self) -> bool {
        matches!(
            self,
            Self::FailsEarly | Self::PanicsEarly | Self::HangsEarly
        )
    }
}

/// One call.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) tool: &'static str,
    pub(crate) paths: [&'static str; 3],
    /// What it gets instead of its arguments.
    pub(crate) garbled: bool,
    pub(crate) how: How,
}

/// In a line, since a failure shows many.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tool,
            paths,
            garbled,
            how,
        } = self;
        let How {
            seed,
            before,
            between,
            ends,
        } = how;
        let garbled = if *garbled { " garbled" } else { "" };
        write!(
            f,
            "{tool}{paths:?} #{seed} {before}+{between} {ends:?}{garbled}"
        )
    }
}

impl Step {
    pub(crate) fn call(&self) -> ToolCall {
        let Self {
            tool,
            paths,
            how,
            garbled,
        } = self;
        let [a, b, c] = paths;
        let arguments = serde_json::json!({"a": a, "b": b, "c": c, "how": how}).to_string();
        let arguments = if *garbled { "{}".to_owned() } else { arguments };
        ToolCall::new("", *tool, arguments)
    }

    pub(crate) fn work(&self) -> Work {
        Work::of(self.tool, self.paths)
    }
}

/// What a call reads and then changes.
#[derive(Debug, Default)]
pub(crate) struct Work {
    reads: Vec<Scope>,
    pub(crate) changes: Vec<Change>,
}

#[derive(Debug)]
enum Scope {
    At(String),
    Below(String),
}

#[derive(Debug)]
pub(crate) enum Change {
    Put(String),
    Remove(String),
}

impl Work {
    fn of(tool: &str, paths: [&str; 3]) -> Self {
        use Change::{Put, Remove};
        use Scope::{At, Below};
        let [a, b, c] = paths.map(|path| format!("kv:{}", normal(path)));
        let (reads, changes) = match tool.trim_end_matches(THREAD) {
            "get" => (vec![At(a)], vec![]),
            "list" => (vec![Below(a)], vec![]),
            "put" | "clean" => (vec![At(a.clone())], vec![Put(a)]),
            "delete" => (vec![Below(a.clone())], vec![Remove(a)]),
            "merge" => (vec![At(a), At(b)], vec![Put(c)]),
            "both" => (vec![At(a.clone()), At(b.clone())], vec![Put(a), Put(b)]),
            "one" => {
                let one = format!("one:{}", paths[0]);
                (vec![At(one.clone())], vec![Put(one)])
            }
            "ones" => (vec![Below("one:".into())], vec![]),
            "sweep" => (
                vec![Below("kv:".into()), Below("one:".into()), At("g".into())],
                vec![Put(c), Put("g".into()), Put("one:a".into())],
            ),
            "booked" => (vec![At("g".into())], vec![Put("g".into())]),
            "billed" => (vec![At(a), At("g".into())], vec![Put("g".into())]),
            _ => (vec![], vec![]),
        };
        Self { reads, changes }
    }

    /// What a call makes of what it reads.
    fn look(seen: &mut u64, values: &Values, scope: &Scope) {
        for (key, value) in values {
            let covered = match scope {
                Scope::At(at) => key == at,
                Scope::Below(at) => covers(at, key),
            };
            if covered {
                key.bytes().for_each(|byte| mix(seen, byte.into()));
                mix(seen, *value);
            }
        }
    }

    pub(crate) fn change(&self, at: usize, seen: u64, values: &mut Values) {
        match &self.changes[at] {
            Change::Put(key) => {
                values.insert(key.clone(), seen);
            }
            Change::Remove(prefix) => values.retain(|key, _| !covers(prefix, key)),
        }
    }

    /// All that it reads, at once.
    pub(crate) fn read(&self, seed: u64, values: &Values) -> u64 {
        let mut seen = seed;
        for scope in &self.reads {
            Self::look(&mut seen, values, scope);
        }
        seen
    }
}

fn covers(prefix: &str, key: &str) -> bool {
    match key.strip_prefix(prefix) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || prefix.ends_with(':'),
        None => false,
    }
}

fn mix(seen: &mut u64, value: u64) {
    *seen = (*seen ^ value)
        .wrapping_mul(0x0000_0100_0000_01b3)
        .rotate_left(7);
}

/// A path without what changes nothing. One that leads above the root stays there.
fn normal(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

/// How the names of those end that are plain `fn`s.
pub(crate) const THREAD: &str = "_thread";

/// What every tool of the store does.
pub(crate) async fn act(
    tool: &str,
    paths: [&str; 3],
    how: How,
    store: &Store,
    context: &CallContext,
) -> Result<String, String> {
    let work = Work::of(tool, paths);
    let on_thread = tool.ends_with(THREAD);
    if !matches!(tool, "echo" | "free") {
        let mut inner = store.lock();
        inner.placed = inner.placed.max(context.index() + 1);
    }
    store.pause(how.before).await;
    let mut seen = how.seed;
    for scope in &work.reads {
        Work::look(&mut seen, &store.lock().values, scope);
        store.pause(how.between).await;
    }
    if how.ends.is_early() {
        end(how.ends, on_thread).await?;
    }
    for at in 0..work.changes.len() {
        {
            let mut inner = store.lock();
            work.change(at, seen, &mut inner.values);
            *inner.made.entry(context.index()).or_default() += 1;
        }
        store.pause(how.between).await;
    }
    end(how.ends, on_thread).await?;
    Ok(seen.to_string())
}

async fn end(ends: Ends, on_thread: bool) -> Result<(), String> {
    match ends {
        Ends::Well => Ok(()),
        Ends::FailsEarly => Err("early".to_owned()),
        Ends::FailsLate => Err("late".to_owned()),
        Ends::PanicsEarly | Ends::PanicsLate => panic!("as it was told"),
        // It cannot be stopped, and goes on when its time is long over.
        Ends::HangsEarly | Ends::HangsLate if on_thread => {
            tokio::time::sleep(Duration::from_millis(80)).await;
            Ok(())
        }
        Ends::HangsEarly | Ends::HangsLate => std::future::pending().await,
    }
}

/// A toolbox of these tools, each with what it declares.
macro_rules! toolbox {
    ($module:ident: $($tool:ident ($($effects:tt)*))* $(; $($plain:ident ($($done:tt)*))*)?) => {
        pub(crate) mod $module {
            use tool_runtime::{CallContext, Toolbox, tool, tools};

            use super::{How, Store, act};

            $(
                /// Does as it is told.
                #[tool($($effects)*)]
                async fn $tool(
                    /// A path.
                    a: String,
                    /// Another.
                    b: String,
                    /// A third.
                    c: String,
                    /// How.
                    how: How,
                    #[state] store: &Store,
                    #[context] context: &CallContext,
                ) -> Result<String, String> {
                    act(stringify!($tool), [&a, &b, &c], how, store, context).await
                }
            )*

            $($(
                /// Does as it is told, on a thread of its own and on a real clock.
                #[tool($($done)*)]
                fn $plain(
                    /// A path.
                    a: String,
                    /// Another.
                    b: String,
                    /// A third.
                    c: String,
                    /// How.
                    how: How,
                    #[state] store: &Store,
                    #[context] context: &CallContext,
                ) -> Result<String, String> {
                    let work = act(stringify!($plain), [&a, &b, &c], how, store, context);
                    tokio::runtime::Handle::current().block_on(work)
                }
            )*)?

            pub(crate) fn toolbox() -> Toolbox<Store> {
                let tools = tools![$($tool,)* $($($plain),*)?];
                Toolbox::builder().tools(tools).build().expect("tools")
            }
        }
    };
}

toolbox! { right:
    get(reads("kv:{a/}"))
    list(reads("kv:{a/}"))
    put(writes("kv:{a/}"))
    clean(writes("kv:{a/}"))
    delete(writes("kv:{a/}"))
    merge(reads("kv:{a/}", "kv:{b/}"), writes("kv:{c/}"))
    both(writes("kv:{a/}", "kv:{b/}"))
    one(writes("one:{a}"))
    ones(reads("one"))
    sweep(exclusive)
    booked(exclusive = "g")
    billed(reads("kv:{a/}"), exclusive = "g")
    echo(pure)
    free()
    ;
    get_thread(reads("kv:{a/}"))
    put_thread(writes("kv:{a/}"))
    merge_thread(reads("kv:{a/}", "kv:{b/}"), writes("kv:{c/}"))
    booked_thread(exclusive = "g")
}

// A path is one segment: what covers and what is covered are not known to overlap.
toolbox! { exact:
    get(reads("kv:{a}"))
    list(reads("kv:{a}"))
    put(writes("kv:{a}"))
    clean(writes("kv:{a}"))
    delete(writes("kv:{a}"))
    merge(reads("kv:{a}", "kv:{b}"), writes("kv:{c}"))
    both(writes("kv:{a}", "kv:{b}"))
    one(writes("one:{a}"))
    ones(reads("one"))
    sweep(exclusive)
    booked(exclusive = "g")
    billed(reads("kv:{a}"), exclusive = "g")
    echo(pure)
    free()
}

// Nothing is said of a tool that changes something.
toolbox! { silent:
    get(reads("kv:{a/}"))
    list(reads("kv:{a/}"))
    put()
    clean(writes("kv:{a/}"))
    delete(writes("kv:{a/}"))
    merge(reads("kv:{a/}", "kv:{b/}"), writes("kv:{c/}"))
    both(writes("kv:{a/}", "kv:{b/}"))
    one(writes("one:{a}"))
    ones(reads("one"))
    sweep(exclusive)
    booked(exclusive = "g")
    billed(reads("kv:{a/}"), exclusive = "g")
    echo(pure)
    free()
}

// What is read is not said.
toolbox! { unread:
    get(pure)
    list(pure)
    put(writes("kv:{a/}"))
    clean(writes("kv:{a/}"))
    delete(writes("kv:{a/}"))
    merge(writes("kv:{c/}"))
    both(writes("kv:{a/}", "kv:{b/}"))
    one(writes("one:{a}"))
    ones(pure)
    sweep(exclusive)
    booked(exclusive = "g")
    billed(exclusive = "g")
    echo(pure)
    free()
}
