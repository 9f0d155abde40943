//! A toolbox in a provider's request format.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::json::Json;

/// The tools of a toolbox as a provider takes them: the value of the request's `tools` key.
///
/// The bytes are the same in every process for the same toolbox, which is what a provider's prompt cache needs. They are made once
/// for a toolbox and a dialect; a clone is the same manifest, not a copy. Put them into a request with [`AsRef<[u8]>`](AsRef) or [`as_str`](Self::as_str); it is `Serialize` too.
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
pub struct Manifest(Arc<Made>);

#[derive(Debug, PartialEq, Eq)]
struct Made {
    json: String,
    moved: Vec<Moved>,
    sizes: Vec<ToolSize>,
}

impl Manifest {
    pub(crate) fn new(json: String, moved: Vec<Moved>, sizes: Vec<ToolSize>) -> Self {
        Self(Arc::new(Made { json, moved, sizes }))
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
}

impl Manifest {
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
    pub fn sizes(&self) -> &[ToolSize] {
        &self.0.sizes
    }
}

/// How large a tool's definition is in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolSize {
    /// The tool's name.
    pub tool: String,
    /// The bytes of its JSON text, without the comma before the next.
    pub bytes: usize,
}

impl ToolSize {
    /// About how many tokens a model reads for it: a fourth of its bytes. How many they are each model's tokenizer says, and how it
    /// is shown a definition no provider does; so it is good to compare tools with each other.
    pub fn estimated_tokens(&self) -> usize {
        self.bytes.div_ceil(4)
    }
}

impl fmt::Display for ToolSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tool, bytes, tokens) = (&self.tool, self.bytes, self.estimated_tokens());
        write!(f, "`{tool}`: {bytes} bytes, about {tokens} tokens")
    }
}

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

/// One thing that a manifest says in another way than the tool's schema does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moved {
    /// A keyword that the provider does not take stands in the description, in words.
    Described {
        /// The tool's name.
        tool: String,
        /// The value that it is about, as in `$.lines[].copies`.
        path: String,
        /// The keyword.
        keyword: String,
        /// The words.
        text: String,
    },
    /// The schema takes more than the tool does, since the provider has no form for it.
    Widened {
        /// The tool's name.
        tool: String,
        /// The value that it is about.
        path: String,
        /// What the provider has no form for, as the end of a sentence that begins with the path.
        problem: String,
    },
    /// The tool is offered without a strict schema.
    NotStrict {
        /// The tool's name.
        tool: String,
        /// The value that has no strict form.
        path: String,
        /// Why, as the end of a sentence that begins with the path.
        problem: String,
    },
}

impl Moved {
    /// The tool's name.
    pub fn tool(&self) -> &str {
        let (Self::Described { tool, .. }
        | Self::Widened { tool, .. }
        | Self::NotStrict { tool, .. }) = self;
        tool
    }

    /// The value that it is about: `$` is the arguments, `result` what the tool answers, `[]` an item of a list, `*` a member of any name.
    pub fn path(&self) -> &str {
        let (Self::Described { path, .. }
        | Self::Widened { path, .. }
        | Self::NotStrict { path, .. }) = self;
        path
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Described {
                tool,
                path,
                keyword,
                text,
            } => write!(
                f,
                "`{tool}`: `{keyword}` of `{path}` is in its description, as \"{text}\""
            ),
            Self::Widened {
                tool,
                path,
                problem,
            } => {
                write!(
                    f,
                    "`{tool}`: the schema takes more than the tool does, since `{path}` {problem}"
                )
            }
            Self::NotStrict {
                tool,
                path,
                problem,
            } => {
                write!(f, "`{tool}` has no strict schema, since `{path}` {problem}")
            }
        }
    }
}
