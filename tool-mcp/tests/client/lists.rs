//! The list of tools, and what may be wrong with it.

use std::time::Duration;

use serde_json::{Value, json};
use tool_mcp::client::{Connect, ConnectError, McpTools, Reconnect};

use crate::fake::{Fake, connected, server, tool};

/// A connection to a server that does this once it was accepted.
async fn connecting(
    set: impl FnOnce(Connect) -> Connect,
    serve: impl AsyncFnOnce(&mut Fake),
) -> Result<McpTools, ConnectError> {
    let (endpoint, mut accepted) = server();
    let connecting = set(McpTools::connect("files", endpoint)).into_future();
    let serving = async {
        let mut fake = accepted.recv().await.unwrap();
        serve(&mut fake).await;
        // Else the connection would be over.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        connected = connecting => connected,
        () = serving => unreachable!(),
    }
}

fn names(tools: &McpTools) -> Vec<String> {
    let tools = tools.server_tools();
    tools
        .iter()
        .map(|tool| tool.own_name().to_owned())
        .collect()
}

#[tokio::test]
async fn all_pages_are_read() {
    let tools = connecting(
        |connect| connect,
        async |fake: &mut Fake| {
            fake.handshake().await;
            let first = fake.request("tools/list").await;
            assert_eq!(first["params"].get("cursor"), None);
            fake.answer(&first, json!({"tools": [tool("b")], "nextCursor": "2"}))
                .await;
            let second = fake.request("tools/list").await;
            assert_eq!(second["params"]["cursor"], "2");
            fake.answer(&second, json!({"tools": [tool("a")]})).await;
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&tools), ["b", "a"]);
}

#[tokio::test(start_paused = true)]
async fn pages_without_an_end_are_an_error() {
    let error = connecting(
        |connect| connect,
        async |fake: &mut Fake| {
            fake.handshake().await;
            while let Some(page) = fake.next().await {
                fake.answer(&page, json!({"tools": [], "nextCursor": "same"}))
                    .await;
            }
        },
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tools of the server `files` cannot be listed: its pages go round in a circle: the cursor `same` comes again"
    );

    let error = connecting(
        |connect| connect.max_tools(10),
        async |fake: &mut Fake| {
            fake.handshake().await;
            let mut n = 0;
            while let Some(page) = fake.next().await {
                n += 1;
                let next = n.to_string();
                fake.answer(&page, json!({"tools": [tool(&next)], "nextCursor": next}))
                    .await;
            }
        },
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tools of the server `files` cannot be listed: it has more than 10 tools; set `max_tools` if so many are wanted"
    );
}

#[tokio::test]
async fn a_tool_that_cannot_be_used_loses_no_other() {
    let (tools, _fake) = connected(json!([
        tool("good"),
        {"name": "no_schema"},
        {"name": "schema_is_text", "inputSchema": "object"},
        {"name": "wrong_schema", "inputSchema": {"type": "object", "properties": {"a": {"type": 7}}}},
        {"name": "wrong_type", "inputSchema": {"type": "object", "properties": {"a": {"type": "datetime"}}}},
        {"name": "a_list", "inputSchema": {"type": "array"}},
        {"name": "elsewhere", "inputSchema": {"type": "object", "properties": {"a": {"$ref": "https://example.com/a.json"}}}},
        {"name": "wrong_output", "inputSchema": {"type": "object"}, "outputSchema": {"type": 7}},
        {"inputSchema": {"type": "object"}},
        {"name": "", "inputSchema": {"type": "object"}},
        {"name": "good", "description": "Another.", "inputSchema": {"type": "object"}},
        7,
        {"name": "wrong_icons", "inputSchema": {"type": "object"}, "icons": "?"},
        {"name": "huge", "description": "x".repeat(70_000), "inputSchema": {"type": "object"}},
        {"name": "fine", "inputSchema": {"type": "object"}},
    ]))
    .await;
    assert_eq!(names(&tools), ["good", "wrong_icons", "fine"]);
    let refused: Vec<String> = tools.refused().iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "`no_schema`: it has no `inputSchema` that is an object, which the protocol requires",
            "`schema_is_text`: it has no `inputSchema` that is an object, which the protocol requires",
            "`wrong_schema`: its `inputSchema` cannot be used: at `/properties/a/type`: expected one of `array`, `boolean`, `integer`, `null`, `number`, `object`, `string` or an array, found integer `7`",
            "`wrong_type`: its `inputSchema` cannot be used: at `/properties/a/type`: `datetime` is no type of JSON Schema, which are `array`, `boolean`, `integer`, `null`, `number`, `object` and `string`",
            "`a_list`: its `inputSchema` is none of an object, which the protocol requires; it says `\"type\": \"object\"`",
            "`elsewhere`: its `inputSchema` cannot be used: it refers to `https://example.com/a.json`, and nothing is fetched; put what is there under `$defs` and write `\"$ref\": \"#/$defs/…\"`",
            "`wrong_output`: its `outputSchema` cannot be used: 7 is not valid under any of the schemas listed in the 'anyOf' keyword",
            "`tool 9`: it has no name",
            "`tool 10`: it has no name",
            "`good`: the server lists another tool of this name before",
            "`tool 12`: it has no `inputSchema` that is an object, which the protocol requires",
            "`huge`: the list says 70064 bytes of it, and at most 65536 are taken; set `max_tool_bytes` if so much is wanted",
        ]
    );
}

