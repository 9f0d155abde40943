//! What a policy must not say.

use std::time::Duration;

use super::retry::MAX_ATTEMPTS;
use super::{Policy, Retry};
use crate::PolicyError;
use crate::text::nearest;
use crate::tool::{ArgumentLimits, ToolDefinition};

/// The longest duration a policy takes: one day.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

/// The shortest result: there has to be room for what says that one was cut.
const MIN_RESULT_BYTES: usize = 1024;

impl Policy {
    /// Refuses what cannot be kept by a toolbox with these tools.
    pub(crate) fn check(&self, tools: &[ToolDefinition]) -> Result<(), PolicyError> {
        for (setting, duration) in [
            ("call_timeout", self.call_timeout),
            ("batch_timeout", self.batch_timeout),
            ("max_wait", self.max_wait),
            ("approval_timeout", self.approval_timeout),
            ("slow_poll", self.slow_poll),
        ] {
            positive(setting, duration)?;
        }
        if self.grace > MAX_DURATION {
            return Err(out_of_range("grace", "at most one day", self.grace));
        }
        for (setting, expected, found) in [
            ("max_calls", "one call or more", self.max_calls),
            (
                "max_argument_bytes",
                "one byte or more",
                self.max_argument_bytes,
            ),
            ("max_concurrency", "one call or more", self.max_concurrency),
            (
                "max_blocking_threads",
                "one thread or more",
                self.max_blocking_threads,
            ),
            ("max_queue", "one call or more", self.max_queue),
            ("max_media_bytes", "one byte or more", self.max_media_bytes),
        ] {
            one_or_more(setting, expected, found)?;
        }
        if !(1..=ArgumentLimits::MAX_DEPTH).contains(&self.max_argument_depth) {
            return Err(PolicyError::OutOfRange {
                setting: "max_argument_depth",
                expected: "1 to 127",
                found: self.max_argument_depth.to_string(),
            });
        }
        result_bytes("max_result_bytes", self.max_result_bytes)?;
        retry(&self.retry)?;
        let names = || tools.iter().map(ToolDefinition::name);
        let known = |name: &String| {
            let found = tools.iter().find(|tool| tool.name() == name);
            found.ok_or_else(|| PolicyError::UnknownTool {
                name: name.clone(),
                nearest: nearest(name, names()).map(str::to_owned),
            })
        };
        for (name, tool) in &self.tools {
            let definition = known(name)?;
            if let Some(timeout) = tool.timeout {
                positive("tool_timeout", timeout)?;
            }
            if let Some(own) = &tool.retry {
                retry(own)?;
            }
            if let Some(calls) = tool.max_concurrency {
                one_or_more("tool_concurrency", "one call or more", calls)?;
            }
            if let Some(calls) = tool.max_concurrency_per_tenant {
                one_or_more("tool_concurrency_per_tenant", "one call or more", calls)?;
            }
            if let Some(bytes) = tool.max_result_bytes {
                result_bytes("tool_max_result_bytes", bytes)?;
            }
            if let Some(effects) = &tool.effects {
                let checked = definition.check_effects(effects);
                checked.map_err(|problem| PolicyError::InvalidEffects {
                    tool: name.clone(),
                    problem,
                })?;
            }
        }
        self.check_groups_per_tenant()?;
        for group in self.groups.values() {
            group
                .tools
                .iter()
                .try_for_each(|name| known(name).map(drop))?;
            one_or_more(
                "group_concurrency",
                "one call or more",
                group.max_concurrency,
            )?;
        }
        Ok(())
    }

    fn check_groups_per_tenant(&self) -> Result<(), PolicyError> {
        for (name, group) in &self.groups {
            let Some(calls) = group.max_concurrency_per_tenant else {
                continue;
            };
            if group.tools.is_empty() {
                let others = self
                    .groups
                    .iter()
                    .filter(|(_, group)| !group.tools.is_empty());
                let others = others.map(|(name, _)| name.as_str());
                return Err(PolicyError::UnknownGroup {
                    name: name.clone(),
                    nearest: nearest(name, others).map(str::to_owned),
                });
            }
            one_or_more("group_concurrency_per_tenant", "one call or more", calls)?;
        }
        Ok(())
    }
}

fn one_or_more(
    setting: &'static str,
    expected: &'static str,
    found: usize,
) -> Result<(), PolicyError> {
    match found {
        0 => Err(PolicyError::OutOfRange {
            setting,
            expected,
            found: "0".to_owned(),
        }),
        _ => Ok(()),
    }
}

fn result_bytes(setting: &'static str, found: usize) -> Result<(), PolicyError> {
    match found {
        ..MIN_RESULT_BYTES => Err(PolicyError::OutOfRange {
            setting,
            expected: "1024 bytes or more",
            found: found.to_string(),
        }),
        _ => Ok(()),
    }
}

fn retry(retry: &Retry) -> Result<(), PolicyError> {
    let (attempts, delays) = retry.said();
    match attempts {
        Some(attempts) if attempts == 0 || attempts > MAX_ATTEMPTS => {
            return Err(PolicyError::OutOfRange {
                setting: "retry.attempts",
                expected: "1 to 100",
                found: attempts.to_string(),
            });
        }
        _ => {}
    }
    for (setting, delay) in delays {
        if let Some(delay) = delay.filter(|delay| *delay > MAX_DURATION) {
            return Err(out_of_range(setting, "at most one day", delay));
        }
    }
    Ok(())
}

fn positive(setting: &'static str, duration: Duration) -> Result<(), PolicyError> {
    if duration.is_zero() || duration > MAX_DURATION {
        return Err(out_of_range(
            setting,
            "more than zero and at most one day",
            duration,
        ));
    }
    Ok(())
}

fn out_of_range(setting: &'static str, expected: &'static str, found: Duration) -> PolicyError {
    PolicyError::OutOfRange {
        setting,
        expected,
        found: format!("{found:?}"),
    }
}
