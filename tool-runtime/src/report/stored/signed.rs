//! A suspended batch as it is stored: `{"tag":"…","format":1,…}`. The tag is over all bytes behind it, so that none can change.

use std::borrow::Cow;
use std::hint::black_box;
use std::sync::Arc;

use hmac_sha256::HMAC;
use serde::{Deserialize, Serialize};

use super::read::{call as read_call, told};
use super::write::{answered, call};
use super::{Answered, Call, Ns, is_false};
use crate::report::results::alone;
use crate::report::suspended::{OpenCall, SuspendedBatch, SuspendedCall, hex, of_hex};
use crate::tool::Calls;
use crate::{Fingerprint, SuspendedError};

const FORMAT: u64 = 1;

/// What stands before the tag, and behind it.
const BEFORE: &str = r#"{"tag":""#;
const BEHIND: &str = r#"","#;
const TAG: usize = 64;

/// What is signed begins so, that a key which signs something else too signs nothing that can be taken for a batch.
const DOMAIN: &str = "tool-runtime, a suspended batch: ";

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    format: u64,
    key: Cow<'a, str>,
    took_ns: Ns,
    #[serde(default, skip_serializing_if = "is_false")]
    edits: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<Cow<'a, str>>,
    calls: Vec<StoredCall<'a>>,
}

/// Read before all else, whatever the format.
#[derive(Deserialize)]
struct Format {
    format: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredCall<'a> {
    Finished(Box<Answered<'a>>),
    Open(Box<Open<'a>>),
}

#[derive(Serialize, Deserialize)]
struct Open<'a> {
    call: Call<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arguments: Option<Cow<'a, str>>,
    tool: Fingerprint,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "is_false")]
    approved: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited: Option<Cow<'a, str>>,
}

pub(crate) fn sign(batch: &SuspendedBatch, key: &[u8; 32]) -> Vec<u8> {
    let stored = Stored {
        format: FORMAT,
        key: (&*batch.key).into(),
        took_ns: Ns(batch.took),
        edits: batch.edits,
        tenant: batch.tenant.as_deref().map(Into::into),
        calls: batch.calls.iter().map(stored_call).collect(),
    };
    let Ok(json) = serde_json::to_string(&stored) else {
        unreachable!("texts, numbers and lists of them are JSON");
    };
    let signed = &json[1..];
    format!("{BEFORE}{}{BEHIND}{signed}", tag(signed.as_bytes(), key)).into_bytes()
}

pub(crate) fn verify(bytes: &[u8], key: &[u8; 32]) -> Result<SuspendedBatch, SuspendedError> {
    let parts = bytes
        .strip_prefix(BEFORE.as_bytes())
        .and_then(|rest| rest.split_at_checked(TAG));
    let parts = parts.and_then(|(tag, rest)| Some((tag, rest.strip_prefix(BEHIND.as_bytes())?)));
    let Some((found, signed)) = parts else {
        return Err(SuspendedError::NotSuspended);
    };
    if !are_same(found, tag(signed, key).as_bytes()) {
        return Err(SuspendedError::Altered);
    }
    let json = [b"{", signed].concat();
    let Format { format } = serde_json::from_slice(&json).map_err(unreadable)?;
    if format != FORMAT {
        return Err(SuspendedError::UnknownFormat {
            found: format,
            known: FORMAT,
        });
    }
    let stored: Stored<'_> = serde_json::from_slice(&json).map_err(unreadable)?;
    batch(stored).map_err(|problem| SuspendedError::Unreadable { problem })
}

fn unreadable(error: serde_json::Error) -> SuspendedError {
    SuspendedError::Unreadable {
        problem: error.to_string(),
    }
}

fn tag(signed: &[u8], key: &[u8; 32]) -> String {
    let text = [DOMAIN.as_bytes(), signed].concat();
    hex(&HMAC::mac(&text, key))
}

/// In a time that does not depend on where they differ.
fn are_same(one: &[u8], other: &[u8]) -> bool {
    let pairs = one.iter().zip(other);
    let differ = pairs.fold(0, |differ, (a, b)| black_box(differ | (a ^ b)));
    one.len() == other.len() && differ == 0
}

fn stored_call(suspended: &SuspendedCall) -> StoredCall<'_> {
    match suspended {
        SuspendedCall::Finished(result) => StoredCall::Finished(Box::new(answered(result))),
        SuspendedCall::Open(open) => StoredCall::Open(Box::new(Open {
            call: call(&open.call),
            arguments: open.arguments.as_deref().map(Into::into),
            tool: open.tool,
            request: open.request.as_ref().map(|request| hex(request).into()),
            approved: open.approved,
            edited: open.edited.as_deref().map(Into::into),
        })),
    }
}

fn batch(mut stored: Stored<'_>) -> Result<SuspendedBatch, String> {
    let calls = stored.calls.iter_mut().map(|stored| match stored {
        StoredCall::Finished(result) => read_call(&mut result.call),
        StoredCall::Open(open) => read_call(&mut open.call),
    });
    let all = alone(calls.collect());
    let count = stored.calls.len();
    let calls = stored.calls.into_iter().enumerate();
    let calls = calls.map(|(index, stored)| {
        suspended(&all, index, count, stored)
            .map_err(|problem| format!("call {index} of this batch: {problem}"))
    });
    Ok(SuspendedBatch {
        key: stored.key.into(),
        took: stored.took_ns.0,
        edits: stored.edits,
        tenant: stored.tenant.map(|tenant| (&*tenant).into()),
        calls: calls.collect::<Result<_, _>>()?,
    })
}

fn suspended(
    all: &Arc<Calls>,
    index: usize,
    count: usize,
    stored: StoredCall<'_>,
) -> Result<SuspendedCall, String> {
    let open = match stored {
        StoredCall::Finished(result) => {
            let result = told(Arc::clone(all), index, Some(count), *result)?;
            return Ok(SuspendedCall::Finished(result));
        }
        StoredCall::Open(open) => open,
    };
    let request = match open.request {
        Some(digits) => Some(of_hex(&digits).ok_or("its request is no 64 hexadecimal digits")?),
        None => None,
    };
    Ok(SuspendedCall::Open(OpenCall {
        call: all.get(index).clone(),
        arguments: open.arguments.map(Into::into),
        tool: open.tool,
        request,
        approved: open.approved,
        edited: open.edited.map(Into::into),
    }))
}
