//! Tools wherever a function may stand, as visible as it is.

use tool_runtime::tool::State;
use tool_runtime::{Provide, ToolList, Toolbox, tool, tools};

mod inner {
    /// Is seen by the parent.
    #[tool_runtime::tool]
    pub(super) async fn for_parent() {}

    /// Is seen by the crate.
    #[tool_runtime::tool]
    pub(crate) async fn for_crate() {}

    pub mod deeper {
        use tool_runtime::tool;

        pub struct Db;

        /// Is seen by the root.
        #[tool]
        pub(in crate::places::inner) async fn for_inner(#[state] db: &Db) {
            let _ = db;
        }

        /// Takes a path for its state.
        #[tool]
        pub async fn for_all(#[state] db: &super::deeper::Db) {
            let _ = db;
        }

        /// Is for this module.
        #[tool]
        async fn for_self() {}

        pub fn tools() -> tool_runtime::ToolList<Db> {
            tool_runtime::tools![for_self, self::for_all, super::deeper::for_inner]
        }
    }

    pub(super) use deeper::for_all as for_all_renamed;
}

use inner::{for_crate, for_parent};

macro_rules! lookup {
    ($name:ident, $what:ident: $ty:ty, $doc:literal, $key:literal) => {
        #[doc = $doc]
        #[tool(reads($key))]
        async fn $name(
            #[doc = "Which."] $what: $ty,
            #[state] db: &inner::deeper::Db,
        ) -> Result<$ty, String> {
            let _ = db;
            Ok($what)
        }
    };
}

macro_rules! forwarded {
    ($(#[$attribute:meta])* $vis:vis $name:ident as $wire:literal, $key:literal, $state:ty, $doc:expr) => {
        $(#[$attribute])*
        #[doc = $doc]
        #[tool(name = $wire, writes($key), timeout = "1s")]
        $vis async fn $name(#[state] state: $state) {
            let _ = state;
        }
    };
}

forwarded! {
    /// Is made
    #[allow(unused)]
    pub(crate) forward as "for-ward", "thing", &inner::deeper::Db, "by a macro."
}

macro_rules! returns {
    ($name:ident, $returned:ident, $value:expr) => {
        /// Returns a type of the caller's.
        #[tool]
        async fn $name() -> $returned {
            $value
        }
    };
}

returns!(returned_text, String, String::new());
returns!(returned_number, u64, 7);

lookup!(get_customer, customer_id: u64, "Look up a customer.", "customer:{customer_id}");
lookup!(get_orders, filter: Box<str>, "List orders.", "order:{filter}");

macro_rules! several {
    ($($name:ident)*) => {
        $(
            /// Is one of several.
            #[tool]
            async fn $name(
                /// How many.
                count: u32,
            ) -> u32 {
                count
            }
        )*

        fn several() -> tool_runtime::ToolList<()> {
            tools![$($name),*]
        }
    };
}

several!(first second third);

/// A library's tools, for whatever state has what they need.
fn of_library<S: State + Provide<inner::deeper::Db>>() -> ToolList<S> {
    tools![get_customer, inner::for_all_renamed]
}

const CONSTANT: fn() -> ToolList<()> = || tools![returned_text, returned_number];

#[test]
fn works() {
    /// Stands inside a function.
    #[tool]
    async fn local() {}

    let closure = || {
        /// Stands inside a closure.
        #[tool]
        async fn enclosed() {}
        Toolbox::new(tools![enclosed, local])
    };
    assert_eq!(closure().unwrap().tools().len(), 2);

    let toolbox = Toolbox::<inner::deeper::Db>::builder()
        .tools(inner::deeper::tools())
        .tools(tools![
            for_parent,
            for_crate,
            crate::places::inner::deeper::for_all
        ])
        .build();
    // A list twice is found when the toolbox is built.
    assert!(toolbox.is_err());

    let toolbox = Toolbox::<inner::deeper::Db>::builder()
        .tools(tools![
            for_parent,
            for_crate,
            inner::for_all_renamed,
            get_customer,
            get_orders,
            forward,
            local
        ])
        .build()
        .unwrap();
    assert_eq!(toolbox.tools().len(), 7);
    assert_eq!(toolbox.tools()[2].name(), "for_all");
    assert_eq!(toolbox.tools()[5].name(), "for-ward");
    assert_eq!(toolbox.tools()[5].description(), "Is made\nby a macro.");
    let library = Toolbox::<inner::deeper::Db>::builder()
        .tools(of_library())
        .build();
    assert_eq!(library.unwrap().tools().len(), 2);
    assert_eq!(Toolbox::new(CONSTANT()).unwrap().tools().len(), 2);
    assert_eq!(Toolbox::new(several()).unwrap().tools().len(), 3);
    let _ = (first(1), second(2), third(3));
}
