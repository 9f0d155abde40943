//! The pictures of the README, from the figures of the paused clock.

use std::fs;
use std::path::Path;

use crate::arithmetic;
use crate::conversation::Way;
use crate::model::Speed;
use crate::script::Run;
use crate::svg::{MARGIN, Picture, WIDTH};
use crate::sweep::{OTHERS, UNITS, saved};
use crate::table::time;
use crate::work::workloads;

/// Where each picture stands, and the picture.
pub fn all() -> [(&'static str, String); 2] {
    [
        ("../../docs/parallel.svg", parallel()),
        ("../../docs/saved.svg", shares()),
    ]
}

pub fn write() {
    for (path, picture) in all() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        fs::write(&path, picture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        println!("wrote {}", path.display());
    }
}

/// One by one beside parallel. Each pair of bars is as long as its calls one by one, since those differ by a factor of forty.
fn parallel() -> String {
    const ROW: f64 = 76.0;
    const LEFT: f64 = 110.0;
    const RIGHT: f64 = WIDTH - 190.0;
    let figures = workloads().map(|work| {
        // 64 at once is the default.
        let [one_by_one, parallel] = [1, 64].map(|most| arithmetic::run(&work, most));
        (work.name, one_by_one, parallel)
    });
    let told = figures.map(|(name, one_by_one, parallel)| {
        format!(
            "{name}: {} one by one, {} in parallel.",
            time(one_by_one),
            time(parallel)
        )
    });
    let title = "Calls that wait: one by one and in parallel";
    let mut picture = Picture::new(title, told.join(" "), 8.0 + ROW * 3.0);
    let mut y = 26.0;
    for (name, one_by_one, parallel) in figures {
        picture.text("head", (MARGIN, y), 13.0, name);
        let times = one_by_one.as_secs_f64() / parallel.as_secs_f64();
        let rows = [
            ("one by one", "waited", 1.0, time(one_by_one)),
            (
                "parallel",
                "ran",
                1.0 / times,
                format!("{}, {times:.1}x", time(parallel)),
            ),
        ];
        for (index, (label, class, part, note)) in rows.into_iter().enumerate() {
            let top = y + 9.0 + 20.0 * index as f64;
            let width = (RIGHT - LEFT) * part;
            picture.text("note", (MARGIN, top + 12.0), 12.0, label);
            picture.bar(class, (LEFT, top), (width, 15.0));
            picture.text("note", (LEFT + width + 10.0, top + 12.0), 12.0, &note);
        }
        y += ROW;
    }
    picture.end()
}

/// Which share of a run's wall-clock is saved, against the latency of tools: a panel for each model.
fn shares() -> String {
    const WHAT: &str =
        "Share of a run's wall-clock that parallel calls save, by the latency of its tools";
    let panels = [Speed::SLOW, Speed::FAST];
    let lines = panels.map(|speed| {
        let one = |what: Run, (way, other): (Way, usize)| Line {
            what,
            way,
            points: saved(what, speed, other),
        };
        Run::ALL.map(|what| OTHERS.map(|other| one(what, other)))
    });
    let told = panels.iter().zip(&lines).map(|(speed, lines)| {
        let lines = lines.iter().flatten().map(Line::told);
        format!(
            "A model with {}. {}",
            speed.name(),
            lines.collect::<Vec<_>>().join(" ")
        )
    });
    let told = told.collect::<Vec<_>>().join(" ");
    let mut picture = Picture::new(WHAT, told, 372.0);
    picture.text("head", (MARGIN, 26.0), 13.0, WHAT);
    for (index, (speed, lines)) in panels.into_iter().zip(&lines).enumerate() {
        let panel = Panel {
            left: 58.0 + 378.0 * index as f64,
        };
        panel.frame(&mut picture, &speed.name());
        for line in lines.iter().flatten() {
            panel.line(&mut picture, line);
        }
    }
    legend(&mut picture);
    picture.end()
}

struct Line {
    what: Run,
    way: Way,
    points: Vec<(u64, f64)>,
}

impl Line {
    /// Colour says which run, dashes what it is held against.
    fn class(&self) -> String {
        let colour = match self.what {
            Run::Desk => "one",
            Run::Fetching => "other",
        };
        let dashes = match self.way {
            Way::OneCallATurn => "",
            Way::OneByOne | Way::Parallel | Way::BatchTool | Way::References => " dashed",
        };
        format!("line {colour}{dashes}")
    }

    fn told(&self) -> String {
        let [first, .., last] = self.points.as_slice() else {
            return String::new();
        };
        format!(
            "{}, against {}: from {:.0} % with tools of {} ms to {:.0} % with {} ms.",
            self.what.name(),
            self.way.name(),
            first.1 * 1e2,
            first.0,
            last.1 * 1e2,
            last.0
        )
    }
}

/// One plot of two.
struct Panel {
    left: f64,
}

impl Panel {
    const WIDTH: f64 = 336.0;
    const TOP: f64 = 66.0;
    const BOTTOM: f64 = 290.0;
    /// The share at the top.
    const MOST: f64 = 0.8;

    /// Latencies on a logarithmic scale.
    fn x(&self, unit: u64) -> f64 {
        let last = UNITS[UNITS.len() - 1] as f64;
        self.left + (unit as f64).ln() / last.ln() * Self::WIDTH
    }

    fn y(&self, share: f64) -> f64 {
        Self::BOTTOM - share / Self::MOST * (Self::BOTTOM - Self::TOP)
    }

    fn frame(&self, picture: &mut Picture, name: &str) {
        picture.text("note", (self.left, 50.0), 11.5, name);
        let right = self.left + Self::WIDTH;
        for percent in [0, 20, 40, 50, 60, 80] {
            let y = self.y(f64::from(percent) / 100.0);
            let class = if percent == 50 { "half" } else { "grid" };
            picture.line(class, &[(self.left, y), (right, y)]);
            if percent != 50 || self.left < 100.0 {
                picture.text(
                    "note end",
                    (self.left - 6.0, y + 4.0),
                    11.0,
                    &format!("{percent} %"),
                );
            }
        }
        for unit in [1, 10, 100, 1_000] {
            let label = if unit == 1_000 {
                "1 s".to_owned()
            } else {
                format!("{unit} ms")
            };
            picture.line(
                "grid",
                &[
                    (self.x(unit), Self::TOP),
                    (self.x(unit), Self::BOTTOM + 4.0),
                ],
            );
            picture.text(
                "note tick",
                (self.x(unit), Self::BOTTOM + 18.0),
                11.0,
                &label,
            );
        }
    }

    fn line(&self, picture: &mut Picture, line: &Line) {
        let points = line.points.iter();
        let points: Vec<_> = points
            .map(|(unit, share)| (self.x(*unit), self.y(*share)))
            .collect();
        picture.line(&line.class(), &points);
    }
}

fn legend(picture: &mut Picture) {
    for (row, what) in Run::ALL.into_iter().enumerate() {
        for ((way, _), x) in OTHERS.into_iter().zip([MARGIN, 440.0]) {
            let y = 334.0 + 20.0 * row as f64;
            let line = Line {
                what,
                way,
                points: Vec::new(),
            };
            picture.line(&line.class(), &[(x, y - 4.0), (x + 30.0, y - 4.0)]);
            let text = format!("{}, against {}", what.name(), way.name());
            picture.text("note", (x + 38.0, y), 11.0, &text);
        }
    }
}
