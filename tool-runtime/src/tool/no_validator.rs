//! What stands in for the validator without the feature `schema-validation`: there is none.

use serde_json::Value;

use super::problem::ArgumentProblem;
use crate::BuildError;
use crate::tool::Place;

#[derive(Debug)]
pub(super) enum Validator {}

impl Validator {
    pub(super) fn new(name: &str, place: Place, _: Value) -> Result<Self, BuildError> {
        Err(BuildError::MissingFeature {
            name: name.to_owned(),
            place,
            feature: "schema-validation",
        })
    }

    pub(super) fn expected_of(&self, _: &str) -> String {
        match *self {}
    }

    pub(super) fn problems(&self, _: &Value, _: &str) -> Vec<ArgumentProblem> {
        match *self {}
    }
}
