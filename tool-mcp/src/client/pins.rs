//! What a server's tools were when somebody looked at them.

use tool_runtime::{Fingerprint, Manifest, ManifestDiff};

/// What a server's tools are held to: a stored [manifest](super::McpTools::manifest), or its fingerprint, which is shorter and does not
/// tell what is different.
#[derive(Clone, Debug)]
pub struct Pinned(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Manifest(Manifest),
    Fingerprint(Fingerprint),
}

impl From<Manifest> for Pinned {
    fn from(manifest: Manifest) -> Self {
        Self(Kind::Manifest(manifest))
    }
}

impl From<Fingerprint> for Pinned {
    fn from(fingerprint: Fingerprint) -> Self {
        Self(Kind::Fingerprint(fingerprint))
    }
}

/// The tools are others.
#[derive(Clone, Debug)]
pub(super) struct Drift(pub(super) Option<ManifestDiff>);

impl Pinned {
    pub(super) fn check(&self, listed: &Manifest) -> Result<(), Drift> {
        match &self.0 {
            Kind::Manifest(pinned) if value(pinned) != value(listed) => {
                Err(Drift(Some(listed.diff(pinned))))
            }
            Kind::Fingerprint(pinned) if *pinned != listed.fingerprint() => Err(Drift(None)),
            _ => Ok(()),
        }
    }
}

/// However its text is written.
fn value(manifest: &Manifest) -> Option<serde_json::Value> {
    serde_json::from_str(manifest.as_str()).ok()
}
