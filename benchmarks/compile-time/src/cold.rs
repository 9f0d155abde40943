//! What a first build costs: a program with one tool and all that it depends on, from nothing but the downloaded sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::Result;
use super::leaves::Leaf;

/// The libraries, ours first, and what a program with one tool depends on beside tokio, as their READMEs say. All that is named for
/// tools-rs is in its own tree.
const LIBRARIES: [(&str, &str); 2] = [
    ("tool-runtime", ""),
    (
        "tools-rs",
        "tools-rs = \"0.3\"\ntools_core = \"0.3\"\ntools_macros = \"0.3\"\ninventory = \"0.3\"\nserde_json = \"1\"\n\
         serde = { version = \"1\", features = [\"derive\"] }\n",
    ),
];

/// Prints a row for each library: crates, and CPU seconds of a debug build, run by run.
pub fn measure(root: &Path, runs: usize) -> Result<()> {
    let mut programs = Vec::new();
    for (library, dependencies) in LIBRARIES {
        let program = Program::write(root, library, dependencies)?;
        programs.push((program, Vec::new(), 0));
    }
    // In turn, so that what else the machine does falls on all alike.
    for _ in 0..runs {
        for (program, seconds, count) in &mut programs {
            let built = program.build()?;
            seconds.push(built.seconds);
            *count = built.crates;
        }
    }
    println!(
        "| {runs} cold debug builds | crates | CPU seconds, least | median | times tools-rs |"
    );
    println!("|---|---|---|---|---|");
    for (_, seconds, _) in &mut programs {
        seconds.sort_by(f64::total_cmp);
    }
    let reference = programs[1].1[runs / 2];
    for (program, seconds, count) in &programs {
        let (least, median) = (seconds[0], seconds[runs / 2]);
        let times = median / reference;
        let name = program.library;
        println!("| {name} | {count} | {least:.1} | {median:.1} | {times:.2} |");
    }
    Ok(())
}

/// A program with one tool, in a workspace of its own, so that no other's features get into it.
struct Program {
    library: &'static str,
    folder: PathBuf,
}

struct Built {
    /// User and system, of cargo and all that it starts.
    seconds: f64,
    /// All that were compiled, but the program itself.
    crates: usize,
}

impl Program {
    fn write(root: &Path, library: &'static str, dependencies: &str) -> Result<Self> {
        let folder = root.join("target/cold").join(library);
        let leaf = Leaf {
            library,
            shape: "scalars",
            tools: 1,
        };
        let ours = match library {
            "tool-runtime" => format!(
                "tool-runtime = {{ path = {:?} }}\n",
                root.join("../../tool-runtime")
            ),
            _ => String::new(),
        };
        fs::create_dir_all(folder.join("src"))?;
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[workspace]\n\n[package]\nname = \"cold\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{ours}{dependencies}\
                 tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
            ),
        )?;
        fs::write(folder.join("src/main.rs"), leaf.source())?;
        let program = Self { library, folder };
        program.run("cargo fetch --quiet")?;
        Ok(program)
    }

    fn build(&self) -> Result<Built> {
        self.run("rm -rf target")?;
        let output = self.run("time -p cargo build --offline --jobs 2 --target-dir target")?;
        let text = String::from_utf8_lossy(&output.stderr);
        let compiled = |line: &&str| line.trim_start().starts_with("Compiling ");
        let crates = text.lines().filter(compiled).count() - 1;
        let seconds = super::cpu_seconds(&text).ok_or("`time -p` says nothing")?;
        let ran = self.run("target/debug/cold")?;
        if String::from_utf8_lossy(&ran.stdout).trim() != "1" {
            return Err(format!("the program with {} has no tool", self.library).into());
        }
        Ok(Built { seconds, crates })
    }

    fn run(&self, command: &str) -> Result<Output> {
        let mut bash = Command::new("bash");
        // Debug information and increments as cargo has them by itself.
        for variable in ["CARGO_PROFILE_DEV_DEBUG", "CARGO_INCREMENTAL", "RUSTFLAGS"] {
            bash.env_remove(variable);
        }
        let output = bash
            .args(["-c", command])
            .current_dir(&self.folder)
            .output()?;
        match output.status.success() {
            true => Ok(output),
            false => Err(format!(
                "`{command}` for {}:\n{}",
                self.library,
                String::from_utf8_lossy(&output.stderr)
            )
            .into()),
        }
    }
}
