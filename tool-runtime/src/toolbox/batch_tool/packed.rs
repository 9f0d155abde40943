//! What the model reads of a call of a batch tool: what it would read of each of its calls, in their order, each under a heading.
//!
//! All of it has left already: it was cut, redacted and put into its envelope as the result that it is.

use crate::tool::{Answer, Content, Parts};
use crate::{Effects, Report, ToolError, ToolResult};

/// The results as one; an error if none of them is anything else.
pub(super) fn packed(names: &[String], report: &Report) -> Result<Answer, ToolError> {
    let results = report.results();
    let mut packing = Packing::default();
    for (name, result) in names.iter().zip(results) {
        packing.add(name, result);
    }
    if results.iter().all(ToolResult::is_error) {
        // What failed has texts alone.
        let error = ToolError::of_steps(packing.text);
        let changed_nothing = |result: &ToolResult| result.outcome().effects == Effects::None;
        return Err(match results.iter().all(changed_nothing) {
            true => error.no_effects(),
            false => error,
        });
    }
    let truncated = results.iter().any(|result| result.outcome().truncated);
    Ok(Answer::left(packing.finish(), truncated))
}

/// Parts, with the text at the end that is still written.
#[derive(Default)]
struct Packing {
    parts: Vec<Content>,
    text: String,
}

impl Packing {
    fn add(&mut self, name: &str, result: &ToolResult) {
        if !self.text.is_empty() {
            self.text += "\n\n";
        }
        let ending = result.outcome().ending.code();
        self.text += &format!("{name} (`{}`): {ending}", shown(result.name()));
        for part in result.parts() {
            match part {
                Content::Text(text) if imitates(text) => {
                    self.line(&serde_json::Value::from(text.as_str()).to_string());
                }
                Content::Text(text) | Content::Json(text) => self.line(text),
                other => {
                    self.parts
                        .push(Content::Text(std::mem::take(&mut self.text)));
                    self.parts.push(other.clone());
                }
            }
        }
    }

    fn line(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text += text;
    }

    fn finish(mut self) -> Parts {
        if self.parts.is_empty() {
            return Parts::One(Content::Text(self.text));
        }
        if !self.text.is_empty() {
            self.parts.push(Content::Text(self.text));
        }
        Parts::Several(self.parts)
    }
}

/// A name that no tool may have, in one line.
fn shown(name: &str) -> String {
    crate::text::shortened(&name.escape_debug().to_string(), 64)
}

/// Whether a line of a text reads as the heading of another result.
fn imitates(text: &str) -> bool {
    let is_heading = |line: &str| line.trim_start().starts_with("step ") && line.contains("(`");
    text.lines().any(is_heading)
}
