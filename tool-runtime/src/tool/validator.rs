//! A schema that is known only at run time, against arguments: what is wrong, in the words that `#[tool]` has for it.

use std::collections::HashSet;
use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use jsonschema::{Draft, ReferencingError, ValidationError};
use serde_json::Value;

use super::definition::Place;
use super::diagnosis::Diagnosis;
use super::draft;
use super::misspelt::NOTHING;
use super::path::within;
use super::places::each_mut;
use super::problem::{ArgumentProblem, Weight};
use super::words::{self, count, literal};
use crate::BuildError;
use crate::text::listed;

/// A schema, made ready. It fetches nothing: neither from the network nor from files.
///
/// It decides what fits. Where it has refused something, the same diagnosis as for the arguments of a `#[tool]` says what of
/// alternatives was meant, and which key or value.
#[derive(Debug)]
pub(super) struct Validator {
    schema: Value,
    validator: jsonschema::Validator,
    /// Read off the schema when it is first needed.
    diagnosis: OnceLock<Diagnosis>,
}

impl Validator {
    pub(super) fn new(name: &str, place: Place, schema: Value) -> Result<Self, BuildError> {
        let options = || jsonschema::options().should_validate_formats(true);
        let built = options().build(&schema).or_else(|error| {
            // Many who write draft 7 do not say so, and it says lists of items in another way.
            let older = match schema.get("$schema") {
                None => options().with_draft(Draft::Draft7).build(&schema).ok(),
                Some(_) => None,
            };
            older.ok_or(error)
        });
        match built {
            Ok(validator) => Ok(Self {
                schema,
                validator,
                diagnosis: OnceLock::new(),
            }),
            Err(error) => Err(BuildError::InvalidSchema {
                name: name.to_owned(),
                place,
                problem: all_of_schema(&error, &schema),
            }),
        }
    }

    fn diagnosis(&self) -> &Diagnosis {
        self.diagnosis
            .get_or_init(|| Diagnosis::of(&draft::modern(self.schema.clone())))
    }

    /// What is expected of the argument `name`, where it is missing.
    pub(super) fn expected_of(&self, name: &str) -> String {
        self.diagnosis().expected_of(name)
    }

    /// What is wrong with `arguments`, of which `text` is the text.
    pub(super) fn problems(&self, arguments: &Value, text: &str) -> Vec<ArgumentProblem> {
        if self.validator.is_valid(arguments) {
            return Vec::new();
        }
        let diagnosis = self.diagnosis();
        let telling = Telling {
            arguments,
            known: diagnosis.by_schema(text),
        };
        let mut told = HashSet::new();
        let mut problems: Vec<_> = self
            .validator
            .iter_errors(arguments)
            .flat_map(|error| telling.of_value(&error))
            .filter(|problem| {
                told.insert((problem.path().to_owned(), problem.expected().to_owned()))
            })
            .take(MAX_PROBLEMS)
            .collect();
        diagnosis.sort(&mut problems, text);
        problems
    }
}

/// So many problems are kept.
const MAX_PROBLEMS: usize = 1_000;

/// So many problems of a schema are told.
const MAX_TOLD: usize = 20;

/// Everything that is wrong with a schema. What its draft does not say, as that a `$ref` leads nowhere, is found one by one.
fn all_of_schema(first: &ValidationError<'_>, schema: &Value) -> String {
    let meta = jsonschema::meta::validator_for(schema).ok();
    let all = meta
        .iter()
        .flat_map(|meta| meta.as_ref().iter_errors(schema));
    let mut all: Vec<String> = all.map(|error| of_schema(&error, schema)).collect();
    // Not in the order of a map, which other crates choose.
    all.sort();
    all.dedup();
    all.truncate(MAX_TOLD);
    match all.is_empty() {
        true => of_schema(first, schema),
        false => all.join("; "),
    }
}

