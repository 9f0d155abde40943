//! A picture for documents and browsers.

mod layout;
mod shape;

use std::fmt::Write as _;

use super::picture::Picture;
use super::words::{shown, time};
use super::{ExplainedCall, Explanation};
use layout::{Layout, MARGIN, WIDTH};
use shape::xml;

impl Picture<'_> {
    /// The calls as bars, as an SVG that stands for itself: no script, no font, light and dark.
    ///
    /// What a bar means is said by its form and in words, never by colour alone. Of more than 1,000 calls the first 1,000
    /// are drawn.
    pub fn svg(&self) -> String {
        let layout = Layout::of(self);
        let mut body = String::new();
        let mut y = MARGIN;
        for (index, (title, part)) in self.parts.iter().enumerate() {
            if index > 0 {
                y += 16.0;
            }
            y = layout.part(&mut body, y, title, part);
        }
        y = layout.legend(&mut body, y + 12.0, &self.marks());
        let height = (y + MARGIN).round();
        let (title, description) = (xml(&self.title()), xml(&self.description()));
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" class="tool-timeline" viewBox="0 0 {w} {h}" width="{w}" height="{h}" "#,
                r#"role="img">"#,
                "\n<title>{title}</title>\n<desc>{text}</desc>\n",
                "<style>\n{style}</style>\n<defs>{pattern}</defs>\n",
                r#"<rect class="page" width="{w}" height="{h}" rx="6"/>"#,
                "\n{body}</svg>\n"
            ),
            w = WIDTH,
            h = height,
            title = title,
            text = description,
            style = shape::STYLE,
            pattern = shape::HATCHED,
            body = body,
        )
    }

    fn title(&self) -> String {
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|(title, part)| heading(title, part))
            .collect();
        parts.join("; ")
    }

    /// What is seen, in words: each call of a few, and how they ended of many.
    fn description(&self) -> String {
        let parts = self.parts.iter().map(|(title, part)| {
            let calls = part.calls.iter().take(20).map(sentence);
            let mut text = format!("{}. {}", heading(title, part), calls.collect::<String>());
            if part.calls.len() > 20 {
                let _ = write!(text, "And {} more. ", part.calls.len() - 20);
            }
            format!("{text}Limited by {}.", part.limit())
        });
        parts.collect::<Vec<_>>().join(" ")
    }
}

/// `in parallel: 600 ms, 2.5x`
fn heading(title: &str, part: &Explanation) -> String {
    let title = match (title, part.calls.len()) {
        ("", 1) => "1 call".to_owned(),
        ("", calls) => format!("{calls} calls"),
        (title, _) => title.to_owned(),
    };
    format!("{title}: {}", part.took())
}

/// `get_orders from 0 ms to 500 ms, failed. `
fn sentence(call: &ExplainedCall) -> String {
    let name = shown(&call.name, 40);
    match call.span {
        Some(span) => {
            let (from, to) = (time(span.started), time(span.finished));
            format!("{name} from {from} to {to}, {}. ", call.ending())
        }
        None => format!("{name} not started, {}. ", call.ending()),
    }
}
