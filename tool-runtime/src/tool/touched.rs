//! What a call really reads and writes, as its tool reports it.

use std::fmt;

use super::call_effects::{Access, CallEffects};
use super::context::{CallContext, Calls};

impl CallContext {
    /// Says what the call really reads or writes, so that tests find what its tool does not declare. In a program it does nothing
    /// and costs nothing: it is for builds with the feature `testing`.
    ///
    /// There, a call panics that touches what its [effects](crate::tool::DeclaredEffects) do not cover, and the panic says what to
    /// declare. What a policy says in the tool's place counts ([`Policy::tool_effects`](crate::Policy::tool_effects)); what is declared
    /// as written may be read. In `testing::Equivalence` it does not
    /// panic; all of it is told together. Outside of a batch nothing is declared, and so nothing is checked.
    ///
    /// The best place is where data is read and written, and not each tool: whatever uses it is checked then.
    ///
    /// ```
    /// use tool_runtime::tool::{Access, EffectKey};
    /// use tool_runtime::CallContext;
    ///
    /// fn balance(account: u64, context: &CallContext) -> u64 {
    ///     context.touched(Access::Read, format_args!("account:{account}"));
    ///     // …
    /// #   account
    /// }
    ///
    /// fn read_file(path: &str, context: &CallContext) {
    ///     context.touched(Access::Read, EffectKey::new("fs").path(path));
    ///     // …
    /// }
    /// # let context = CallContext::new(tool_runtime::ToolCall::new("", "", ""));
    /// # balance(7, &context);
    /// # read_file("src//main.rs", &context);
    /// ```
    ///
    /// A key is written as in a template, with values instead of holes; between several segments, empty ones and `.` count for nothing. A
    /// value that may have a `/` or a `%` in it and is one segment all the same is for [`EffectKey::segment`](crate::tool::EffectKey::segment).
    ///
    /// # Panics
    ///
    /// With the feature `testing`: if the call does not declare it, or if a key does not begin with a domain.
    #[cfg_attr(feature = "testing", track_caller)]
    pub fn touched(&self, access: Access, key: impl fmt::Display) {
        #[cfg(feature = "testing")]
        self.report_touch(access, &key);
        #[cfg(not(feature = "testing"))]
        let _ = (access, key);
    }
}

impl Calls {
    /// Says what a call declares, which what it touches is held against.
    pub(crate) fn declare(&self, index: usize, effects: impl FnOnce() -> CallEffects) {
        #[cfg(feature = "testing")]
        self.touches(index).declare(effects());
        #[cfg(not(feature = "testing"))]
        let _ = (index, effects);
    }
}