#[tokio::test]
async fn a_list_that_is_none_is_an_error() {
    for (answer, expected) in [
        (
            json!({"result": {"tools": "none"}}),
            "its answer is no list of tools",
        ),
        (json!({"result": {}}), "its answer is no list of tools"),
        (
            json!({"error": {"code": -32601, "message": "I have no tools."}}),
            "it answered with the error -32601: I have no tools",
        ),
    ] {
        let error = connecting(
            |connect| connect,
            async |fake: &mut Fake| {
                fake.handshake().await;
                let list = fake.request("tools/list").await;
                let mut answer: Value = answer.clone();
                answer["id"] = list["id"].clone();
                fake.send(answer).await;
            },
        )
        .await
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the tools of the server `files` cannot be listed: {expected}")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let error = connecting(
        |connect| connect.connect_within(Duration::from_secs(3)),
        async |_: &mut Fake| std::future::pending::<()>().await,
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server `files` did not answer within 3s; see whether it runs, or give it more time"
    );
    let error = connecting(
        |connect| connect.list_within(Duration::from_secs(3)),
        async |fake: &mut Fake| {
            fake.handshake().await;
            std::future::pending::<()>().await;
        },
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server `files` did not list its tools within 3s; see whether it runs, or give it more time"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_before_2026_that_answers_no_discovery_is_asked_the_old_way() {
    let tools = connecting(
        |connect| connect,
        async |fake: &mut Fake| {
            // As one that reads nothing before `initialize`.
            let initialize = fake.request("initialize").await;
            let result = json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "old", "version": "1"},
            });
            fake.answer(&initialize, result).await;
            fake.list(json!([tool("read")])).await;
        },
    )
    .await
    .unwrap();
    assert_eq!(names(&tools), ["read"]);
    let version = tools.server_info().unwrap().protocol_version.to_string();
    assert_eq!(version, "2025-06-18");
}

#[tokio::test]
async fn a_version_that_nobody_knows_is_refused() {
    let error = connecting(
        |connect| connect,
        async |fake: &mut Fake| {
            let discover = fake.request("server/discover").await;
            fake.send(json!({"id": discover["id"], "error": {"code": -32601, "message": "?"}}))
                .await;
            let initialize = fake.request("initialize").await;
            let result = json!({
                "protocolVersion": "1999-12-31",
                "capabilities": {},
                "serverInfo": {"name": "old", "version": "1"},
            });
            fake.answer(&initialize, result).await;
        },
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server `files` cannot be used: it speaks the version `1999-12-31` of the protocol; known are `2024-11-05`, `2025-03-26`, `2025-06-18`, `2025-11-25`, `2026-07-28`"
    );
}

#[tokio::test]
async fn settings_that_cannot_be_kept_are_refused() {
    let set = |set: fn(Connect) -> Connect| async move {
        let (endpoint, _accepted) = server();
        let error = set(McpTools::connect("files", endpoint)).await.unwrap_err();
        error.to_string()
    };
    assert_eq!(
        set(|connect| connect.connect_within(Duration::ZERO)).await,
        "`connect_within` of the server `files` is zero; it takes more than zero"
    );
    assert_eq!(
        set(|connect| connect.max_tool_bytes(0)).await,
        "`max_tool_bytes` of the server `files` is 0; it takes one or more"
    );
    assert_eq!(
        set(|connect| connect.reconnect(Reconnect::default().max_delay(Duration::ZERO))).await,
        "`reconnect.max_delay` of the server `files` is zero; it takes more than zero"
    );
    assert_eq!(
        set(|connect| connect.max_tools(0)).await,
        "`max_tools` of the server `files` is 0; it takes one or more"
    );
    for name in ["", "a.b", "7up", "ä", &"x".repeat(33)] {
        let (endpoint, _accepted) = server();
        let error = McpTools::connect(name, endpoint).await.unwrap_err();
        assert!(matches!(error, ConnectError::Name { .. }), "{error}");
    }
}
