//! What is wrong with a tool by itself, wherever it is offered.

use tool_runtime::tool::{DeclaredEffects, State};
use tool_runtime::{ToolDefinition, Toolbox};

use super::described::undescribed;
use super::{Found, Lint};

/// The longest name that every provider takes.
const LONGEST_NAME: usize = 64;

impl Lint {
    pub(super) fn check_own<S: State>(&self, toolbox: &Toolbox<S>, found: &mut Found) {
        for tool in toolbox.tools() {
            descriptions(tool, found);
            if *tool.effects() == DeclaredEffects::Undeclared {
                found.warn(
                    "undeclared_effects",
                    tool.name(),
                    None,
                    "does not say what it touches, so its calls run beside all others; write `reads(…)`, `writes(…)` or `pure`",
                );
            }
            let length = tool.name().chars().count();
            if length > LONGEST_NAME {
                found.warn(
                    "long_name",
                    tool.name(),
                    None,
                    format!("has a name of {length} characters, and most providers take {LONGEST_NAME}; name it shorter"),
                );
            }
        }
    }
}

fn descriptions(tool: &ToolDefinition, found: &mut Found) {
    if tool.description().trim().is_empty() {
        let text =
            "has no description, by which a model chooses it; say in a `///` what it does and when";
        found.warn("no_description", tool.name(), None, text);
    }
    for path in undescribed(tool) {
        let text = "has no description; say in a `///` what it is";
        found.warn("no_description", tool.name(), Some(path), text);
    }
}
