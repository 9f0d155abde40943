//! What the parts of a picture look like.

use std::fmt::Write as _;

use crate::explain::picture::Mark;

/// The page has a colour of its own, so that its texts can be read wherever it is shown: at least 4.5 to 1 in both modes.
pub(super) const STYLE: &str = "\
.tool-timeline text { font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #24292f }
.tool-timeline .head { font-weight: 600 }
.tool-timeline .note { fill: #57606a }
.tool-timeline .index { text-anchor: end }
.tool-timeline .tick { text-anchor: middle }
.tool-timeline .page { fill: #ffffff }
.tool-timeline .grid { stroke: #d8dee4; fill: none }
.tool-timeline .ran { fill: #2f6fb0; stroke: #ffffff }
.tool-timeline .failed { stroke: #c2362f; fill: url(#tool-timeline-hatched) }
.tool-timeline .hatch { stroke: #c2362f }
.tool-timeline .line { stroke: #57606a; fill: none }
.tool-timeline .calls { stroke-width: 2.4; stroke-linecap: round; stroke-dasharray: 0 5 }
.tool-timeline .limit { stroke-width: 1.6; stroke-dasharray: 7 4 }
.tool-timeline .none { stroke: #57606a; stroke-dasharray: 3 2; fill: none }
@media (prefers-color-scheme: dark) {
  .tool-timeline text { fill: #e6edf3 }
  .tool-timeline .note { fill: #a3adb8 }
  .tool-timeline .page { fill: #0d1117 }
  .tool-timeline .grid { stroke: #2b323b }
  .tool-timeline .ran { fill: #4c94e6; stroke: #0d1117 }
  .tool-timeline .failed, .tool-timeline .hatch { stroke: #f4766e }
  .tool-timeline .line, .tool-timeline .none { stroke: #a3adb8 }
}
";

pub(super) const HATCHED: &str = concat!(
    r#"<pattern id="tool-timeline-hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">"#,
    r#"<path class="hatch" d="M1.5 0V6" stroke-width="3"/></pattern>"#
);

/// A bar of work, or a line for what else a call did; `high` is how high a bar is.
pub(super) fn segment(
    body: &mut String,
    mark: Mark,
    (from, to): (f64, f64),
    middle: f64,
    high: f64,
) {
    let (top, wide) = (middle - high / 2.0, (to - from).max(2.0));
    let _ = match mark {
        Mark::Ran => write!(
            body,
            r#"<rect class="ran" x="{from:.1}" y="{top:.1}" width="{wide:.1}" height="{high:.1}" rx="2"/>"#
        ),
        Mark::Failed => write!(
            body,
            r#"<rect class="failed" x="{from:.1}" y="{top:.1}" width="{wide:.1}" height="{high:.1}" rx="2"/>"#
        ),
        Mark::WaitedForCalls => write!(
            body,
            r#"<path class="line calls" d="M{:.1} {middle:.1}H{to:.1}"/>"#,
            from + 1.5
        ),
        Mark::WaitedForLimit => {
            write!(
                body,
                r#"<path class="line limit" d="M{from:.1} {middle:.1}H{to:.1}"/>"#
            )
        }
        Mark::WaitedForApproval => write!(
            body,
            r#"<path class="line" stroke-width="1.6" stroke-dasharray="8 3 2 3" d="M{from:.1} {middle:.1}H{to:.1}"/>"#
        ),
        Mark::BackedOff => write!(
            body,
            r#"<path class="line" d="{}"/>"#,
            zigzag(from, to, middle, high / 4.0)
        ),
        Mark::NotStarted | Mark::StillRuns => Ok(()),
    };
}

/// The outline of a bar that is not there.
pub(super) fn not_started(body: &mut String, x: f64, middle: f64, high: f64) {
    let (top, wide) = (middle - high / 2.0, high * 1.4);
    let _ = write!(
        body,
        r#"<rect class="none" x="{x:.1}" y="{top:.1}" width="{wide:.1}" height="{high:.1}" rx="2"/>"#
    );
}

/// Two arrow heads, behind a bar that has no known end.
pub(super) fn still_runs(body: &mut String, x: f64, middle: f64, high: f64) {
    let (up, down, wide) = (middle - high / 3.0, middle + high / 3.0, high / 3.0);
    for x in [x + 2.0, x + 2.0 + wide] {
        let tip = x + wide;
        let _ = write!(
            body,
            r#"<path class="line" stroke-width="1.6" d="M{x:.1} {up:.1}L{tip:.1} {middle:.1}L{x:.1} {down:.1}"/>"#
        );
    }
}

/// A line that goes up and down all the way.
fn zigzag(from: f64, to: f64, middle: f64, high: f64) -> String {
    let mut path = format!("M{from:.1} {middle:.1}");
    let steps = ((to - from) / 4.0).floor().max(1.0);
    for step in 1..=steps as usize {
        let (x, up) = (from + (to - from) * step as f64 / steps, step % 2 == 1);
        let y = if up { middle - high } else { middle + high };
        let _ = write!(path, "L{x:.1} {y:.1}");
    }
    path
}

/// `text` as it stands between tags and in attributes. What XML cannot have at all was escaped by `shown`.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            c => out.push(c),
        }
    }
    out
}
