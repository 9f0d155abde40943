//! Tools whose name, schema and closure are known only at run time: an MCP server's, a plugin's.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::arguments::{ReadObject, add_repeated, read_object};
use super::call_effects::CallEffects;
use super::compiled::Compiled;
use super::content::{Answer, Content};
use super::key::KeyText;
use super::output::Failure;
use super::parameter::Shape;
use super::problem::{ArgumentErrors, ArgumentProblem};
use super::schema::Schema;
use super::validator::Validator;
use super::written;
use super::{CallContext, Prepared, State, Tool, ToolDefinition, Touching, draft, root};
use crate::{BuildError, ToolError};

/// A tool that is known only at run time, for [`ToolboxBuilder::tool`](crate::ToolboxBuilder::tool).
///
/// The closure gets arguments that fit the schema, the call's context and the toolbox's state; a call whose arguments do
/// not fit is answered without it, as a call of a `#[tool]` is. It may answer text, a JSON value or [`Content`], and fail with
/// whatever a `#[tool]` may fail with:
///
/// ```
/// use tool_runtime::tool::{RuntimeTool, ToolDefinition};
/// use tool_runtime::{ToolCall, ToolError, Toolbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// struct Plugins; // your state: a connection to an MCP server, a table of plugins
///
/// impl Plugins {
///     async fn call(&self, name: &str, arguments: &str) -> Result<String, ToolError> {
///         Ok(format!("{name} got {arguments}"))
///     }
/// }
///
/// // What a plugin says about itself.
/// let listed = serde_json::json!([{
///     "name": "get_weather",
///     "description": "Says what the weather is.",
///     "schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
/// }]);
///
/// let mut builder = Toolbox::<Plugins>::builder();
/// for plugin in listed.as_array().into_iter().flatten() {
///     let name = plugin["name"].as_str().unwrap_or_default().to_owned();
///     let description = plugin["description"].as_str().unwrap_or_default();
///     let definition = ToolDefinition::named(&*name, description).with_parameters(plugin["schema"].clone());
///     builder = builder.tool(RuntimeTool::<Plugins>::new(definition, move |arguments, _, plugins| {
///         let name = name.clone();
///         async move { plugins.call(&name, arguments.text()).await }
///     }));
/// }
/// # #[cfg(feature = "schema-validation")] {
/// let toolbox = builder.build()?; // needs the feature `schema-validation`
/// let calls = [
///     ToolCall::new("call_1", "get_weather", r#"{"city": "Bern"}"#),
///     ToolCall::new("call_2", "get_weather", r#"{"city": 3012}"#),
/// ];
/// let report = toolbox.bind(Plugins).run(calls).await;
/// assert_eq!(report.results()[0].text(), r#"get_weather got {"city": "Bern"}"#);
/// assert!(report.results()[1].text().contains("`city`: expected a string, got integer `3012`"));
/// # }
/// # Ok(()) }
/// ```
///
/// # What is checked
///
/// The schema is of the draft that its `$schema` says; where it says none, of draft 2020-12 or, if it is no schema of that, of draft 7.
/// One that is no schema is refused when the toolbox is built, with the place, and so are types that JSON Schema does not have, unless
/// [`with_mapped_types`](ToolDefinition::with_mapped_types) says what they mean. `format` is checked too. Nothing is fetched: a `$ref`
/// leads into the schema itself. Unknown and repeated arguments are refused unless `additionalProperties` takes them, and
/// `null` is absence for an argument that is not required, as for every tool; inside of arguments what the schema says
/// holds, but that no object has a key twice. A schema that says in parts what the arguments are (`$ref`, `allOf`, `anyOf` and the like
/// beside `"type": "object"`) is held to as it is written, though models are shown one object. An integer that 64 bits do not hold is checked, and is in [`Arguments::value`], as
/// the floating-point number that is nearest; [`Arguments::text`] has its digits.
///
/// # What a call touches
///
/// The holes in the templates of [`ToolDefinition::with_effects`] are filled from the arguments: `{order.account}` with
/// what the property `order` has as `account`, if that is text, an integer or a boolean. Anything else is absent, and the key
/// ends before it. Where templates do not say enough, [`with_effects_by`](Self::with_effects_by) asks a closure.
pub struct RuntimeTool<S: 'static> {
    definition: ToolDefinition,
    shape: Shape,
    validator: Result<Validator, BuildError>,
    prepare: Prepare<S>,
    effects: EffectsBy,
    approval: ApprovalBy,
}

