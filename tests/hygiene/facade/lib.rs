//! A framework that hides the runtime behind itself: its users depend on nothing else.

use std::future::Future;

pub use tool_runtime as runtime;
pub use tool_runtime::{tool, tools, Provide};

/// Runs a future to its end.
///
/// # Panics
///
/// Without a clock of the system's.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime needs a clock only")
        .block_on(future)
}

/// Defines a tool that looks something up in the state, in whichever crate it is called.
#[macro_export]
macro_rules! lookup {
    ($(#[$attribute:meta])* $vis:vis $name:ident as $ty:ident in $state:ty) => {
        $(#[$attribute])*
        #[$crate::tool(crate = $crate::runtime, type = $ty, reads("thing:{id}"), timeout = "5s")]
        $vis async fn $name(
            /// Which.
            id: u64,
            /// In which words.
            words: &[String],
            #[state] state: &$state,
            #[context] context: &$crate::runtime::CallContext,
        ) -> ::core::result::Result<::std::string::String, ::std::string::String> {
            let _ = context;
            if id == 0 {
                return ::core::result::Result::Err("There is none.".into());
            }
            ::core::result::Result::Ok(::std::format!("{id} {words:?} {state:?}"))
        }
    };
}
