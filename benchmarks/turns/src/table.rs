//! Figures as Markdown tables.

use std::fmt;
use std::time::Duration;

pub struct Table(String);

impl Table {
    pub fn new<T: fmt::Display>(head: impl IntoIterator<Item = T>) -> Self {
        let mut table = Self(String::new());
        let columns = table.line(head);
        table.line(std::iter::repeat_n("---", columns));
        table
    }

    pub fn row<T: fmt::Display>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.line(cells);
    }

    fn line<T: fmt::Display>(&mut self, cells: impl IntoIterator<Item = T>) -> usize {
        let cells: Vec<String> = cells.into_iter().map(|cell| cell.to_string()).collect();
        self.0 += &format!("| {} |\n", cells.join(" | "));
        cells.len()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The least of some times and the one in the middle, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub least: f64,
    pub median: f64,
}

impl Times {
    pub fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self {
            least: times[0],
            median: times[times.len() / 2],
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { least, median } = self;
        // Where a tenth of a millisecond is a part that counts, there is one digit more.
        let digits = if *least < 10.0 { 2 } else { 1 };
        write!(f, "{least:.digits$} / {median:.digits$}")
    }
}

pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// `1,234`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `350 ms`, `8.1 s`
pub fn time(time: Duration) -> String {
    match time.as_millis() {
        under @ 0..10_000 => format!("{} ms", grouped(under as u64)),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
