//! Tools that a `macro_rules!` of the user's makes.

use renamed::{ToolList, tools};

/// Where the macro's `$crate` finds the runtime.
#[doc(hidden)]
pub use renamed as __runtime;

macro_rules! count {
    ($($name:ident: $ty:ty = $doc:literal;)*) => {
        $(
            #[doc = $doc]
            #[renamed::tool(crate = $crate::made::__runtime)]
            pub async fn $name(
                /// How many.
                count: $ty,
            ) -> $ty {
                count
            }
        )*

        /// All of them.
        #[must_use]
        pub fn list() -> ToolList<()> {
            tools![$($name),*]
        }
    };
}

count! {
    count_bytes: u8 = "Count bytes.";
    count_words: Option<u32> = "Count words.";
}
