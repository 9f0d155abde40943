//! Tools, states and lists that a `macro_rules!` of the user's makes, of fragments of every kind.

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
    };
}

count! {
    count_bytes: u8 = "Count bytes.";
    count_words: Option<u32> = "Count words.";
}

macro_rules! define {
    ($vis:vis fn $name:ident($parameter:ident: $ty:ty = $doc:literal) -> $returned:ty $body:block) => {
        /// Do what the body does.
        #[renamed::tool(crate = $crate::made::__runtime)]
        $vis async fn $name(#[doc = $doc] $parameter: $ty, #[state] step: &u64) -> $returned {
            let _ = step;
            $body
        }
    };
    ($vis:vis type $type:ident = $name:ident $body:block) => {
        /// Do what the body does.
        #[renamed::tool(crate = $crate::made::__runtime, type = $type)]
        $vis async fn $name() -> u64 $body
    };
}

macro_rules! tally {
    ($name:ident($parameter:ident: $ty:ty, $step:ident: $state:ty) -> $returned:ty $body:block) => {
        /// Tally.
        #[renamed::tool(crate = $crate::made::__runtime, output_schema)]
        pub async fn $name(
            /// What.
            $parameter: $ty,
            #[state] $step: $state,
        ) -> $returned $body
    };
}

tally! {
    tally(what: String, step: &u64) -> std::collections::BTreeMap<String, u64> { [(what, *step)].into() }
}

define! {
    pub fn double(number: u64 = "A number.") -> u64 { number * 2 }
}
define! {
    pub type Answer = answer { 42 }
}

macro_rules! limited {
    ($name:ident($parameter:ident: $ty:ty = $default:expr, $most:literal, $wire:literal, $pattern:literal)) => {
        /// Keep to a limit.
        #[renamed::tool(crate = $crate::made::__runtime)]
        pub async fn $name(
            /// How many.
            #[arg(default = $default, range(max = $most), rename = $wire, example = $default)]
            $parameter: $ty,
            /// Under which name.
            #[schemars(with = "String", email)]
            #[arg(default = $wire, pattern = $pattern)]
            name: String,
        ) -> $ty {
            drop(name);
            $parameter
        }
    };
}

limited! { limit(count: u8 = 1 + 1, 9, "howMany", "^h") }

macro_rules! state {
    ($runtime:path, $name:ident { $($field:ident: $ty:ty,)* }) => {
        /// What the tools work on.
        #[derive(Debug, renamed::Provide)]
        #[provide(crate = $runtime)]
        pub struct $name {
            $(
                /// Lent.
                pub $field: $ty,
            )*
        }
    };
}

state! {
    ::renamed,
    Desk { step: u64, name: String, }
}

macro_rules! list {
    ($($tool:path),* $(,)?) => {
        tools![$($tool),*]
    };
}

/// All of them.
#[must_use]
pub fn list() -> ToolList<Desk> {
    list![count_bytes, count_words, double, limit, Answer, tally]
}
