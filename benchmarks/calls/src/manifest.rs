//! The same manifest once more, as for each request.

use std::hint::black_box;
use std::time::Instant;

use crate::List;
use crate::counting::{self, Allocations};
use crate::table::{heading, in_turn, row};

pub fn times(list: &List, rounds: usize) {
    println!("the manifest of 8 tools once more\n");
    let times = in_turn(list.len(), rounds, |index| {
        const TIMES: usize = 200;
        let begun = Instant::now();
        for _ in 0..TIMES {
            black_box(list[index].manifest());
        }
        begun.elapsed().as_secs_f64() * 1e9 / TIMES as f64
    });
    heading(
        "contender",
        &["ns, min / median", "allocations (bytes)", "length"].map(str::to_owned),
    );
    for (contender, times) in list.iter().zip(&times) {
        let before = Allocations::now();
        counting::begin();
        let length = black_box(contender.manifest());
        counting::end();
        let allocations = Allocations::now().since(before);
        if let Some(length) = length {
            row(
                contender.name(),
                &[
                    format!("{:.0} / {:.0}", times.least(), times.median()),
                    allocations.to_string(),
                    length.to_string(),
                ],
            );
        }
    }
}
