//! The stored form.

use serde_json::json;
use tool_runtime::Explanation;

use crate::desk::{all_of_it, explain, policy};

#[test]
fn it_says_all_that_is_known() {
    let explanation = explain(
        policy().max_concurrency(2),
        &[
            "withdraw account=1 ms=20",
            "balance account=1 ms=5",
            "search ms=25",
            "search ms=10",
        ],
    );
    let expected = json!({
        "format": 1,
        "wall_ms": 30.0,
        "one_by_one_ms": 55.0,
        "speed_up": 0.055 / 0.03,
        "critical_path": {"calls": [2], "duration_ms": 25.0},
        "limited": {"by": "batch", "time_ms": 20.0},
        "path": [
            {"cause": "batch", "call": 3, "from_ms": 0.0, "to_ms": 20.0, "duration_ms": 20.0},
            {"cause": "work", "call": 3, "from_ms": 20.0, "to_ms": 30.0, "duration_ms": 10.0},
        ],
        "calls": [
            {
                "index": 0, "name": "withdraw", "id": "call_0",
                "outcome": "failed", "detail": null, "because": null, "late": false, "still_running": false, "same_as": null,
                "queued_ms": 0.0, "started_ms": 0.0, "finished_ms": 20.0, "duration_ms": 20.0, "attempts": 1,
                "waits": [], "failed_attempts": [],
            },
            {
                "index": 1, "name": "balance", "id": "call_1",
                "outcome": "skipped", "detail": null, "because": 0, "late": false, "still_running": false, "same_as": null,
                "queued_ms": 0.0, "started_ms": null, "finished_ms": null, "duration_ms": 0.0, "attempts": 0,
                "waits": [{"what": "calls", "from_ms": 0.0, "to_ms": 20.0, "duration_ms": 20.0}],
                "failed_attempts": [],
            },
            {
                "index": 2, "name": "search", "id": "call_2",
                "outcome": "ok", "detail": null, "because": null, "late": false, "still_running": false, "same_as": null,
                "queued_ms": 0.0, "started_ms": 0.0, "finished_ms": 25.0, "duration_ms": 25.0, "attempts": 1,
                "waits": [], "failed_attempts": [],
            },
            {
                "index": 3, "name": "search", "id": "call_3",
                "outcome": "ok", "detail": null, "because": null, "late": false, "still_running": false, "same_as": null,
                "queued_ms": 0.0, "started_ms": 20.0, "finished_ms": 30.0, "duration_ms": 10.0, "attempts": 1,
                "waits": [{"what": "batch", "from_ms": 0.0, "to_ms": 20.0, "duration_ms": 20.0}],
                "failed_attempts": [],
            },
        ],
    });
    assert_eq!(serde_json::to_value(&explanation).unwrap(), expected);
}

#[test]
fn what_is_stored_can_be_drawn() {
    let explanation = all_of_it();
    let stored = serde_json::to_string(&explanation).unwrap();
    assert!(
        stored.starts_with(r#"{"format":1,"wall_ms":400.0,"#),
        "{stored}"
    );
    let read: Explanation = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, explanation);
    assert_eq!(read.svg(), explanation.svg());
}
