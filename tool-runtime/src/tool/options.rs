//! What the options of a parameter add to its row. Each costs a tool nothing that does not use it.

use std::any::Any;

use super::bound::Pattern;
use super::parameter::{Argument, Parameter, Slot, fill};
use super::shown::ShownValues;

/// A type whose argument can have a default in quotes, `#[arg(default = "en")]`: any that is `From<&str>`.
#[diagnostic::on_unimplemented(
    message = "a text cannot be the default of an argument of type `{Self}`",
    label = "a text",
    note = "write an expression of the type: `default = 10`, or `default = \"…\".parse().unwrap()`"
)]
pub trait FromText {
    /// The default.
    fn from_text(text: &'static str) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: From<&'static str>> FromText for T {
    fn from_text(text: &'static str) -> Self {
        text.into()
    }
}

/// The examples of a parameter.
#[derive(Debug)]
pub(crate) struct Examples {
    pub(super) show: fn(&mut ShownValues),
    /// Whether the parameter's type can be read from a JSON text.
    pub(super) read: fn(&str) -> Result<(), serde_json::Error>,
}

impl Parameter {
    /// Other names that the model may have learnt.
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// What fills the slot when there is no value; it answers that there is one now.
    pub const fn default(mut self, fill: fn(&mut dyn Any) -> bool) -> Self {
        self.fill_absent = fill;
        self.optional = || true;
        self
    }

    /// Shows the default in the schema.
    pub const fn show_default(mut self, show: fn(&mut ShownValues)) -> Self {
        self.show_default = Some(show);
        self
    }

    /// Shows examples of a parameter that is read as a `T`.
    pub const fn examples<T: Argument>(mut self, show: fn(&mut ShownValues)) -> Self {
        self.examples = Some(Examples {
            show,
            read: |text| fill::<T>(&mut Slot::<T>::empty(), text).map(|_| ()),
        });
        self
    }

    /// A title beside the description.
    pub const fn title(mut self, title: &'static str) -> Self {
        self.title = title;
        self
    }

    /// Says that the parameter should no longer be used.
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// The least number, as JSON.
    pub const fn minimum(mut self, minimum: &'static str) -> Self {
        self.bounds.minimum = Some(minimum);
        self
    }

    /// The greatest number, as JSON.
    pub const fn maximum(mut self, maximum: &'static str) -> Self {
        self.bounds.maximum = Some(maximum);
        self
    }

    /// The least length.
    pub const fn shortest(mut self, shortest: u64) -> Self {
        self.bounds.shortest = Some(shortest);
        self
    }

    /// The greatest length.
    pub const fn longest(mut self, longest: u64) -> Self {
        self.bounds.longest = Some(longest);
        self
    }

    /// What a string matches.
    pub const fn pattern(mut self, pattern: &'static Pattern) -> Self {
        self.bounds.pattern = Some(pattern);
        self
    }
}

impl<T: 'static> Slot<T> {
    /// Fills the slot of a row with its default; answers that there is a value now.
    pub fn fill_with(slot: &mut dyn Any, value: T) -> bool {
        Self::of(slot).0 = Some(value);
        true
    }
}
