//! What a server answered to a call, as what a tool answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rmcp::model::{CallToolResult, ContentBlock, Resource, ResourceContents, ServerResult};
use serde_json::Value;
use tool_runtime::tool::{Answer, ResourceLink};
use tool_runtime::{Content, ToolError};

use super::text::{quoted, shortened};

/// What the result is of, for what is said of it.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) server: &'a str,
    pub(super) tool: &'a str,
    /// What a structured result is held to.
    pub(super) output: Option<&'a jsonschema::Validator>,
    /// Whether others are told of what the structured content is.
    pub(super) has_output_schema: bool,
}

impl Of<'_> {
    pub(super) fn answer(self, result: ServerResult) -> Result<Answer, ToolError> {
        match result {
            ServerResult::CallToolResult(result) => self.result(result),
            ServerResult::InputRequiredResult(_) => Err(self.refused(
                "asks for more input before it goes on, which this program does not give",
            )),
            ServerResult::CreateTaskResult(_) => Err(self
                .refused("made a task of the call, whose result this program does not wait for")),
            // Nothing at all is a result too, of servers before 2026-07-28.
            ServerResult::EmptyResult(_) | ServerResult::TaskAckResult(_) => {
                Ok(Vec::<Content>::new().into())
            }
            // Something in it is of no kind that is known.
            ServerResult::CustomResult(custom) => match read(custom.0) {
                Some((result, unknown)) => self.parts(result, unknown),
                None => Err(self.refused("answered what is no result of a tool")),
            },
            _ => Err(self.refused("answered what is no result of a tool")),
        }
    }

    fn refused(self, what: &str) -> ToolError {
        let Self { server, tool, .. } = self;
        ToolError::new(format!("The server `{server}` {what}: `{tool}`")).permanent()
    }

    fn result(self, result: CallToolResult) -> Result<Answer, ToolError> {
        self.parts(result, Vec::new())
    }

    /// The result, with what stands in it of kinds that are not known.
    fn parts(self, result: CallToolResult, unknown: Vec<Content>) -> Result<Answer, ToolError> {
        let mut parts: Vec<Content> = result.content.into_iter().map(part).collect();
        parts.extend(unknown);
        if result.is_error == Some(true) {
            return Err(self.failure(&parts, result.structured_content));
        }
        if let Some(value) = &result.structured_content {
            self.check(value)?;
        } else if self.output.is_some() {
            return Err(self.unfit("it has no structured content"));
        }
        Ok(match result.structured_content {
            None => parts.into(),
            Some(value) => self.with_structured(parts, &value),
        })
    }

    /// The parts, and the value where they do not say it already, as servers do for clients that read only texts. Who is told what the
    /// value is gets it as it is.
    fn with_structured(self, mut parts: Vec<Content>, value: &Value) -> Answer {
        let json = Content::Json(value.to_string());
        let is_it = |part: &Content| matches!(part, Content::Text(text) if same(text, value));
        if let [only] = parts.as_slice()
            && is_it(only)
        {
            return json.into();
        }
        if !self.has_output_schema && says(&parts, value) {
            return parts.into();
        }
        match parts.iter().position(is_it) {
            Some(place) => parts[place] = json,
            None => parts.push(json),
        }
        parts.into()
    }

    /// The server's tool failed, and says why.
    fn failure(self, parts: &[Content], structured: Option<Value>) -> ToolError {
        let texts: Vec<_> = parts.iter().map(Content::as_text).collect();
        let text = texts.join("\n");
        let text = match (text.trim(), structured) {
            ("", Some(value)) => value.to_string(),
            ("", None) => {
                let Self { server, tool, .. } = self;
                format!("`{tool}` of the server `{server}` failed without saying why")
            }
            (text, _) => text.to_owned(),
        };
        ToolError::new(text)
    }

    fn check(self, value: &Value) -> Result<(), ToolError> {
        let Some(output) = self.output else {
            return Ok(());
        };
        let mut errors = output.iter_errors(value);
        let Some(first) = errors.next() else {
            return Ok(());
        };
        let place = match first.instance_path().as_str() {
            "" => String::new(),
            path => format!(" at `{path}`"),
        };
        let problem = shortened(&first.masked().to_string(), 200);
        Err(self.unfit(&format!("{problem}{place}")))
    }

    fn unfit(self, problem: &str) -> ToolError {
        let Self { server, tool, .. } = self;
        let problem = quoted(problem, 300);
        ToolError::new(format!(
            "`{tool}` of the server `{server}` was called, but its result does not fit its own output schema: {problem}"
        ))
        .permanent()
    }
}

