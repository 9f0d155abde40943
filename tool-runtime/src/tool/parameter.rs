//! One parameter: its type, made into a row of the table that is not generic over it.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Deserializer, Visitor};

use super::arguments::Keys;
use super::bound::Bounds;
use super::diagnosis::{Diagnosis, holds_maps, members_hold_maps};
use super::options::Examples;
use super::shown::ShownValues;

/// What a model can send: a type that is read from JSON and has a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a tool",
    label = "an argument is both `serde::Deserialize` and `schemars::JsonSchema`",
    note = "put `#[derive(serde::Deserialize, schemars::JsonSchema)]` on the type, or mark the parameter `#[state]` if the program provides it, `#[context]` if it is the call's own",
    note = "if it derives both, they are of another version; tools take `tool_runtime::serde` and `tool_runtime::schemars`"
)]
pub trait Argument: DeserializeOwned + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + 'static> Argument for T {}

/// What a tool may borrow from the model: a parameter `&T`, where the call owns the value that is lent.
///
/// `&str` is lent from a `String`, `&[T]` from a `Vec<T>`, `&Path` from a `PathBuf`, and `&T` from a `T`.
#[diagnostic::on_unimplemented(
    message = "`&{Self}` cannot be an argument of a tool",
    label = "an argument is both `serde::Deserialize` and `schemars::JsonSchema`",
    note = "put `#[derive(serde::Deserialize, schemars::JsonSchema)]` on the type, or mark the parameter `#[state]` if the program provides it, `#[context]` if it is the call's own",
    note = "if it derives both, they are of another version; tools take `tool_runtime::serde` and `tool_runtime::schemars`"
)]
pub trait Borrowed {
    /// What the call owns.
    type Owned: Argument;

    /// Lends it.
    fn borrowed(owned: &Self::Owned) -> &Self;
}

#[diagnostic::do_not_recommend]
impl<T: Argument> Borrowed for T {
    type Owned = T;

    fn borrowed(owned: &T) -> &T {
        owned
    }
}

#[diagnostic::do_not_recommend]
impl Borrowed for str {
    type Owned = String;

    fn borrowed(owned: &String) -> &str {
        owned
    }
}

#[diagnostic::do_not_recommend]
impl<T: Argument> Borrowed for [T] {
    type Owned = Vec<T>;

    fn borrowed(owned: &Vec<T>) -> &[T] {
        owned
    }
}

#[diagnostic::do_not_recommend]
impl Borrowed for Path {
    type Owned = PathBuf;

    fn borrowed(owned: &PathBuf) -> &Path {
        owned
    }
}

/// One row of a tool's parameter table: all that is known of the parameter's type.
///
/// The type is asked for [`Argument`] here and nowhere else, so that one that is no argument is one error.
#[derive(Debug)]
pub struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) optional: fn() -> bool,
    pub(crate) fill: fn(&mut dyn Any, &str) -> Result<usize, serde_json::Error>,
    /// Fills the slot where there is no value, if that is allowed.
    pub(crate) fill_absent: fn(&mut dyn Any) -> bool,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) title: &'static str,
    pub(crate) deprecated: bool,
    pub(crate) show_default: Option<fn(&mut ShownValues)>,
    pub(crate) examples: Option<Examples>,
    pub(crate) bounds: Bounds,
}

impl Parameter {
    /// The row of a parameter of type `T`.
    pub const fn new<T: Argument>(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            schema: |generator| generator.subschema_for::<T>(),
            optional: || absent::<T>().is_some(),
            fill: fill::<T>,
            fill_absent: |slot| {
                let slot = Slot::<T>::of(slot);
                slot.0 = absent();
                slot.0.is_some()
            },
            aliases: &[],
            title: "",
            deprecated: false,
            show_default: None,
            examples: None,
            bounds: Bounds::NONE,
        }
    }

    /// The row of a parameter that is read by a type of its own, whose schema no other parameter shares: it stands in its
    /// place and not among the definitions.
    pub const fn carried<T: Argument>(name: &'static str, description: &'static str) -> Self {
        let mut row = Self::new::<T>(name, description);
        row.schema = |generator| T::json_schema(generator);
        row
    }
}

/// What a tool takes from the model.
#[derive(Debug)]
pub enum Parameters {
    /// A parameter for each member of the object.
    Each(Each),
    /// One parameter for the whole object.
    Whole(Whole),
}

impl Parameters {
    /// A parameter for each member of the object.
    pub const fn each(table: &'static [Parameter]) -> Self {
        Self::Each(Each {
            table,
            diagnosis: OnceLock::new(),
            maps: OnceLock::new(),
        })
    }
}

/// The rows of a tool's parameters.
#[derive(Debug)]
pub struct Each {
    pub(crate) table: &'static [Parameter],
    /// Read off their schemas when it is first needed.
    diagnosis: OnceLock<Diagnosis>,
    /// Of each whether serde takes a key in it twice.
    maps: OnceLock<Vec<bool>>,
}

