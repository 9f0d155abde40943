//! The manifests of a toolbox, each made once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::dialect::{FormatKey, RequestFormat};
use crate::tool::ToolDefinition;
use crate::{Manifest, ManifestError};

/// A manifest for each dialect and its settings that was asked for: a few, so a list is enough.
/// A clone is the same list, for the same definitions.
#[derive(Clone, Default)]
pub(super) struct Manifests(Arc<Mutex<Vec<(FormatKey, Manifest)>>>);

impl Manifests {
    /// The manifest of these definitions, which are the same each time. What is refused is made, and refused, each time.
    pub(super) fn get(
        &self,
        format: &impl RequestFormat,
        definitions: &[ToolDefinition],
    ) -> Result<Manifest, ManifestError> {
        let Some(key) = format.key() else {
            return format.manifest(definitions);
        };
        if let Some(made) = self.find(key) {
            return Ok(made);
        }
        // Not under the lock: others may be asked for meanwhile. Of two that are made at once they are the same bytes.
        let made = format.manifest(definitions)?;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((key, made.clone()));
        Ok(made)
    }

    fn find(&self, key: FormatKey) -> Option<Manifest> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = all.iter();
        all.find(|(other, _)| *other == key)
            .map(|(_, manifest)| manifest.clone())
    }
}
