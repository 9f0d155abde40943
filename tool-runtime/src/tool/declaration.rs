//! What `#[tool]` says of a tool, as constants.

use super::ToolDefinition;
use super::definition::Place;
use super::effects::DeclaredEffects;
use super::parameter::Parameters;

/// What `#[tool]` knows: constants, made into a [`ToolDefinition`] once.
#[derive(Debug)]
pub struct Declaration {
    /// The name on the wire.
    pub name: &'static str,
    /// Where the attribute stands.
    pub place: Place,
    /// What the model reads.
    pub description: &'static str,
    /// The parameter table, in declaration order.
    pub parameters: Parameters,
    /// What the attribute declares.
    pub effects: DeclaredEffects,
    /// How the tool is shown and offered.
    pub hints: Hints,
    /// Whether it says `destructive`.
    pub is_destructive: bool,
    /// Whether it says `idempotent`.
    pub is_idempotent: bool,
    /// Whether it says `approval`.
    pub needs_approval: bool,
    /// Whether a parameter is the context.
    pub takes_context: bool,
    /// The attribute's timeout in milliseconds.
    pub timeout_ms: Option<u64>,
    /// How often it says that a call is tried at most.
    pub attempts: Option<u32>,
    /// How many calls it says run at once.
    pub max_concurrency: Option<usize>,
}

/// What the attribute says of how the tool is shown and offered.
#[derive(Clone, Copy, Debug)]
pub struct Hints {
    pub(super) title: Option<&'static str>,
    pub(super) open_world: Option<bool>,
    pub(super) strict: Option<bool>,
    pub(super) tags: &'static [&'static str],
}

impl Hints {
    /// Nothing.
    pub const NONE: Self = Self {
        title: None,
        open_world: None,
        strict: None,
        tags: &[],
    };

    /// The name that people read.
    pub const fn title(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    /// Whether it reaches what nobody here knows.
    pub const fn open_world(mut self, is_open: bool) -> Self {
        self.open_world = Some(is_open);
        self
    }

    /// Whether it is offered with a strict schema.
    pub const fn strict(mut self, is_strict: bool) -> Self {
        self.strict = Some(is_strict);
        self
    }

    /// What it belongs to.
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }
}

impl Declaration {
    /// The definition, its schemas made.
    pub fn define(&'static self) -> ToolDefinition {
        ToolDefinition::declared(self)
    }
}
