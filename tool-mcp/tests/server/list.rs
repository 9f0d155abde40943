//! What a client is shown.

use serde_json::{Value, json};
use tool_mcp::server::{Limits, McpServer};
use tool_runtime::Toolbox;
use tool_runtime::dialect::Mcp;

use crate::raw::Raw;
use crate::tools::{Probe, server, toolbox};

#[tokio::test]
async fn the_server_says_who_it_is() {
    let mut client = Raw::new(server(&Probe::new()));
    let answer = client.initialize(json!({})).await;
    assert_eq!(
        answer["result"],
        json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {"tools": {"listChanged": true}},
            "serverInfo": {"name": "probe", "title": "The Probe", "version": "1.2.3"},
            "instructions": "Look before you pay.",
        })
    );
}

#[tokio::test]
async fn the_list_is_the_manifest() {
    let mut client = Raw::of(&Probe::new()).await;
    let answer = client.ask("tools/list", json!({})).await;
    let manifest = toolbox().manifest(Mcp).unwrap();
    let manifest: Value = serde_json::from_str(manifest.as_str()).unwrap();
    assert_eq!(answer["result"], json!({"tools": manifest}));
}

#[tokio::test]
async fn what_a_tool_declares_stands_in_its_annotations() {
    let mut client = Raw::of(&Probe::new()).await;
    let answer = client.ask("tools/list", json!({})).await;
    let tools = answer["result"]["tools"].as_array().unwrap();
    let tool = |name: &str| tools.iter().find(|tool| tool["name"] == name).unwrap();
    assert_eq!(tool("add")["title"], "Addition");
    assert_eq!(tool("add")["annotations"], json!({"readOnlyHint": true}));
    assert_eq!(
        tool("find_book")["annotations"],
        json!({"readOnlyHint": true, "openWorldHint": false})
    );
    assert_eq!(tool("pay")["annotations"], json!({"destructiveHint": true}));
    assert_eq!(
        tool("append")["annotations"],
        json!({"destructiveHint": false, "idempotentHint": true})
    );
    assert_eq!(
        tool("find_book")["outputSchema"]["properties"]["pages"]["type"],
        "integer"
    );
}

fn in_pages(size: usize) -> McpServer {
    server(&Probe::new())
        .limits(Limits::default().page_size(size))
        .unwrap()
}

async fn names(client: &mut Raw, cursor: Option<&Value>) -> (Vec<String>, Value) {
    let params = cursor.map_or(json!({}), |cursor| json!({"cursor": cursor}));
    let page = client.ask("tools/list", params).await["result"].clone();
    let names = page["tools"].as_array().unwrap().iter();
    let names = names.map(|tool| tool["name"].as_str().unwrap().to_owned());
    (names.collect(), page["nextCursor"].clone())
}

#[tokio::test]
async fn pages_make_the_whole_list() {
    let all: Vec<_> = toolbox()
        .tools()
        .iter()
        .map(|tool| tool.name().to_owned())
        .collect();
    for size in [1, 5, all.len() - 1, all.len(), 1000] {
        let mut client = Raw::begun(in_pages(size)).await;
        let (mut listed, mut cursor) = names(&mut client, None).await;
        let mut pages = 1;
        while !cursor.is_null() {
            let (more, next) = names(&mut client, Some(&cursor)).await;
            assert!(!more.is_empty() && more.len() <= size);
            listed.extend(more);
            cursor = next;
            pages += 1;
        }
        assert_eq!(listed, all, "in pages of {size}");
        assert_eq!(pages, all.len().div_ceil(size));
    }
}

#[tokio::test]
async fn a_cursor_of_nobody_is_refused() {
    let mut client = Raw::begun(in_pages(5)).await;
    let (_, cursor) = names(&mut client, None).await;
    let (_, of) = cursor.as_str().unwrap().split_once('-').unwrap();
    for bad in [
        "",
        "5",
        "five",
        "-",
        "99999999999999999999999-x",
        &format!("14-{of}"),
        &format!("-1-{of}"),
    ] {
        let answer = client.ask("tools/list", json!({"cursor": bad})).await;
        assert_eq!(answer["error"]["code"], -32602, "{bad}");
        assert_eq!(
            answer["error"]["message"],
            "the cursor is none that this server gave; take `nextCursor` of the page before, or leave it out"
        );
    }
}

#[tokio::test]
async fn a_cursor_of_a_list_that_was_replaced_is_refused() {
    let probe = Probe::new();
    let server = server(&probe)
        .limits(Limits::default().page_size(5))
        .unwrap();
    let mut client = Raw::begun(server.clone()).await;
    let (_, cursor) = names(&mut client, None).await;
    let view = toolbox().view(|tool| tool.name() != "add");
    server.replace(view.bind(probe));
    let answer = client.ask("tools/list", json!({"cursor": cursor})).await;
    assert_eq!(
        answer["error"],
        json!({"code": -32602, "message": "the tools have changed since the cursor was given; list them from the beginning"})
    );
}

#[tokio::test]
async fn a_server_without_tools_lists_none() {
    let empty = Toolbox::new(tool_runtime::tools![]).unwrap();
    let mut client = Raw::begun(McpServer::new(empty.bind(()))).await;
    assert_eq!(
        client.ask("tools/list", json!({})).await["result"],
        json!({"tools": []})
    );
}

#[tokio::test]
async fn what_is_not_tools_is_not_there() {
    let mut client = Raw::of(&Probe::new()).await;
    for method in ["resources/list", "prompts/list", "tools/lists", "x"] {
        let answer = client.ask(method, json!({})).await;
        assert_eq!(answer["error"]["code"], -32601, "{method}");
    }
    assert_eq!(client.ask("ping", json!({})).await["result"], json!({}));
}
