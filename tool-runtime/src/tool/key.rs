//! What can stand in a hole of an effect template: one value of a key, as text.
//!
//! A value says what its text is; normal form, splitting a path and what two keys have in common are the key's.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::num::NonZero;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// What can stand in a hole of an effect template: the `{id}` of `reads("customer:{id}")`, the `{path/}` of
/// `writes("fs:{path/}")`.
///
/// Integers, `bool`, `char`, text and paths can, and `Option`, `Box`, `Arc`, `Rc`, `Cow` and references of what can. With
/// the feature of their crate `Uuid`, `Url`, `Version`, `Decimal` and chrono's dates and times can too, equal ones as the
/// same text. An absent value cuts the key before its hole, so that the call's key covers every value. Derive `Key` for a newtype,
/// whose form is its field's, and for an enum without data, whose form is the name that the model sends:
///
/// ```
/// use tool_runtime::{Key, KeyText, tool};
///
/// #[derive(Key, serde::Deserialize, schemars::JsonSchema)]
/// #[serde(rename_all = "lowercase")]
/// enum Kind {
///     Savings,
///     Checking,
/// }
///
/// /// Closes the accounts of a kind. Waits for calls that use `account:savings` if they are of that kind.
/// #[tool(writes("account:{kind}"))]
/// async fn close_accounts(
///     /// The kind of the accounts.
///     kind: Kind,
/// ) {
///     # let _ = kind;
/// }
///
/// assert_eq!(KeyText::of(&Kind::Savings).as_str(), Some("savings"));
/// # let _ = Kind::Checking;
/// ```
///
/// # By hand
///
/// Two calls are held to touch the same thing if their keys are the same text, so within a type:
///
/// - Equal values write equal text, or calls that conflict would run at once. That is why floats cannot stand in a key.
/// - Unequal values write unequal text, or calls would wait without need. Between two parts stands what neither can
///   hold, since `"ab", "c"` and `"a", "bc"` are the same text.
///
/// ```
/// use tool_runtime::{Key, KeyText};
///
/// /// Compares without regard to case, so its text is in one case.
/// struct Country([u8; 2]);
///
/// impl Key for Country {
///     fn write(&self, text: &mut KeyText) {
///         for letter in self.0 {
///             text.display(char::from(letter.to_ascii_lowercase()));
///         }
///     }
/// }
///
/// assert_eq!(KeyText::of(&Country(*b"CH")), KeyText::of(&Country(*b"ch")));
/// assert_eq!(KeyText::of(&Country(*b"CH")).as_str(), Some("ch"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a key",
    label = "not text, an integer, a path, or a type that is `Key`",
    note = "derive `Key` on an enum without data or on a newtype, or name a field in the hole, as in `{{order.id}}`",
    note = "a float has no text of its own, since equal floats can be written in several ways; a list is no single value"
)]
pub trait Key {
    /// Writes the value's text.
    fn write(&self, text: &mut KeyText);
}

/// The text of one value in a key, as a [`Key`] writes it.
///
/// A whole: what was written in several steps is one text, and is absent if any step was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyText {
    text: String,
    absent: bool,
}

impl KeyText {
    /// What `value` writes, to see it in a test.
    ///
    /// ```
    /// use tool_runtime::KeyText;
    ///
    /// assert_eq!(KeyText::of(&7).as_str(), Some("7"));
    /// assert_eq!(KeyText::of(&None::<u64>).as_str(), None);
    /// ```
    pub fn of<T: Key + ?Sized>(value: &T) -> Self {
        let mut text = Self::default();
        value.write(&mut text);
        text
    }

    /// Adds `text` as it is.
    pub fn text(&mut self, text: &str) {
        if !self.absent {
            self.text.push_str(text);
        }
    }

    /// Adds the `Display` text of `value`. If that fails, the value is absent.
    pub fn display(&mut self, value: impl fmt::Display) {
        if !self.absent && write!(self.text, "{value}").is_err() {
            self.absent();
        }
    }

    /// Says that there is no value, or none that can be written. What was written and what follows does not count.
    pub fn absent(&mut self) {
        self.text.clear();
        self.absent = true;
    }