/// What is wrong with a schema.
fn of_schema(error: &ValidationError<'_>, schema: &Value) -> String {
    match error.kind() {
        Kind::Referencing(ReferencingError::Unretrievable { uri, .. }) => format!(
            "it refers to `{uri}`, and nothing is fetched; put what is there under `$defs` and write `\"$ref\": \"#/$defs/…\"`"
        ),
        Kind::Referencing(ReferencingError::PointerToNowhere { pointer }) => {
            format!(
                "it refers to `#{pointer}`, which it does not have; add it, or remove the `$ref`"
            )
        }
        Kind::Referencing(ReferencingError::UnknownSpecification { specification }) => format!(
            "its `$schema` is `{specification}`, which is not known; write `https://json-schema.org/draft/2020-12/schema`, or leave it out"
        ),
        _ => {
            let (expected, found) = (expected(error), words::came_value(error.instance()));
            let at = match error.kind() {
                // Found while it is made ready, where its place is not known any more.
                Kind::Format { .. } => pattern_at(schema, error.instance()),
                _ => error.instance_path().as_str().to_owned(),
            };
            match at.as_str() {
                "" => format!("expected {expected}, found {found}"),
                at => format!("at `{at}`: expected {expected}, found {found}"),
            }
        }
    }
}

/// Where a pattern stands.
fn pattern_at(schema: &Value, pattern: &Value) -> String {
    let mut found = String::new();
    each_mut(&mut schema.clone(), "", &mut |schema, at| {
        if schema.get("pattern") == Some(pattern) {
            found = format!("{at}/pattern");
        }
    });
    found
}

/// What the diagnosis has found, of which that is told which the validator has refused.
struct Telling<'a> {
    arguments: &'a Value,
    known: Vec<ArgumentProblem>,
}

impl Telling<'_> {
    /// The problems that one error is: a property too many is a problem of its own, at its own path.
    fn of_value(&self, error: &ValidationError<'_>) -> Vec<ArgumentProblem> {
        let path = path(error, self.arguments);
        let inside = |property: &str| match path.as_str() {
            "" => property.to_owned(),
            path => format!("{path}.{property}"),
        };
        let plain = || ArgumentProblem::new(path.as_str(), expected(error), found(error));
        match error.kind() {
            Kind::Required { property } => {
                let path = inside(property.as_str().unwrap_or_default());
                let expected = words::required(words::FITS, "member");
                let missing = ArgumentProblem::new(&*path, expected, NOTHING);
                vec![self.at(&path).unwrap_or(missing.weighing(Weight::Key))]
            }
            Kind::AdditionalProperties { unexpected }
            | Kind::UnevaluatedProperties { unexpected } => {
                let problem = |property: &String| {
                    let path = inside(property);
                    let unknown = ArgumentProblem::new(&*path, "no member of this name", "one");
                    self.at(&path).unwrap_or(unknown.weighing(Weight::Key))
                };
                unexpected.iter().map(problem).collect()
            }
            Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. } => {
                vec![self.at(&path).unwrap_or_else(plain)]
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                let known = self
                    .known
                    .iter()
                    .filter(|problem| within(problem.path(), &path));
                let known: Vec<_> = known.cloned().collect();
                match (known.is_empty(), meant(error, context)) {
                    (false, _) => known,
                    (true, Some(branch)) => branch
                        .iter()
                        .flat_map(|error| self.of_value(error))
                        .collect(),
                    (true, None) => vec![plain()],
                }
            }
            kind if weight(kind) == Weight::Bound => {
                let plain = || plain().weighing(Weight::Bound);
                vec![self.at(&path).unwrap_or_else(plain)]
            }
            _ => vec![plain()],
        }
    }

    /// What was found at a path.
    fn at(&self, path: &str) -> Option<ArgumentProblem> {
        self.known
            .iter()
            .find(|problem| problem.path() == path)
            .cloned()
    }
}

/// Of alternatives the only one that fits by what is seen from outside.
fn meant<'a>(
    error: &ValidationError<'_>,
    context: &'a [Vec<ValidationError<'static>>],
) -> Option<&'a [ValidationError<'static>]> {
    let here = error.instance_path();
    let is_outside = |error: &ValidationError<'_>| {
        let kinds = matches!(
            error.kind(),
            Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. } | Kind::Required { .. }
        );
        kinds && error.instance_path() == here
    };
    let mut branches = context
        .iter()
        .filter(|errors| !errors.iter().any(is_outside));
    match (branches.next(), branches.next()) {
        (Some(only), None) if context.len() > 1 => Some(only),
        _ => None,
    }
}

fn weight(kind: &Kind) -> Weight {
    match kind {
        Kind::Minimum { .. }
        | Kind::Maximum { .. }
        | Kind::ExclusiveMinimum { .. }
        | Kind::ExclusiveMaximum { .. }
        | Kind::MultipleOf { .. }
        | Kind::MinLength { .. }
        | Kind::MaxLength { .. }
        | Kind::Pattern { .. }
        | Kind::MinItems { .. }
        | Kind::MaxItems { .. }
        | Kind::UniqueItems
        | Kind::MinProperties { .. }
        | Kind::MaxProperties { .. } => Weight::Bound,
        _ => Weight::Value,
    }
}

