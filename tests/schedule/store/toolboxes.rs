//! The tools of the store under four declarations: the right ones, and three that are wrong in one thing each.

use super::{How, Store, act};

/// A toolbox of these tools, each with what it declares.
macro_rules! toolbox {
    ($module:ident: $($tool:ident ($($effects:tt)*))* $(; $($plain:ident ($($done:tt)*))*)?) => {
        pub(crate) mod $module {
            use tool_runtime::{CallContext, ToolError, Toolbox, tool, tools};

            use super::{How, Store, act};

            $(
                /// Does as it is told.
                #[tool($($effects)*)]
                async fn $tool(
                    /// A path.
                    a: String,
                    /// Another.
                    b: String,
                    /// A third.
                    c: String,
                    /// How.
                    how: How,
                    #[state] store: &Store,
                    #[context] context: &CallContext,
                ) -> Result<String, ToolError> {
                    act(stringify!($tool), [&a, &b, &c], how, store, context).await
                }
            )*

            $($(
                /// Does as it is told, on a thread of its own and on a real clock.
                #[tool($($done)*)]
                fn $plain(
                    /// A path.
                    a: String,
                    /// Another.
                    b: String,
                    /// A third.
                    c: String,
                    /// How.
                    how: How,
                    #[state] store: &Store,
                    #[context] context: &CallContext,
                ) -> Result<String, ToolError> {
                    let work = act(stringify!($plain), [&a, &b, &c], how, store, context);
                    tokio::runtime::Handle::current().block_on(work)
                }
            )*)?

            pub(crate) fn toolbox() -> Toolbox<Store> {
                let tools = tools![$($tool,)* $($($plain),*)?];
                Toolbox::builder().tools(tools).build().expect("tools")
            }
        }
    };
}

toolbox! { right:
    get(reads("kv:{a/}"))
    list(reads("kv:{a/}"))
    put(writes("kv:{a/}"), idempotent)
    clean(writes("kv:{a/}"), idempotent)
    delete(writes("kv:{a/}"))
    merge(reads("kv:{a/}", "kv:{b/}"), writes("kv:{c/}"), idempotent)
    both(writes("kv:{a/}", "kv:{b/}"), idempotent)
    one(writes("one:{a}"))
    ones(reads("one"))
    sweep(exclusive, idempotent)
    booked(exclusive = "g")
    billed(reads("kv:{a/}"), exclusive = "g", idempotent)
    echo(pure)
    free()
    ;
    get_thread(reads("kv:{a/}"))
    put_thread(writes("kv:{a/}"), idempotent)
    merge_thread(reads("kv:{a/}", "kv:{b/}"), writes("kv:{c/}"), idempotent)
    booked_thread(exclusive = "g")
}

// A path is one segment: what covers and what is covered are not known to overlap.
toolbox! { exact:
    get(reads("kv:{a}"))
    list(reads("kv:{a}"))
    put(writes("kv:{a}"), idempotent)
    clean(writes("kv:{a}"), idempotent)
    delete(writes("kv:{a}"))
    merge(reads("kv:{a}", "kv:{b}"), writes("kv:{c}"), idempotent)
    both(writes("kv:{a}", "kv:{b}"), idempotent)
    one(writes("one:{a}"))
    ones(reads("one"))
    sweep(exclusive, idempotent)
    booked(exclusive = "g")
    billed(reads("kv:{a}"), exclusive = "g", idempotent)
    echo(pure)
    free()
}

// Nothing is said of a tool that changes something.
toolbox! { silent:
    get(reads("kv:{a/}"))
    list(reads("kv:{a/}"))
    put()
    clean(writes("kv:{a/}"), idempotent)
    delete(writes("kv:{a/}"))
    merge(reads("kv:{a/}", "kv:{b/}"), writes("kv:{c/}"), idempotent)
    both(writes("kv:{a/}", "kv:{b/}"), idempotent)
    one(writes("one:{a}"))
    ones(reads("one"))
    sweep(exclusive, idempotent)
    booked(exclusive = "g")
    billed(reads("kv:{a/}"), exclusive = "g", idempotent)
    echo(pure)
    free()
}

// What is read is not said.
toolbox! { unread:
    get(pure)
    list(pure)
    put(writes("kv:{a/}"), idempotent)
    clean(writes("kv:{a/}"), idempotent)
    delete(writes("kv:{a/}"))
    merge(writes("kv:{c/}"), idempotent)
    both(writes("kv:{a/}", "kv:{b/}"), idempotent)
    one(writes("one:{a}"))
    ones(pure)
    sweep(exclusive, idempotent)
    booked(exclusive = "g")
    billed(exclusive = "g", idempotent)
    echo(pure)
    free()
}
