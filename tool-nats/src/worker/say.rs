//! Answers, as messages.

use std::future::ready;

use async_nats::connection::State;
use async_nats::service::{self, Request as Message};
use async_nats::{HeaderMap, Subject};
use bytes::Bytes;

use super::shared::Shared;
use crate::wire::{Answer, Part, Refusal, name, quoted, split};

/// A reason that is longer is cut.
const MAX_REASON: usize = 1_000;
/// What a message needs for the headers of a result, beside the key.
const HEADERS: usize = 256;

pub(super) async fn refused(message: &Message, shared: &Shared, refusal: Refusal) {
    let (code, status) = (refusal.code(), one_line(&refusal.text));
    let (headers, _) = Answer::Refused(refusal).written(shared.id());
    let error = service::error::Error { status, code };
    let _ = message.respond_with_headers(Err(error), headers).await;
}

/// The whole of a result. It waits for as long as the client takes no more, which is also while the connection is lost.
pub(super) async fn result(
    message: &Message,
    shared: &Shared,
    key: &str,
    result: &Bytes,
    is_repeated: bool,
) {
    let Some(to) = &message.message.reply else {
        return;
    };
    let headers = |part: Part| -> HeaderMap {
        let key = key.to_owned();
        let (mut headers, _) = Answer::Result { part, key }.written(shared.id());
        if is_repeated {
            headers.insert(name::REPEATED, "1");
        }
        headers
    };
    let client = shared.client();
    let room = client
        .max_payload()
        .saturating_sub(HEADERS + quoted(key).len());
    let mut parts = split(result, room);
    let last = parts.pop();
    for (part, bytes) in parts {
        let sent = client.publish_with_headers(to.clone(), headers(part), bytes);
        if sent.await.is_err() {
            return;
        }
    }
    if let Some((part, bytes)) = last {
        let _ = message.respond_with_headers(Ok(bytes), headers(part)).await;
    }
}

/// Says how a call is, to all who wait for it: if it can be said at once, since the next time will do as well.
pub(super) async fn meanwhile(to: Vec<Subject>, shared: &Shared, answer: &Answer) {
    let client = shared.client();
    if client.connection_state() != State::Connected {
        return;
    }
    let (headers, payload) = answer.written(shared.id());
    for to in to {
        let said = client.publish_with_headers(to, headers.clone(), payload.clone());
        tokio::select! {
            biased;
            _ = said => {}
            () = ready(()) => return,
        }
    }
}

/// A header ends with its line.
fn one_line(text: &str) -> String {
    let of_a_line = |character: char| match character.is_control() {
        true => ' ',
        false => character,
    };
    let mut line: String = text.chars().map(of_a_line).take(MAX_REASON).collect();
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_some_length() {
        assert_eq!(
            one_line("no\r\nTool-Answer: result\n"),
            "no  Tool-Answer: result"
        );
        assert_eq!(one_line(&"ä".repeat(5_000)).chars().count(), MAX_REASON);
    }
}
