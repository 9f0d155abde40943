//! Arguments that came in another form, read as they were meant.

use super::Bound;
use crate::tool::{CallContext, Preparation, Prepared, State, repair};

impl<S: State> Bound<S> {
    /// Prepares a call with the arguments as the model wrote them; if they are refused, as it meant them. Where they are refused
    /// either way, it is told what is wrong with what it wrote.
    pub(super) fn read_as_meant(
        &self,
        index: usize,
        arguments: &str,
        context: &CallContext,
    ) -> Prepared {
        // An earlier attempt has found that out.
        if context.is_repaired() {
            return self.read(index, context.arguments(), context.clone());
        }
        let written = self.read(index, arguments, context.clone());
        let Preparation::Rejected(_) = written.work else {
            return written;
        };
        let parameters = self.toolbox.0.all.definitions[index].parameters();
        let Some(repaired) = repair(parameters, arguments) else {
            return written;
        };
        // What stood in a string may be deeper than what was looked at.
        if self.rules.limits.arguments.check(&repaired.text).is_err() {
            return written;
        }
        let meant = self.read(index, &repaired.text, context.clone());
        if let Preparation::Rejected(_) = meant.work {
            return written;
        }
        context.set_repaired(repaired);
        meant
    }

    /// Whether the arguments have something in them that can be repaired.
    pub(super) fn can_be_meant(&self, index: usize, arguments: &str) -> bool {
        let parameters = self.toolbox.0.all.definitions[index].parameters();
        repair(parameters, arguments).is_some()
    }
}
