//! Every tool in every form that it has.

use std::fmt;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};
use tool_runtime::Toolbox;

use super::more;
use crate::requests::{REQUESTS, Request, schemas};

pub(super) struct Form {
    request: &'static str,
    pub(super) tool: String,
    pub(super) toolbox: Toolbox,
    /// As the provider gets it.
    pub(super) schema: Value,
    pub(super) lowered: Validator,
    /// That of the tool itself.
    own: Validator,
    required: Vec<Value>,
}

impl Form {
    /// Whether the tool's own schema takes the arguments, where `null` is absence for what may be left out.
    pub(super) fn takes(&self, arguments: &Value) -> bool {
        let mut present = arguments.clone();
        if let Value::Object(members) = &mut present {
            members.retain(|name, value| !value.is_null() || self.required.contains(&json!(name)));
        }
        self.own.is_valid(&present)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.tool, self.request)
    }
}

pub(super) static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let mut forms = Vec::new();
    for request in &REQUESTS {
        add(&mut forms, request, (request.tools)());
        for toolbox in more::toolboxes() {
            add(&mut forms, request, toolbox);
        }
    }
    forms
});

fn add(forms: &mut Vec<Form>, request: &Request, toolbox: Toolbox) {
    // Not every tool has every form.
    let Ok(manifest) = toolbox.manifest(request.format) else {
        return;
    };
    for (tool, schema) in schemas(request, &manifest) {
        let mut tools = toolbox.tools().iter();
        let definition = tools.find(|definition| definition.name() == tool).unwrap();
        let own: Value = serde_json::from_str(&definition.parameters().to_string()).unwrap();
        forms.push(Form {
            request: request.name,
            lowered: jsonschema::draft202012::new(&schema).unwrap(),
            required: own["required"].as_array().cloned().unwrap_or_default(),
            own: jsonschema::draft202012::new(&own).unwrap(),
            toolbox: toolbox.clone(),
            tool,
            schema,
        });
    }
}
