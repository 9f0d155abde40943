//! What the model was told of its calls.

use serde_json::Value;

/// One result in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The id of the call.
    pub id: String,
    /// What the model reads.
    pub text: String,
    /// Whether it bears the provider's mark of an error. OpenAI Chat Completions has none.
    pub is_error: bool,
}

/// The results in a request to OpenAI Chat Completions (a message each) or to Anthropic Messages (blocks of one message), in their
/// order.
pub fn results(request: &Value) -> Vec<Told> {
    let messages = request["messages"].as_array().into_iter().flatten();
    messages
        .flat_map(|message| match message["role"].as_str() {
            Some("tool") => vec![told(message, "tool_call_id")],
            _ => blocks(message),
        })
        .collect()
}

fn blocks(message: &Value) -> Vec<Told> {
    let blocks = message["content"].as_array().into_iter().flatten();
    let results = blocks.filter(|block| block["type"] == "tool_result");
    results.map(|block| told(block, "tool_use_id")).collect()
}

fn told(result: &Value, id: &str) -> Told {
    Told {
        id: text(&result[id]),
        text: text(&result["content"]),
        is_error: result["is_error"] == true,
    }
}

/// A text, or the texts of a list of blocks.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks.iter().map(|block| text(&block["text"])).collect(),
        _ => String::new(),
    }
}

/// What [`results`] is to find behind a script's first answer: the calls' ids begin with `prefix`, and the one that fails has the
/// provider's mark if it `has_mark`; otherwise the text says first that it failed.
pub fn expected_results(prefix: &str, has_mark: bool) -> [Told; 3] {
    let told = |number, text: &str, is_error| Told {
        id: format!("{prefix}_0{number}"),
        text: text.to_owned(),
        is_error,
    };
    let failed = if has_mark {
        ""
    } else {
        "`get_orders` failed: "
    };
    [
        told(
            1,
            r#"{"id":1234,"name":"Ada Lovelace","plan":"gold"}"#,
            false,
        ),
        told(
            2,
            &format!(
                "{failed}There is no customer 12340. Customer numbers have four digits, such as 1234. Nothing was changed."
            ),
            has_mark,
        ),
        told(
            3,
            r#"[{"id":9,"subject":"The engine is loud.","open":true}]"#,
            false,
        ),
    ]
}