/// Who says what a call touches.
enum EffectsBy {
    /// The definition's templates, with these holes.
    Templates(Vec<String>),
    Closure(Box<dyn Fn(&Arguments) -> CallEffects + Send + Sync>),
}

/// Who says whether a call needs approval: nobody, then it is as the definition says.
type ApprovalBy = Option<Box<dyn Fn(&Arguments) -> bool + Send + Sync>>;

type Prepare<S> = Box<dyn Fn(Arguments, CallContext, Arc<S>) -> Prepared + Send + Sync>;

impl<S: State> RuntimeTool<S> {
    /// A tool that answers with a future.
    pub fn new<F, Fut, T, E>(definition: ToolDefinition, call: F) -> Self
    where
        F: Fn(Arguments, CallContext, Arc<S>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<Answer>,
        E: Failure,
    {
        Self::prepared_by(
            definition,
            Box::new(move |arguments, context, state| {
                let answer = call(arguments, context, state);
                Prepared::new(Box::pin(async move { given(answer.await) }))
            }),
        )
    }

    /// A tool that may keep its thread, which is one for blocking work, as that of a plain `fn` with `#[tool]` is.
    pub fn blocking<F, T, E>(definition: ToolDefinition, call: F) -> Self
    where
        F: Fn(Arguments, CallContext, Arc<S>) -> Result<T, E> + Send + Sync + 'static,
        T: Into<Answer>,
        E: Failure,
    {
        let call = Arc::new(call);
        Self::prepared_by(
            definition,
            Box::new(move |arguments, context, state| {
                let call = Arc::clone(&call);
                Prepared::blocking(Box::new(move || given(call(arguments, context, state))))
            }),
        )
    }

    fn prepared_by(mut definition: ToolDefinition, prepare: Prepare<S>) -> Self {
        let schema = checked(definition.given(), definition.parameters());
        let validator = Validator::new(definition.name(), definition.place(), schema);
        let fault = definition.fault.take();
        let fault = fault.or_else(|| validator.as_ref().err().cloned());
        definition.fault = fault.or_else(|| output_fault(&definition));
        let holes = Compiled::new(definition.effects()).holes().to_vec();
        let effects = EffectsBy::Templates(holes);
        Self {
            shape: Shape::of(definition.parameters()),
            definition,
            validator,
            prepare,
            effects,
            approval: None,
        }
    }

    /// The same, with a closure that says what a call with these arguments touches, whatever the effects in the definition
    /// are.
    ///
    /// ```
    /// use tool_runtime::tool::{CallEffects, EffectKey, RuntimeTool, ToolDefinition};
    ///
    /// let schema = serde_json::json!({
    ///     "type": "object",
    ///     "properties": {"paths": {"type": "array", "items": {"type": "string"}}},
    ///     "required": ["paths"],
    /// });
    /// let definition = ToolDefinition::named("delete_files", "Deletes files.").with_parameters(schema);
    /// let tool = RuntimeTool::<()>::blocking(definition, |arguments, _, _| {
    ///     Ok::<_, std::io::Error>(format!("deleted {}", arguments.text()))
    /// })
    /// .with_effects_by(|arguments| {
    ///     let paths = arguments.value()["paths"].as_array().into_iter().flatten();
    ///     let paths = paths.filter_map(|path| path.as_str());
    ///     CallEffects::writes(paths.map(|path| EffectKey::new("fs").path(path)))
    /// });
    /// ```
    #[must_use]
    pub fn with_effects_by(
        mut self,
        effects: impl Fn(&Arguments) -> CallEffects + Send + Sync + 'static,
    ) -> Self {
        self.effects = EffectsBy::Closure(Box::new(effects));
        self.definition.effects_per_call = true;
        self
    }

    /// The same, with a closure that says whether a call with these arguments needs [approval](crate::approval).
    ///
    /// ```
    /// use tool_runtime::tool::{RuntimeTool, ToolDefinition};
    ///
    /// let definition = ToolDefinition::named("delete_files", "Deletes files.");
    /// let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, std::io::Error>("deleted"))
    ///     .with_approval_by(|arguments| arguments.value()["paths"].as_array().is_some_and(|paths| paths.len() > 1));
    /// ```
    #[must_use]
    pub fn with_approval_by(
        mut self,
        is_needed: impl Fn(&Arguments) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.approval = Some(Box::new(is_needed));
        self.definition = self.definition.with_approval(true);
        self
    }

    /// All that is wrong with the arguments, those of the object as such first.
    fn read(validator: &Validator, shape: &Shape, text: &str) -> Result<Arguments, ArgumentErrors> {
        let ReadObject {
            mut problems, text, ..
        } = read_object(shape, text, |name| validator.expected_of(name))
            .map_err(ArgumentErrors::new)?;
        let unfit = |error| ArgumentProblem::of_value("", &text, &error);
        let told = |problems: &[ArgumentProblem], problem: &ArgumentProblem| {
            problems.iter().any(|told| told.path() == problem.path())
        };
        add_repeated(&mut problems, "", &text);
        let value = serde_json::from_str::<Value>(&text).map_err(unfit);
        let (value, found) = match value {
            Ok(value) => {
                let found = validator.problems(&value, &text);
                (Some(value), found)
            }
            Err(problem) => (None, vec![problem]),
        };
        let object = problems.clone();
        problems.extend(found.into_iter().filter(|problem| !told(&object, problem)));
        match value {
            Some(value) if problems.is_empty() => Ok(Arguments {
                text: text.into_owned(),
                value,
            }),
            _ => Err(ArgumentErrors::found(problems)),
        }
    }
}

impl EffectsBy {
    fn of(&self, arguments: &Arguments) -> Touching {
        match self {
            Self::Templates(holes) => {
                let values = holes.iter().map(|hole| value_in(&arguments.value, hole));
                Touching::Holes(values.collect())
            }
            Self::Closure(effects) => Touching::Given(effects(arguments)),
        }
    }
}

/// The text of what `hole` reaches in the arguments.
fn value_in(arguments: &Value, hole: &str) -> KeyText {
    let mut text = KeyText::default();
    match hole
        .split('.')
        .try_fold(arguments, |value, name| value.get(name))
    {
        Some(Value::String(value)) => text.text(value),
        Some(Value::Bool(value)) => text.display(value),
        // A number that is no integer has no text of its own.
        Some(Value::Number(number)) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => text.display(value),
            (None, Some(value)) => text.display(value),
            (None, None) => text.absent(),
        },
        _ => text.absent(),
    }
    text
}

