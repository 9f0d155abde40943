//! The same calls one by one in the model's order, with what disturbed them: what a batch is held against.

use std::collections::BTreeMap;

use tool_runtime::batch::OnFailure;
use tool_runtime::{Ending, Report};

use crate::store::{ATTEMPTS, Ends, Step, THREAD, Values, seed};

/// What a call is to end as.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) code: &'static str,
    /// What the model is to read, if the tool says it.
    pub(crate) text: Option<String>,
}

/// What disturbs a call from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Disturbance {
    /// Cancelled or over time before it began.
    Unbegun { code: &'static str },
    /// Cancelled or over time after so many changes, of all its attempts.
    Broken { made: usize, code: &'static str },
    /// Not tried again after so many attempts, since it was told to end or its batch's time would have been over.
    Last { attempts: u32 },
}

/// The disturbances of a run, by call. Whether one is tried again may depend on a deadline of the batch, if it has one.
pub(crate) fn disturbances(
    report: &Report,
    made: &BTreeMap<(usize, usize), usize>,
    has_deadline: bool,
) -> Vec<Option<Disturbance>> {
    disturbances_of(0, report, made, has_deadline)
}

/// The same for the batch with this number.
pub(crate) fn disturbances_of(
    batch: usize,
    report: &Report,
    made: &BTreeMap<(usize, usize), usize>,
    has_deadline: bool,
) -> Vec<Option<Disturbance>> {
    let results = report.results().iter().enumerate();
    let disturbance = |(index, result): (usize, &tool_runtime::ToolResult)| {
        let ending = result.outcome().ending;
        match ending {
            Ending::Cancelled(_) | Ending::TimedOut(_) if result.span().is_none() => {
                Some(Disturbance::Unbegun {
                    code: ending.code(),
                })
            }
            Ending::Cancelled(_) | Ending::TimedOut(_) => Some(Disturbance::Broken {
                made: made.get(&(batch, index)).copied().unwrap_or_default(),
                code: ending.code(),
            }),
            Ending::Failed if has_deadline || result.outcome().late => Some(Disturbance::Last {
                attempts: result.failed_attempts().len() as u32 + 1,
            }),
            _ => None,
        }
    };
    results.map(disturbance).collect()
}

/// What a call touches, by the rules and not by the runtime.
enum Touches {
    Nothing,
    Undeclared,
    Everything,
    Keys(Vec<Touch>),
}

struct Touch {
    key: Vec<String>,
    writes: bool,
    group: bool,
}

fn touches(step: &Step) -> Touches {
    let [a, b, c] = step.paths;
    let kv = |path: &str| {
        let mut key = vec!["kv".to_owned()];
        for segment in path.split('/') {
            match segment {
                "" | "." => {}
                // Above the root: all of it.
                ".." if key.len() == 1 => return key,
                ".." => drop(key.pop()),
                segment => key.push(segment.to_owned()),
            }
        }
        key
    };
    let touch = |key, writes| Touch {
        key,
        writes,
        group: false,
    };
    let (reads, writes) = (|path| touch(kv(path), false), |path| touch(kv(path), true));
    let group = || Touch {
        key: vec!["group g".to_owned()],
        writes: true,
        group: true,
    };
    Touches::Keys(match step.tool.trim_end_matches(THREAD) {
        "get" | "list" => vec![reads(a)],
        "put" | "clean" | "delete" => vec![writes(a)],
        "merge" => vec![reads(a), reads(b), writes(c)],
        "both" => vec![writes(a), writes(b)],
        "one" => vec![touch(vec!["one".to_owned(), a.to_owned()], true)],
        "ones" => vec![touch(vec!["one".to_owned()], false)],
        "booked" => vec![group()],
        "billed" => vec![reads(a), group()],
        "sweep" => return Touches::Everything,
        "free" => return Touches::Undeclared,
        _ => return Touches::Nothing,
    })
}

/// What the failure of a call says to a later one that conflicts with it.
#[derive(Clone, Copy, Default)]
struct Carries {
    write: bool,
    group: bool,
}

/// Whether two calls conflict, the earlier first.
pub(crate) fn conflict(earlier: &Step, later: &Step) -> bool {
    carries(earlier, later).is_some()
}

fn carries(earlier: &Step, later: &Step) -> Option<Carries> {
    use Touches::{Everything, Keys, Nothing, Undeclared};
    if earlier.is_rejected() || later.is_rejected() {
        return None;
    }
    let plain = |write| {
        Some(Carries {
            write,
            group: false,
        })
    };
    match (touches(earlier), touches(later)) {
        (Nothing, _) | (_, Nothing) => None,
        (Everything, Undeclared) | (Undeclared, Everything) => plain(false),
        (Undeclared, _) | (_, Undeclared) => None,
        (Everything, _) => plain(true),
        (Keys(earlier), Everything) => plain(earlier.iter().any(|touch| touch.writes)),
        (Keys(earlier), Keys(later)) => {
            let mut carries = None;
            for one in &earlier {
                for other in &later {
                    let overlap =
                        one.key.starts_with(&other.key) || other.key.starts_with(&one.key);
                    if overlap && (one.writes || other.writes) {
                        let carries: &mut Carries = carries.get_or_insert_default();
                        carries.write |= one.writes;
                        carries.group |= one.group;
                    }
                }
            }
            carries
        }
    }
}

/// What a call passes on to those that depend on it.
#[derive(Clone, Copy, Default)]
struct Taint {
    writes: bool,
    group: bool,
}

/// Runs the steps one by one.
pub(crate) fn run(
    steps: &[Step],
    disturbances: &[Option<Disturbance>],
    on_failure: OnFailure,
) -> (Vec<Expected>, Values) {
    let steps = steps.iter().cloned().enumerate();
    let steps: Vec<_> = steps.map(|(index, step)| (0, index, step)).collect();
    run_batches(&steps, |_, index| disturbances[index], on_failure)
}

/// Runs steps of several batches one by one, each with the number of its batch and its index there. What a failure means to others
/// it means within its batch.
pub(crate) fn run_batches(
    steps: &[(usize, usize, Step)],
    disturbance: impl Fn(usize, usize) -> Option<Disturbance>,
    on_failure: OnFailure,
) -> (Vec<Expected>, Values) {
    let (mut values, mut results, mut taints) = (Values::new(), Vec::new(), Vec::<Taint>::new());
    for (batch, index, step) in steps {
        let mut taint = Taint::default();
        for ((other, _, earlier), passed) in steps.iter().zip(&taints) {
            let carries = carries(earlier, step).filter(|_| other == batch);
            let Some(carries) = carries else {
                continue;
            };
            taint.writes |= passed.writes && carries.write;
            taint.group |= passed.group && carries.group;
        }
        let is_tainted = taint.writes || taint.group;
        let (expected, end) = match disturbance(*batch, *index) {
            // Nobody has read its arguments.
            Some(Disturbance::Unbegun { code }) => (Expected::of(code), End::Failed),
            _ if step.is_rejected() => (step.rejected(), End::Rejected),
            _ if is_tainted && step.tool != "clean" => (Expected::of("skipped"), End::Failed),
            disturbance => step.run(disturbance, &mut values),
        };
        match (end, on_failure) {
            (End::Unknown, _) | (End::Failed, OnFailure::SkipDependents) => taint.writes = true,
            (End::Failed, OnFailure::StopGroup) => taint.group = true,
            _ => {}
        }
        results.push(expected);
        taints.push(taint);
    }
    (results, values)
}

enum End {
    Answered,
    Failed,
    Unknown,
    Rejected,
}

impl Expected {
    fn of(code: &'static str) -> Self {
        Self { code, text: None }
    }
}

impl Step {
    pub(crate) fn is_rejected(&self) -> bool {
        self.garbled || self.tool == "nobody"
    }

    fn rejected(&self) -> Expected {
        Expected::of(match self.tool {
            "nobody" => "unknown_tool",
            _ => "invalid_arguments",
        })
    }

    fn run(&self, disturbance: Option<Disturbance>, values: &mut Values) -> (Expected, End) {
        let attempts = match disturbance {
            Some(Disturbance::Last { attempts }) => attempts,
            _ if self.may_repeat() => ATTEMPTS,
            _ => 1,
        };
        let mut left = match disturbance {
            Some(Disturbance::Broken { made, .. }) => made,
            _ => usize::MAX,
        };
        for attempt in 1..=attempts.min(self.how.fails) {
            self.attempt(attempt, !self.how.half, &mut left, values);
        }
        let tried = attempts > self.how.fails;
        let last = self.how.fails + 1;
        // On a thread one that was to hang before its changes makes them when its time is over.
        let broken = matches!(disturbance, Some(Disturbance::Broken { .. }));
        let early = self.how.ends.is_early() && !broken;
        let seen = tried.then(|| self.attempt(last, early, &mut left, values));
        match (disturbance, seen, self.how.ends) {
            (Some(Disturbance::Broken { code, .. }), ..) => (Expected::of(code), End::Unknown),
            (_, None, _) => (Expected::of("failed"), End::Failed),
            (_, Some(seen), Ends::Well) => {
                let text = Some(seen.to_string());
                (Expected { code: "ok", text }, End::Answered)
            }
            (_, _, Ends::FailsEarly | Ends::FailsLate) => (Expected::of("failed"), End::Failed),
            (_, _, Ends::PanicsEarly | Ends::PanicsLate) => {
                (Expected::of("panicked"), End::Unknown)
            }
            (_, _, Ends::HangsEarly | Ends::HangsLate) => (Expected::of("timed_out"), End::Unknown),
        }
    }

    /// One attempt, which makes its changes unless it ends early, and of those as many as are left; what it has seen.
    fn attempt(&self, attempt: u32, early: bool, left: &mut usize, values: &mut Values) -> u64 {
        let work = self.work();
        let seen = work.read(seed(self.how.seed, attempt), values);
        let changes = if early { 0 } else { work.changes.len() };
        for at in 0..changes.min(*left) {
            work.change(at, seen, values);
        }
        *left -= changes.min(*left);
        seen
    }

    /// Whether it is tried again: it changes nothing, or says that it is idempotent.
    fn may_repeat(&self) -> bool {
        let tool = self.tool.trim_end_matches(THREAD);
        !matches!(tool, "delete" | "one" | "booked" | "free")
    }
}