impl Each {
    /// The keys inside of the arguments, with a root for each.
    pub(super) fn diagnosis(&self) -> &Diagnosis {
        self.diagnosis.get_or_init(|| {
            let schema = super::schema::Schema::each(self.table).to_value();
            Diagnosis::of_members(&schema, self.table.iter().map(|row| row.name))
        })
    }

    /// Whether the argument with this index may hold a map, which takes a key twice.
    pub(super) fn holds_maps(&self, index: usize) -> bool {
        let maps = self.maps.get_or_init(|| {
            let schema = super::schema::Schema::each(self.table).to_value();
            members_hold_maps(&schema, self.table.iter().map(|row| row.name))
        });
        maps[index]
    }
}

/// The row of a parameter that is the whole object: a struct whose fields are the arguments.
#[derive(Debug)]
pub struct Whole {
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) fill: fn(&mut dyn Any, &str) -> Result<usize, serde_json::Error>,
    /// Read off the schema when they are first needed.
    keys: OnceLock<(Shape, Diagnosis)>,
    /// Whether serde takes a key in it twice.
    maps: OnceLock<bool>,
}

/// The keys of a whole object.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    names: Vec<(String, bool)>,
    open: bool,
}

impl Whole {
    /// The row of a parameter of type `T`.
    pub const fn new<T: Argument>() -> Self {
        Self {
            // Not a reference to it, which `subschema_for` would make.
            schema: |generator| T::json_schema(generator),
            fill: fill::<T>,
            keys: OnceLock::new(),
            maps: OnceLock::new(),
        }
    }

    /// The keys of the object, and those of the objects inside.
    pub(super) fn keys(&self) -> &(Shape, Diagnosis) {
        self.keys.get_or_init(|| {
            let schema = super::schema::Schema::whole(self);
            let mut inside = schema.to_value();
            // What the object itself does not take is told by its shape.
            if let (false, Some(root)) = (schema.is_open(), inside.as_object_mut()) {
                root.remove("additionalProperties");
            }
            (Shape::of(&schema), Diagnosis::of(&inside))
        })
    }

    /// Whether it is or holds a map, which takes a key twice.
    pub(super) fn holds_maps(&self) -> bool {
        let maps = || holds_maps(&super::schema::Schema::whole(self).to_value());
        *self.maps.get_or_init(maps)
    }
}

impl Shape {
    pub(crate) fn of(schema: &super::schema::Schema) -> Self {
        Self {
            names: schema.names(),
            open: schema.is_open(),
        }
    }

    /// These keys, each with whether it is required, and no others.
    pub(super) fn closed(names: &[(&str, bool)]) -> Self {
        let names = names.iter();
        Self {
            names: names
                .map(|(name, is_required)| ((*name).to_owned(), *is_required))
                .collect(),
            open: false,
        }
    }

    pub(crate) fn is_required(&self, index: usize) -> bool {
        self.names[index].1
    }
}

impl Keys for Shape {
    fn count(&self) -> usize {
        self.names.len()
    }

    fn name(&self, index: usize) -> &str {
        &self.names[index].0
    }

    fn is_open(&self) -> bool {
        self.open
    }
}

/// Where an argument is put until all are there.
#[derive(Debug)]
pub struct Slot<T>(pub(super) Option<T>);

impl<T> Slot<T> {
    /// A slot without its argument.
    pub const fn empty() -> Self {
        Self(None)
    }

    /// The argument.
    ///
    /// # Panics
    ///
    /// If the slot is empty. `Declaration::decode` fills every slot or fails.
    pub fn take(self) -> T {
        match self.0 {
            Some(value) => value,
            None => unreachable!("every slot is filled once the arguments are decoded"),
        }
    }
}

impl<T: 'static> Slot<T> {
    pub(super) fn of(slot: &mut dyn Any) -> &mut Self {
        match slot.downcast_mut() {
            Some(slot) => slot,
            None => unreachable!("the slots stand in the order of the parameter table"),
        }
    }
}

/// Parses the value at the beginning of `text` into `slot`; the number of bytes read.
pub(super) fn fill<T: Argument>(
    slot: &mut dyn Any,
    text: &str,
) -> Result<usize, serde_json::Error> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<T>();
    match stream.next() {
        Some(Ok(value)) => {
            Slot::of(slot).0 = Some(value);
            Ok(stream.byte_offset())
        }
        Some(Err(error)) => Err(error),
        None => Err(serde::de::Error::custom(
            "the text ends where a value is expected",
        )),
    }
}

/// What `T` is when it is not there, found as serde's own derive finds it: `None` for an `Option` under any alias. The
/// schema asks the same question, so what it says is required is what the parser requires.
fn absent<T: DeserializeOwned>() -> Option<T> {
    struct Absent;

    impl<'de> Deserializer<'de> for Absent {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("absent"))
        }

        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            visitor.visit_none()
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
            newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    T::deserialize(Absent).ok()
}
