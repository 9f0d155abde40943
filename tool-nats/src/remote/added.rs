//! Headers that the program adds to a call.

use async_nats::HeaderMap;

/// A header that cannot be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unsendable(pub(super) String);

/// Puts what the program adds beside what the bridge says, which nothing of it replaces.
pub(super) fn add(headers: &mut HeaderMap, added: &HeaderMap) -> Result<(), Unsendable> {
    for (name, values) in added.iter() {
        let text: &str = name.as_ref();
        if is_ours(text) {
            continue;
        }
        for value in values {
            // One that was read with serde was never looked at.
            if value.as_str().contains(['\r', '\n']) {
                return Err(Unsendable(format!(
                    "the value of the header `{text}` has a line break"
                )));
            }
            headers.append(name.clone(), value.clone());
        }
    }
    Ok(())
}

/// Whether the bridge or the server says it.
fn is_ours(name: &str) -> bool {
    ["tool-", "nats-"].iter().any(|ours| {
        let start = name.as_bytes().get(..ours.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(ours.as_bytes()))
    })
}

/// How many bytes they are in a message.
pub(super) fn length(headers: &HeaderMap) -> usize {
    let of = |name: &str, value: &str| name.len() + value.len() + ": \r\n".len();
    let lines = headers.iter().flat_map(|(name, values)| {
        let name: &str = name.as_ref();
        values.iter().map(move |value| of(name, value.as_str()))
    });
    "NATS/1.0\r\n\r\n".len() + lines.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_is_not_replaced() {
        let mut headers = HeaderMap::new();
        headers.insert("Tool-Attempt", "1");
        let mut program = HeaderMap::new();
        for name in ["Tool-Attempt", "tool-approved", "NATS-Msg-Id", "Tenant"] {
            program.insert(name, "acme");
        }
        add(&mut headers, &program).unwrap();
        assert_eq!(headers.len(), 2);
        assert_eq!(headers.get("Tool-Attempt").unwrap().as_str(), "1");
        assert_eq!(headers.get("Tenant").unwrap().as_str(), "acme");
    }

    #[test]
    fn a_line_break_is_found_whichever_way_it_came() {
        let program: HeaderMap =
            serde_json::from_str(r#"{"Tenant": ["acme\r\nTool-Approved: 1"]}"#).unwrap();
        let refused = add(&mut HeaderMap::new(), &program).unwrap_err();
        assert_eq!(
            refused.0,
            "the value of the header `Tenant` has a line break"
        );
    }
}
