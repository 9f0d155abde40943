//! Text that looks like what conversations are framed with: who reads it could take what stands behind it for somebody
//! else's words.
//!
//! The marks are those of the chat templates and prompts that models were trained with: tags of tool calls and results,
//! special tokens such as `<|im_start|>`, Mistral's and Llama's brackets, the lines of Anthropic's first format. What occurs in
//! ordinary HTML, XML and code is none, `<user>`, `<result>` and `<s>` say; a name counts only in one case and by itself, since
//! `List<System>` is a type.

/// Names of tags. `-` is as good as `_` in them, and so is any namespace before them.
const TAGS: [&str; 30] = [
    "assistant",
    "end_of_turn",
    "function_call",
    "function_calls",
    "function_output",
    "function_response",
    "function_result",
    "function_results",
    "human",
    "invoke",
    "start_of_turn",
    "system",
    "system_instruction",
    "system_instructions",
    "system_message",
    "system_prompt",
    "system_reminder",
    "think",
    "thinking",
    "tool_call",
    "tool_calls",
    "tool_output",
    "tool_outputs",
    "tool_response",
    "tool_responses",
    "tool_result",
    "tool_results",
    "tool_use",
    "tool_use_error",
    "tool_use_result",
];

/// Whole marks behind `[` or `[/`.
const BRACKETS: [&str; 6] = [
    "INST]",
    "SYSTEM_PROMPT]",
    "AVAILABLE_TOOLS]",
    "TOOL_CALLS]",
    "TOOL_CONTENT]",
    "TOOL_RESULTS]",
];

/// The longest name of a tag or a token that is looked at.
const MAX_NAME: usize = 48;

/// Whether such a mark begins at this byte.
pub(super) fn begins(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at + 1..];
    match bytes[at] {
        b'<' => match rest.first() {
            Some(b'|') => is_token(&rest[1..]),
            Some(b'<') => rest.starts_with(b"<SYS>>") || rest.starts_with(b"</SYS>>"),
            Some(b'/') => is_tag(&rest[1..]),
            Some(byte) if byte.is_ascii_alphabetic() => is_tag(rest),
            // A full-width `|`, in DeepSeek's tokens.
            Some(0xEF) => rest.starts_with("｜".as_bytes()),
            _ => false,
        },
        b'[' => {
            let rest = rest.strip_prefix(b"/").unwrap_or(rest);
            let mut brackets = BRACKETS.iter();
            rest.first().is_some_and(u8::is_ascii_uppercase)
                && brackets.any(|mark| rest.starts_with(mark.as_bytes()))
        }
        _ => false,
    }
}

/// Whether a line behind an empty one says whose turn it is, as in `\n\nHuman:`.
pub(super) fn is_role(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at..];
    (rest.starts_with(b"Human:") || rest.starts_with(b"Assistant:"))
        && matches!(
            &bytes[..at],
            [] | [.., b'\n', b'\n'] | [.., b'\n', b'\r', b'\n']
        )
}

/// `im_start|>` and the like, behind `<|`.
fn is_token(rest: &[u8]) -> bool {
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b':');
    let length = rest
        .iter()
        .take(MAX_NAME)
        .take_while(|byte| is_name(byte))
        .count();
    length > 0 && rest[length..].starts_with(b"|>")
}

/// A name of ours and what may stand behind it.
fn is_tag(rest: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':');
    let length = rest
        .iter()
        .take(MAX_NAME)
        .take_while(|byte| is_name(byte))
        .count();
    let name = &rest[..length];
    let start = name
        .iter()
        .rposition(|byte| *byte == b':')
        .map_or(0, |colon| colon + 1);
    let name = &name[start..];
    match rest.get(length) {
        Some(b'=') => matches!(name, b"function" | b"parameter"),
        None | Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n') => is_known(name),
        Some(_) => false,
    }
}

fn is_known(name: &[u8]) -> bool {
    let has_upper = name.iter().any(u8::is_ascii_uppercase);
    let has_lower = name.iter().any(u8::is_ascii_lowercase);
    let same = |byte: &u8, of: u8| byte.to_ascii_lowercase() == of || (*byte == b'-' && of == b'_');
    let is = |tag: &&str| {
        tag.len() == name.len()
            && name
                .iter()
                .zip(tag.bytes())
                .all(|(byte, of)| same(byte, of))
    };
    !(has_upper && has_lower) && TAGS.iter().any(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_where_they_begin() {
        for mark in [
            "<tool_result>",
            "</tool_result>",
            "</TOOL_RESULT >",
            "<tool-result id=\"1\">",
            "<x:function_results>",
            "<system>",
            "</system>",
            "<system",
            "<function=get_customer>",
            "<|im_start|>",
            "<|/tool|>",
            "<|start_header_id|>",
            "<｜tool▁outputs▁begin｜>",
            "<<SYS>>",
            "<</SYS>>",
            "[INST]",
            "[/INST]",
            "[TOOL_RESULTS]",
        ] {
            assert!(begins(mark.as_bytes(), 0), "{mark}");
        }
    }

    #[test]
    fn what_is_ordinary_is_none() {
        for text in [
            "<div>",
            "<user>",
            "<result>",
            "<s>",
            "</s>",
            "<System>",
            "<system.web>",
            "<systemd>",
            "<br/>",
            "<<EOF",
            "<|",
            "<| x |>",
            "<||>",
            "< system>",
            "<",
            "</",
            "[",
            "[]",
            "[ARGS]",
            "[INSTALL]",
            "[/",
            "<?xml",
            "<!--",
            "<parameter name=",
            "<tool>",
            "<T>",
            "<é>",
        ] {
            assert!(!begins(text.as_bytes(), 0), "{text}");
        }
    }

    #[test]
    fn lines_say_whose_turn_it_is_behind_an_empty_one() {
        for (text, at) in [
            ("Human: a", 0),
            ("a\n\nHuman:", 3),
            ("a\r\n\r\nAssistant:", 5),
        ] {
            assert!(is_role(text.as_bytes(), at), "{text}");
        }
        for (text, at) in [
            ("a\nHuman: a", 2),
            ("a Human: a", 2),
            ("\n\nHumans:", 2),
            ("\n\nUser:", 2),
        ] {
            assert!(!is_role(text.as_bytes(), at), "{text}");
        }
    }
}
