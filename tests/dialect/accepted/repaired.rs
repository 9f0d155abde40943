//! Values in strings are read as they were meant, by every tool in every form.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use tool_runtime::batch::Repair;
use tool_runtime::{Policy, Report, ToolCall};

use super::RUNTIME;
use super::forms::{FORMS, Form};
use super::made::{Made, Site};

fn run(form: &Form, repair: Repair, values: &[Value]) -> Report {
    let desk = form.toolbox.bind(());
    let desk = desk.with(Policy::default().repair(repair)).unwrap();
    let calls = values.iter();
    let calls = calls.map(|value| ToolCall::new("call", &form.tool, value.to_string()));
    RUNTIME.block_on(desk.run(calls.collect::<Vec<_>>()))
}

/// Puts the value at the site into a string.
fn spoil(value: &mut Value, site: &Site) {
    let place = value.pointer_mut(&site.pointer).unwrap();
    *place = place.to_string().into();
}

/// Whether the value at the site means the same in a string.
fn can_be_spoilt(value: &Value, site: &Site) -> bool {
    let own = value.pointer(&site.pointer).unwrap();
    !own.is_null() && !own.is_string() && site.takes_no_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_in_a_string_is_what_it_was(
        form in any::<Index>(),
        tape in prop::collection::vec(any::<u16>(), 0..80),
    ) {
        let form = form.get(&FORMS[..]);
        let Made { value, sites } = Made::of(&form.schema, tape);
        // What this form has `null` for, the tool's own schema has not.
        prop_assume!(form.takes(&value));
        let sites: Vec<_> = sites.iter().filter(|site| can_be_spoilt(&value, site)).collect();
        let mut spoilt: Vec<Value> = Vec::new();
        for site in &sites {
            spoilt.push(value.clone());
            spoil(spoilt.last_mut().unwrap(), site);
        }
        // All at once, what is within first.
        let mut all = value.clone();
        sites.iter().rev().for_each(|site| spoil(&mut all, site));
        spoilt.push(all);
        let (told, repaired) = (run(form, Repair::Off, &spoilt), run(form, Repair::Safe, &spoilt));
        let results = told.results().iter().zip(repaired.results()).enumerate();
        for (index, (told, result)) in results {
            let written = result.call().arguments();
            prop_assert_eq!(told.is_error(), !sites.is_empty(), "{}: {}", form, written);
            prop_assert!(!result.is_error(), "{form}: {written}: {}\n{:#}", result.text(), form.schema);
            let paths: Vec<_> = result.repairs().iter().map(|repaired| repaired.path()).collect();
            let mut expected: Vec<_> = match sites.get(index) {
                Some(site) => vec![site.path.as_str()],
                None => sites.iter().map(|site| site.path.as_str()).collect(),
            };
            // Members are told in the order of the text.
            let mut sorted = paths.clone();
            sorted.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(sorted, expected, "{}: {}", form, written);
        }
    }
}
