//! An answer as it leaves: its texts share one size, its files another.

use std::borrow::Cow;

use super::escape::Form;
use super::fit::grouped;
use super::scan::floor;
use super::{Envelope, Leaving};
use crate::tool::{Answer, Content, Media, Parts, ResourceLink};

/// As little as a text is cut to, with room for what says so; where there are too many parts for that, the last are left out.
const LEAST: usize = 256;

/// As much of a kind of file as anybody has named.
const MAX_MIME_TYPE: usize = 127;

impl Leaving<'_> {
    /// The answer as it leaves. What has gone through here once stays as it is.
    pub(super) fn all_of(&self, answer: Answer) -> Answer {
        if self.leaves_as_it_is(&answer) {
            return answer.left_as_it_is();
        }
        let shortened = answer.is_shortened();
        let (parts, ends) = match answer.into_returned() {
            Ok(returned) => returned,
            Err(left) => return left,
        };
        if let Some(ends) = ends {
            let most = self.max_text.saturating_sub(self.overhead());
            let text = self.fitting(Form::Json).fit_ends(&ends, most);
            return Answer::left(Parts::One(self.text_part(text)), true);
        }
        let (parts, truncated) = match parts {
            Parts::One(Content::Text(text)) => self.only(text, Form::Text),
            Parts::One(Content::Json(json)) => self.only(json, Form::Json),
            Parts::One(other) => self.several(vec![other]),
            Parts::Several(parts) => self.several(parts),
        };
        Answer::left(parts, truncated || shortened)
    }

    /// Whether it is one text that needs nothing, as most are.
    fn leaves_as_it_is(&self, answer: &Answer) -> bool {
        let (text, form) = match answer.only_returned() {
            Some(Content::Text(text)) => (text, Form::Text),
            Some(Content::Json(json)) => (json, Form::Json),
            _ => return false,
        };
        let is_enclosed = self.envelope == Envelope::Delimited;
        !is_enclosed && text.len() <= self.max_text && self.fitting(form).is_clean(text)
    }

    /// One text, as nearly always.
    fn only(&self, text: String, form: Form) -> (Parts, bool) {
        // JSON that is cut is a text, and gets what stands round one.
        let most = self.max_text.saturating_sub(self.overhead());
        let (fitted, cut) = self.fitting(form).fit(&text, most);
        let fitted = match fitted {
            Cow::Owned(fitted) => Some(fitted),
            Cow::Borrowed(_) => None,
        };
        let text = fitted.unwrap_or(text);
        let part = match (form, cut) {
            (Form::Json, false) => Content::Json(text),
            _ => self.text_part(text),
        };
        (Parts::One(part), cut)
    }

    fn several(&self, parts: Vec<Content>) -> (Parts, bool) {
        let (mut parts, mut truncated) = self.files(parts);
        let all = parts.len();
        let mut room = self.max_text;
        let mut lengths = self.that_fit(&parts, room);
        let mut note = None;
        if lengths.len() < all {
            room = room.saturating_sub(self.left_out(all).len());
            lengths = self.that_fit(&parts, room);
            note = Some(self.left_out(all - lengths.len()));
            parts.truncate(lengths.len());
            truncated = true;
        }
        let fixed: usize = parts.iter().map(|part| self.fixed(part)).sum();
        let level = level(lengths, room.saturating_sub(fixed));
        let parts = parts.into_iter().map(|part| {
            let (part, cut) = self.part(part, level);
            truncated |= cut;
            part
        });
        let parts: Vec<Content> = parts.chain(note.map(Content::Text)).collect();
        (Parts::Several(parts), truncated)
    }

    /// Without the files for which there is no room.
    fn files(&self, parts: Vec<Content>) -> (Vec<Content>, bool) {
        let mut room = self.max_media;
        let mut truncated = false;
        let parts = parts.into_iter().map(|part| {
            let (Content::Image(media) | Content::Audio(media)) = &part else {
                return part;
            };
            match room.checked_sub(media.data.len()) {
                Some(rest) => {
                    room = rest;
                    part
                }
                None => {
                    truncated = true;
                    Content::Text(format!(
                        "[{}, {} bytes, left out by the tool runtime, since the files of a result have at most {} together; ask for a smaller one]",
                        &media.mime_type[..floor(&media.mime_type, MAX_MIME_TYPE)],
                        grouped(media.data.len()),
                        grouped(self.max_media)
                    ))
                }
            }
        });
        (parts.collect(), truncated)
    }

    /// How long the texts of the first parts are, of as many as there is room for, each with at least a line.
    fn that_fit(&self, parts: &[Content], room: usize) -> Vec<usize> {
        let mut used = 0;
        let lengths = parts.iter().map_while(|part| {
            let length = self.length_as_left(part);
            used += self.fixed(part) + length.min(LEAST);
            (used <= room).then_some(length)
        });
        lengths.collect()
    }

    fn left_out(&self, parts: usize) -> String {
        format!(
            "[… {} more parts were left out here by the tool runtime, since a result has at most {} bytes; ask for less at a time …]",
            grouped(parts),
            grouped(self.max_text)
        )
    }

    /// What a part takes whatever its text is: what parts it from the next, and what stands round it.
    fn fixed(&self, part: &Content) -> usize {
        1 + match part {
            Content::Text(_) | Content::Json(_) | Content::ResourceLink(_) => self.overhead(),
            // Whatever of it is escaped, and the words that it is shown with where a text cannot show it.
            Content::ToolReference(name) => name.len() + 48,
            Content::Image(media) | Content::Audio(media) => {
                media.mime_type.len().min(MAX_MIME_TYPE) * 6 + 48
            }
        }
    }

    /// How long its text is as it leaves; or as it is, if that is too long anyway.
    fn length_as_left(&self, part: &Content) -> usize {
        let fitted = |text: &str, form| match text.len() <= self.max_text {
            true => self.fitting(form).fit(text, usize::MAX).0.len(),
            false => text.len(),
        };
        match part {
            Content::Text(text) => fitted(text, Form::Text),
            Content::Json(json) => fitted(json, Form::Json),
            Content::ResourceLink(link) => {
                let fields = fields(link).map(|text| fitted(text, Form::Text));
                fields.sum::<usize>() + 48
            }
            Content::Image(_) | Content::Audio(_) | Content::ToolReference(_) => 0,
        }
    }

    /// A part in at most so many bytes, and whether it was cut.
    fn part(&self, part: Content, most: usize) -> (Content, bool) {
        match part {
            Content::Text(text) => {
                let (text, cut) = self.fitting(Form::Text).fit(&text, most);
                (self.text_part(text.into_owned()), cut)
            }
            Content::Json(json) => match self.fitting(Form::Json).fit(&json, most) {
                (json, false) => (Content::Json(json.into_owned()), false),
                (text, true) => (self.text_part(text.into_owned()), true),
            },
            Content::Image(media) => (Content::Image(self.media(media)), false),
            Content::Audio(media) => (Content::Audio(self.media(media)), false),
            // The provider has a tool of this name or refuses the request.
            Content::ToolReference(name) => (Content::ToolReference(name), false),
            // Half an address is none.
            Content::ResourceLink(link) => {
                match self.length_as_left(&Content::ResourceLink(link.clone())) > most {
                    true => {
                        let text = link.to_string();
                        let (text, _) = self.fitting(Form::Text).fit(&text, most);
                        (self.text_part(text.into_owned()), true)
                    }
                    false => (self.link(*link).into(), false),
                }
            }
        }
    }

    fn media(&self, mut media: Media) -> Media {
        media
            .mime_type
            .truncate(floor(&media.mime_type, MAX_MIME_TYPE));
        media.mime_type = self.field(&media.mime_type);
        media
    }

    fn link(&self, mut link: ResourceLink) -> ResourceLink {
        link.uri = self.field(&link.uri);
        link.name = self.field(&link.name);
        for field in [&mut link.title, &mut link.description, &mut link.mime_type] {
            *field = field.as_deref().map(|text| self.field(text));
        }
        link
    }

    fn field(&self, text: &str) -> String {
        let fitted = self.fitting(Form::Text).fit(text, usize::MAX);
        fitted.0.into_owned()
    }

    /// A text with what stands round it.
    fn text_part(&self, text: String) -> Content {
        Content::Text(self.envelope.enclose(text, self.tool))
    }

    fn overhead(&self) -> usize {
        self.envelope.overhead(self.tool)
    }
}

fn fields(link: &ResourceLink) -> impl Iterator<Item = &String> {
    let others = [&link.title, &link.description, &link.mime_type];
    [&link.uri, &link.name]
        .into_iter()
        .chain(others.into_iter().flatten())
}

/// How long each of these may be so that they all have room: those that are shorter leave the rest to the others.
fn level(mut lengths: Vec<usize>, mut room: usize) -> usize {
    lengths.sort_unstable();
    let mut others = lengths.len();
    for length in lengths {
        if length > room / others {
            return room / others;
        }
        room -= length;
        others -= 1;
    }
    usize::MAX
}
