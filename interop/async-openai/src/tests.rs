//! Does the provider get the tools, and a result for each call?

use std::time::Duration;

use scripted_server::{expected_results, results};
use serde_json::Value;

use super::*;

#[tokio::test]
async fn three_calls_of_which_one_fails() {
    let server = Server::start(OPENAI_CHAT).await.expect("a port");
    let toolbox = desk::toolbox().expect("three tools");
    let (answer, reports) = converse(&client(&server.url()), &toolbox, "What is up?")
        .await
        .expect("an answer");
    assert_eq!(answer, "Ada has one open ticket.");

    let requests = server.requests();
    let manifest = toolbox.manifest(OpenAiChat).expect("a manifest");
    let manifest: Value = serde_json::from_str(manifest.as_str()).expect("JSON");
    assert_eq!(manifest.as_array().map(Vec::len), Some(3));
    assert_eq!(requests[0]["tools"], manifest);
    assert_eq!(requests[1]["tools"], manifest);
    assert_eq!(results(&requests[0]), []);
    assert_eq!(results(&requests[1]), expected_results("call", false));
    assert_eq!(requests[1]["messages"][1]["role"], "assistant");
    assert_eq!(requests.len(), 2);

    // As long as the longest of them, and not as all of them.
    let [report] = &reports[..] else {
        panic!("one turn with calls")
    };
    assert_eq!(report.critical_path().calls, [2]);
    assert!(report.critical_path().duration >= Duration::from_millis(600));
    assert!(report.speed_up() > 1.5, "{}", report.speed_up());
}
