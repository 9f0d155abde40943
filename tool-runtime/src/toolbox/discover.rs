//! Tools that are found because they are linked: what `#[tool(discover = App)]` leaves behind.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::tool::{Named, Place, State, Tool, ToolList};

/// One tool for the toolboxes over one state, as a constant of which nothing has run when a program begins.
pub struct Discoverable {
    name: &'static str,
    place: Place,
    /// `fn() -> ToolList<S>` for the state `S`: a registry is of one type, and states are of many.
    list: &'static (dyn Any + Sync),
}

impl Discoverable {
    /// The tool `T` for a toolbox over `S`, as a list of itself. What is wrong with `S` is said where the list is made.
    pub const fn new<T: Named, S>(list: &'static fn() -> ToolList<S>) -> Self {
        Self {
            name: T::NAME,
            place: T::PLACE,
            list,
        }
    }
}

inventory::collect!(Discoverable);

impl fmt::Debug for Discoverable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discoverable")
            .field("name", &self.name)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// The tools for a toolbox over `S`, by name: a linker puts them in an order of its own.
pub(super) fn discovered<S: State>() -> impl Iterator<Item = Arc<dyn Tool<S>>> {
    let mut found: Vec<_> = inventory::iter::<Discoverable>
        .into_iter()
        .filter_map(|tool| {
            let list: &dyn Any = tool.list;
            let list = list.downcast_ref::<fn() -> ToolList<S>>()?;
            Some((tool, list))
        })
        .collect();
    found.sort_by_key(|(tool, _)| (tool.name, tool.place.parts()));
    found.into_iter().flat_map(|(_, list)| list().0)
}
