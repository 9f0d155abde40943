//! What a batch asks of the toolbox: which tool a call means, what prepares it, who decides on it and who wants to know of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::approval::{digest, verdict};
use super::bound::Bound;
use super::layer;
use crate::batch::{Asked, Dispatch, Repair, RequestId, drop_quietly};
use crate::outcome::{CancelledBy, Settled};
use crate::text::nearest_few;
use crate::tool::{ArgumentErrors, CallContext, Naming, Prepared, State, ToolDefinition};
use crate::{Fingerprint, ToolCall, ToolResult};

impl<S: State> Dispatch for Bound<S> {
    fn find(&self, call: &ToolCall) -> Result<usize, Settled> {
        let toolbox = &*self.toolbox.0;
        let name = call.name();
        let found = toolbox.by_name.get(name).copied().ok_or_else(|| {
            // Which provider asks is not known here; by these names every one finds them.
            // What a provider has and the model has not found is not named.
            let is_callable = |tool: &&ToolDefinition| toolbox.by_name.contains_key(tool.name());
            let names = toolbox.definitions.iter().filter(is_callable);
            let names = names.map(|tool| tool.wire_name(Naming::PORTABLE));
            Settled::UnknownTool {
                nearest: nearest_few(name, names.clone())
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                names: names.map(str::to_owned).collect(),
                searches: self.toolbox.searches(),
            }
        })?;
        if call.is_unread() {
            return Err(Settled::Cancelled {
                by: CancelledBy::Call,
                started: false,
                still_running: false,
            });
        }
        if call.is_cut_off() {
            return Err(Settled::InvalidArguments(ArgumentErrors::cut_off()));
        }
        let limits = self.rules.limits.arguments;
        let parameters = toolbox.all.definitions[found].parameters();
        let checked = match call.is_text() && parameters.text_argument().is_some() {
            true => limits.check_text(call.arguments()),
            false => limits.check(call.arguments()),
        };
        checked.map_err(Settled::InvalidArguments)?;
        Ok(found)
    }

    fn prepare(&self, index: usize, call: &ToolCall, context: CallContext) -> Prepared {
        let toolbox = &*self.toolbox.0.all;
        let parameters = toolbox.definitions[index].parameters();
        let text = match context.edited() {
            None if call.is_text() => parameters.of_text(call.arguments()),
            edited => edited.map(str::to_owned),
        };
        let arguments = text.as_deref().unwrap_or(call.arguments());
        let layers = &toolbox.layers[index];
        let repair = match context
            .edited()
            .map(|edited| self.rules.limits.arguments.check(edited))
        {
            None => self.rules.repair,
            // Who has changed them means what he wrote.
            Some(Ok(())) => Repair::Off,
            Some(Err(errors)) => return Prepared::rejected(errors),
        };
        let prepared = match repair {
            Repair::Off if layers.is_empty() && self.journal.is_none() => {
                return self.read(index, arguments, context);
            }
            Repair::Off => self.read(index, arguments, context.clone()),
            Repair::Safe => self.read_as_meant(index, arguments, &context),
        };
        let entry = self.entry(index, &prepared.touches, &context);
        if layers.is_empty() && entry.is_none() {
            return prepared;
        }
        let call = (&self.toolbox, index, &self.state);
        layer::stand_round(layers, entry, prepared, call, context)
    }

    fn awaits_calls(&self, _: &CallContext) -> bool {
        false
    }

    fn ask(&self, tool: usize, context: CallContext) -> Option<Asked> {
        let approver = Arc::clone(self.approver.as_ref()?);
        let definition = self.toolbox.0.all.definitions[tool].clone();
        let edits = approver.edits();
        let verdict = Box::pin(async move { verdict(&*approver, definition, context).await });
        Some(Asked {
            verdict,
            edits,
            awaits_calls: false,
        })
    }

    fn request_id(&self, index: usize, context: &CallContext) -> RequestId {
        digest(&self.toolbox.0.all.definitions[index], context)
    }

    fn fingerprint(&self, index: usize) -> Fingerprint {
        self.fingerprint_of(index)
    }

    fn repair(&self, index: usize, call: &ToolCall, context: CallContext) {
        if self.rules.repair == Repair::Safe && self.can_be_meant(index, call.arguments()) {
            let read = || self.read_as_meant(index, call.arguments(), &context);
            drop_quietly(catch_unwind(AssertUnwindSafe(read)));
        }
    }

    fn observes(&self) -> bool {
        #[cfg(feature = "testing")]
        if self.turnstile.is_some() {
            return true;
        }
        let all = &self.toolbox.0.all;
        self.journal.is_some()
            || !all.common.is_empty()
            || all.layers.iter().any(|layers| !layers.is_empty())
    }

    fn finished(&self, tool: Option<usize>, result: &ToolResult) {
        #[cfg(feature = "testing")]
        if let Some(turnstile) = &self.turnstile {
            turnstile.finished(result.index());
        }
        let toolbox = &*self.toolbox.0.all;
        let tool = tool.filter(|tool| !toolbox.definitions[*tool].calls_others());
        let layers = tool.map_or(&toolbox.common, |tool| &toolbox.layers[tool]);
        // As a call comes back: the innermost sees it first.
        self.write_down(result);
        for layer in layers.iter().rev() {
            let seen = AssertUnwindSafe(|| layer.finished(result, &self.state));
            if let Err(payload) = catch_unwind(seen) {
                drop_quietly(payload);
            }
        }
    }
}
