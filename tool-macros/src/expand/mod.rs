//! Meaning to tokens. Nothing here can fail: every rule was checked in `model`.

mod approval;
mod arguments;
mod fallback;
mod holes;
pub(crate) mod key;
mod list;
mod options;
pub(crate) mod provide;
mod submit;
mod tool_impl;
pub(crate) mod toolset;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Ident, VisRestricted, Visibility, WherePredicate, parse_quote};

use crate::model::ToolFn;
use crate::parse::item::ItemFn;
use crate::runtime_path::{RuntimePath, private};

/// `#[tool]`.
pub(crate) fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let parsed: ItemFn = match syn::parse2(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => return fallback::unread(attribute, item, error),
    };
    match ToolFn::new(attribute, &parsed) {
        Ok(tool) => expand(&tool),
        Err(rejected) => fallback::stub(rejected, &parsed),
    }
}

/// `tools!`, which the runtime's macro of that name gives the path of the runtime, `$crate`, before the list.
pub(crate) fn tools(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let runtime = input.next();
    let macro_rules = runtime.span();
    let runtime = RuntimePath::handed_over(runtime);
    match list::parse(input.collect()) {
        Ok(entries) => list::expand(&entries, &runtime, macro_rules),
        Err(errors) => fallback::empty_list(errors, &runtime, macro_rules),
    }
}

/// ```text
/// async fn get_customer(customer_id: u64, db: &Db) -> Result<Customer, LookupError> { … }
///
/// #[doc(hidden)]
/// #[allow(non_camel_case_types, dead_code)]
/// struct get_customer {}
///
/// const _: () = {
///     use ::tool_runtime::__private as __tool_private;
///     fn __tool_default_0() -> u8 { … } // and what else the options of arguments need
///     static __TOOL_DECLARATION: Declaration = …;
///     impl Named for get_customer { … }
///     impl<S: Provide<Db>> Tool<S> for get_customer { … }
///     inventory::submit! { … } // with `discover = App`
/// };
/// ```
fn expand(tool: &ToolFn<'_>) -> TokenStream {
    let function = tool.item.without_parameter_attributes();
    let import = tool.runtime.import();
    let marker = marker(tool.item, &tool.ty);
    let implementation = implementation(tool, import);
    quote! {
        #function
        #marker
        #implementation
    }
}

/// What makes the type a tool, after what it needs to `import`.
fn implementation(tool: &ToolFn<'_>, import: TokenStream) -> TokenStream {
    let cfgs = tool.item.cfgs();
    let options = options::items(tool);
    let declaration = arguments::declaration(tool);
    // Who calls a deprecated function is warned; a tool does not call it by choice.
    let deprecated = tool
        .item
        .attrs
        .iter()
        .any(|attr| attr.path().is_ident("deprecated"))
        .then(|| quote!(#[allow(deprecated)]));
    let named = named(&Subject::of(tool), &tool.name, tool.place);
    let tool_impl = tool_impl::expand(tool);
    let submission = submit::expand(tool);
    quote! {
        #(#cfgs)*
        // The user may have imported what the runtime's name stands before.
        #[allow(unused_qualifications)]
        #deprecated
        const _: () = {
            #import
            #options
            #declaration
            #named
            #tool_impl
            #submission
        };
    }
}

/// The tool: a type that takes only the type namespace, so that the function stays callable. Without `doc(hidden)`
/// a doc link to the function would be ambiguous.
fn marker(item: &ItemFn, ty: &Ident) -> TokenStream {
    let cfgs = item.cfgs();
    let mut vis = item.vis.clone();
    // An item whose first token comes out of a `macro_rules!` of the user's would be taken for the user's by lints.
    if let Visibility::Public(token)
    | Visibility::Restricted(VisRestricted {
        pub_token: token, ..
    }) = &mut vis
    {
        token.span = Span::call_site();
    }
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #ty {}
    }
}

/// The tool's type as an `impl` names it: `impl<D: Database> … for get_customer<D> where D: 'static`.
struct Subject {
    /// What stands between `impl<` and `>`.
    parameters: Vec<GenericParam>,
    ty: TokenStream,
    predicates: Vec<WherePredicate>,
}

impl Subject {
    fn of(tool: &ToolFn<'_>) -> Self {
        match tool.owner {
            Some(owner) => Self::generic(&tool.ty, &owner.generics),
            None => Self::plain(&tool.ty),
        }
    }

    fn plain(ty: &Ident) -> Self {
        Self {
            parameters: Vec::new(),
            ty: ty.to_token_stream(),
            predicates: Vec::new(),
        }
    }

    fn generic(ty: &Ident, generics: &Generics) -> Self {
        let (_, arguments, clause) = generics.split_for_impl();
        let written = clause
            .into_iter()
            .flat_map(|clause| clause.predicates.clone());
        // A tool is `'static`.
        let lasting = generics.type_params().map(|parameter| -> WherePredicate {
            let ident = &parameter.ident;
            parse_quote!(#ident: 'static)
        });
        Self {
            parameters: generics.params.iter().cloned().collect(),
            ty: quote!(#ty #arguments),
            predicates: written.chain(lasting).collect(),
        }
    }
}

fn named(subject: &Subject, name: &str, place: Span) -> TokenStream {
    let private = private(Span::call_site());
    let Subject {
        parameters,
        ty,
        predicates,
    } = subject;
    let generics = (!parameters.is_empty()).then(|| quote!(<#(#parameters),*>));
    let clause = (!predicates.is_empty()).then(|| quote!(where #(#predicates),*));
    let place = place_at(place);
    quote! {
        #[automatically_derived]
        impl #generics #private::Named for #ty #clause {
            const NAME: &'static ::core::primitive::str = #name;
            const PLACE: #private::Place = #place;
        }
    }
}

/// Where the tool is said to be defined.
fn place_at(span: Span) -> TokenStream {
    let private = private(Span::call_site());
    let line = quote_spanned!(span=> ::core::line!());
    quote!(#private::Place::new(::core::file!(), #line))
}

/// The text of a path as the user wrote it, without the spaces that tokens are printed with.
fn text(path: &impl ToTokens) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
