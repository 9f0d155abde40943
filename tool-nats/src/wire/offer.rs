//! A tool as a worker offers it: the metadata of its endpoint.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tool_runtime::ToolDefinition;
use tool_runtime::tool::DeclaredEffects;

use super::{FORMAT, subject};

/// What a worker says of a tool.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Offer {
    /// The tool as MCP has it.
    tool: String,
    rules: Rules,
    rules_text: String,
    name: String,
    fingerprint: String,
}

/// What the runtime of the caller holds calls to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rules {
    pub(crate) effects: DeclaredEffects,
    /// Each call says for itself what it touches, which only the worker knows.
    pub(crate) effects_per_call: bool,
    pub(crate) destructive: bool,
    pub(crate) idempotent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) open_world: Option<bool>,
    pub(crate) approval: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_concurrency: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

/// A tool as MCP has it, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    name: String,
    title: Option<String>,
    #[serde(default)]
    description: String,
    input_schema: Value,
    output_schema: Option<Value>,
}

impl Rules {
    fn of(definition: &ToolDefinition) -> Self {
        let milliseconds = |time: Duration| time.as_millis().try_into().unwrap_or(u64::MAX);
        Self {
            effects: definition.effects().clone(),
            effects_per_call: definition.has_effects_per_call(),
            destructive: definition.is_destructive(),
            idempotent: definition.is_idempotent(),
            open_world: definition.is_open_world(),
            approval: definition.needs_approval(),
            timeout_ms: definition.timeout().map(milliseconds),
            attempts: definition.attempts(),
            max_concurrency: definition.max_concurrency(),
            tags: definition.tags().map(str::to_owned).collect(),
        }
    }
}

impl Offer {
    /// The offer of a tool that `tool` shows as MCP has it.
    pub(crate) fn new(name: &str, definition: &ToolDefinition, tool: &str) -> Self {
        let rules = Rules::of(definition);
        let rules_text = serde_json::to_string(&rules).unwrap_or_default();
        Self {
            name: name.to_owned(),
            fingerprint: fingerprint(tool, &rules_text),
            tool: tool.to_owned(),
            rules,
            rules_text,
        }
    }

    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub(crate) fn read(metadata: &HashMap<String, String>) -> Result<Self, String> {
        let needed = |key: &str| {
            let value = metadata.get(key).map(String::as_str);
            value.ok_or_else(|| format!("its metadata has no `{key}`"))
        };
        let format = needed("format")?;
        if format != FORMAT.to_string() {
            let format = format.escape_debug();
            return Err(format!(
                "it is offered in format `{format}`; this program reads format {FORMAT}"
            ));
        }
        let (tool, rules_text) = (needed("tool")?, needed("rules")?);
        let fingerprint = fingerprint(tool, rules_text);
        if needed("fingerprint")? != fingerprint {
            return Err("its fingerprint is not that of its definition".to_owned());
        }
        let told = told(tool)?;
        let rules = serde_json::from_str(rules_text)
            .map_err(|error| format!("its rules cannot be read: {error}"))?;
        Ok(Self {
            name: told.name,
            tool: tool.to_owned(),
            rules,
            rules_text: rules_text.to_owned(),
            fingerprint,
        })
    }

    pub(crate) fn metadata(&self) -> HashMap<String, String> {
        let pairs = [
            ("format", FORMAT.to_string()),
            ("tool", self.tool.clone()),
            ("rules", self.rules_text.clone()),
            ("fingerprint", self.fingerprint.clone()),
        ];
        let owned = |(key, value): (&str, String)| (key.to_owned(), value);
        pairs.map(owned).into()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// 40 hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(crate) fn endpoint(&self) -> String {
        subject::endpoint(&self.name, &self.fingerprint)
    }

    /// The tool as a toolbox has it under `name`. What a call of it touches, where only the worker knows, is anything.
    #[track_caller]
    pub(crate) fn definition(&self, name: &str) -> Result<ToolDefinition, String> {
        let told = told(&self.tool)?;
        let rules = &self.rules;
        let effects = match rules.effects_per_call {
            true => DeclaredEffects::Exclusive,
            false => rules.effects.clone(),
        };
        let mut definition = ToolDefinition::named(name, told.description)
            .with_parameters(told.input_schema)
            .with_effects(effects)
            .with_destructive(rules.destructive)
            .with_idempotent(rules.idempotent)
            .with_approval(rules.approval)
            .with_tags(&rules.tags);
        if let Some(title) = told.title {
            definition = definition.with_title(title);
        }
        if let Some(schema) = told.output_schema {
            definition = definition.with_output_schema(schema);
        }
        if let Some(is_open) = rules.open_world {
            definition = definition.with_open_world(is_open);
        }
        if let Some(timeout) = rules.timeout_ms {
            definition = definition.with_timeout(Duration::from_millis(timeout));
        }
        if let Some(calls) = rules.max_concurrency {
            definition = definition.with_max_concurrency(calls);
        }
        Ok(match rules.attempts {
            Some(attempts) => definition.with_attempts(attempts),
            None => definition,
        })
    }
}

