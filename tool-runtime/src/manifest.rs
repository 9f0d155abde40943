//! A toolbox in a provider's request format.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::json::Json;

/// The tools of a toolbox as a provider takes them: the value of the request's `tools` key.
///
/// The bytes are the same in every process for the same toolbox, which is what a provider's prompt cache needs. Put
/// them into a request with [`AsRef<[u8]>`](AsRef) or [`as_str`](Self::as_str); it is `Serialize` too.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Anthropic, tool, tools};
///
/// /// Adds two numbers.
/// #[tool(pure)]
/// async fn add(
///     /// The first.
///     a: i64,
///     /// The second.
///     b: i64,
/// ) -> i64 {
///     a + b
/// }
///
/// let toolbox = Toolbox::new(tools![add])?;
/// let request = serde_json::json!({
///     "model": "…",
///     "max_tokens": 1024,
///     "tools": toolbox.manifest(Anthropic)?,
///     "messages": [],
/// });
/// assert_eq!(request["tools"][0]["name"], "add");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest(String);

impl Manifest {
    pub(crate) fn new(json: String) -> Self {
        Self(json)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Manifest {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Manifest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::new(&self.0).serialize(serializer)
    }
}
