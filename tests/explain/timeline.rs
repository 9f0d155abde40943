//! The picture for the terminal, glyph for glyph.

use tool_runtime::explain::Picture;

use crate::desk::{all_of_it, explain, policy};

#[test]
fn each_thing_has_its_glyph() {
    let expected = "\
400 ms, 2.0x
0 deposit  ████████████████████████████                             ok
1 balance  ────────────────────────────██████████████               ok
2 withdraw ░░░░░░░░░░░░░░░░░░░░░                                    failed
3 balance  ─────────────────────×                                   skipped (2)
4 search   ██████████████                                           ok
5 search   ··············█████████████████                          ok
6 serach   ×                                                        unknown_tool
7 balance                                      ████████████████████ ok
           |0 ms         |100          |200          |300         |400
█ ran  ░ failed  ─ waited for calls  · waited for a permit  × not started";
    assert_eq!(all_of_it().timeline(80), expected);
}

#[test]
fn it_fits_a_narrow_terminal() {
    let expected = "\
400 ms, 2.0x
0 deposit  ██████████           ok
1 balance  ──────────█████      ok
2 withdraw ░░░░░░░              failed
3 balance  ───────×             skipped…
4 search   █████                ok
5 search   ·····██████          ok
6 serach   ×                    unknown…
7 balance               ███████ ok
           |0 ms     |200     |400
█ ran  ░ failed  ─ waited for calls
· waited for a permit  × not started";
    let explanation = all_of_it();
    assert_eq!(explanation.timeline(40), expected);
    assert_eq!(explanation.timeline(0), expected);
}

#[test]
fn several_have_one_scale() {
    let calls = ["search ms=100", "search ms=300"];
    let parallel = explain(policy(), &calls);
    let one_by_one = explain(policy().max_concurrency(1), &calls);
    let picture = Picture::new([("one by one", &one_by_one), ("in\nparallel", &parallel)]);
    let expected = "\
one by one: 400 ms
0 search ██████████                             ok
1 search ··········████████████████████████████ ok
in\\nparallel: 300 ms, 1.3x
0 search ██████████                             ok
1 search ████████████████████████████           ok
         |0 ms              |200              |400
█ ran  · waited for a permit";
    assert_eq!(picture.timeline(50), expected);
}

#[test]
fn nothing_can_be_drawn() {
    assert_eq!(explain(policy(), &[]).timeline(50), "0 ms");
    assert_eq!(Picture::new([]).timeline(50), "");
}
