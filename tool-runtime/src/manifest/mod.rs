//! A toolbox in a provider's request format: its bytes, its tools, and how it differs from another.

mod diff;
mod fingerprint;
mod moved;
mod offered;
mod size;
mod stored;

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

pub use diff::{Change, ChangeKind, Compatibility, ManifestDiff};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use moved::Moved;
pub use offered::OfferedTool;
pub(crate) use offered::Parameters;
pub use size::ToolSize;
pub(crate) use stored::CACHE_MARKER;

use crate::json::Json;

/// The tools of a toolbox as a provider takes them: the value of the request's `tools` key.
///
/// The bytes are the same in every process for the same toolbox, which is what a provider's prompt cache needs. They are made once
/// for a toolbox and a dialect; a clone is the same manifest, not a copy. Put them into a request with [`AsRef<[u8]>`](AsRef) or [`as_str`](Self::as_str); it is `Serialize` too.
///
/// Two manifests are equal if their bytes are. One that was stored is read back with [`FromStr`](std::str::FromStr), whatever its
/// dialect and white space, to be [compared](Self::diff).
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
#[derive(Clone, Debug)]
pub struct Manifest(Arc<Made>);

#[derive(Debug)]
struct Made {
    json: String,
    tools: Vec<OfferedTool>,
    moved: Vec<Moved>,
}

impl Manifest {
    pub(crate) fn new(json: String, tools: Vec<OfferedTool>, moved: Vec<Moved>) -> Self {
        Self(Arc::new(Made { json, tools, moved }))
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0.json
    }

    /// What the provider has no place for, tool by tool: bounds, formats and defaults that the model reads in a description
    /// instead, and with a lenient dialect the shapes that became wider.
    ///
    /// ```
    /// use tool_runtime::{Toolbox, dialect::Gemini, tool, tools};
    ///
    /// /// Finds a place.
    /// #[tool(pure)]
    /// async fn find_place(
    ///     /// Its name.
    ///     #[arg(length(min = 1))]
    ///     name: String,
    /// ) -> String {
    ///     name
    /// }
    ///
    /// let toolbox = Toolbox::new(tools![find_place])?;
    /// let manifest = toolbox.manifest(Gemini)?;
    /// assert_eq!(
    ///     manifest.moved()[0].to_string(),
    ///     "`find_place`: `minLength` of `$.name` is in its description, as \"at least 1 character\""
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn moved(&self) -> &[Moved] {
        &self.0.moved
    }

    /// The tools as they are offered, in their order, for what takes no JSON text: see
    /// [`Toolbox::definitions`](crate::Toolbox::definitions).
    pub fn tools(&self) -> &[OfferedTool] {
        &self.0.tools
    }

    /// How large each tool's definition is, in the order of the tools: every request pays for it.
    ///
    /// ```
    /// use tool_runtime::{Toolbox, dialect::Anthropic, tool, tools};
    ///
    /// /// Says hello.
    /// #[tool(pure)]
    /// async fn hello() -> &'static str {
    ///     "hello"
    /// }
    ///
    /// let manifest = Toolbox::new(tools![hello])?.manifest(Anthropic)?;
    /// assert_eq!(manifest.sizes()[0].to_string(), "`hello`: 122 bytes, about 31 tokens");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sizes(&self) -> Vec<ToolSize> {
        let size = |tool: &OfferedTool| ToolSize {
            tool: tool.name().to_owned(),
            bytes: tool.as_str().len(),
        };
        self.0.tools.iter().map(size).collect()
    }

    /// One value for all its bytes: it is another if a provider's cache misses.
    ///
    /// ```
    /// use tool_runtime::{Fingerprint, Toolbox, dialect::Anthropic, tool, tools};
    ///
    /// /// Says hello.
    /// #[tool(pure)]
    /// async fn hello() -> &'static str {
    ///     "hello"
    /// }
    ///
    /// let manifest = Toolbox::new(tools![hello])?.manifest(Anthropic)?;
    /// let stored: Fingerprint = "a26c5b07dc3c88875531c6a4bbf3dd7a45381c27".parse()?;
    /// assert_eq!(manifest.fingerprint(), stored);
    /// // Whoever pins tools of others pins each.
    /// assert_ne!(manifest.tools()[0].fingerprint(), stored);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0.json)
    }

    /// What changed since `older`, and whether a call that was valid for it may now be refused.
    ///
    /// Schemas are compared by what they take and not by how they are written. What cannot be told is said to be possibly breaking.
    ///
    /// ```
    /// use tool_runtime::{Manifest, Toolbox, dialect::Anthropic, tool, tools};
    ///
    /// /// Finds books.
    /// #[tool(pure)]
    /// async fn find_books(
    ///     /// Words of the title.
    ///     title: String,
    ///     /// How many at most.
    ///     limit: Option<u8>,
    /// ) -> String {
    ///     format!("{title} {limit:?}")
    /// }
    ///
    /// let stored = r#"[{
    ///     "name": "find_books",
    ///     "description": "Finds books.",
    ///     "input_schema": {"type": "object", "properties": {}, "additionalProperties": false}
    /// }]"#;
    /// let older: Manifest = stored.parse()?;
    /// let diff = Toolbox::new(tools![find_books])?.manifest(Anthropic)?.diff(&older);
    /// assert!(diff.can_break());
    /// assert_eq!(
    ///     diff.to_string(),
    ///     "breaking: `find_books`: `$.title` is new and required\n\
    ///      compatible: `find_books`: `$.limit` is new"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn diff(&self, older: &Self) -> ManifestDiff {
        diff::diff(older, self)
    }
}

impl PartialEq for Manifest {
    fn eq(&self, other: &Self) -> bool {
        self.0.json == other.0.json
    }
}

impl Eq for Manifest {}

impl AsRef<[u8]> for Manifest {
    fn as_ref(&self) -> &[u8] {
        self.0.json.as_bytes()
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.json)
    }
}

impl Serialize for Manifest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::new(&self.0.json).serialize(serializer)
    }
}
