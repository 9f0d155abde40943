//! The plan through what a user sees of it: results, what is left and when each call ran, held against the calls one by one
//! and against an oracle that looks at every pair of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;
use tool_runtime::{Policy, Report, ToolCall, Toolbox, tool, tools};

use super::paused::paused;

/// What the tools read and write, by path.
type Values = BTreeMap<Vec<String>, u64>;

type Store = Mutex<Values>;

const TOOLS: [&str; 9] = [
    "get", "put", "merge", "one", "ones", "sweep", "booked", "echo", "free",
];

/// Some are the same, and some cover others; the last is above the root.
const PATHS: [&str; 8] = ["", "a", "b", "a/x", "/a//./x", "a/x/1", "b/../a/y", "../a"];

/// A call, as its bytes say.
#[derive(Clone, Copy, Debug)]
struct Step {
    tool: &'static str,
    paths: [&'static str; 2],
    seed: u8,
    /// How many milliseconds go by before it reads, and before it writes.
    takes: [u64; 2],
    /// How many go by before it is handed over.
    after: u64,
    fails: Option<Fails>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fails {
    Early,
    Late,
}

const BYTES: usize = 4;

impl Step {
    fn read([what, paths, takes, seed]: [u8; BYTES]) -> Self {
        Self {
            tool: TOOLS[usize::from(what & 15) % TOOLS.len()],
            paths: [paths & 7, (paths >> 3) & 7].map(|path| PATHS[usize::from(path)]),
            seed,
            takes: [takes & 7, (takes >> 3) & 7].map(u64::from),
            after: u64::from(paths >> 6),
            fails: match what >> 4 {
                0 | 1 => Some(Fails::Early),
                2 | 3 => Some(Fails::Late),
                _ => None,
            },
        }
    }

    fn call(&self) -> ToolCall {
        let Self {
            paths: [a, b],
            takes: [before, between],
            seed,
            ..
        } = self;
        let fails = match self.fails {
            None => "null",
            Some(Fails::Early) => "true",
            Some(Fails::Late) => "false",
        };
        let arguments =
            format!(r#"{{"a": "{a}", "b": "{b}", "how": [{seed}, {before}, {between}, {fails}]}}"#);
        ToolCall::new("id", self.tool, arguments)
    }

    /// What it touches, and whether it writes that: nothing if nobody is to wait for it.
    fn keys(&self) -> Vec<(Vec<String>, bool)> {
        let below = |domain: &str, path: &str| [vec![domain.to_owned()], segments(path)].concat();
        let [a, b] = self.paths;
        match self.tool {
            "get" => vec![(below("kv", a), false)],
            "put" => vec![(below("kv", a), true)],
            "merge" => vec![(below("kv", a), false), (below("kv", b), true)],
            "one" => vec![(vec!["one".to_owned(), a.to_owned()], true)],
            "ones" => vec![(vec!["one".to_owned()], false)],
            "booked" => vec![(vec!["group".to_owned()], true)],
            _ => Vec::new(),
        }
    }

    fn conflicts(&self, other: &Self) -> bool {
        let tools = [self.tool, other.tool];
        if tools.contains(&"echo") {
            return false;
        }
        tools.contains(&"sweep")
            || self.keys().iter().any(|(key, writes)| {
                let mut others = other.keys().into_iter();
                others.any(|(other, also)| (*writes || also) && overlap(key, &other))
            })
    }

    /// How long it takes.
    fn lasts(&self) -> u64 {
        match self.fails {
            Some(Fails::Early) => self.takes[0],
            _ => self.takes[0] + self.takes[1],
        }
    }

    fn reads(&self, values: &Values) -> u64 {
        read(self.tool, self.paths, self.seed, values)
    }

    /// What it answers if it is the only one that runs.
    fn run(&self, values: &mut Values) -> Option<String> {
        if self.fails == Some(Fails::Early) {
            return None;
        }
        let seen = self.reads(values);
        write(self.tool, self.paths, seen, values);
        self.fails.is_none().then(|| seen.to_string())
    }
}

fn overlap(one: &[String], other: &[String]) -> bool {
    one.iter().zip(other).all(|(one, other)| one == other)
}

/// Those of a path, and none if it leads above the root.
fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for segment in path
        .split('/')
        .filter(|segment| !matches!(*segment, "" | "."))
    {
        match segment {
            ".." if segments.pop().is_none() => return Vec::new(),
            ".." => {}
            segment => segments.push(segment.to_owned()),
        }
    }
    segments
}

/// Where a tool reads, and where it writes.
fn places(tool: &str, [a, b]: [&str; 2]) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let kv = |path| [vec!["kv".to_owned()], segments(path)].concat();
    let one = vec!["one".to_owned(), a.to_owned()];
    let group = vec!["group".to_owned()];
    match tool {
        "get" => (Some(kv(a)), None),
        "put" => (Some(kv(a)), Some(kv(a))),
        "merge" => (Some(kv(a)), Some(kv(b))),
        "one" => (Some(one.clone()), Some(one)),
        "ones" => (Some(one[..1].to_vec()), None),
        "sweep" => (Some(Vec::new()), Some(Vec::new())),
        "booked" => (Some(group.clone()), Some(group)),
        _ => (None, None),
    }
}

/// A number made of the seed and of all that stands where the tool reads, and below.
fn read(tool: &str, paths: [&str; 2], seed: u8, values: &Values) -> u64 {
    let seed = u64::from(seed) + 1;
    let Some(place) = places(tool, paths).0 else {
        return seed;
    };
    let seen = values.iter().filter(|(path, _)| path.starts_with(&place));
    seen.fold(seed, |sum, (path, value)| {
        let path = path.concat();
        let sum = path
            .bytes()
            .fold(sum, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
        sum.wrapping_mul(0x9e37_79b9).rotate_left(7) ^ value
    })
}

/// Puts what was seen where the tool writes, and takes away what is below.
fn write(tool: &str, paths: [&str; 2], seen: u64, values: &mut Values) {
    if let Some(place) = places(tool, paths).1 {
        values.retain(|path, _| !path.starts_with(&place));
        values.insert(place, seen);
    }
}

type How = (u8, u64, u64, Option<bool>);

async fn act(tool: &str, paths: [&str; 2], how: How, store: &Store) -> Result<String, String> {
    let (seed, before, between, fails) = how;
    sleep(Duration::from_millis(before)).await;
    if fails == Some(true) {
        return Err("early".to_owned());
    }
    let seen = read(tool, paths, seed, &store.lock().expect("no tool panics"));
    sleep(Duration::from_millis(between)).await;
    write(
        tool,
        paths,
        seen,
        &mut store.lock().expect("no tool panics"),
    );
    match fails {
        None => Ok(seen.to_string()),
        Some(_) => Err("late".to_owned()),
    }
}

macro_rules! desk {
    ($($tool:ident ($($effects:tt)*))*) => {
        $(
            /// Does as it is told.
            #[tool($($effects)*)]
            async fn $tool(
                /// A path.
                a: String,
                /// Another.
                b: String,
                /// How.
                how: How,
                #[state] store: &Store,
            ) -> Result<String, String> {
                act(stringify!($tool), [&a, &b], how, store).await
            }
        )*

        fn toolbox() -> Toolbox<Store> {
            let tools = tools![$($tool),*];
            Toolbox::builder().tools(tools).build().expect("the tools are valid")
        }
    };
}

desk! {
    get(reads("kv:{a/}"))
    put(writes("kv:{a/}"))
    merge(reads("kv:{a/}"), writes("kv:{b/}"))
    one(writes("one:{a}"))
    ones(reads("one"))
    sweep(exclusive)
    booked(exclusive = "g")
    echo(pure)
    free()
}

thread_local! {
    static TOOLBOX: Toolbox<Store> = toolbox();
}

/// Four bytes are a call; the first byte of all says how many run at once, if that is limited.
pub fn serial(bytes: &[u8]) {
    let Some((limit, bytes)) = bytes.split_first() else {
        return;
    };
    let limit = usize::from(limit & 7);
    let (chunks, _) = bytes.as_chunks::<BYTES>();
    let steps: Vec<Step> = chunks
        .iter()
        .take(40)
        .map(|step| Step::read(*step))
        .collect();
    let store = Arc::new(Store::default());
    let policy = match limit {
        0 => Policy::default(),
        limit => Policy::default().max_concurrency(limit),
    };
    let report = paused(run(&steps, &store, policy));
    one_by_one(&steps, &report, &store.lock().expect("no tool panics"));
    if limit == 0 {
        in_time(&steps, &report);
    }
}

async fn run(steps: &[Step], store: &Arc<Store>, policy: Policy) -> Report {
    let desk = TOOLBOX.with(|toolbox| toolbox.bind(Arc::clone(store)).with(policy));
    let batch = desk.expect("the policy can be kept").start();
    for step in steps {
        if step.after > 0 {
            sleep(Duration::from_millis(step.after)).await;
        }
        batch.push(step.call());
    }
    batch.finish().await
}

/// The results and what is left are those of the calls one by one.
fn one_by_one(steps: &[Step], report: &Report, left: &Values) {
    let mut values = Values::new();
    assert_eq!(report.results().len(), steps.len());
    for (index, (step, result)) in steps.iter().zip(report.results()).enumerate() {
        let expected = step.run(&mut values);
        let code = result.outcome().ending.code();
        match &expected {
            Some(text) => assert_eq!((code, result.text()), ("ok", &**text), "call {index}"),
            None => assert_eq!(code, "failed", "call {index}: {}", result.text()),
        }
    }
    assert_eq!(*left, values);
}

/// Each call began as soon as it was there and the calls before it that conflict with it had ended, and took as long as it takes.
fn in_time(steps: &[Step], report: &Report) {
    let (mut pushed, mut ended) = (0, Vec::new());
    for (index, (step, result)) in steps.iter().zip(report.results()).enumerate() {
        pushed += step.after;
        let earlier = steps[..index].iter().zip(&ended);
        let conflicting = earlier.filter(|(earlier, _)| earlier.conflicts(step));
        let began = conflicting.map(|(_, end)| *end).fold(pushed, u64::max);
        ended.push(began + step.lasts());
        let span = result.span().expect("it ran");
        let span = [span.started, span.finished].map(|at| at.as_millis());
        assert_eq!(span, [began, ended[index]].map(u128::from), "call {index}");
    }
}
