//! Whether a tool is one that a toolbox can have, as far as its definition tells.

use std::time::Duration;

use super::ToolDefinition;
use crate::BuildError;
use crate::tool::compiled::Compiled;
use crate::tool::effects::DeclaredEffects;
use crate::tool::naming::Naming;
use crate::tool::template;

/// The longest timeout a tool may ask for, as in the policy: one day.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The bytes of the longest name.
const MAX_NAME: usize = 1024;

/// The most attempts of a call.
const MAX_ATTEMPTS: u32 = 100;

impl ToolDefinition {
    /// Whether the tool is one that a toolbox can have, as far as it can be told from this definition alone.
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        let (name, place) = (self.name.clone(), self.place);
        if !self.has_name() {
            return Err(BuildError::IllegalName { name, place });
        }
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if !self.parameters.is_object() {
            return Err(BuildError::NotAnObject { name, place });
        }
        if self
            .output
            .as_ref()
            .is_some_and(|output| !output.is_object())
        {
            return Err(BuildError::OutputNotAnObject { name, place });
        }
        if let Some((parameter, problem)) = self.parameters.fault() {
            return Err(BuildError::Parameter {
                name,
                place,
                parameter: parameter.to_owned(),
                problem: problem.to_owned(),
            });
        }
        let effects = template::check(&self.effects, &self.parameters);
        if let Err(problem) = effects.and_then(|()| self.check_destructive()) {
            return Err(BuildError::InvalidEffects {
                name,
                place,
                problem,
            });
        }
        match self.timeout {
            Some(timeout) if timeout.is_zero() || timeout > MAX_TIMEOUT => {
                Err(BuildError::InvalidTimeout {
                    name,
                    place,
                    timeout,
                })
            }
            _ => self.check_numbers(),
        }
    }

    /// Whether it can be called: a name of its author's is one that every provider takes, one from elsewhere is only there.
    fn has_name(&self) -> bool {
        match self.wire_names.names().next() {
            Some(_) => (1..=MAX_NAME).contains(&self.name.len()),
            None => Naming::PORTABLE.takes(&self.name),
        }
    }

    fn check_numbers(&self) -> Result<(), BuildError> {
        let refuse = |setting, expected, found: String| {
            Err(BuildError::InvalidSetting {
                name: self.name.clone(),
                place: self.place,
                setting,
                expected,
                found,
            })
        };
        // Of effects that each call has for itself nobody knows yet whether they change something.
        let repeatable =
            self.is_idempotent || self.effects.changes_nothing() || self.effects_per_call;
        match self.attempts {
            Some(attempts) if !(1..=MAX_ATTEMPTS).contains(&attempts) => {
                return refuse("attempts", "1 to 100", attempts.to_string());
            }
            Some(attempts @ 2..) if !repeatable => {
                return refuse(
                    "attempts",
                    "more than 1 only if it is idempotent or changes nothing; say `with_idempotent(true)`, or declare effects that change nothing",
                    attempts.to_string(),
                );
            }
            _ => {}
        }
        match self.max_concurrency {
            Some(0) => refuse("max_concurrency", "one call or more", "0".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether these effects can stand for the tool's own.
    pub(crate) fn check_effects(&self, effects: &DeclaredEffects) -> Result<(), String> {
        template::check_holes(effects, Compiled::new(&self.effects).holes())
    }

    fn check_destructive(&self) -> Result<(), String> {
        match self.is_destructive && self.effects.changes_nothing() {
            true => Err("a destructive tool changes something, and they say that it changes nothing; name in `writes` what it destroys".to_owned()),
            false => Ok(()),
        }
    }
}
