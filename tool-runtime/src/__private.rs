//! What expansions of the macros name. Not public API: it changes with the macros, in any release.

pub use std::borrow::Cow;
pub use std::boxed::Box;
pub use std::sync::Arc;

pub use {schemars, serde};

#[cfg(feature = "discover")]
pub use inventory;
#[cfg(feature = "macros")]
pub use tool_macros::tools;

/// What `#[toolset]` knows without an import.
#[cfg(feature = "macros")]
pub mod attributes {
    pub use tool_macros::tool;
}

/// Every ending that there is: the table of them in the docs is held to it.
pub fn endings() -> impl Iterator<Item = crate::Ending> {
    crate::report::stored::ending::ENDINGS.into_iter()
}

pub use crate::tool::bound::Pattern;
pub use crate::tool::declaration::{Declaration, Hints};
pub use crate::tool::definition::{Place, ToolDefinition};
pub use crate::tool::effects::{DeclaredEffects, KeyTemplates};
pub use crate::tool::key::{AnyReached, Key, KeyText, Reached, hole};
pub use crate::tool::list::{Listed, ToolList, refuse_repeat, repeats};
pub use crate::tool::options::FromText;
pub use crate::tool::output::{AnyReturn, AnyValue, Ready, Rendered, Returned};
pub use crate::tool::parameter::{Borrowed, Parameter, Parameters, Slot, Whole};
pub use crate::tool::shown::{NotShown, Shown, ShownValues};
pub use crate::tool::structured::{AnyTyped, Schematic, Typed, never, returned};
pub use crate::tool::{CallContext, Named, Prepared, Provide, State, Tool};
#[cfg(feature = "discover")]
pub use crate::toolbox::Discoverable;
