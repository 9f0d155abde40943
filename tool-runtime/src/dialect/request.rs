//! The request side of every dialect: definitions in, a manifest out.
//!
//! What a provider's file says is a [`Provider`]; the loop over the tools, the settings and the limits stand here once.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::lower::subset::Subset;
use super::lower::{Lowered, kept, lower};
use super::settings::{self, Asked, RequestSettings};
use super::strict_limits::StrictLimits;
use super::{Configured, RequestFields, Slim};
use crate::error::ShapeProblem;
use crate::manifest::{Moved, OfferedTool, Parameters};
use crate::tool::{Naming, Schema, ToolDefinition};
use crate::{Manifest, ManifestError, RequestSettingsError};

/// A provider's form of tool definitions.
///
/// What [`Toolbox::manifest`](crate::Toolbox::manifest) takes: a dialect as it is, or with settings. Only this crate
/// implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no dialect",
    label = "the request format of no provider",
    note = "give one of `tool_runtime::dialect`, such as `Anthropic` or `OpenAiChat.strict()`"
)]
pub trait RequestFormat: Sealed + Send + Sync {
    /// The provider's name for messages to people.
    fn name(&self) -> &'static str;

    /// The definitions as the value of a request's `tools`.
    ///
    /// # Errors
    ///
    /// If the provider does not take them, with everything that is wrong.
    fn manifest(&self, definitions: &[ToolDefinition]) -> Result<Manifest, ManifestError>;

    /// The members that say the settings, to stand beside `tools`.
    ///
    /// # Errors
    ///
    /// If the provider refuses them, or has no words for a choice of tools.
    fn request_fields(
        &self,
        definitions: &[ToolDefinition],
        settings: &RequestSettings,
    ) -> Result<RequestFields, RequestSettingsError>;

    /// How the provider's model is spoken to of calls.
    #[doc(hidden)]
    fn terms(&self) -> Terms;

    /// Which of a toolbox's manifests it is, if that is known: then it is made once.
    #[doc(hidden)]
    fn key(&self) -> Option<FormatKey> {
        None
    }

    /// Whether the provider gets all definitions, and keeps back those that the model has not found.
    #[doc(hidden)]
    fn defers(&self) -> bool {
        false
    }
}

/// What only this crate implements.
pub trait Sealed {}

impl<F: Sealed + ?Sized> Sealed for &F {}

impl<P> Sealed for Configured<P> {}

/// A dialect and its settings.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatKey {
    name: &'static str,
    is_strict: bool,
    is_lenient: bool,
    is_cached: bool,
    is_deferred: bool,
    slim: Slim,
}

/// How a provider's model is spoken to of calls.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub(crate) naming: Naming,
    /// A sentence: that several may stand in one reply.
    pub(crate) several: &'static str,
}

#[diagnostic::do_not_recommend]
impl<F: RequestFormat + ?Sized> RequestFormat for &F {
    fn name(&self) -> &'static str {
        (**self).name()
    }
    fn manifest(&self, definitions: &[ToolDefinition]) -> Result<Manifest, ManifestError> {
        (**self).manifest(definitions)
    }
    fn request_fields(
        &self,
        definitions: &[ToolDefinition],
        settings: &RequestSettings,
    ) -> Result<RequestFields, RequestSettingsError> {
        (**self).request_fields(definitions, settings)
    }
    fn terms(&self) -> Terms {
        (**self).terms()
    }
    fn key(&self) -> Option<FormatKey> {
        (**self).key()
    }
    fn defers(&self) -> bool {
        (**self).defers()
    }
}

/// What is the provider's own in a manifest.
pub(super) trait Provider: Copy + fmt::Debug + Send + Sync {
    const NAME: &'static str;
    /// How it lets tools be named.
    const NAMING: Naming = Naming::PORTABLE;
    /// That several calls may stand in one reply, in its words.
    const SEVERAL: &'static str = "You can make several tool calls in one reply.";
    /// What it takes of schemas.
    const PLAIN: Subset;
    /// What it takes of schemas that it enforces, if it enforces any.
    const STRICT: Option<Subset> = None;
    /// What it takes of schemas of what tools answer, if it takes any.
    const OUTPUT: Option<Subset> = None;
    /// The API refuses a request with more tools.
    const MAX_TOOLS: Option<usize> = None;
    /// What all strict tools of a request together may have.
    const STRICT_LIMITS: StrictLimits = StrictLimits::NONE;

