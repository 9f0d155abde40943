//! A manifest read back from its JSON text, of whatever dialect that is.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde_json::Value;

use super::{Manifest, OfferedTool, Parameters};
use crate::ManifestTextError;
use crate::json::{Cursor, compact};

/// What ends the last tool of Anthropic's manifest where a cache marker is asked for, instead of `}`.
pub(crate) const CACHE_MARKER: &str = ",\"cache_control\":{\"type\":\"ephemeral\"}}";

/// Where a provider's definition has its schema: below the member of the first name, if there is one, at the other.
const FORMS: [(&str, &str); 6] = [
    ("toolSpec", "/inputSchema/json"),
    ("function", "/parameters"),
    ("", "/input_schema"),
    ("", "/inputSchema"),
    ("", "/parametersJsonSchema"),
    ("", "/parameters"),
];

/// Reads what was stored of [`as_str`](Manifest::as_str), also with other white space, of any dialect.
///
/// What was [moved](Manifest::moved) is not in the text and so not known.
///
/// ```
/// use tool_runtime::{Manifest, Toolbox, dialect::OpenAiChat, tool, tools};
///
/// /// Says hello.
/// #[tool(pure)]
/// async fn hello() -> &'static str {
///     "hello"
/// }
///
/// let manifest = Toolbox::new(tools![hello])?.manifest(OpenAiChat)?;
/// let stored = serde_json::to_string_pretty(&manifest)?;
/// assert_eq!(stored.parse::<Manifest>()?, manifest);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl FromStr for Manifest {
    type Err = ManifestTextError;

    fn from_str(text: &str) -> Result<Self, ManifestTextError> {
        // As a value first, so that nothing below meets what is no JSON.
        serde_json::from_str::<Value>(text).map_err(|error| ManifestTextError::NotJson {
            message: error.to_string(),
        })?;
        let json = compact(text);
        let tools = tools(&json)?;
        let mut names = BTreeSet::new();
        if let Some(twice) = tools.iter().find(|tool| !names.insert(tool.name())) {
            let name = twice.name();
            return Err(not_a_manifest(format!("it has the tool `{name}` twice")));
        }
        Ok(Self::new(json, tools, Vec::new()))
    }
}

fn not_a_manifest(problem: impl Into<String>) -> ManifestTextError {
    ManifestTextError::NotAManifest {
        problem: problem.into(),
    }
}

fn tools(json: &str) -> Result<Vec<OfferedTool>, ManifestTextError> {
    let Some(mut entries) = elements(json) else {
        return Err(not_a_manifest("it is not a list of tools"));
    };
    // Gemini's list has one entry with all tools, some of which have no schema.
    let declarations = match entries[..] {
        [only] => member(only, "functionDeclarations").and_then(elements),
        _ => None,
    };
    let is_gemini = declarations.is_some();
    if let Some(declarations) = declarations {
        entries = declarations;
    }
    // Bedrock's marker for the cache is an entry of its own.
    if entries
        .last()
        .is_some_and(|last| member(last, "cachePoint").is_some())
    {
        entries.pop();
    }
    let tools = entries.into_iter().enumerate().map(|(index, entry)| {
        // Behind the tool with the marker there may be some that the provider keeps back.
        let text = match entry.strip_suffix(CACHE_MARKER) {
            Some(open) => format!("{open}}}"),
            None => entry.to_owned(),
        };
        tool(text, is_gemini).ok_or_else(|| {
            let problem = format!("entry {index} of its list has no name or no schema where a provider's tool has them");
            not_a_manifest(problem)
        })
    });
    tools.collect()
}

fn tool(text: String, is_gemini: bool) -> Option<OfferedTool> {
    let entry: Value = serde_json::from_str(&text).ok()?;
    let (holder, schema) = FORMS
        .iter()
        .find_map(|(inside, schema)| {
            let holder = match *inside {
                "" => &entry,
                inside => entry.get(inside)?,
            };
            Some((holder, holder.pointer(schema)?))
        })
        .unwrap_or((&entry, &Value::Null));
    let parameters = match schema {
        Value::Object(_) => Parameters::Made(schema.clone()),
        Value::Null if is_gemini => Parameters::Made(takes_nothing()),
        _ => return None,
    };
    let string = |key| holder.get(key).and_then(Value::as_str);
    Some(OfferedTool {
        name: string("name")?.to_owned(),
        description: string("description").unwrap_or_default().to_owned(),
        is_strict: holder.get("strict") == Some(&Value::Bool(true)),
        parameters,
        text,
    })
}

/// The schema of a tool without arguments.
fn takes_nothing() -> Value {
    serde_json::json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// The texts of the elements of a list.
fn elements(json: &str) -> Option<Vec<&str>> {
    let mut cursor = Cursor::array(json)?;
    let mut elements = Vec::new();
    while cursor.advance().ok()? {
        elements.push(cursor.value().ok()?);
    }
    Some(elements)
}

/// The text of a member of an object.
fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let mut cursor = Cursor::object(json)?;
    while cursor.advance().ok()? {
        let is_it = cursor.key().ok()? == name;
        let value = cursor.value().ok()?;
        if is_it {
            return Some(value);
        }
    }
    None
}
