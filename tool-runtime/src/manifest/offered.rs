//! One tool of a manifest.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::Fingerprint;
use crate::tool::Schema;

/// A tool as a provider is told about it: what [`Toolbox::definitions`](crate::Toolbox::definitions) gives to clients that take
/// values instead of JSON text.
#[derive(Clone, Debug)]
pub struct OfferedTool {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) parameters: Parameters,
    pub(crate) is_strict: bool,
    pub(crate) text: String,
}

/// The schema of a tool's arguments as a value.
#[derive(Clone, Debug)]
pub(crate) enum Parameters {
    Made(Value),
    /// Made when it is asked for, which most programs never do: a manifest is sent as text.
    Later {
        schema: Arc<Schema>,
        lower: fn(&Schema) -> Value,
        made: OnceLock<Value>,
    },
}

impl Parameters {
    pub(crate) fn later(schema: Arc<Schema>, lower: fn(&Schema) -> Value) -> Self {
        Self::Later {
            schema,
            lower,
            made: OnceLock::new(),
        }
    }

    fn get(&self) -> &Value {
        match self {
            Self::Made(value) => value,
            Self::Later {
                schema,
                lower,
                made,
            } => made.get_or_init(|| lower(schema)),
        }
    }
}

impl PartialEq for OfferedTool {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.name == other.name
            && self.description == other.description
            && self.is_strict == other.is_strict
            && self.parameters() == other.parameters()
    }
}

impl Eq for OfferedTool {}

impl OfferedTool {
    /// The name that the model calls.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the model reads about the tool; some have nothing to say.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The JSON Schema of its arguments in what the provider takes of JSON Schema: always an object's, also of a tool without
    /// arguments, for which Gemini's manifest has no schema.
    ///
    /// What a strict schema requires may be more than the tool's function does: see [`Configured`](crate::dialect::Configured).
    /// The members of a `Value` are in serde_json's order; those of [`as_str`](Self::as_str) are in ours.
    pub fn parameters(&self) -> &Value {
        self.parameters.get()
    }

    /// Whether the provider is asked to see to it that calls fit the schema.
    pub fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Its JSON text in the manifest, without a marker for the cache.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// One value for all that the provider is told about it, wherever it stands in the list: it is another if anything is said in
    /// another way.
    ///
    /// To pin the tools of a server that others run, keep the fingerprint of each that was looked at, and refuse one that has
    /// another: it is 160 bits of SHA-256, so that nobody can make two definitions that share one.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.text)
    }
}
