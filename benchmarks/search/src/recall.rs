//! Whether what answers a question is among the first that are found.

use crate::set::{self, Question};
use crate::ways::{self, Way};

/// How many are looked at.
const FIRST: usize = 5;

pub fn print() {
    let (tools, questions) = (set::tools(), set::questions());
    println!(
        "Recall@{FIRST}: of how many questions one of the tools that answer it is among the first {FIRST}\n"
    );
    println!(
        "| way | all {} | by models | by users | among the first 1 | 10 |",
        questions.len()
    );
    println!("|---|---:|---:|---:|---:|---:|");
    for (name, way) in ways::all(&tools) {
        let of = |by: &str| {
            let asked: Vec<&Question> = questions
                .iter()
                .filter(|question| by.is_empty() || question.by == by)
                .collect();
            let found = asked
                .iter()
                .filter(|question| is_found(&way, question, FIRST))
                .count();
            match by.is_empty() {
                true => found.to_string(),
                false => format!("{found} of {}", asked.len()),
            }
        };
        let within = |first| {
            questions
                .iter()
                .filter(|question| is_found(&way, question, first))
                .count()
        };
        println!(
            "| {name} | {} | {} | {} | {} | {} |",
            of(""),
            of("model"),
            of("user"),
            within(1),
            within(10)
        );
    }
    println!();
}

fn is_found(way: &Way, question: &Question, first: usize) -> bool {
    let found = way(&question.question, first);
    found.iter().any(|name| question.tools.contains(name))
}

/// The questions of which nothing that answers them is found, with what is.
pub fn print_missed() {
    let (tools, questions) = (set::tools(), set::questions());
    let way = ways::ours(&tools);
    for question in questions
        .iter()
        .filter(|question| !is_found(&way, question, FIRST))
    {
        let found = way(&question.question, FIRST).join(", ");
        println!(
            "{}\n    wanted {}\n    found  {found}",
            question.question,
            question.tools.join(", ")
        );
    }
}