fn told(tool: &str) -> Result<Told, String> {
    serde_json::from_str(tool).map_err(|error| format!("its definition cannot be read: {error}"))
}

fn fingerprint(tool: &str, rules: &str) -> String {
    digits(format!("{tool}\n{rules}").as_bytes())
}

/// The first 160 bits of the hash.
fn digits(text: &[u8]) -> String {
    let hash = hmac_sha256::Hash::hash(text);
    let mut digits = String::with_capacity(40);
    for byte in &hash[..20] {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// What the tools of a worker are, by their names and fingerprints: workers that say the same have the same. 40 hexadecimal digits.
pub(crate) fn offers<'a>(tools: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let line = |(name, fingerprint): (&str, &str)| format!("{name} {fingerprint}");
    let mut lines: Vec<_> = tools.into_iter().map(line).collect();
    lines.sort_unstable();
    let ended = lines.into_iter().map(|line| line + "\n");
    digits(ended.collect::<String>().as_bytes())
}

/// The same by what endpoints say, whether they can be used or not. None if one does not say what tool it is.
pub(crate) fn offers_told<'a>(
    endpoints: impl IntoIterator<Item = &'a HashMap<String, String>>,
) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let mut tools = Vec::new();
    for metadata in endpoints {
        let named: Named = serde_json::from_str(metadata.get("tool")?).ok()?;
        tools.push((named.name, metadata.get("fingerprint")?.as_str()));
    }
    let tools = tools.iter();
    Some(offers(tools.map(|(name, print)| (name.as_str(), *print))))
}

#[cfg(test)]
mod tests {
    use tool_runtime::dialect::Mcp;
    use tool_runtime::{RuntimeTool, Toolbox};

    use super::*;

    fn offer() -> Offer {
        let definition = ToolDefinition::named("get_customer", "Looks up a customer.")
            .with_parameters(serde_json::json!({
                "type": "object",
                "properties": {"customer_id": {"type": "integer", "minimum": 1}},
                "required": ["customer_id"],
            }))
            .with_output_schema(serde_json::json!({
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
            }))
            .with_title("Customer")
            .with_effects(DeclaredEffects::reads(["customer:{customer_id}"]).in_group("desk"))
            .with_idempotent(true)
            .with_attempts(4)
            .with_max_concurrency(7)
            .with_timeout(Duration::from_millis(1_500))
            .with_tags(["desk"]);
        let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>(""));
        let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
        let offered = toolbox.definitions(Mcp).unwrap();
        Offer::new(offered[0].name(), &toolbox.tools()[0], offered[0].as_str())
    }

    #[test]
    fn what_is_offered_is_what_a_toolbox_has() {
        let offer = offer();
        let read = Offer::read(&offer.metadata()).unwrap();
        assert_eq!(read, offer);
        let definition = read.definition("get_customer").unwrap();
        assert_eq!(Rules::of(&definition), offer.rules);
        assert_eq!(definition.title(), Some("Customer"));
        assert_eq!(definition.description(), "Looks up a customer.");
        assert!(definition.output_schema().is_some());
        let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>(""));
        let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
        let again = toolbox.definitions(Mcp).unwrap();
        assert_eq!(again[0].as_str(), offer.tool);
    }

    #[test]
    fn the_tools_of_a_worker_are_one_number() {
        // printf 'add 11\nmath.add 22\n' | sha256sum
        let expected = "c3cf5d31270bd87a83dcdaef4d6bb3ed6ad7885d";
        assert_eq!(offers([("add", "11"), ("math.add", "22")]), expected);
        assert_eq!(offers([("math.add", "22"), ("add", "11")]), expected);
        for others in [
            vec![("add", "11")],
            vec![("add", "11"), ("math.add", "23")],
            vec![("add", "11"), ("math_add", "22")],
        ] {
            assert_ne!(offers(others), expected);
        }
        let (offer, metadata) = (offer(), offer().metadata());
        let told = offers([(offer.name(), offer.fingerprint())]);
        assert_eq!(offers_told([&metadata]), Some(told));
        assert_eq!(offers_told([&metadata, &HashMap::new()]), None);
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_the_reason() {
        let refused = |key: &str, value: Option<&str>| {
            let mut metadata = offer().metadata();
            match value {
                Some(value) => metadata.insert(key.to_owned(), value.to_owned()),
                None => metadata.remove(key),
            };
            Offer::read(&metadata).unwrap_err()
        };
        assert_eq!(refused("tool", None), "its metadata has no `tool`");
        assert_eq!(
            refused("format", Some("2")),
            "it is offered in format `2`; this program reads format 1"
        );
        let other = r#"{"name":"get_customer","inputSchema":{}}"#;
        assert_eq!(
            refused("tool", Some(other)),
            "its fingerprint is not that of its definition"
        );
    }
}
