//! Random programs over a few numbers: with the effects that they have there is no difference, and with one that is missing there is
//! one if two orders of the calls come to different ends.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::json;
use tokio::task::yield_now;
use tool_runtime::testing::{Equivalence, Random};
use tool_runtime::{ToolCall, Toolbox, tool, tools};

#[derive(Default)]
struct Numbers(Mutex<BTreeMap<String, u64>>);

impl Numbers {
    async fn mix(&self, from: &[String], into: &[String]) -> u64 {
        let mut sum = 1;
        for name in from {
            yield_now().await;
            sum += self
                .0
                .lock()
                .expect("numbers")
                .get(name)
                .copied()
                .unwrap_or_default();
        }
        for name in into {
            yield_now().await;
            let mut numbers = self.0.lock().expect("numbers");
            let number = numbers.entry(name.clone()).or_default();
            *number = (*number * 3 + sum) % 1_000_003;
        }
        sum
    }
}

/// Read one number and write another, as declared; and perhaps one more of each that is not.
#[tool(reads("number:{from}"), writes("number:{into}"))]
async fn mix(
    /// Read.
    from: String,
    /// Written.
    into: String,
    /// Read too, and not declared.
    also_from: Option<String>,
    /// Written too, and not declared.
    also_into: Option<String>,
    #[state] numbers: &Numbers,
) -> u64 {
    let from: Vec<_> = [from].into_iter().chain(also_from).collect();
    let into: Vec<_> = [into].into_iter().chain(also_into).collect();
    numbers.mix(&from, &into).await
}

/// A call: what it reads, what it writes, and what it does not declare of either.
#[derive(Clone, Debug)]
struct Step {
    from: Vec<&'static str>,
    into: Vec<&'static str>,
}

impl Step {
    fn random(random: &mut Random) -> Self {
        let mut one = || vec![*random.pick(&["a", "b", "c", "d"])];
        let (from, into) = (one(), one());
        Self { from, into }
    }

    fn call(&self) -> ToolCall {
        let arguments = json!({
            "from": self.from[0],
            "into": self.into[0],
            "also_from": self.from.get(1),
            "also_into": self.into.get(1),
        });
        ToolCall::new("", "mix", arguments.to_string())
    }

    /// Whether what both declare keeps them in order.
    fn is_ordered(&self, other: &Self) -> bool {
        let (from, into) = (self.from[0], self.into[0]);
        into == other.into[0] || into == other.from[0] || from == other.into[0]
    }

    fn run(&self, numbers: &mut BTreeMap<&'static str, u64>) -> u64 {
        let read = |name: &&str| numbers.get(name).copied().unwrap_or_default();
        let sum = 1 + self.from.iter().map(read).sum::<u64>();
        for name in &self.into {
            let number = numbers.entry(name).or_default();
            *number = (*number * 3 + sum) % 1_000_003;
        }
        sum
    }
}

/// Whether some order of whole calls that their declarations permit has another end than theirs: less than what interleaving them
/// does, so where this says so there is a difference.
fn differs(steps: &[Step]) -> bool {
    let end = |order: &[usize]| {
        let (mut numbers, mut answers) = (BTreeMap::new(), vec![0; steps.len()]);
        for &index in order {
            answers[index] = steps[index].run(&mut numbers);
        }
        (numbers, answers)
    };
    let serial = end(&(0..steps.len()).collect::<Vec<_>>());
    let (mut open, mut found) = (vec![Vec::new()], false);
    while let Some(order) = open.pop() {
        if order.len() == steps.len() {
            found |= end(&order) != serial;
            continue;
        }
        for next in (0..steps.len()).filter(|next| !order.contains(next)) {
            let before = (0..next).filter(|before| steps[*before].is_ordered(&steps[next]));
            if before.into_iter().all(|before| order.contains(&before)) {
                open.push(order.iter().copied().chain([next]).collect());
            }
        }
    }
    found
}

fn check(steps: &[Step]) -> Equivalence<Numbers> {
    let toolbox = Toolbox::<Numbers>::builder().tools(tools![mix]).build();
    Equivalence::of(&toolbox.expect("a toolbox"), Numbers::default)
        .observe(|numbers| numbers.0.lock().expect("numbers").clone())
        .batch(steps.iter().map(Step::call).collect::<Vec<_>>())
}

#[tokio::test]
async fn right_programs_pass() {
    for seed in 0..1_000 {
        let mut random = Random::new(seed);
        let steps: Vec<_> = (0..2 + random.below(4))
            .map(|_| Step::random(&mut random))
            .collect();
        assert!(!differs(&steps));
        if let Err(difference) = check(&steps).interleavings(6).seed(seed % 12).run().await {
            panic!("program {seed}: {difference}");
        }
    }
}

#[tokio::test]
async fn what_is_not_declared_is_found_if_it_matters() {
    let mut found = 0;
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut steps: Vec<_> = (0..2 + random.below(3))
            .map(|_| Step::random(&mut random))
            .collect();
        let wrong = random.below(steps.len() as u64) as usize;
        let more = Step::random(&mut random);
        match random.below(2) {
            0 => steps[wrong].from.extend(more.from),
            _ => steps[wrong].into.extend(more.into),
        }
        let outcome = check(&steps).interleavings(60).run().await;
        if differs(&steps) {
            found += 1;
            assert!(outcome.is_err(), "program {seed}: {steps:?}");
        }
        if let Err(difference) = outcome {
            assert!(difference.calls().len() <= steps.len());
            assert!(difference.declarations().count() > 0, "{difference}");
        }
    }
    assert!(found > 8, "{found} programs of 60 differ");
}