    /// One tool's definition, as JSON.
    fn tool(tool: &Offered<'_>) -> String;

    /// All of them, as JSON; `tools` are their texts with commas between, and a cache marker may be asked for behind the last.
    fn list(&self, tools: &str, _is_cached: bool) -> Result<String, ManifestError> {
        Ok(format!("[{tools}]"))
    }

    /// What is asked for, in its words.
    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError>;
}

/// One tool as it is offered.
#[derive(Debug)]
pub(super) struct Offered<'a> {
    pub(super) definition: &'a ToolDefinition,
    /// The name on the wire.
    pub(super) name: &'a str,
    /// The lowered schema of its arguments, as JSON.
    pub(super) schema: &'a str,
    /// That of what it answers, where both it and the provider have one.
    pub(super) output: Option<&'a str>,
    /// Its own, and what is told of all its arguments together where their schema has no place for it.
    pub(super) description: &'a str,
    pub(super) is_strict: bool,
    /// Whether the model is not to see it before it has found it.
    pub(super) is_deferred: bool,
}

impl<P: Provider> RequestFormat for Configured<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn terms(&self) -> Terms {
        Terms {
            naming: P::NAMING,
            several: P::SEVERAL,
        }
    }

    fn key(&self) -> Option<FormatKey> {
        Some(FormatKey {
            name: P::NAME,
            is_strict: self.is_strict,
            is_lenient: self.is_lenient,
            is_cached: self.is_cached,
            is_deferred: self.is_deferred,
            slim: self.slim,
        })
    }

    fn defers(&self) -> bool {
        self.is_deferred
    }

    fn request_fields(
        &self,
        definitions: &[ToolDefinition],
        settings: &RequestSettings,
    ) -> Result<RequestFields, RequestSettingsError> {
        settings::fields::<P>(definitions, settings, self.is_strict)
    }

    fn manifest(&self, definitions: &[ToolDefinition]) -> Result<Manifest, ManifestError> {
        if let Some(limit) = P::MAX_TOOLS
            && definitions.len() > limit
        {
            return Err(ManifestError::TooManyTools {
                dialect: P::NAME,
                count: definitions.len(),
                limit,
            });
        }
        let mut made = Made::default();
        let mut tools = Vec::with_capacity(definitions.len());
        for definition in definitions {
            let simpler = simpler(self, definition, &made);
            let definition = simpler.as_ref().unwrap_or(definition);
            let shown = shown(self, definition, &mut made);
            let output = output(self, definition, &mut made);
            let description = described(
                &self.slim.description(definition.description()),
                &shown.told,
            );
            let text = P::tool(&Offered {
                definition,
                name: definition.wire_name(P::NAMING),
                schema: &shown.schema,
                output: output.as_deref(),
                description: &description,
                is_strict: shown.is_strict,
                is_deferred: self.is_deferred && definition.is_deferred,
            });
            tools.push(OfferedTool {
                name: definition.wire_name(P::NAMING).to_owned(),
                description,
                parameters: shown.parameters,
                is_strict: shown.is_strict,
                text,
            });
        }
        if !made.problems.is_empty() {
            return Err(ManifestError::Shapes {
                dialect: P::NAME,
                problems: made.problems,
            });
        }
        let exceeded = P::STRICT_LIMITS.exceeded(&made.used);
        if !exceeded.is_empty() {
            return Err(ManifestError::StrictLimits {
                dialect: P::NAME,
                exceeded,
            });
        }
        let texts: Vec<&str> = tools.iter().map(OfferedTool::as_str).collect();
        // Those that are kept back stand behind the others and are no part of what is cached.
        let is_deferred = |tool: &ToolDefinition| self.is_deferred && tool.is_deferred;
        let deferred = definitions
            .iter()
            .rev()
            .take_while(|tool| is_deferred(tool));
        let (shown, deferred) = texts.split_at(texts.len() - deferred.count());
        let mut json = self.dialect.list(&shown.join(","), self.is_cached)?;
        if !deferred.is_empty() {
            json.truncate(json.len() - 1);
            json += if shown.is_empty() { "" } else { "," };
            json += &deferred.join(",");
            json += "]";
        }
        Ok(Manifest::new(json, tools, made.moved))
    }
}

/// The description as it is sent.
fn described(description: &str, told: &str) -> String {
    let texts = [description, told];
    let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}

/// The schema of a tool's arguments as it is sent.
#[derive(Debug)]
struct Shown {
    schema: String,
    parameters: Parameters,
    /// What is told of the arguments as a whole.
    told: String,
    is_strict: bool,
}

impl Shown {
    fn lowered(lowered: Lowered, is_strict: bool) -> Self {
        Self {
            schema: lowered.text,
            parameters: Parameters::Made(lowered.schema),
            told: lowered.told,
            is_strict,
        }
    }
}

/// What comes of the tools beside their definitions.
#[derive(Debug, Default)]
struct Made {
    moved: Vec<Moved>,
    problems: Vec<ShapeProblem>,
    /// What the strict tools have of what is limited.
    used: StrictLimits,
}

