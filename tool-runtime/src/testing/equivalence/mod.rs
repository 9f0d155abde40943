//! Whether batches have the same results and the same state in every order that is permitted as they have one by one.
//!
//! `turnstile` lets a call go on poll by poll, `schedule` says who goes, `drive` runs a batch that way, `observed` compares what comes
//! of it. Where runs differ, `search` finds the fewest calls that do, `advice` the declaration that is missing, and `difference`
//! says it all.

mod advice;
mod attribute;
mod checked;
mod difference;
mod drive;
mod observed;
mod schedule;
mod search;
mod trial;
mod turnstile;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

pub use checked::Checked;
pub use difference::Difference;
pub(crate) use turnstile::Turnstile;

use super::random::Random;
use crate::tool::{IntoState, State};
use crate::{Bound, IntoCalls, ToolCall, Toolbox, approval};
use observed::Normalise;

/// How many interleavings of a batch are run, unless somebody says so.
const INTERLEAVINGS: u64 = 200;

type Generate = dyn Fn(&mut Random) -> Vec<ToolCall>;

type Observing<S> = Box<dyn Fn(Arc<S>) -> Pin<Box<dyn Future<Output = Value>>>>;

/// Finds effects that are not declared, or that are declared wrongly.
///
/// Calls whose effects do not conflict run at the same time, in any order. If the effects are right, nobody can tell: results and
/// state are those of the calls run one by one. This is a test that they are. It runs each batch one by one, and then again and
/// again in orders that the effects permit, from a fresh state each time, and compares what the calls answer and what the state is in
/// the end. Where that differs it names the two calls, the first value that differs, and the line to write:
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
/// use tool_runtime::testing::Equivalence;
/// use tool_runtime::{ToolCall, Toolbox, tool, tools};
///
/// #[derive(Default)]
/// struct Shop {
///     carts: Mutex<BTreeMap<u64, u64>>,
/// }
///
/// /// Put something into a cart.
/// #[tool(writes("cart:{cart_id}"))]
/// async fn add_item(
///     /// The cart.
///     cart_id: u64,
///     /// What it costs.
///     price: u64,
///     #[state] shop: &Shop,
/// ) {
///     *shop.carts.lock().unwrap().entry(cart_id).or_default() += price;
/// }
///
/// /// Say what a cart comes to.
/// #[tool] // and nothing of what it reads
/// async fn total(
///     /// The cart.
///     cart_id: u64,
///     #[state] shop: &Shop,
/// ) -> u64 {
///     shop.carts.lock().unwrap().get(&cart_id).copied().unwrap_or_default()
/// }
///
/// # /*
/// #[tokio::test]
/// # */
/// # #[tokio::main(flavor = "current_thread")]
/// async fn effects_are_declared() {
///     let toolbox = Toolbox::<Shop>::builder().tools(tools![add_item, total]).build().unwrap();
///     let check = Equivalence::of(&toolbox, Shop::default)
///         .observe(|shop| shop.carts.lock().unwrap().clone())
///         .batch([
///             ToolCall::new("1", "add_item", r#"{"cart_id": 7, "price": 30}"#),
///             ToolCall::new("2", "total", r#"{"cart_id": 7}"#),
///         ]);
///     // In a test: `check.check().await`, which panics with this.
///     let difference = check.run().await.unwrap_err();
///     assert_eq!(
///         difference.to_string(),
///         r##"`add_item` (call 1) and `total` (call 2) do not commute, and nothing says that they conflict:
///   1  add_item {"cart_id": 7, "price": 30}
///      declares that it writes `cart:7`
///   2  total {"cart_id": 7}
///      declares nothing
/// One by one, call 2 answers 30.
/// Interleaved (seed 1), it answers 0.
/// `total` reads what `add_item` writes. Declare it; this is a proposal, from what `add_item` declares:
///     #[tool(reads("cart:{cart_id}"))]    // total"##
///     );
/// }
/// # effects_are_declared();
/// ```
///
/// # What is run
///
/// All is run under the caller's runtime, which has one thread (as that of `#[tokio::test]` has), so that a seed stands for the
/// same interleaving each time. A paused clock may be paused. A call goes on from one `await` to the next, then somebody else may go; the
/// work of a plain `fn` is one step. So what two calls do to each other between two `await`s is not seen; where the data is in a database, its
/// client has an `await` for every access. One by one, a call is begun when the one before it has its result, under the same policy,
/// so that calls are skipped where they would be.
///
/// Timeouts are those of a day, so that a call does not run out of time because others have their turns. Whatever needs approval is approved
/// of, unless [`under`](Self::under) says otherwise.
///
/// # Accesses that are reported
///
/// A difference shows only where values differ. What tools report with [`CallContext::touched`](crate::CallContext::touched) is
/// held against what they declare in every run, whatever comes of it; what is missing there is known exactly and is no proposal.
pub struct Equivalence<S: 'static> {
    toolbox: Toolbox<S>,
    state: Box<dyn Fn() -> Arc<S>>,
    observe: Observing<S>,
    desk: Box<dyn Fn(Bound<S>) -> Bound<S>>,
    normalise: Box<Normalise>,
    batches: Vec<Vec<ToolCall>>,
    generated: Vec<(u64, Box<Generate>)>,
    interleavings: u64,
    seed: u64,
}

