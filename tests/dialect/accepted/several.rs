//! Values with several mistakes in different places: each is told at its place, and nothing is told of what is right.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use tool_runtime::{Ending, ToolCall, ToolResult};

use super::forms::{FORMS, Form};
use super::made::Made;
use super::{Broken, MISSING, RUNTIME, breaks, cases};

/// Mistakes of which none is in what another has changed, nor in the same choice.
struct Several {
    value: Value,
    broken: Vec<(Broken, String)>,
}

impl Several {
    fn of(form: &Form, made: &Made, picks: &[(Index, Index)]) -> Self {
        let mut several = Self {
            value: made.value.clone(),
            broken: Vec::new(),
        };
        for (site, kind) in picks {
            let site = site.get(&made.sites);
            let mut kinds = breaks(form, &made.value, site);
            if kinds.is_empty() || several.is_near(&site.pointer, site.choice.as_deref()) {
                continue;
            }
            let broken = kinds.swap_remove(kind.index(kinds.len()));
            let replaced = broken.value.pointer(&site.pointer).cloned();
            if let (Some(place), Some(replaced)) =
                (several.value.pointer_mut(&site.pointer), replaced)
            {
                *place = replaced;
                several.broken.push((broken, site.pointer.clone()));
            }
        }
        several
    }

    fn is_near(&self, pointer: &str, choice: Option<&str>) -> bool {
        let within = |inner: &str, outer: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.broken.iter().any(|(broken, other)| {
            let same_choice = choice.is_some_and(|choice| {
                let other = broken.choice.as_deref();
                other.is_some_and(|other| is_within(choice, other) || is_within(other, choice))
            });
            same_choice || within(pointer, other) || within(other, pointer)
        })
    }
}

/// Whether the path `inner` is that of `outer` or of something in it.
fn is_within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether a problem at `path` is about the mistake.
fn is_about(path: &str, broken: &Broken) -> bool {
    let place = match broken.what {
        MISSING => path == broken.path,
        _ => is_within(path, &broken.path),
    };
    place
        || broken
            .choice
            .as_ref()
            .is_some_and(|choice| is_within(path, choice))
}

fn check(form: &Form, several: &Several, result: &ToolResult) -> Result<(), TestCaseError> {
    let problems = result.argument_errors();
    let problems = problems.map_or(&[][..], |errors| errors.problems());
    let told = |what: &str| format!("{form}: {what}: {}: {}", several.value, result.text());
    prop_assert_eq!(
        result.outcome().ending,
        Ending::InvalidArguments,
        "{}",
        told("taken")
    );
    for (broken, _) in &several.broken {
        let is_told = problems
            .iter()
            .any(|problem| is_about(problem.path(), broken));
        prop_assert!(
            is_told,
            "{}",
            told(&format!("{} at `{}` is not told", broken.what, broken.path))
        );
    }
    for problem in problems {
        let is_wrong = several
            .broken
            .iter()
            .any(|(broken, _)| is_about(problem.path(), broken));
        prop_assert!(
            is_wrong,
            "{}",
            told(&format!("`{}` is told of", problem.path()))
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_mistake_is_told_at_its_place_and_nothing_else(
        form in any::<Index>(),
        tape in prop::collection::vec(any::<u16>(), 0..80),
        picks in prop::collection::vec(any::<(Index, Index)>(), 1..6),
    ) {
        let form = form.get(&FORMS[..]);
        let made = Made::of(&form.schema, tape);
        let several = Several::of(form, &made, &picks);
        if several.broken.is_empty() {
            return Ok(());
        }
        let call = ToolCall::new("call", &form.tool, several.value.to_string());
        let report = RUNTIME.block_on(form.toolbox.bind(()).run([call]));
        check(form, &several, &report.results()[0])?;
    }
}
