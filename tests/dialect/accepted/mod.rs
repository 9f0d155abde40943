//! What a manifest says and what the tool takes, in every form of every shape: values that a lowered schema takes are taken,
//! and what it does not take is refused at the path where it is wrong.
//!
//! A value is broken only by what the parser holds values against: types, required members, the values of enums, the range of
//! an integer's type or of an argument's `range`, and the members of closed objects. Not by the other keywords, of which it
//! knows those that stand in an argument's `#[arg(…)]` (`tool/agreement.rs` is about them) and not those that schemars writes
//! inside of an argument: bounds, lengths, patterns, formats and `uniqueItems` there are for the model. Nor by what serde reads
//! and no schema says: an array with the fields of a struct.
//!
//! What moved into words is obeyed when a value is made, since the model is told it.

mod forms;
mod made;
mod more;
mod repaired;
mod several;

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tool_runtime::{Ending, ToolCall, ToolResult};

use self::forms::{FORMS, Form};
use self::made::{Made, Site};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

/// How many cases run; more by `ACCEPTED_CASES`.
fn cases() -> u32 {
    let cases = std::env::var("ACCEPTED_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_manifest_says_is_what_is_taken(
        form in any::<Index>(),
        tape in prop::collection::vec(any::<u16>(), 0..80),
    ) {
        let form = form.get(&FORMS[..]);
        let made = Made::of(&form.schema, tape);
        let problems: Vec<_> = form.lowered.iter_errors(&made.value).map(|error| error.to_string()).collect();
        prop_assert!(problems.is_empty(), "{form}: {} is not valid: {problems:?}\n{:#}", made.value, form.schema);
        let broken: Vec<_> = made.sites.iter().flat_map(|site| breaks(form, &made.value, site)).collect();
        let values = std::iter::once(&made.value).chain(broken.iter().map(|broken| &broken.value));
        let calls: Vec<_> = values.map(|value| ToolCall::new("call", &form.tool, value.to_string())).collect();
        let report = RUNTIME.block_on(form.toolbox.bind(()).run(calls));
        let (taken, refused) = report.results().split_first().unwrap();
        prop_assert!(!taken.is_error(), "{form}: {} is refused: {}\n{:#}", made.value, taken.text(), form.schema);
        for (broken, result) in broken.iter().zip(refused) {
            prop_assert!(
                broken.is_told(result),
                "{form}: {} has {} at `{}`: {}\n{:#}", broken.value, broken.what, broken.path, result.text(), form.schema
            );
        }
    }
}

/// Every tool has a value in every form, and every kind of mistake is made in some.
#[test]
fn every_kind_of_mistake_is_made() {
    let mut made: Vec<&str> = Vec::new();
    for form in FORMS.iter() {
        let value = Made::of(&form.schema, (1..200).collect());
        for site in &value.sites {
            made.extend(
                breaks(form, &value.value, site)
                    .iter()
                    .map(|broken| broken.what),
            );
        }
    }
    for what in [TYPE, MISSING, RANGE, UNKNOWN] {
        let count = made.iter().filter(|made| **made == what).count();
        assert!(count > 50, "{what}: {count}");
    }
    assert!(FORMS.len() > 100, "{}", FORMS.len());
}

const TYPE: &str = "a value of another type, or none of the enum's";
const MISSING: &str = "a member missing";
const RANGE: &str = "an integer beyond its range";
const UNKNOWN: &str = "an unknown key";

/// A value with one mistake.
struct Broken {
    value: Value,
    what: &'static str,
    /// Where it is.
    path: String,
    /// The path of the choice in which it is. What is wrong there depends on the branch that is taken to be meant.
    choice: Option<String>,
}

impl Broken {
    fn is_told(&self, result: &ToolResult) -> bool {
        let is_refused = result.outcome().ending == Ending::InvalidArguments;
        let problems = result.argument_errors();
        let mut problems = problems.into_iter().flat_map(|errors| errors.problems());
        is_refused
            && problems.any(|problem| {
                let path = problem.path();
                // At the end of a list or an object serde stands behind it.
                let around = |choice: &String| {
                    choice
                        .rfind(['.', '['])
                        .is_some_and(|end| choice[..end] == *path)
                };
                let within = |choice: &String| path.starts_with(choice.as_str()) || around(choice);
                // An object in the place of another misses members.
                let inside = self.what == TYPE && path.starts_with(&format!("{}.", self.path));
                // Of unknown keys those alone that serde refuses, by `deny_unknown_fields`.
                let by_serde = self.what != UNKNOWN || !problem.found().starts_with("a member");
                path == self.path
                    || inside
                    || (by_serde && self.choice.as_ref().is_some_and(within))
            })
    }
}

/// `value` with what can be wrong at `site`, each in a value of its own.
fn breaks(form: &Form, value: &Value, site: &Site) -> Vec<Broken> {
    let broken = |value, what, path: &str| Broken {
        value,
        what,
        path: path.to_owned(),
        choice: site.choice.clone(),
    };
    let with = |replaced: Value| {
        let mut value = value.clone();
        *value.pointer_mut(&site.pointer).unwrap() = replaced;
        value
    };
    let own = value.pointer(&site.pointer).unwrap();
    let mut all = Vec::new();
    // The arguments themselves are another test's.
    if site.pointer.is_empty() {
        return all;
    }
    for other in [
        json!(true),
        json!("zz"),
        json!(7),
        json!(0.5),
        json!(null),
        json!([]),
        json!({}),
    ] {
        if !(other.is_array() && own.is_object()) {
            all.push(broken(with(other), TYPE, &site.path));
        }
    }
    // `null` for an argument that may be left out is absence, in every form.
    let is_argument = site.pointer.matches('/').count() == 1;
    all.retain(|broken| {
        !(is_argument && broken.value.pointer(&site.pointer) == Some(&Value::Null))
    });
    for beyond in site.beyond() {
        all.push(broken(with(beyond), RANGE, &site.path));
    }
    if let Value::Object(members) = own {
        for name in members.keys() {
            let mut rest = members.clone();
            rest.remove(name);
            let path = format!("{}.{name}", site.path);
            all.push(broken(with(rest.into()), MISSING, &path));
        }
        if site.is_closed() {
            let mut more = members.clone();
            more.insert("zz".to_owned(), json!({}));
            let path = format!("{}.zz", site.path);
            all.push(broken(with(more.into()), UNKNOWN, &path));
        }
    }
    // What the tool's own schema takes is narrower in this form alone; of ranges it says some by `format`.
    all.retain(|broken| {
        !form.lowered.is_valid(&broken.value)
            && (broken.what == RANGE || !form.takes(&broken.value))
    });
    all
}