/// `items[0].quantity`
fn path(error: &ValidationError<'_>, arguments: &Value) -> String {
    let (mut path, mut value) = (String::new(), Some(arguments));
    for segment in error.instance_path() {
        // A key may be a number, which the segment does not tell from an index.
        let key = match segment {
            LocationSegment::Property(property) => property.into_owned(),
            LocationSegment::Index(index) if value.is_some_and(Value::is_array) => {
                path.push_str(&format!("[{index}]"));
                value = value.and_then(|value| value.get(index));
                continue;
            }
            LocationSegment::Index(index) => index.to_string(),
        };
        value = value.and_then(|value| value.get(&key));
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&key);
    }
    path
}

fn expected(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind } => types(kind),
        Kind::Enum { options } => words::one_of(options.as_array().map_or(&[][..], Vec::as_slice)),
        Kind::Constant { expected_value } => literal(expected_value),
        Kind::Minimum { limit } => format!("a number of at least {limit}"),
        Kind::Maximum { limit } => format!("a number of at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("a number above {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("a number below {limit}"),
        Kind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("a string of at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("a string of at most {}", count(*limit, "character")),
        Kind::Pattern { pattern } => format!("a string that matches `{pattern}`"),
        Kind::Format { format } => words::format(format),
        Kind::MinItems { limit } => format!("an array of at least {}", count(*limit, "element")),
        Kind::MaxItems { limit } => format!("an array of at most {}", count(*limit, "element")),
        Kind::AdditionalItems { limit } => {
            format!("an array of at most {}", count(*limit as u64, "element"))
        }
        Kind::UniqueItems => "an array without repeated elements".to_owned(),
        Kind::MinProperties { limit } => {
            format!("an object of at least {}", count(*limit, "member"))
        }
        Kind::MaxProperties { limit } => {
            format!("an object of at most {}", count(*limit, "member"))
        }
        Kind::PropertyNames { error } => {
            format!("names of members that are each {}", expected(error))
        }
        Kind::Required { property } => format!("an object with {}", literal(property)),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let unexpected = listed(unexpected.iter().map(String::as_str));
            format!("an object without {unexpected}")
        }
        Kind::FalseSchema => "nothing here".to_owned(),
        Kind::Not { schema } => format!("no value that fits {}", literal(schema)),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => alternatives(error, context),
        Kind::OneOfMultipleValid { .. } => {
            "a value that fits one of the schemas of its `oneOf` and no other".to_owned()
        }
        _ => "a value that fits its schema".to_owned(),
    }
}

/// `a string or null`, if each alternative fails for one reason, at the value itself.
fn alternatives(error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>]) -> String {
    let here = error.instance_path();
    let reasons: Option<Vec<String>> = context
        .iter()
        .map(|errors| match errors.as_slice() {
            [only] if only.instance_path() == here => Some(expected(only)),
            _ => None,
        })
        .collect();
    match reasons {
        Some(reasons) if !reasons.is_empty() => words::either(reasons),
        _ => format!(
            "a value that fits one of the schemas of its `{}`",
            error.kind().keyword()
        ),
    }
}

fn types(kind: &TypeKind) -> String {
    let types = match kind {
        TypeKind::Single(single) => vec![words::kind(&single.to_string())],
        TypeKind::Multiple(several) => {
            let several = several.iter().map(|one| words::kind(&one.to_string()));
            several.collect()
        }
    };
    words::either(types)
}

/// What came: of what is too short or too long how long it is.
fn found(error: &ValidationError<'_>) -> String {
    let value = error.instance();
    let length = match (error.kind(), &**value) {
        (Kind::MinLength { .. } | Kind::MaxLength { .. }, Value::String(text)) => {
            text.chars().count()
        }
        (
            Kind::MinItems { .. } | Kind::MaxItems { .. } | Kind::AdditionalItems { .. },
            Value::Array(elements),
        ) => elements.len(),
        (Kind::MinProperties { .. } | Kind::MaxProperties { .. }, Value::Object(members)) => {
            members.len()
        }
        _ => return words::came_value(value),
    };
    format!("one with {length}")
}

#[cfg(test)]
mod tests;
