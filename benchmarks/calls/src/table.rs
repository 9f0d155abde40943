//! Tables in markdown, and times of several contenders in turn.

pub fn heading(first: &str, columns: &[String]) {
    println!("| {first} | {} |", columns.join(" | "));
    println!("|---|{}", "---:|".repeat(columns.len()));
}

pub fn row(name: &str, cells: &[String]) {
    println!("| {name} | {} |", cells.join(" | "));
}

/// The times of one contender, in the order of the rounds.
pub struct Times(Vec<f64>);

impl Times {
    pub fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    pub fn median(&self) -> f64 {
        median(self.0.clone())
    }

    /// The median of how many times as long it took as the other of the same round.
    pub fn ratio(&self, other: &Self) -> f64 {
        let pairs = self.0.iter().zip(&other.0);
        median(pairs.map(|(one, other)| one / other).collect())
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Measures each of `count` in turn, round after round, so that what disturbs the machine disturbs all alike; the first round is not used.
pub fn in_turn(count: usize, rounds: usize, mut measure: impl FnMut(usize) -> f64) -> Vec<Times> {
    let mut times: Vec<Times> = (0..count).map(|_| Times(Vec::new())).collect();
    for round in 0..=rounds {
        for (index, times) in times.iter_mut().enumerate() {
            let took = measure(index);
            if round > 0 {
                times.0.push(took);
            }
        }
    }
    times
}