    /// The text, or `None` if the value is absent.
    pub fn as_str(&self) -> Option<&str> {
        (!self.absent).then_some(&self.text)
    }
}

/// The text of what stands in a hole, absent if it was not [reached](Reached).
pub fn hole<T: Key>(value: Option<&T>) -> KeyText {
    let mut text = KeyText::default();
    match value {
        Some(value) => value.write(&mut text),
        None => text.absent(),
    }
    text
}

/// How far the value of a dotted hole was followed: `order` of `{order.account}`. `None` once one on the way was.
///
/// `Reached(value).open()` is what the next field is read from. It looks into an `Option`, since the inherent method wins
/// over the trait's.
#[derive(Debug)]
pub struct Reached<'a, T>(pub Option<&'a T>);

impl<'a, T> Reached<'a, Option<T>> {
    /// What is in the `Option`.
    pub fn open(self) -> Option<&'a T> {
        self.0.and_then(Option::as_ref)
    }
}

/// For a value that is no `Option`.
pub trait AnyReached<'a, T> {
    /// The value itself.
    fn open(self) -> Option<&'a T>;
}

impl<'a, T> AnyReached<'a, T> for Reached<'a, T> {
    fn open(self) -> Option<&'a T> {
        self.0
    }
}

/// Types whose `Display` text is canonical.
macro_rules! displayed {
    ($($ty:ty),*) => {$(
        impl Key for $ty {
            fn write(&self, text: &mut KeyText) {
                text.display(self);
            }
        }
    )*};
}

displayed!(bool, char);

macro_rules! integers {
    ($($ty:ty),*) => {$( displayed!($ty, NonZero<$ty>); )*};
}

integers!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

impl Key for str {
    fn write(&self, text: &mut KeyText) {
        text.text(self);
    }
}

impl Key for String {
    fn write(&self, text: &mut KeyText) {
        text.text(self);
    }
}

/// Its components with `/` between them on every system, since paths are equal by components: `a//b/` is `a/b`. A path
/// that is not Unicode is absent: there is no text that only it has.
impl Key for Path {
    fn write(&self, text: &mut KeyText) {
        let mut separator = "";
        for component in self.components() {
            match (component, component.as_os_str().to_str()) {
                (Component::RootDir, _) => text.text("/"),
                (Component::Prefix(_), Some(prefix)) => text.text(prefix),
                (_, Some(name)) => {
                    text.text(separator);
                    text.text(name);
                    separator = "/";
                }
                (_, None) => text.absent(),
            }
        }
    }
}

impl Key for PathBuf {
    fn write(&self, text: &mut KeyText) {
        self.as_path().write(text);
    }
}

/// `None` is absent.
impl<T: Key> Key for Option<T> {
    fn write(&self, text: &mut KeyText) {
        match self {
            Some(value) => value.write(text),
            None => text.absent(),
        }
    }
}

/// Types that point to a value.
macro_rules! pointers {
    ($($ty:ty),*) => {$(
        impl<T: Key + ?Sized> Key for $ty {
            fn write(&self, text: &mut KeyText) {
                (**self).write(text);
            }
        }
    )*};
}

pointers!(&T, Box<T>, Rc<T>, Arc<T>);

impl<T: Key + ToOwned + ?Sized> Key for Cow<'_, T> {
    fn write(&self, text: &mut KeyText) {
        (**self).write(text);
    }
}

#[cfg(test)]
mod tests {
    use super::{AnyReached as _, Reached};

    #[test]
    fn a_field_is_reached_through_an_option_and_not_through_none() {
        struct Order {
            account: Option<(u8, char)>,
        }

        let reach = |order: Option<Order>| {
            let order = Reached(Some(&order)).open();
            let account = Reached(order.map(|order| &order.account)).open();
            account.map(|account| account.1)
        };
        let account = Some((1, 'a'));
        assert_eq!(reach(Some(Order { account })), Some('a'));
        assert_eq!(reach(Some(Order { account: None })), None);
        assert_eq!(reach(None), None);
        assert_eq!(Reached(Some(&7)).open(), Some(&7));
    }
}
