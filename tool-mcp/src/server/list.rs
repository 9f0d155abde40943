//! The tools, a page at a time.

use rmcp::model::{ErrorData, ListToolsResult, Tool};
use tool_runtime::Fingerprint;

/// The page that a client asks for: the first, or the one of a cursor that it was given.
///
/// A cursor says where the page begins and of which list: when the list is another the client is told so, since it would miss tools or get
/// them twice.
pub(super) fn page(
    tools: &[Tool],
    of: &Fingerprint,
    cursor: Option<&str>,
    size: usize,
) -> Result<ListToolsResult, ErrorData> {
    let of = of.to_string();
    let start = match cursor {
        None => 0,
        Some(cursor) => start(cursor, &of, tools.len())?,
    };
    let end = start.saturating_add(size).min(tools.len());
    let mut page = ListToolsResult::with_all_items(tools[start..end].to_vec());
    page.next_cursor = (end < tools.len()).then(|| format!("{end}-{of}"));
    Ok(page)
}

fn start(cursor: &str, of: &str, length: usize) -> Result<usize, ErrorData> {
    let parts = cursor.split_once('-');
    let parts = parts.and_then(|(start, of)| Some((start.parse::<usize>().ok()?, of)));
    match parts {
        Some((start, list)) if list == of && start < length => Ok(start),
        Some((_, list)) if list.len() == of.len() && list != of => Err(ErrorData::invalid_params(
            "the tools have changed since the cursor was given; list them from the beginning",
            None,
        )),
        _ => Err(ErrorData::invalid_params(
            "the cursor is none that this server gave; take `nextCursor` of the page before, or leave it out",
            None,
        )),
    }
}
