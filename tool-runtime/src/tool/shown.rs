//! Values that a schema shows: the default of a parameter, and examples.
//!
//! A default is shown if its type can be written, found by method priority as in `output.rs`: a bound would ask for
//! `Serialize` where a tool needs only `Deserialize`.

use serde::Serialize;
use serde_json::Value;

/// The values that a row shows, as the schema has them.
#[derive(Debug, Default)]
pub struct ShownValues(pub(crate) Vec<Value>);

/// What can be an example of an argument.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an example of an argument",
    label = "not `Serialize`, so it cannot be written into the schema",
    note = "write the example as the model would send it, a number or a text, or put `#[derive(serde::Serialize)]` on the type"
)]
pub trait Example: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Example for T {}

impl ShownValues {
    /// Adds an example; one that cannot be written as JSON is left out.
    pub fn example<T: Example>(&mut self, value: T) {
        self.0.extend(serde_json::to_value(value).ok());
    }
}

/// A default, as a value.
#[derive(Debug)]
pub struct Shown<'a, T>(pub &'a T);

impl<T: Serialize> Shown<'_, T> {
    /// Adds the value, if it can be written as JSON.
    pub fn add_to(self, values: &mut ShownValues) {
        values.0.extend(serde_json::to_value(self.0).ok());
    }
}

/// For a default whose type cannot be written.
pub trait NotShown: Sized {
    /// Adds nothing.
    fn add_to(self, _: &mut ShownValues) {}
}

impl<T> NotShown for Shown<'_, T> {}