/// What is offered in the place of a tool whose schema the provider has no form for, or only in words, if it has something simpler.
fn simpler<P: Provider>(
    settings: &Configured<P>,
    definition: &ToolDefinition,
    made: &Made,
) -> Option<ToolDefinition> {
    let simpler = definition.simpler()?;
    let wanted = definition.is_strict().unwrap_or(settings.is_strict);
    let (subset, limits) = match (wanted, P::STRICT) {
        (true, Some(strict)) => (strict, Some(&P::STRICT_LIMITS)),
        _ => (P::PLAIN, None),
    };
    let lowered = lower(definition.parameters(), &subset);
    let in_words = lowered.moved.iter().any(|moved| moved.keyword == "anyOf");
    let exceeded = limits.is_some_and(|limits| {
        let used = made.used.with(&lowered.schema, limits);
        !limits.exceeded(&used).is_empty()
    });
    (in_words || exceeded || !lowered.problems.is_empty()).then_some(simpler)
}

/// A schema without what the settings leave out.
fn slim<'a, P>(
    settings: &Configured<P>,
    schema: &'a Schema,
    subset: &Subset,
    is_strict: bool,
) -> Cow<'a, Schema> {
    let slim = &settings.slim;
    slim.schema(schema, is_strict, subset.follows_references())
}

/// The schema of a tool's arguments, a strict one where that is wanted and there is one.
fn shown<P: Provider>(
    settings: &Configured<P>,
    definition: &ToolDefinition,
    made: &mut Made,
) -> Shown {
    let wanted = definition.is_strict().unwrap_or(settings.is_strict);
    if let (true, Some(strict)) = (wanted, P::STRICT) {
        let schema = slim(settings, definition.parameters(), &strict, true);
        let lowered = lower(&schema, &strict);
        let used = made.used.with(&lowered.schema, &P::STRICT_LIMITS);
        let exceeded = P::STRICT_LIMITS.exceeded(&used);
        if !settings.is_lenient || (lowered.problems.is_empty() && exceeded.is_empty()) {
            made.used = used;
            made.tell(definition, &lowered, settings.is_lenient, true);
            return Shown::lowered(lowered, true);
        }
        let problems = lowered.problems.into_iter();
        let problems = problems.map(|found| (found.path, found.problem));
        let exceeded = exceeded.into_iter();
        let exceeded = exceeded.map(|limit| ("$".to_owned(), format!("makes {limit}")));
        let reasons = problems.chain(exceeded);
        made.moved
            .extend(reasons.map(|(path, problem)| Moved::NotStrict {
                tool: definition.name().to_owned(),
                path,
                problem,
            }));
    }
    let schema = slim(settings, definition.parameters(), &P::PLAIN, false);
    if let Some(text) = kept(&schema, &P::PLAIN) {
        let lower = |schema: &Schema| lower(schema, &P::PLAIN).schema;
        return Shown {
            schema: text,
            parameters: Parameters::later(
                match schema {
                    Cow::Borrowed(_) => definition.shared_parameters(),
                    Cow::Owned(slim) => Arc::new(slim),
                },
                lower,
            ),
            told: String::new(),
            is_strict: false,
        };
    }
    let lowered = lower(&schema, &P::PLAIN);
    made.tell(definition, &lowered, settings.is_lenient, false);
    Shown::lowered(lowered, false)
}

/// The schema of what the tool answers. Its paths begin with `result`.
fn output<P: Provider>(
    settings: &Configured<P>,
    definition: &ToolDefinition,
    made: &mut Made,
) -> Option<String> {
    let (schema, subset) = (definition.output_schema()?, P::OUTPUT?);
    let schema = slim(settings, schema, &subset, false);
    if let Some(text) = kept(&schema, &subset) {
        return Some(text);
    }
    let mut lowered = lower(&schema, &subset);
    let paths = lowered.moved.iter_mut().map(|moved| &mut moved.path);
    for path in paths.chain(lowered.problems.iter_mut().map(|found| &mut found.path)) {
        path.replace_range(..1, "result");
    }
    made.tell(definition, &lowered, settings.is_lenient, false);
    Some(lowered.text)
}

impl Made {
    /// Lists what moved, and what has no form in the subset.
    fn tell(
        &mut self,
        definition: &ToolDefinition,
        lowered: &Lowered,
        is_lenient: bool,
        is_strict: bool,
    ) {
        let tool = definition.name();
        let moved = lowered.moved.iter().map(|moved| Moved::Described {
            tool: tool.to_owned(),
            path: moved.path.clone(),
            keyword: moved.keyword.clone(),
            text: moved.text.clone(),
        });
        self.moved.extend(moved);
        for found in &lowered.problems {
            if is_lenient {
                self.moved.push(Moved::Widened {
                    tool: tool.to_owned(),
                    path: found.path.clone(),
                    problem: found.problem.clone(),
                });
            } else {
                self.problems.push(ShapeProblem {
                    tool: tool.to_owned(),
                    path: found.path.clone(),
                    problem: found.problem.clone(),
                    change: found.change.clone(),
                    is_strict,
                });
            }
        }
    }
}
