//! Pictures, as far as they are needed here: rectangles, lines and texts, legible on light and on dark pages.

use std::fmt::Write;

pub const WIDTH: f64 = 800.0;
pub const MARGIN: f64 = 14.0;

/// The colours are those of the pictures that a report draws.
const STYLE: &str = "\
.turns text { font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #24292f }
.turns .head { font-weight: 600 }
.turns .note { fill: #57606a }
.turns .end { text-anchor: end }
.turns .tick { text-anchor: middle }
.turns .page { fill: #ffffff }
.turns .grid { stroke: #d8dee4; fill: none }
.turns .half { stroke: #57606a; stroke-dasharray: 6 4; fill: none }
.turns .waited { fill: #b6bec8 }
.turns .ran { fill: #2f6fb0 }
.turns .line { stroke-width: 2.4; fill: none; stroke-linejoin: round }
.turns .one { stroke: #2f6fb0 }
.turns .other { stroke: #b35900 }
.turns .dashed { stroke-dasharray: 2 5; stroke-linecap: round }
@media (prefers-color-scheme: dark) {
  .turns text { fill: #e6edf3 }
  .turns .note { fill: #a3adb8 }
  .turns .page { fill: #0d1117 }
  .turns .grid { stroke: #2b323b }
  .turns .half { stroke: #a3adb8 }
  .turns .waited { fill: #4a5563 }
  .turns .ran { fill: #4c94e6 }
  .turns .one { stroke: #4c94e6 }
  .turns .other { stroke: #e3963e }
}
";

/// What is drawn so far.
pub struct Picture {
    title: String,
    told: String,
    height: f64,
    body: String,
}

impl Picture {
    /// `told` is the picture in words, for those who do not see it.
    pub fn new(title: &str, told: String, height: f64) -> Self {
        Self {
            title: title.to_owned(),
            told,
            height,
            body: String::new(),
        }
    }

    pub fn text(&mut self, class: &str, (x, y): (f64, f64), size: f64, text: &str) {
        let text = xml(text);
        let _ = writeln!(
            self.body,
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" font-size="{size:.1}">{text}</text>"#
        );
    }

    pub fn bar(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let _ = writeln!(
            self.body,
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="2"/>"#
        );
    }

    pub fn line(&mut self, class: &str, points: &[(f64, f64)]) {
        let points = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}"));
        let path = points.collect::<Vec<_>>().join("L");
        let _ = writeln!(self.body, r#"<path class="{class}" d="M{path}"/>"#);
    }

    pub fn end(self) -> String {
        let (height, body) = (self.height, self.body);
        let [title, told] = [&self.title, &self.told].map(|text| xml(text));
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="turns" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">
<title>{title}</title>
<desc>{told}</desc>
<style>
{STYLE}</style>
<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>
{body}</svg>
"#
        )
    }
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
