//! The text form, word for word.

use crate::desk::{all_of_it, explain, policy};

#[test]
fn a_batch_reads_well_in_a_log() {
    let expected = "\
0 deposit   ok                         0 ms to 200 ms: 200 ms
1 balance   ok                         200 ms to 300 ms: 100 ms
    waited 200 ms from 0 ms, for call 0, for account:1
2 withdraw  failed                     0 ms to 150 ms: 150 ms
3 balance   skipped because of call 2  not started
    waited 150 ms from 0 ms, for calls before it
4 search    ok                         0 ms to 100 ms: 100 ms
5 search    ok                         100 ms to 220 ms: 120 ms
    waited 100 ms from 0 ms, for a permit of the tool
6 serach    unknown_tool               not started
7 balance   ok                         260 ms to 400 ms: 140 ms; queued at 260 ms
took 400 ms, one by one 810 ms: 2.0x
critical path: calls 0 and 1, 300 ms
the way to the last result: call 7 not pushed yet 260 ms, call 7 ran 140 ms
limited by calls that came late: 260 ms of 400 ms";
    assert_eq!(all_of_it().to_string(), expected);
}

#[test]
fn nothing_is_said_in_words_too() {
    let expected = "\
        took 0 ms, one by one 0 ms: 1.0x\n\
        critical path: no call, 0 ms\n\
        the way to the last result: nothing took time\n\
        limited by nothing: no call took time";
    assert_eq!(explain(policy(), &[]).to_string(), expected);
}
