//! What all strict tools of a request together may have.

use serde_json::Value;

use super::lower::inside;

/// Numbers of what is limited: as limits, or as what there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct StrictLimits {
    pub(super) tools: usize,
    /// Properties that may be left out.
    pub(super) optional: usize,
    /// Properties of more than one type.
    pub(super) unions: usize,
}

impl StrictLimits {
    pub(super) const NONE: Self = Self {
        tools: usize::MAX,
        optional: usize::MAX,
        unions: usize::MAX,
    };

    /// Those of Anthropic's models, at Anthropic and elsewhere.
    pub(super) const ANTHROPIC: Self = Self {
        tools: 20,
        optional: 24,
        unions: 16,
    };

    /// With one more tool, as far as these limits ask. Only properties that are reached without a `$ref` count.
    pub(super) fn with(mut self, schema: &Value, limits: &Self) -> Self {
        self.tools += 1;
        if *limits != Self::NONE {
            self.count(schema);
        }
        self
    }

    fn count(&mut self, schema: &Value) {
        let required = schema.get("required").and_then(Value::as_array);
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let is_required =
                    required.is_some_and(|names| names.iter().any(|known| known == name.as_str()));
                let has_types = property.get("type").is_some_and(Value::is_array);
                self.optional += usize::from(!is_required);
                self.unions += usize::from(has_types || property.get("anyOf").is_some());
            }
        }
        for (keyword, inner) in inside(schema) {
            if keyword != "$defs" {
                self.count(inner);
            }
        }
    }

    /// What of `used` is more than these limits, in words.
    pub(super) fn exceeded(self, used: &Self) -> Vec<String> {
        let rows = [
            ("strict tools", used.tools, self.tools),
            (
                "strict parameters that may be left out",
                used.optional,
                self.optional,
            ),
            (
                "strict parameters of more than one type",
                used.unions,
                self.unions,
            ),
        ];
        rows.iter()
            .filter(|(_, count, limit)| count > limit)
            .map(|(what, count, limit)| format!("{count} {what}, where at most {limit} are taken"))
            .collect()
    }
}
