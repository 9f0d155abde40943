//! Texts that all forms share: times, names that are safe to show, how a call ended, what limited a batch.

use std::time::Duration;

use super::{Cause, ExplainedCall, Explanation, Limited, Stretch};
use crate::report::{ConcurrencyLimit, Wait};

/// How many columns of a terminal, or of a monospaced font, a character takes: two for those of East Asia and for emoji, none
/// for marks that stand over others. An approximation by blocks.
pub(super) fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36F | 0x200D | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F680..=0x1F9FF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// `text` in at most so many columns: what is longer ends in `…`, and what would move or hide other text is escaped, since
/// names and errors come from elsewhere.
pub(crate) fn shown(text: &str, limit: usize) -> String {
    let (mut out, mut used) = (String::new(), 0);
    // Where to cut, so that `…` fits.
    let mut cut = 0;
    for c in text.chars() {
        let piece = match moves_text(c) {
            true => c.escape_default().to_string(),
            false => c.to_string(),
        };
        used += width(&piece);
        if used > limit {
            out.truncate(cut);
            out.push('…');
            return out;
        }
        out += &piece;
        if used < limit {
            cut = out.len();
        }
    }
    out
}

/// Control characters, line separators, and those that change the direction of a line or cannot be seen.
fn moves_text(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
        || matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFF}')
}

/// `text` with spaces up to so many columns.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let spaces = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(spaces))
}

/// `400 ms`, `2.5 ms`, `80 µs`, `12.3 s`.
pub(crate) fn time(duration: Duration) -> String {
    let micros = duration.as_micros();
    match micros {
        0 => "0 ms".to_owned(),
        1..1_000 => format!("{micros} µs"),
        1_000..10_000 => {
            let text = format!("{:.1}", micros as f64 / 1e3);
            format!("{} ms", text.trim_end_matches(".0"))
        }
        // A second decimal says nothing more where a call takes seconds.
        10_000..10_000_000 => format!("{} ms", (micros + 500) / 1_000),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

impl ExplainedCall {
    /// `ok`, `skipped because of call 1`, `timed_out (work), still running`.
    pub(super) fn ending(&self) -> String {
        let mut text = self.outcome.clone();
        if let Some(detail) = &self.detail {
            text += &format!(" ({detail})");
        }
        if let Some(because) = self.because {
            text += &format!(" because of call {because}");
        }
        if let Some(same) = self.same_as {
            text += &format!(", same as call {same}");
        }
        if self.late {
            text += ", late";
        }
        if self.still_running {
            text += ", still running";
        }
        shown(&text, 60)
    }

    /// `400 ms`, `400 ms, 3 attempts`
    pub(super) fn took(&self) -> String {
        match self.attempts() {
            0 | 1 => time(self.duration()),
            attempts => format!("{}, {attempts} attempts", time(self.duration())),
        }
    }

    /// The lines that stand beneath it: its waits, the attempts that failed, and whether it kept a worker busy.
    pub(super) fn details(&self) -> Vec<String> {
        let waits = self.waits.iter().map(waited);
        let attempts = self.failed_attempts.iter().enumerate();
        let attempts = attempts.map(|(index, attempt)| {
            format!(
                "attempt {} failed, {} to {}: {}; to be tried again after {}",
                index + 1,
                time(attempt.span.started),
                time(attempt.span.finished),
                shown(&attempt.error, 80),
                time(attempt.back_off)
            )
        });
        let busy = self
            .longest_poll
            .map(|busy| format!("kept a worker busy for {}", time(busy)));
        waits.chain(attempts).chain(busy).collect()
    }
}

/// `waited 200 ms for call 0, for account:1`
fn waited(wait: &Wait) -> String {
    let waited = time(wait.to.saturating_sub(wait.from));
    let from = time(wait.from);
    format!(
        "waited {waited} from {from}, for {}",
        shown(&wait.what.to_string(), 80)
    )
}

/// `permits of the batch`
fn permits(limit: &ConcurrencyLimit) -> String {
    match limit {
        ConcurrencyLimit::Batch => "permits of the batch".to_owned(),
        ConcurrencyLimit::Threads => "threads".to_owned(),
        ConcurrencyLimit::PerTool => "permits of its tool".to_owned(),
        ConcurrencyLimit::Group(name) => format!("permits of the group `{}`", shown(name, 40)),
        ConcurrencyLimit::TenantTool => "its tenant's permits of its tool".to_owned(),
        ConcurrencyLimit::TenantGroup(name) => {
            format!("its tenant's permits of the group `{}`", shown(name, 40))
        }
    }
}

/// `call 2`, `calls 0, 1 and 5`, of many the first and the last.
pub(super) fn calls(indices: &[usize]) -> String {
    match indices {
        [] => "no call".to_owned(),
        [one] => format!("call {one}"),
        [first, second, .., last] if indices.len() > 8 => {
            format!("calls {first}, {second} … {last} ({} calls)", indices.len())
        }
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(usize::to_string).collect();
            format!("calls {} and {last}", first.join(", "))
        }
    }
}

impl Explanation {
    /// The names of the calls, each after its index, by which others speak of it: `7 get_orders`.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        let digits = self.calls.len().saturating_sub(1).to_string().len();
        let calls = self.calls.iter().enumerate();
        calls.map(move |(index, call)| format!("{index:>digits$} {}", call.name))
    }

    /// What limited the batch, as a clause: `the work of call 2, 600 of 600 ms`.
    pub(super) fn limit(&self) -> String {
        let what = match &self.limited {
            Limited::Nothing => return "nothing: no call took time".to_owned(),
            Limited::OneCall { call, .. } => match self.calls.get(*call) {
                Some(of) => format!("the work of call {call}, {}", shown(&of.name, 30)),
                None => format!("the work of call {call}"),
            },
            Limited::Chain { calls: chain, .. } => {
                format!(
                    "the work of {}, each of which waited for the one before it",
                    calls(chain)
                )
            }
            Limited::Limit { limit, .. } => format!("waiting for {}", permits(limit)),
            Limited::BackOff { .. } => "waiting between attempts".to_owned(),
            Limited::Calls { .. } => {
                "waiting for calls of an earlier batch, or that did not end".to_owned()
            }
            Limited::Approval { .. } => "waiting for approval".to_owned(),
            Limited::PushedLate { .. } => "calls that came late".to_owned(),
            Limited::Other { .. } => "something else than its calls and their waits".to_owned(),
        };
        format!(
            "{what}: {} of {}",
            time(self.limited.time()),
            time(self.wall)
        )
    }

    /// `600 ms, 2.5x`, the second only where it says something.
    pub(super) fn took(&self) -> String {
        match format!("{:.1}x", self.speed_up()) {
            same if same == "1.0x" => time(self.wall),
            faster => format!("{}, {faster}", time(self.wall)),
        }
    }
}

impl Stretch {
    /// `400 ms call 0 ran`
    pub(super) fn told(&self) -> String {
        let what = match &self.cause {
            Cause::Work => "ran".to_owned(),
            Cause::BackOff => "between attempts".to_owned(),
            Cause::Limit(limit) => format!("waited for {}", permits(limit)),
            Cause::Calls => "waited for calls that had not ended".to_owned(),
            Cause::Approval => "waited for approval".to_owned(),
            Cause::NotQueued => "not pushed yet".to_owned(),
            Cause::Other => "other".to_owned(),
        };
        let took = time(self.to - self.from);
        match self.call {
            Some(call) => format!("call {call} {what} {took}"),
            None => format!("{what} {took}"),
        }
    }
}
