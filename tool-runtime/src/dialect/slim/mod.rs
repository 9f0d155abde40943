//! Smaller manifests: what a provider could do without, left out before a schema is lowered.
//!
//! What is required, and what is taken, stays as it was: only words are shortened, annotations left out, and same schemas written once.

mod share;
mod shorten;

use std::borrow::Cow;
use std::num::NonZeroU16;

use serde_json::Value;

use super::lower::inside_mut;
use crate::tool::Schema;

/// What a manifest leaves out so that requests cost less: a setting of every dialect.
///
/// By default nothing is left out. What it saves, [`Manifest::sizes`](crate::Manifest::sizes) says of each tool: compare the manifests with and
/// without. What a tool takes is the same in any case, and so is what its arguments are held to; bounds that a provider has no
/// place for still stand behind a description that was shortened.
///
/// ```
/// use tool_runtime::dialect::{Anthropic, Slim};
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Finds books. The catalogue has titles from 1450 on; it is updated each night, and new ones may be missing.
/// #[tool(pure)]
/// async fn find_books(
///     /// Words of the title. Case does not matter.
///     title: String,
///     /// How many at most.
///     #[arg(default = 10, example = 25)]
///     limit: u8,
/// ) -> String {
///     format!("{title} {limit}")
/// }
///
/// let toolbox = Toolbox::new(tools![find_books])?;
/// let (full, slim) = (toolbox.manifest(Anthropic)?, toolbox.manifest(Anthropic.slim(Slim::ALL))?);
/// assert_eq!(slim.tools()[0].description(), "Finds books.");
/// assert_eq!(full.sizes()[0].to_string(), "`find_books`: 442 bytes, about 111 tokens");
/// assert!(slim.sizes()[0].bytes < 3 * full.sizes()[0].bytes / 4);
/// assert!(!slim.diff(&full).can_break());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Slim {
    first_sentence: bool,
    most_characters: Option<NonZeroU16>,
    without_titles: bool,
    without_examples: bool,
    without_defaults: bool,
    shares: bool,
}

impl Slim {
    pub(super) const NOTHING: Self = Self {
        first_sentence: false,
        most_characters: None,
        without_titles: false,
        without_examples: false,
        without_defaults: false,
        shares: false,
    };

    /// Everything that can be left out, but that descriptions are no shorter than their first sentences.
    pub const ALL: Self = Self {
        first_sentence: true,
        most_characters: None,
        without_titles: true,
        without_examples: true,
        without_defaults: true,
        shares: true,
    };

    /// The same with the first sentences alone of all descriptions, those of tools and those of arguments.
    pub const fn first_sentence(mut self) -> Self {
        self.first_sentence = true;
        self
    }

    /// The same with descriptions of at most so many characters, cut behind a word.
    pub const fn at_most(mut self, characters: NonZeroU16) -> Self {
        self.most_characters = Some(characters);
        self
    }

    /// The same without titles of arguments and types.
    pub const fn without_titles(mut self) -> Self {
        self.without_titles = true;
        self
    }

    /// The same without examples.
    pub const fn without_examples(mut self) -> Self {
        self.without_examples = true;
        self
    }

    /// The same without defaults. Of a strict tool they stay: there a default may be what the model has to write.
    pub const fn without_defaults(mut self) -> Self {
        self.without_defaults = true;
        self
    }

    /// The same, with schemas that occur more than once in a tool written once, and those that are used once where they are used, wherever
    /// that is shorter and the provider follows a `$ref`.
    pub const fn sharing(mut self) -> Self {
        self.shares = true;
        self
    }

    /// A description as it is offered.
    pub(super) fn description<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = match self.first_sentence {
            true => shorten::first_sentence(text),
            false => text,
        };
        match self.most_characters {
            Some(most) => shorten::at_word(text, most.get().into()),
            None => Cow::Borrowed(text),
        }
    }

    /// A schema as it is offered; the same if there is nothing to leave out.
    pub(super) fn schema<'a>(
        &self,
        schema: &'a Schema,
        is_strict: bool,
        has_references: bool,
    ) -> Cow<'a, Schema> {
        if *self == Self::NOTHING {
            return Cow::Borrowed(schema);
        }
        let mut slim = schema.clone();
        let leaving = Leaving {
            slim: self,
            defaults: self.without_defaults && !is_strict,
        };
        slim.each_mut(&mut |schema| leaving.node(schema));
        if self.shares && has_references {
            share::share(&mut slim);
        }
        Cow::Owned(slim)
    }
}

struct Leaving<'a> {
    slim: &'a Slim,
    defaults: bool,
}

impl Leaving<'_> {
    fn node(&self, schema: &mut Value) {
        if let Value::Object(node) = schema {
            if let Some(Value::String(text)) = node.get_mut("description") {
                *text = self.slim.description(text).into_owned();
            }
            let leaves = [
                ("title", self.slim.without_titles),
                ("examples", self.slim.without_examples),
                ("default", self.defaults),
            ];
            for (keyword, _) in leaves.iter().filter(|(_, leaves)| *leaves) {
                node.remove(*keyword);
            }
        }
        for inner in inside_mut(schema) {
            self.node(inner);
        }
    }
}
