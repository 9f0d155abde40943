//! Whether a model finds the tool that it needs among hundreds, what that costs, and what it saves. See the README.

mod latency;
mod recall;
mod set;
mod tokens;
mod ways;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|number| number.parse().ok());
    match arguments.first().map(String::as_str) {
        Some("missed") => recall::print_missed(),
        Some("queries") => latency::run(number(1).unwrap_or(2_000), number(2).unwrap_or(1)),
        Some("smoke") => recall::print(),
        _ => {
            recall::print();
            latency::print();
            tokens::print();
        }
    }
}
