//! Measures how much faster than one by one a turn's calls are when some of them write, beside other ways to keep them
//! in order; and two turns at once in one order. Every way that promises the results and the final state of the calls one
//! by one is held to it.
//!
//! ```text
//! cargo run --release [-- real|paused|across]
//! ```

mod across;
mod paused;
mod real;
mod table;
mod tools;
mod turn;
mod way;

use tokio::runtime::{Builder, Runtime};

fn main() {
    let asked = std::env::args().nth(1);
    let wanted = |name: &str| asked.as_deref().is_none_or(|asked| asked == name);
    // First: once a clock was paused, tokio takes a lock for every look at a clock of the process.
    if wanted("real") {
        real::measure();
    }
    if wanted("paused") {
        for count in [32, 128] {
            paused::measure(count);
        }
    }
    if wanted("across") {
        across::measure();
    }
}

/// The shares of writers.
const PERCENT: [usize; 6] = [0, 10, 20, 30, 40, 50];

/// A runtime on which nothing but the calls takes time.
fn paused_clock() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build();
    runtime.expect("a runtime")
}
