//! What a request says beside its tools, in the words of the format.

use serde_json::Value;

use super::hosts::Differences;
use crate::RequestSettingsError;
use crate::dialect::settings::Asked;
use crate::dialect::{RequestFields, RequestWarning, ToolChoice};

/// What all say, also OpenAI's other API, which differs in how one tool is chosen.
///
/// The choice is OpenAI's `ChatCompletionToolChoiceOptionParam`, or `ToolChoiceOptions` and `ToolChoiceFunctionParam`.
/// `parallel_tool_calls` is true where nothing is said (the SDK's `create` parameters); some reasoning models refuse it, by the
/// texts of the API's errors. Several calls in one turn switch strict schemas off for fine-tuned models, says the provider's guide.
pub(in crate::dialect) fn say(
    dialect: &'static str,
    host: &Differences,
    asked: &Asked<'_>,
    fields: &mut RequestFields,
    chosen: fn(Value) -> String,
) -> Result<(), RequestSettingsError> {
    choose(dialect, host, asked.choice, fields, chosen)?;
    let Some(known) = &host.parallel else {
        asked.warn_of_parallel(dialect, fields);
        return Ok(());
    };
    let (Some(parallel), false) = (asked.parallel, *asked.choice == ToolChoice::Forbidden) else {
        return Ok(());
    };
    fields.push("parallel_tool_calls", parallel.to_string());
    if let Some(models) = known.refusing {
        fields.warn(RequestWarning::SomeModelsRefuse {
            dialect,
            models,
            refused: "`parallel_tool_calls`; leave `parallel` unset for them",
        });
    }
    if parallel && asked.is_strict && known.is_lax {
        fields.warn(RequestWarning::StrictMayLapse { dialect });
    }
    Ok(())
}

fn choose(
    dialect: &'static str,
    host: &Differences,
    asked: &ToolChoice,
    fields: &mut RequestFields,
    chosen: fn(Value) -> String,
) -> Result<(), RequestSettingsError> {
    if *asked == ToolChoice::Auto {
        return Ok(());
    }
    let Some(words) = &host.choice else {
        return Err(RequestSettingsError::Refused {
            dialect,
            problem: "has no choice of tools",
            instead: match asked {
                ToolChoice::Forbidden => "leave `tools` out of the request",
                _ => "use `ToolChoice::Auto` and ask for the call in the prompt",
            },
        });
    };
    let said = match asked {
        ToolChoice::Auto => return Ok(()),
        ToolChoice::Required => format!("\"{}\"", words.required),
        ToolChoice::Forbidden => "\"none\"".to_owned(),
        ToolChoice::Named(name) => chosen(Value::from(name.as_str())),
    };
    fields.push("tool_choice", said);
    if let (ToolChoice::Forbidden, Some(instead)) = (asked, words.instead_of_none) {
        fields.warn(RequestWarning::BadAnswers {
            dialect,
            said: "`tool_choice: \"none\"` beside tools",
            instead,
        });
    }
    Ok(())
}
