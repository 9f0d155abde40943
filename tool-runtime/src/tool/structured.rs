//! Return types to output schemas, for the tools that ask for one.
//!
//! The expansion writes a closure that calls the function and wraps what it returns: `Typed(get_customer(never()).await).of()`.
//! Nobody calls it. The compiler finds its type, and with that the returned one under any alias and behind any future,
//! where the macro sees only a spelling; `Result` is seen through as it is for the answer itself (`tool/output.rs`).

use std::marker::PhantomData;

use schemars::JsonSchema;

use super::definition::ToolDefinition;
use super::schema::Schema;

/// What a tool with `output_schema` may return: what has a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no output schema",
    label = "not `schemars::JsonSchema`, which `output_schema` needs",
    note = "return a struct with `#[derive(serde::Serialize, schemars::JsonSchema)]`, or remove `output_schema`"
)]
pub trait Structured: JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema + ?Sized> Structured for T {}

/// What the function returns.
#[derive(Debug)]
pub struct Typed<T>(pub T);

impl<T, E> Typed<Result<T, E>> {
    /// The type of what is in the `Result`.
    pub fn of(self) -> PhantomData<T> {
        PhantomData
    }
}

/// For a return value that is no `Result`.
pub trait AnyTyped<T> {
    /// Its type.
    fn of(self) -> PhantomData<T>;
}

impl<T> AnyTyped<T> for Typed<T> {
    fn of(self) -> PhantomData<T> {
        PhantomData
    }
}

/// Stands for a parameter where nothing is called.
///
/// # Panics
///
/// Always.
pub fn never<T>() -> T {
    unreachable!("the closure that finds the type is not called")
}

/// The type that `call` ends with.
pub fn returned<T, F>(call: impl FnOnce() -> F) -> PhantomData<T>
where
    F: Future<Output = PhantomData<T>>,
{
    let _ = call;
    PhantomData
}

/// A type whose schema is asked for. The bound stands on the method, so that rustc speaks of it where the value inside is
/// located, which is at the return type.
#[derive(Debug)]
pub struct Schematic<T>(pub PhantomData<T>);

impl<T> Schematic<T> {
    /// The definition, with the schema of the type.
    pub fn describe(self, definition: ToolDefinition) -> ToolDefinition
    where
        T: Structured,
    {
        definition.with_output(Schema::output(T::json_schema))
    }
}
