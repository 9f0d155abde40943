//! Measures what a tool costs to build: CPU milliseconds and bytes, per tool.
//!
//! ```text
//! cargo run --release [-- [--runs N] [--counts 0,100,200] [--library NAME] [--shape NAME]]
//! cargo run --release -- cold [--runs N]
//! ```
//!
//! It writes crates with that many tools of each shape for each library (`leaves.rs`), builds what they depend on, then
//! builds each crate alone, `cargo clean -p` before each run, and takes the CPU time of cargo and all it starts. A tool's
//! cost is the slope between the two largest counts, so what a crate costs without tools falls out. `cold` builds a program with
//! one tool and all that it depends on, from nothing (`cold.rs`).

mod cold;
mod leaves;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use leaves::{LIBRARIES, Leaf, SHAPES};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What one crate cost.
#[derive(Clone, Copy)]
struct Point {
    tools: usize,
    ms: f64,
    bytes: u64,
}

struct Settings {
    runs: usize,
    counts: Vec<usize>,
    library: Option<String>,
    shape: Option<String>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if arguments.next_if_eq("cold").is_some() {
        return cold::measure(root, settings(arguments)?.runs);
    }
    let settings = settings(arguments)?;
    let leaves: Vec<Leaf> = all(&settings);
    let workspace = write(&leaves, root)?;
    println!(
        "{} crates, median of {} runs each",
        leaves.len(),
        settings.runs
    );
    for profile in ["dev", "release"] {
        println!("\n{profile}: library, shape, tools: CPU ms, stripped bytes");
        let mut measured: BTreeMap<(&str, &str), Vec<Point>> = BTreeMap::new();
        for leaf in &leaves {
            let point = measure(leaf, &workspace, profile, settings.runs)?;
            let Point { tools, ms, bytes } = point;
            println!(
                "{:<14} {:<8} {tools:>4}: {ms:>8.0} {bytes:>9}",
                leaf.library, leaf.shape
            );
            let of_one = measured.entry((leaf.library, leaf.shape)).or_default();
            of_one.push(point);
        }
        println!("\n{profile}: library, shape: CPU ms and bytes per tool");
        for ((library, shape), points) in &measured {
            let (ms, bytes) = slope(points);
            println!("{library:<14} {shape:<8} {ms:>7.2} {bytes:>8.0}");
        }
    }
    Ok(())
}

fn settings(mut arguments: impl Iterator<Item = String>) -> Result<Settings> {
    let mut settings = Settings {
        runs: 3,
        counts: vec![0, 100, 200],
        library: None,
        shape: None,
    };
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or("an option takes a value")?;
        match argument.as_str() {
            "--runs" => settings.runs = value.parse()?,
            "--counts" => {
                settings.counts = value
                    .split(',')
                    .map(str::parse)
                    .collect::<std::result::Result<_, _>>()?;
            }
            "--library" => settings.library = Some(value),
            "--shape" => settings.shape = Some(value),
            other => {
                return Err(format!(
                    "unknown option `{other}`: `--runs`, `--counts`, `--library` or `--shape`"
                )
                .into());
            }
        }
    }
    if settings.runs == 0 || settings.counts.len() < 2 {
        return Err("a slope takes a run and two counts".into());
    }
    Ok(settings)
}

fn all(settings: &Settings) -> Vec<Leaf> {
    let asked = |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|w| w == name);
    let mut leaves = Vec::new();
    for library in LIBRARIES {
        for shape in SHAPES {
            if !asked(&settings.library, library) || !asked(&settings.shape, shape) {
                continue;
            }
            for &tools in &settings.counts {
                leaves.push(Leaf {
                    library,
                    shape,
                    tools,
                });
            }
        }
    }
    leaves
}

/// Writes a workspace of the leaves and builds what they depend on.
fn write(leaves: &[Leaf], root: &Path) -> Result<PathBuf> {
    let workspace = root.join("target/leaves");
    let members: Vec<String> = leaves
        .iter()
        .map(|leaf| format!("{:?}", leaf.name()))
        .collect();
    fs::create_dir_all(&workspace)?;
    fs::write(
        workspace.join("Cargo.toml"),
        format!(
            "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
            members.join(", ")
        ),
    )?;
    for leaf in leaves {
        let folder = workspace.join(leaf.name());
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), leaf.manifest(root))?;
        fs::write(folder.join("src/main.rs"), leaf.source())?;
    }
    Ok(workspace)
}

/// The median CPU time of building the leaf alone, and the size of its stripped program.
fn measure(leaf: &Leaf, workspace: &Path, profile: &str, runs: usize) -> Result<Point> {
    let name = leaf.name();
    build(&name, workspace, profile)?;
    let mut times = Vec::new();
    for _ in 0..runs {
        let clean = ["clean", "--quiet", "--profile", profile, "--package", &name];
        let cleaned = Command::new("cargo")
            .args(clean)
            .current_dir(workspace)
            .status()?;
        if !cleaned.success() {
            return Err(format!("`cargo clean` of {name} failed").into());
        }
        times.push(build(&name, workspace, profile)?);
    }
    times.sort_by(f64::total_cmp);
    let folder = if profile == "dev" { "debug" } else { profile };
    let program = workspace.join("target").join(folder).join(&name);
    let stripped = workspace.join("target/stripped");
    let strip = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(&program)
        .status()?;
    if !strip.success() {
        return Err(format!("`strip` of {name} failed").into());
    }
    let ran = Command::new(&stripped).output()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() || said.trim() != leaf.tools.to_string() {
        return Err(format!("{name} has {} tools and says {said:?}", leaf.tools).into());
    }
    Ok(Point {
        tools: leaf.tools,
        ms: times[times.len() / 2],
        bytes: fs::metadata(&stripped)?.len(),
    })
}

/// The CPU milliseconds of a build, user and system.
fn build(name: &str, workspace: &Path, profile: &str) -> Result<f64> {
    let command = format!("time -p cargo build --quiet --profile {profile} --package {name}");
    let output = Command::new("bash")
        .args(["-c", &command])
        .current_dir(workspace)
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{name} does not build:\n{text}").into());
    }
    let seconds = cpu_seconds(&text).ok_or("`time -p` says nothing")?;
    Ok(seconds * 1000.0)
}

/// User and system, as `time -p` says.
fn cpu_seconds(text: &str) -> Option<f64> {
    let seconds = |key: &str| -> Option<f64> {
        text.lines()
            .find_map(|line| line.strip_prefix(key)?.trim().parse().ok())
    };
    Some(seconds("user")? + seconds("sys")?)
}

/// What one more tool adds, between the two largest counts.
fn slope(points: &[Point]) -> (f64, f64) {
    let mut points = points.to_vec();
    points.sort_by_key(|point| point.tools);
    let [.., fewer, more] = points[..] else {
        return (f64::NAN, f64::NAN);
    };
    let tools = (more.tools - fewer.tools) as f64;
    let bytes = more.bytes as f64 - fewer.bytes as f64;
    ((more.ms - fewer.ms) / tools, bytes / tools)
}