/// The schema that arguments are held to: the one that was given, closed as the one that the model sees.
fn checked(given: Option<Value>, parameters: &Schema) -> Value {
    let schema = given.unwrap_or_else(|| json!({}));
    if root::has_parts(&schema) {
        return root::with_members(draft::modern(schema), parameters);
    }
    let mut schema = schema;
    if let Value::Object(keywords) = &mut schema {
        keywords
            .entry("additionalProperties")
            .or_insert(Value::Bool(false));
    }
    schema
}

/// Why the schema of what the tool answers is none.
fn output_fault(definition: &ToolDefinition) -> Option<BuildError> {
    let schema = definition.given_output()?;
    match Validator::new(definition.name(), definition.place(), schema) {
        Err(BuildError::InvalidSchema { problem, .. }) => Some(definition.output_fault(problem)),
        _ => None,
    }
}

fn given<T: Into<Answer>, E: Failure>(answer: Result<T, E>) -> Result<Answer, ToolError> {
    answer.map(Into::into).map_err(Failure::into_tool_error)
}

/// Who forgot `#[tool]` is not looking for this type.
#[diagnostic::do_not_recommend]
impl<S: State> Tool<S> for RuntimeTool<S> {
    fn definition(&self) -> ToolDefinition {
        self.definition.clone()
    }

