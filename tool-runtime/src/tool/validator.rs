//! A schema that is known only at run time, against arguments: what is wrong, in the words that `#[tool]` has for it.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use jsonschema::{Draft, ReferencingError, ValidationError};
use serde_json::Value;

use super::definition::Place;
use super::places::each_mut;
use super::problem::ArgumentProblem;
use crate::BuildError;
use crate::text::{listed, shortened};

/// A schema, made ready. It fetches nothing: neither from the network nor from files.
#[derive(Debug)]
pub(super) struct Validator(jsonschema::Validator);

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
            Ok(validator) => Ok(Self(validator)),
            Err(error) => Err(BuildError::InvalidSchema {
                name: name.to_owned(),
                place,
                problem: of_schema(&error, &schema),
            }),
        }
    }

    pub(super) fn problems(&self, arguments: &Value) -> Vec<ArgumentProblem> {
        self.0
            .iter_errors(arguments)
            .flat_map(|error| of_value(&error))
            .collect()
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
            let (expected, found) = (expected(error), found(error.instance()));
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

/// The problems that one error is: a property too many is a problem of its own, at its own path.
fn of_value(error: &ValidationError<'_>) -> Vec<ArgumentProblem> {
    let path = path(error);
    let inside = |property: &str| match path.as_str() {
        "" => property.to_owned(),
        path => format!("{path}.{property}"),
    };
    match error.kind() {
        Kind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            let expected = "a value, since this property is required";
            vec![ArgumentProblem::new(inside(property), expected, "nothing")]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let problem = |property: &String| {
                let expected = "no property of this name";
                ArgumentProblem::new(inside(property), expected, "one")
            };
            unexpected.iter().map(problem).collect()
        }
        _ => vec![ArgumentProblem::new(
            path.as_str(),
            expected(error),
            found(error.instance()),
        )],
    }
}

/// `items[0].quantity`
fn path(error: &ValidationError<'_>) -> String {
    let mut path = String::new();
    for segment in error.instance_path() {
        match segment {
            LocationSegment::Property(property) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&property);
            }
            LocationSegment::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

fn expected(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind } => types(kind),
        Kind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            let options: Vec<String> = options.iter().map(literal).collect();
            match options.as_slice() {
                [only] => only.clone(),
                options => shortened(&format!("one of {}", options.join(", ")), 400),
            }
        }
        Kind::Constant { expected_value } => literal(expected_value),
        Kind::Minimum { limit } => format!("a number of at least {limit}"),
        Kind::Maximum { limit } => format!("a number of at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("a number above {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("a number below {limit}"),
        Kind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("a string of at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("a string of at most {}", count(*limit, "character")),
        Kind::Pattern { pattern } => format!("a string that matches `{pattern}`"),
        Kind::Format { format } => format!("a string of the format `{format}`"),
        Kind::MinItems { limit } => format!("an array of at least {}", count(*limit, "element")),
        Kind::MaxItems { limit } => format!("an array of at most {}", count(*limit, "element")),
        Kind::AdditionalItems { limit } => {
            format!("an array of at most {}", count(*limit as u64, "element"))
        }
        Kind::UniqueItems => "an array without repeated elements".to_owned(),
        Kind::MinProperties { limit } => format!("at least {}", count(*limit, "member")),
        Kind::MaxProperties { limit } => format!("at most {}", count(*limit, "member")),
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
        Some(reasons) if !reasons.is_empty() => shortened(&reasons.join(" or "), 400),
        _ => format!(
            "a value that fits one of the schemas of its `{}`",
            error.kind().keyword()
        ),
    }
}

fn types(kind: &TypeKind) -> String {
    let words = |name: &str| match name {
        "array" | "integer" | "object" => format!("an {name}"),
        "boolean" => "true or false".to_owned(),
        "null" => "null".to_owned(),
        name => format!("a {name}"),
    };
    match kind {
        TypeKind::Single(single) => words(&single.to_string()),
        TypeKind::Multiple(several) => {
            let several: Vec<String> = several.iter().map(|one| words(&one.to_string())).collect();
            several.join(" or ")
        }
    }
}

fn count(number: u64, of_what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of_what}{plural}")
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{}`", shortened(text, 80)),
        value => format!("`{}`", shortened(&value.to_string(), 80)),
    }
}

/// What came, as serde names it in the errors of other tools.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("boolean `{value}`"),
        Value::Number(number) if number.is_f64() => format!("floating point `{number}`"),
        Value::Number(number) => format!("integer `{number}`"),
        Value::String(text) => shortened(&format!("string {text:?}"), 80),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