/// A result with blocks that rmcp does not know, and for each of these what the model reads.
fn read(custom: Value) -> Option<(CallToolResult, Vec<Content>)> {
    let Value::Object(mut members) = custom else {
        return None;
    };
    let blocks = match members.remove("content") {
        Some(Value::Array(blocks)) => blocks,
        _ => return None,
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for block in blocks {
        match serde_json::from_value::<ContentBlock>(block.clone()) {
            Ok(_) => known.push(block),
            Err(_) => unknown.push(not_shown(&block)),
        }
    }
    members.insert("content".to_owned(), Value::Array(known));
    let result = serde_json::from_value(Value::Object(members)).ok()?;
    Some((result, unknown))
}

fn not_shown(block: &Value) -> Content {
    let kind = block.get("type").and_then(Value::as_str);
    let kind = quoted(kind.unwrap_or("nothing that is known"), 40);
    Content::text(format!("[content of the kind `{kind}`, not shown]"))
}

fn part(block: ContentBlock) -> Content {
    match block {
        ContentBlock::Text(text) => Content::Text(text.text),
        ContentBlock::Image(image) => file(Content::image, image.mime_type, &image.data),
        ContentBlock::Audio(audio) => file(Content::audio, audio.mime_type, &audio.data),
        ContentBlock::ResourceLink(resource) => link(resource).into(),
        ContentBlock::Resource(resource) => embedded(resource.resource),
        _ => Content::text("[content of a kind that is not known, not shown]"),
    }
}

fn file(make: fn(String, Vec<u8>) -> Content, mime_type: String, data: &str) -> Content {
    match STANDARD.decode(data) {
        Ok(data) => make(mime_type, data),
        Err(_) => Content::text(format!(
            "[{}, whose data is not base64, not shown]",
            shortened(&mime_type, 100)
        )),
    }
}

fn link(resource: Resource) -> ResourceLink {
    let mut link = ResourceLink::new(resource.uri, resource.name);
    link.title = resource.title;
    link.description = resource.description;
    link.mime_type = resource.mime_type;
    link.size = resource.size;
    link
}

/// What is embedded is read as what it is; its address says what it is of.
fn embedded(resource: ResourceContents) -> Content {
    match resource {
        ResourceContents::TextResourceContents { uri, text, .. } => {
            Content::Text(format!("{uri}:\n{text}"))
        }
        ResourceContents::BlobResourceContents {
            uri,
            mime_type,
            blob,
            ..
        } => {
            let mime_type = mime_type.unwrap_or_else(|| "application/octet-stream".to_owned());
            match mime_type.split('/').next() {
                Some("image") => file(Content::image, mime_type, &blob),
                Some("audio") => file(Content::audio, mime_type, &blob),
                _ => {
                    // Four characters are three bytes, and `=` none.
                    let bytes = blob.trim_end_matches('=').len() * 3 / 4;
                    Content::Text(format!("{uri}: [{mime_type}, {bytes} bytes, not shown]"))
                }
            }
        }
        _ => Content::text("[a resource of a kind that is not known, not shown]"),
    }
}

fn same(text: &str, value: &Value) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|text| text == *value)
}

/// Whether the texts are the value, or what is in it: Python's SDK wraps what is no object into `{"result": …}`, and writes a list's
/// items one by one.
fn says(parts: &[Content], value: &Value) -> bool {
    let texts: Vec<&str> = parts
        .iter()
        .filter_map(|part| match part {
            Content::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let is = |text: &&str, value: &Value| match value {
        Value::String(string) => string == text || same(text, value),
        _ => same(text, value),
    };
    let each = |items: &Vec<Value>| {
        items.len() == texts.len() && texts.iter().zip(items).all(|(text, item)| is(text, item))
    };
    let is_said = |value: &Value| {
        texts.iter().any(|text| is(text, value)) || value.as_array().is_some_and(each)
    };
    let wrapped = match value {
        Value::Object(members) if members.len() == 1 => members.get("result"),
        _ => None,
    };
    is_said(value) || wrapped.is_some_and(is_said)
}