    fn prepare(&self, arguments: &str, context: CallContext, state: Arc<S>) -> Prepared {
        let validator = match &self.validator {
            Ok(validator) => validator,
            // No toolbox has such a tool.
            Err(fault) => {
                let fault = ToolError::new(fault.to_string());
                return Prepared::new(Box::pin(async move { Err(fault) }));
            }
        };
        match Self::read(validator, &self.shape, arguments) {
            Ok(arguments) => {
                let touches = self.effects.of(&arguments);
                let needs_approval = match &self.approval {
                    Some(is_needed) => is_needed(&arguments),
                    None => self.definition.needs_approval(),
                };
                let prepared = (self.prepare)(arguments, context, state);
                Prepared {
                    touches,
                    needs_approval,
                    ..prepared
                }
            }
            Err(errors) => Prepared::rejected(errors),
        }
    }
}

impl<S> fmt::Debug for RuntimeTool<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeTool")
            .field("definition", &self.definition)
            .finish_non_exhaustive()
    }
}

/// The arguments of a call of a [`RuntimeTool`]: an object that fits the tool's schema, without members that are `null` for
/// absence.
///
/// As text they can be handed on to who takes JSON, as a value be looked into, and parsed be what the closure works with.
///
/// ```
/// use serde::Deserialize;
/// use tool_runtime::tool::{RuntimeTool, ToolDefinition};
///
/// #[derive(Deserialize)]
/// struct Query {
///     city: String,
/// }
///
/// let schema = serde_json::json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
/// let definition = ToolDefinition::named("get_weather", "Says what the weather is.").with_parameters(schema);
/// let tool = RuntimeTool::<()>::blocking(definition, |arguments, _, _| {
///     let query: Query = arguments.parse()?;
///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(format!("fair in {}", query.city))
/// });
/// ```
#[derive(Clone, Debug)]
pub struct Arguments {
    text: String,
    value: Value,
}

impl Arguments {
    /// The JSON text, with keys and numbers as the model wrote them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The object.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object, to keep it.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The object as a `T`.
    ///
    /// # Errors
    ///
    /// If `T` takes less than the schema does. The error names the path, and a tool may fail with it.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ArgumentErrors> {
        serde_json::from_str(&self.text)
            .map_err(|error| ArgumentErrors::new(ArgumentProblem::of_value("", &self.text, &error)))
    }
}

/// Text, as it is.
impl From<String> for Answer {
    fn from(text: String) -> Self {
        Content::Text(text).into()
    }
}

/// Text, as it is.
impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Content::text(text).into()
    }
}

/// A JSON value.
impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        // A value has no key that could not be written.
        written::json(&value).unwrap_or_else(|_| Content::Json(value.to_string()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyText, json, value_in};

    #[test]
    fn holes_are_filled_by_property_path() {
        let arguments = json!({
            "id": 7,
            "name": "a/b",
            "open": true,
            "least": i64::MIN,
            "most": u64::MAX,
            "half": 0.5,
            "whole": 7.0,
            "list": [7],
            "order": {"account": {"id": -7}},
        });
        let check = |hole: &str, expected: Option<&str>| {
            assert_eq!(value_in(&arguments, hole).as_str(), expected, "{hole}");
        };
        check("id", Some("7"));
        check("name", Some("a/b"));
        check("open", Some("true"));
        check("least", Some("-9223372036854775808"));
        check("most", Some("18446744073709551615"));
        check("order.account.id", Some("-7"));
        for absent in [
            "half", "whole", "list", "list.0", "order", "order.id", "id.id", "nobody",
        ] {
            check(absent, None);
        }
        assert_eq!(value_in(&arguments, "id"), KeyText::of("7"));
    }
}
