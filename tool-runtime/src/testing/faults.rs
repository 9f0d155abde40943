//! Faults on purpose: a layer that makes calls slow, or fail.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::random::Random;
use crate::layer::{Layer, Next, Request};
use crate::tool::{Answer, CallContext, State, ToolFuture};
use crate::{BuildError, ToolError, Toolbox};

/// Something that can go wrong with a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// It takes so much longer, before the tool is called. A paused clock (`#[tokio::test(start_paused = true)]`) makes that free.
    Latency(Range<Duration>),
    /// It fails so, and the tool is not called: `ToolError::new("…").retryable().no_effects()` is what a retry is for.
    Error(ToolError),
    /// The tool is called, and its answer is lost: the call fails so, though it has taken effect.
    LostAnswer(ToolError),
    /// It panics, and the tool is not called.
    Panic,
    /// It never ends, and the tool is not called.
    Stall,
    /// It is cancelled as its tool begins, as by [`Batch::cancel`](crate::Batch::cancel): the tool's context says so, and what has not
    /// ended by itself after the policy's grace is stopped.
    Cancellation,
}

impl Fault {
    /// Its name: `latency`, `error`, `lost_answer`, `panic`, `stall` or `cancellation`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::Error(_) => "error",
            Self::LostAnswer(_) => "lost_answer",
            Self::Panic => "panic",
            Self::Stall => "stall",
            Self::Cancellation => "cancellation",
        }
    }
}

/// What was done to one attempt of a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Injected {
    /// The tool.
    pub tool: String,
    /// The id of the call.
    pub id: String,
    /// The position of the call in its batch.
    pub index: usize,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// The fault, by its [`code`](Fault::code).
    pub fault: &'static str,
    /// How much longer it took, if that was the fault.
    pub latency: Duration,
}

/// Faults that happen with a probability, from a seed: see [`inject`].
///
/// Whether one happens to an attempt of a call depends on the seed, the tool, the call's id, its position in its batch and the number of
/// the attempt, and on nothing else: neither on the schedule nor on what happens to other calls. So a run that has found something can be
/// had again. (Calls to which a provider gives other ids each time get other faults; those of a
/// [`ScriptedModel`](super::ScriptedModel) have the same ids in every run.)
///
/// It is a handle, as a [`Double`](super::Double) is: what the test has kept tells what was [`injected`](Self::injected). It is a
/// [`Layer`] too, for a toolbox that is being built.
///
/// ```
/// use std::time::Duration;
/// use serde_json::json;
/// use tool_runtime::testing::{self, Fault, Faults};
/// use tool_runtime::{ToolError, Toolbox, tool, tools};
///
/// /// Read a note.
/// #[tool(reads("note:{id}"), retry(attempts = 5))]
/// async fn read_note(/** Which. */ id: u64) -> String {
///     format!("note {id}")
/// }
///
/// # /*
/// #[tokio::test(start_paused = true)]
/// # */
/// # #[tokio::main(flavor = "current_thread")]
/// async fn a_note_is_read_though_the_store_is_unwell() {
///     let toolbox = Toolbox::new(tools![read_note]).unwrap();
///     let unwell = ToolError::new("The store is busy.").retryable();
///     let faults = Faults::seeded(7)
///         .all(1.0, Fault::Latency(Duration::from_millis(1)..Duration::from_millis(5)))
///         .of("read_note", 0.5, Fault::Error(unwell));
///     let desk = testing::inject(&toolbox, &faults).unwrap().bind(());
///
///     let note: String = testing::call(&desk, "read_note", json!({"id": 7})).await.ok();
///     assert_eq!(note, "note 7");
///     assert_eq!(faults.injected()[0].fault, "latency");
/// }
/// # a_note_is_read_though_the_store_is_unwell();
/// ```
#[derive(Clone)]
pub struct Faults {
    seed: u64,
    rules: Vec<Rule>,
    injected: Arc<Mutex<Vec<Injected>>>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// None for all.
    tool: Option<String>,
    probability: f64,
    fault: Fault,
}

