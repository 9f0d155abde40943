//! A picture for the terminal.

use std::time::Duration;

use super::axis::{Axis, position};
use super::life::{Doing, Segment};
use super::picture::{Mark, Picture};
use super::words::{padded, shown, width};
use super::{ExplainedCall, Explanation};

impl Mark {
    fn glyph(self) -> char {
        match self {
            Self::Ran => '█',
            Self::Failed => '░',
            Self::WaitedForCalls => '─',
            Self::WaitedForLimit => '·',
            Self::WaitedForApproval => '?',
            Self::BackedOff => '~',
            Self::NotStarted => '×',
            Self::StillRuns => '»',
        }
    }
}

impl Picture<'_> {
    /// The calls as bars, `columns` wide, at least 40 and at most 400; with a legend of what is in it.
    ///
    /// It has no colours. A column is one character, or two for those of East Asia and for emoji.
    pub fn timeline(&self, columns: usize) -> String {
        let columns = columns.clamp(40, 400);
        let layout = Layout::of(self, columns);
        let mut lines = Vec::new();
        for (title, part) in &self.parts {
            let what = match title.is_empty() {
                true => String::new(),
                false => format!("{title}: "),
            };
            lines.push(shown(&format!("{what}{}", part.took()), columns));
            lines.extend(layout.rows(part));
        }
        if !layout.whole.is_zero() {
            lines.push(shown(&layout.axis(), columns));
        }
        lines.extend(self.legend(columns));
        lines.join("\n")
    }

    /// What each glyph means, on as many lines as it takes.
    fn legend(&self, columns: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for mark in self.marks() {
            let entry = format!("{} {}", mark.glyph(), mark.legend());
            match lines.last_mut() {
                Some(line) if width(line) + 2 + width(&entry) <= columns => {
                    *line += &format!("  {entry}");
                }
                _ => lines.push(entry),
            }
        }
        lines
    }
}

/// How the columns of a line are shared: `name │bars│ ending`.
struct Layout {
    whole: Duration,
    name: usize,
    bars: usize,
    ending: usize,
}

impl Layout {
    fn of(picture: &Picture<'_>, columns: usize) -> Self {
        let names = picture.parts.iter().flat_map(|(_, part)| part.names());
        let names = names.map(|name| width(&shown(&name, columns / 4)));
        let endings = picture.calls().map(|call| width(&ending(call)));
        let (name, ending) = (names.max().unwrap_or(0), endings.max().unwrap_or(0));
        // At width 40 half of a line is bars.
        let ending = ending.min(columns / 5);
        Self {
            whole: picture.whole(),
            name,
            bars: columns - name - ending - 2,
            ending,
        }
    }

    fn rows(&self, part: &Explanation) -> Vec<String> {
        let calls = part.names().zip(&part.calls);
        let rows = calls.map(|(name, call)| {
            let name = padded(&shown(&name, self.name), self.name);
            let bar: String = self.bar(call).into_iter().collect();
            format!("{name} {bar} {}", shown(&ending(call), self.ending))
        });
        rows.collect()
    }

    fn bar(&self, call: &ExplainedCall) -> Vec<char> {
        let mut bar = vec![' '; self.bars];
        let life = call.life();
        let work = |segment: &&Segment<'_>| matches!(segment.doing, Doing::Runs { .. });
        // Work comes last, so that it is seen however short it is.
        for segment in life
            .iter()
            .filter(|segment| !work(segment))
            .chain(life.iter().filter(work))
        {
            let Some(mark) = Mark::of(segment.doing) else {
                continue;
            };
            let from = self.column(segment.from).min(self.bars - 1);
            let least = if work(&segment) { from + 1 } else { from };
            bar[from..self.column(segment.to).max(least)].fill(mark.glyph());
        }
        let ended = self.column(life.last().map_or(call.queued, |last| last.to));
        let last = &mut bar[ended.min(self.bars - 1)];
        if call.span.is_none() {
            *last = Mark::NotStarted.glyph();
        }
        if call.still_running {
            *last = Mark::StillRuns.glyph();
        }
        bar
    }

    fn column(&self, at: Duration) -> usize {
        position(at, self.whole, self.bars as f64).round() as usize
    }

    /// `|0 ms    |200    |400`
    fn axis(&self) -> String {
        let mut line = " ".repeat(self.name + 1);
        for (at, label) in Axis::over(self.whole, (self.bars / 10).max(3)).ticks {
            let column = self.name + 1 + self.column(at).min(self.bars - 1);
            // The last may be cut by the end of the line; then the mark says enough.
            let room = (self.name + 1 + self.bars + 1 + self.ending).saturating_sub(column + 1);
            let label = if width(&label) <= room {
                label
            } else {
                String::new()
            };
            line = format!("{}|{label}", padded(&line, column));
        }
        line
    }
}

/// How a call ended, in a word or two.
fn ending(call: &ExplainedCall) -> String {
    match call.because {
        Some(because) => format!("{} ({because})", call.outcome),
        None => call.ending(),
    }
}
