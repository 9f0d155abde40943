//! Where everything stands in a picture.

use std::fmt::Write as _;
use std::time::Duration;

use super::shape::{not_started, segment, still_runs, xml};
use super::{heading, sentence};
use crate::explain::axis::{Axis, position};
use crate::explain::picture::{Mark, Picture};
use crate::explain::words::{shown, width};
use crate::explain::{ExplainedCall, Explanation};

pub(super) const WIDTH: f64 = 800.0;
pub(super) const MARGIN: f64 = 14.0;
/// How wide a character is in the fonts that `STYLE` names, as a part of its height.
const CHARACTER: f64 = 0.61;
/// Of more calls the first so many are drawn; a browser would draw more, but nobody would find anything in it.
const MOST: usize = 1_000;

fn name(call: &ExplainedCall) -> String {
    shown(&call.name, 24)
}

/// `500 ms, failed`
fn note(call: &ExplainedCall) -> String {
    let text = match (call.span, call.ending().as_str()) {
        (None, ending) => ending.to_owned(),
        (Some(_), "ok") => call.took(),
        (Some(_), ending) => format!("{}, {ending}", call.took()),
    };
    shown(&text, 28)
}

fn last_index(part: &Explanation) -> usize {
    part.calls.len().saturating_sub(1)
}

/// How a picture is divided: names, bars, notes; and how high its rows are.
pub(super) struct Layout {
    whole: Duration,
    row: f64,
    font: f64,
    /// Where the names begin.
    name: f64,
    /// Where the bars begin and end.
    left: f64,
    right: f64,
}

impl Layout {
    pub(super) fn of(picture: &Picture<'_>) -> Self {
        let rows = picture
            .parts
            .iter()
            .map(|(_, part)| part.calls.len().min(MOST))
            .sum();
        let row = match rows {
            0..=12 => 26.0,
            13..=40 => 20.0,
            rows => (1_400.0 / rows as f64).clamp(5.0, 14.0),
        };
        let font = (row * 0.72_f64).min(12.0);
        // Rows that are too low for text have none; what it would say is shown where the pointer is.
        let text = row > 10.0;
        let longest = |texts: &mut dyn Iterator<Item = String>| match text {
            true => texts.map(|text| width(&text)).max().unwrap_or(0),
            false => 0,
        };
        let character = font * CHARACTER;
        let columns = |columns: usize| columns as f64 * character;
        let names = longest(&mut picture.calls().map(name));
        let notes = longest(&mut picture.calls().map(note));
        let parts = picture.parts.iter();
        let index = longest(&mut parts.map(|(_, part)| last_index(part).to_string()));
        let name = MARGIN + columns(index) + character;
        Self {
            whole: picture.whole(),
            row,
            font,
            name,
            left: name + columns(names) + 12.0,
            right: WIDTH - MARGIN - columns(notes) - 12.0,
        }
    }

    fn x(&self, at: Duration) -> f64 {
        self.left + position(at, self.whole, self.right - self.left)
    }

    /// Draws one explanation below `y`; what it returns is below that.
    pub(super) fn part(&self, body: &mut String, y: f64, title: &str, part: &Explanation) -> f64 {
        let limit = format!("limited by {}", shown(&part.limit(), 100));
        caption(
            body,
            "head",
            (MARGIN, y + 12.0),
            14.0,
            &heading(title, part),
        );
        caption(body, "note", (MARGIN, y + 29.0), 11.5, &limit);
        let drawn = part.calls.len().min(MOST);
        // Far from the axis at the bottom, there is one at the top too.
        let far = drawn > 30;
        let top = y + if far { 58.0 } else { 40.0 };
        let bottom = top + self.row * drawn as f64;
        self.axis(body, (top, bottom), far);
        for (index, call) in part.calls.iter().take(MOST).enumerate() {
            self.call(body, top + self.row * index as f64, index, call);
        }
        let more = part.calls.len() - drawn;
        if more == 0 {
            return bottom + 20.0;
        }
        let more = format!("and {more} more calls, which are not drawn");
        caption(body, "note", (MARGIN, bottom + 36.0), 11.5, &more);
        bottom + 36.0
    }

    /// A line for each tick, and its text below, or also above.
    fn axis(&self, body: &mut String, (top, bottom): (f64, f64), above: bool) {
        for (at, label) in Axis::over(self.whole, 9).ticks {
            let (x, end) = (self.x(at), bottom + 4.0);
            let _ = writeln!(
                body,
                r#"<path class="grid" d="M{x:.1} {top:.1}V{end:.1}"/>"#
            );
            for y in above
                .then_some(top - 6.0)
                .into_iter()
                .chain([bottom + 16.0])
            {
                caption(body, "note tick", (x, y), 11.0, &label);
            }
        }
    }

    fn call(&self, body: &mut String, top: f64, index: usize, call: &ExplainedCall) {
        let middle = top + self.row / 2.0;
        let high = self.row * 0.66;
        let told = xml(&tooltip(index, call));
        let _ = write!(body, "<g><title>{told}</title>");
        let life = call.life();
        for part in &life {
            if let Some(mark) = Mark::of(part.doing) {
                segment(
                    body,
                    mark,
                    (self.x(part.from), self.x(part.to)),
                    middle,
                    high,
                );
            }
        }
        let ended = self.x(life.last().map_or(call.queued, |last| last.to));
        if call.span.is_none() {
            not_started(body, ended.min(self.right - high * 1.4), middle, high);
        }
        if call.still_running {
            still_runs(body, ended, middle, high);
        }
        if self.row > 10.0 {
            let (y, font) = (middle + self.font * 0.35, self.font);
            let (before, after) = (self.name - font * CHARACTER, self.right + 12.0);
            caption(body, "note index", (before, y), font, &index.to_string());
            caption(body, "name", (self.name, y), font, &name(call));
            caption(body, "note", (after, y), font, &note(call));
        }
        body.push_str("</g>\n");
    }

    /// What the marks mean, on as many lines as it takes.
    pub(super) fn legend(&self, body: &mut String, y: f64, marks: &[Mark]) -> f64 {
        let (mut x, mut y) = (MARGIN, y);
        for of in marks {
            let text = of.legend();
            let wide = 31.0 + width(text) as f64 * 11.0 * CHARACTER;
            if x + wide > WIDTH - MARGIN {
                (x, y) = (MARGIN, y + 20.0);
            }
            match of {
                Mark::NotStarted => not_started(body, x + 4.0, y + 6.0, 12.0),
                Mark::StillRuns => still_runs(body, x + 6.0, y + 6.0, 12.0),
                of => segment(body, *of, (x, x + 24.0), y + 6.0, 12.0),
            }
            caption(body, "note", (x + 31.0, y + 10.0), 11.0, text);
            x += wide + 18.0;
        }
        y + if marks.is_empty() { 0.0 } else { 12.0 }
    }
}

fn caption(body: &mut String, class: &str, (x, y): (f64, f64), font: f64, text: &str) {
    let text = xml(text);
    let _ = writeln!(
        body,
        r#"<text class="{class}" x="{x:.1}" y="{y:.1}" font-size="{font:.1}">{text}</text>"#
    );
}

/// All that is known of a call, with its name in full.
fn tooltip(index: usize, call: &ExplainedCall) -> String {
    let mut lines = vec![
        format!("{index} {}", shown(&call.name, 1_000)),
        sentence(call).trim_end().to_owned(),
    ];
    lines.extend(call.details());
    lines.join("\n")
}
