//! Figures over seeds, as Markdown tables.

use std::ops::Range;

/// What one turn gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub value: f64,
    /// How many results were other than one by one.
    pub wrong: usize,
}

/// A row: for each share of writers, in percent, a figure for each seed.
pub struct Row {
    names: Vec<&'static str>,
    columns: Vec<Vec<Figure>>,
}

impl Row {
    pub fn new(
        name: &'static str,
        percent: &[usize],
        seeds: Range<u64>,
        mut figure: impl FnMut(usize, u64) -> Figure,
    ) -> Self {
        let mut column = |percent| seeds.clone().map(|seed| figure(percent, seed)).collect();
        Self {
            names: vec![name],
            columns: percent.iter().map(|percent| column(*percent)).collect(),
        }
    }

    fn cells(&self) -> impl Iterator<Item = (Vec<f64>, Option<String>)> {
        let ordered = self.columns.iter().flatten().all(|seed| seed.wrong == 0);
        self.columns.iter().map(move |column| {
            let wrong: Vec<f64> = column.iter().map(|seed| seed.wrong as f64).collect();
            let told = format!("{:.0} wrong ({:.0})", median(&wrong), most(&wrong));
            let values = column.iter().map(|seed| seed.value).collect();
            (values, (!ordered).then_some(told))
        })
    }

    /// Speed-ups, and which part is kept of the one of the same seed in the first column.
    pub fn print_kept(&self, what: &str) {
        let first = self.columns[0].iter().map(|seed| seed.value);
        let cells = self.cells().map(|(values, wrong)| {
            let kept: Vec<f64> = values
                .iter()
                .zip(first.clone())
                .map(|(v, f)| v / f * 1e2)
                .collect();
            let [speed, part] = [median(&values), median(&kept)];
            wrong.map_or_else(
                || {
                    format!(
                        "{speed:.1}, {part:.0} % ({:.1}, {:.0} %)",
                        least(&values),
                        least(&kept)
                    )
                },
                |wrong| format!("{speed:.1}, {wrong}"),
            )
        });
        print(&format!("{what}: {}", self.names.join(", ")), cells);
    }

    /// Parts of something, of which less is better.
    pub fn print_parts(&self, what: &str) {
        let cells = self.cells().map(|(values, wrong)| {
            let part = median(&values);
            let worst = format!("{part:.2} ({:.2})", most(&values));
            wrong.map_or(worst, |wrong| format!("{part:.2}, {wrong}"))
        });
        print(&format!("{what}: {}", self.names.join(", ")), cells);
    }
}

/// Rows whose figures are the same for every seed become one with all their names.
pub fn merged(rows: impl IntoIterator<Item = Row>) -> Vec<Row> {
    let mut merged: Vec<Row> = Vec::new();
    for row in rows {
        match merged.iter_mut().find(|other| other.columns == row.columns) {
            Some(same) => same.names.extend(row.names),
            None => merged.push(row),
        }
    }
    merged
}

pub fn head(what: &str, percent: &[usize]) {
    println!();
    print(what, percent.iter().map(|percent| format!("{percent} %")));
    println!("|---|{}", "---|".repeat(percent.len()));
}

pub fn print(what: &str, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().collect();
    println!("| {what} | {} |", cells.join(" | "));
}

pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
