//! What clap says about wrong arguments, in one line.

use clap::error::ErrorKind;

use crate::exit::{Exit, Failure};
use crate::out;

/// What becomes of arguments that clap does not take: help and version are fine, all else is said in a line.
pub(crate) fn refused(error: &clap::Error) -> Result<Exit, Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let styled = error.render();
            let text = match out::has_colours() {
                true => styled.ansi().to_string(),
                false => styled.to_string(),
            };
            out::line(text.trim_end())?;
            Ok(Exit::Fine)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            out::note(error.render().to_string().trim_end());
            Ok(Exit::Unusable)
        }
        _ => Err(line(&error.render().to_string())),
    }
}

/// The message is the first paragraph, a paragraph that begins with `tip:` helps, and how to use it is for `--verbose`.
fn line(text: &str) -> Failure {
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let (mut line, mut more) = (crate::exit::one_line(message), Vec::new());
    for paragraph in paragraphs {
        match paragraph.strip_prefix("tip: ") {
            Some(tip) => {
                line.push_str("; ");
                line.push_str(&crate::exit::one_line(tip));
            }
            None if paragraph.starts_with("Usage:") => more.extend(paragraph.lines()),
            None => {}
        }
    }
    Failure::unusable(line).with_usage(more)
}
