//! Settings that are a choice.

use serde::{Deserialize, Serialize};

/// What becomes of other calls when one fails. A call whose arguments are not valid, or which names no tool, did not run and
/// stops no other; one that is tried again has failed when its last attempt has.
///
/// Whatever is chosen, a call that depends on a write of which nobody knows whether it was done is skipped: the writer timed
/// out, panicked or was cancelled after it had begun. A call of a group `exclusive = "…"` writes what its group shares. What
/// is skipped says so, and because of which call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnFailure {
    /// Nothing: each call is for itself.
    #[default]
    Isolate,
    /// Calls that use what the failed one writes are skipped, and so are those that use what they write.
    SkipDependents,
    /// Calls of the failed one's `exclusive = "…"` group that come after it are skipped.
    StopGroup,
    /// No call after the failed one, in the model's order, is started any more. Those that run go on.
    StopAll,
}

/// When the calls of a streamed response begin, see [`Bound::run_stream`](crate::Bound::run_stream).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StreamedCalls {
    /// Each as soon as its arguments are whole, though the model is still writing.
    #[default]
    Eager,
    /// All when the whole response has been read: where it is to be looked at, or may be thrown away, before anything runs.
    OnComplete,
}

/// What it means that a tool declares no effects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Undeclared {
    /// Its calls may run beside any others but exclusive ones. A destructive tool that declares nothing is exclusive.
    #[default]
    Free,
    /// Its calls run beside no others but pure ones.
    Exclusive,
}