impl<S: State> Equivalence<S> {
    /// A test of this toolbox, of which every run begins with such a state.
    pub fn of<I: IntoState<S>>(toolbox: &Toolbox<S>, state: impl Fn() -> I + 'static) -> Self {
        Self {
            toolbox: toolbox.clone(),
            state: Box::new(move || state().into()),
            observe: Box::new(|_| Box::pin(async { Value::Null })),
            desk: Box::new(|desk| desk),
            normalise: Box::new(|_, _| {}),
            batches: Vec::new(),
            generated: Vec::new(),
            interleavings: INTERLEAVINGS,
            seed: 0,
        }
    }

    /// What of the state is compared in the end: anything that is JSON, so that the first difference has a path. Without it, answers
    /// alone are.
    #[must_use]
    pub fn observe<T: Serialize + 'static>(self, observe: impl Fn(&S) -> T + 'static) -> Self {
        let observe = Arc::new(observe);
        self.observe_by(move |state| {
            let seen = observe(&state);
            async move { seen }
        })
    }

    /// The same, where to look at the state takes an `await`.
    #[must_use]
    pub fn observe_by<T: Serialize, Fut: Future<Output = T> + 'static>(
        self,
        observe: impl Fn(Arc<S>) -> Fut + 'static,
    ) -> Self {
        let observe = move |state| {
            let seen = observe(state);
            let value = async { serde_json::to_value(seen.await) };
            let value = async { value.await.unwrap_or_else(|error| error.to_string().into()) };
            Box::pin(value) as Pin<Box<dyn Future<Output = Value>>>
        };
        Self {
            observe: Box::new(observe),
            ..self
        }
    }

    /// A batch to run. Two to eight calls that meet in the same data are best.
    #[must_use]
    pub fn batch(mut self, calls: impl IntoCalls) -> Self {
        self.batches.push(calls.into());
        self
    }

    /// Batches to run.
    #[must_use]
    pub fn batches(mut self, batches: impl IntoIterator<Item = impl IntoCalls>) -> Self {
        self.batches.extend(batches.into_iter().map(Into::into));
        self
    }

    /// So many batches that are made up, the same each time with the same [`seed`](Self::seed).
    ///
    /// ```
    /// # use tool_runtime::testing::Equivalence;
    /// # use tool_runtime::{ToolCall, Toolbox, tool, tools};
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: u64, /** Another. */ b: u64) -> u64 { a + b }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let toolbox = Toolbox::new(tools![add]).unwrap();
    /// let check = Equivalence::of(&toolbox, || ()).interleavings(20).generate(10, |random| {
    ///     let mut call = || format!(r#"{{"a": {}, "b": {}}}"#, random.below(3), random.below(3));
    ///     (0..4).map(|_| ToolCall::new("", "add", call())).collect()
    /// });
    /// assert_eq!(check.run().await.unwrap().batches(), 10);
    /// # }
    /// ```
    #[must_use]
    pub fn generate(
        mut self,
        count: u64,
        batch: impl Fn(&mut Random) -> Vec<ToolCall> + 'static,
    ) -> Self {
        self.generated.push((count, Box::new(batch)));
        self
    }

    /// How many interleavings of each batch are run. Default 200.
    #[must_use]
    pub fn interleavings(self, interleavings: u64) -> Self {
        Self {
            interleavings,
            ..self
        }
    }

    /// The first of the numbers that interleavings go by, each by the next. Default 0: first come those in which one call is before all others
    /// or after them. With the seed that a difference names and one interleaving, that one alone is run.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Under what batches run: a policy, an approver.
    ///
    /// ```
    /// # use tool_runtime::testing::Equivalence;
    /// # use tool_runtime::{Policy, Toolbox, tool, tools};
    /// # use tool_runtime::batch::OnFailure;
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: u64, /** Another. */ b: u64) -> u64 { a + b }
    /// # let toolbox = Toolbox::new(tools![add]).unwrap();
    /// let check = Equivalence::of(&toolbox, || ()).under(|desk| {
    ///     let policy = Policy::default().on_failure(OnFailure::SkipDependents);
    ///     desk.with(policy).unwrap()
    /// });
    /// # let _ = check;
    /// ```
    #[must_use]
    pub fn under(self, desk: impl Fn(Bound<S>) -> Bound<S> + 'static) -> Self {
        Self {
            desk: Box::new(desk),
            ..self
        }
    }

    /// Changes what a tool of this name has answered before it is compared: ids and times that are new each time, a list in any order.
    ///
    /// ```
    /// # use tool_runtime::testing::Equivalence;
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: u64, /** Another. */ b: u64) -> u64 { a + b }
    /// # let toolbox = Toolbox::new(tools![add]).unwrap();
    /// let check = Equivalence::of(&toolbox, || ()).normalise(|tool, answer| {
    ///     if tool == "open_ticket" {
    ///         answer["id"] = "new".into();
    ///     }
    /// });
    /// # let _ = check;
    /// ```
    #[must_use]
    pub fn normalise(self, normalise: impl Fn(&str, &mut Value) + 'static) -> Self {
        Self {
            normalise: Box::new(normalise),
            ..self
        }
    }

    /// Runs the test.
    ///
    /// # Panics
    ///
    /// With what is not declared, if there is a difference or a reported access that is not; and if no batch had more than one order
    /// in which it may run, since nothing was tested then.
    pub async fn check(&self) -> Checked {
        match self.run().await {
            Ok(checked) if checked.is_idle() => panic!("{checked}"),
            Ok(checked) => checked,
            Err(difference) => panic!("{difference}"),
        }
    }

    /// Runs the test, and says what came of it.
    ///
    /// # Errors
    ///
    /// The first difference, in as few calls as show it.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with a timer, and on one with several threads.
    pub async fn run(&self) -> Result<Checked, Difference> {
        let flavor = tokio::runtime::Handle::current().runtime_flavor();
        assert!(
            flavor == tokio::runtime::RuntimeFlavor::CurrentThread,
            "interleavings are the same each time on a runtime with one thread only; write `#[tokio::test]` without `flavor`"
        );
        let mut checked = Checked::default();
        for batch in &self.batches {
            self.check_batch(batch, &mut checked).await?;
        }
        let mut random = Random::new(self.seed);
        for (count, batch) in &self.generated {
            for _ in 0..*count {
                let batch = batch(&mut Random::new(random.number()));
                self.check_batch(&batch, &mut checked).await?;
            }
        }
        let (desk, _) = self.desk(&Arc::default());
        checked.finish(desk.all_declared());
        Ok(checked)
    }

    /// A desk for one run, and its state.
    fn desk(&self, turnstile: &Arc<Turnstile>) -> (Bound<S>, Arc<S>) {
        let state = (self.state)();
        let desk = self.toolbox.bind(Arc::clone(&state));
        let desk = desk.approved_by(approval::by(|request| async { Ok(request.approve()) }));
        ((self.desk)(desk).tested(Arc::clone(turnstile)), state)
    }
}

impl<S> fmt::Debug for Equivalence<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Equivalence")
            .field("toolbox", &self.toolbox)
            .field("batches", &self.batches)
            .field("interleavings", &self.interleavings)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