impl Faults {
    /// No faults yet.
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            rules: Vec::new(),
            injected: Arc::default(),
        }
    }

    /// The same, with a fault of the calls of one tool. Faults are tried in the order in which they were added; after one that ends the
    /// call there is no other.
    ///
    /// # Panics
    ///
    /// If the probability is not from 0 to 1, or the latency is an empty range.
    #[must_use]
    #[track_caller]
    pub fn of(self, tool: impl Into<String>, probability: f64, fault: Fault) -> Self {
        self.with(Some(tool.into()), probability, fault)
    }

    /// The same, with a fault of the calls of all tools.
    ///
    /// # Panics
    ///
    /// If the probability is not from 0 to 1, or the latency is an empty range.
    #[must_use]
    #[track_caller]
    pub fn all(self, probability: f64, fault: Fault) -> Self {
        self.with(None, probability, fault)
    }

    #[track_caller]
    fn with(mut self, tool: Option<String>, probability: f64, fault: Fault) -> Self {
        assert!(
            (0.0..=1.0).contains(&probability),
            "a fault has the probability {probability}; it takes a number from 0.0 to 1.0"
        );
        if let Fault::Latency(range) = &fault {
            assert!(
                !range.is_empty(),
                "the latency {range:?} is an empty range; it takes the least first and ends before the second"
            );
        }
        self.rules.push(Rule {
            tool,
            probability,
            fault,
        });
        self
    }

    /// What was injected so far: by tool, then by call and attempt, so that two runs can be compared whatever their schedules were.
    pub fn injected(&self) -> Vec<Injected> {
        let mut injected = self.log().clone();
        // Stable: of one attempt they stay in their order.
        injected.sort_by(|a, b| key(a).cmp(&key(b)));
        injected
    }

    fn log(&self) -> std::sync::MutexGuard<'_, Vec<Injected>> {
        self.injected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens to this attempt, in order.
    fn drawn(&self, tool: &str, context: &CallContext) -> Vec<(Fault, Duration)> {
        let call = Random::new(self.seed)
            .part(tool.as_bytes())
            .part(context.call().id().as_bytes())
            .part(&(context.index() as u64).to_le_bytes())
            .part(&context.attempt().to_le_bytes());
        let mut drawn = Vec::new();
        for (place, rule) in self.rules.iter().enumerate() {
            if rule.tool.as_deref().is_some_and(|name| name != tool) {
                continue;
            }
            let mut random = call.clone().part(&(place as u64).to_le_bytes());
            if random.fraction() < rule.probability {
                let latency = match &rule.fault {
                    Fault::Latency(range) => {
                        range.start + (range.end - range.start).mul_f64(random.fraction())
                    }
                    _ => Duration::ZERO,
                };
                drawn.push((rule.fault.clone(), latency));
                if !matches!(rule.fault, Fault::Latency(_)) {
                    break;
                }
            }
        }
        drawn
    }

    async fn meet(
        self,
        tool: String,
        context: CallContext,
        next: Next,
    ) -> Result<Answer, ToolError> {
        for (fault, latency) in self.drawn(&tool, &context) {
            self.log().push(Injected {
                tool: tool.clone(),
                id: context.call().id().to_owned(),
                index: context.index(),
                attempt: context.attempt(),
                fault: fault.code(),
                latency,
            });
            match fault {
                Fault::Latency(_) => tokio::time::sleep(latency).await,
                Fault::Error(error) => return Err(error),
                Fault::LostAnswer(error) => return next.run().await.and(Err(error)),
                Fault::Panic => panic!("a fault that was injected into `{tool}`"),
                Fault::Stall => std::future::pending().await,
                Fault::Cancellation => context.cancel(),
            }
        }
        next.run().await
    }
}

fn key(injected: &Injected) -> (&str, &str, usize, u32) {
    let Injected {
        tool,
        id,
        index,
        attempt,
        ..
    } = injected;
    (tool, id, *index, *attempt)
}

// Else rustc proposes it to whoever writes a layer that is none.
#[diagnostic::do_not_recommend]
impl<S: State> Layer<S> for Faults {
    fn call(&self, request: Request<S>, next: Next) -> ToolFuture {
        let tool = request.definition().name().to_owned();
        let faults = self.clone();
        Box::pin(faults.meet(tool, request.context().clone(), next))
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("seed", &self.seed)
            .field("rules", &self.rules)
            .field("injected", &self.injected().len())
            .finish()
    }
}

/// The same toolbox, or view of one, with [`Faults`] in its calls, within the layers that it has: where a backend would fail.
///
/// With the toolbox that was given it shares no limits and no order.
///
/// # Errors
///
/// If the toolbox has no tool of a name for which there is a fault.
pub fn inject<S: State>(toolbox: &Toolbox<S>, faults: &Faults) -> Result<Toolbox<S>, BuildError> {
    let named = faults.rules.iter().filter_map(|rule| rule.tool.as_deref());
    toolbox.with_layer(named, Arc::new(faults.clone()))
}
