//! `#[toolset]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Ident, Path};

use super::fallback::{not_an_impl, stub_of};
use super::tool_impl::{generic, provides};
use super::{implementation, marker, text};
use crate::errors::Errors;
use crate::model::ToolFn;
use crate::model::toolset::{self, Owner, Settings};
use crate::parse::item_impl::{self, ItemImpl};
use crate::runtime_path::{RuntimePath, private};

/// ```text
/// impl Desk {
///     async fn get_customer(&self, customer_id: u64) -> Customer { … }
/// }
///
/// use ::tool_runtime::__private::attributes::*;
///
/// const _: () = {
///     use ::tool_runtime::__private as __tool_private;
///     struct get_customer {}
///     const _: () = { … impl<S: Provide<Desk>> Tool<S> for get_customer { … } };
///     impl Desk {
///         pub fn tools<S>() -> ToolList<S>
///         where
///             S: State,
///             S: Provide<Desk>,
///         {
///             ToolList::new(&[&get_customer {}])
///         }
///     }
/// };
/// ```
pub(crate) fn toolset(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let parsed = match item_impl::parse(item.clone()) {
        Some(Ok(parsed)) => parsed,
        Some(Err(error)) => return not_an_impl(item, Some(error)),
        None => return not_an_impl(item, None),
    };
    let mut errors = Errors::default();
    let settings = Settings::new(attribute, &mut errors);
    let owner = Owner::new(&parsed, settings.runtime, &mut errors);
    let can_be_state = errors.is_empty();
    let tools = toolset::tools(&parsed, &owner, &mut errors);

    let block = parsed.without_our_attributes();
    let import = owner.runtime.import();
    let attributes = attributes(&parsed);
    let import_of_tool = import_of_tool(&parsed, &owner.runtime);
    let mut outside = TokenStream::new();
    let mut inside = TokenStream::new();
    let mut listed: Vec<ToolFn<'_>> = Vec::new();
    for (tool, method) in tools.into_iter().zip(parsed.methods()) {
        let rejected = match tool {
            Ok(tool) if can_be_state => {
                let marker = match tool.is_listed {
                    true => marker(&method.item, &tool.ty),
                    false => hidden(&tool, &owner),
                };
                if tool.is_listed {
                    &mut outside
                } else {
                    &mut inside
                }
                .extend(marker);
                inside.extend(implementation(&tool, TokenStream::new()));
                listed.push(tool);
                continue;
            }
            Ok(tool) => tool.rejected(Errors::default()),
            Err(rejected) => rejected,
        };
        if rejected.is_listed {
            outside.extend(stub_of(&method.item, &rejected.ty, &rejected.runtime));
        }
        errors.extend(rejected.errors);
    }
    // With errors the list asks nothing of a state, so as to add none.
    if !errors.is_empty() {
        listed.clear();
    }
    let list = list(&parsed, &owner, &settings.list, &listed);
    let errors = errors.into_compile_errors();
    quote! {
        #errors
        #block
        #outside
        #import_of_tool
        #[allow(unused_qualifications)]
        const _: () = {
            #import
            #attributes
            #inside
            #list
        };
    }
}

/// Uses the imports of `#[tool]`, which this macro takes off the methods: rustc would call them unused.
fn attributes(item: &ItemImpl) -> TokenStream {
    let paths = paths(item);
    quote!(#(#[allow(unused_imports)] use #paths as _;)*)
}

/// A `#[tool]` that is not imported means ours all the same, since it is this macro that reads it. One that is imported comes
/// before what a `*` brings.
fn import_of_tool(item: &ItemImpl, runtime: &RuntimePath) -> TokenStream {
    match paths(item).iter().any(|path| path.is_ident("tool")) {
        true => runtime.import_of_tool(),
        false => TokenStream::new(),
    }
}

/// How the attributes of the methods are written, each once.
fn paths(item: &ItemImpl) -> Vec<&Path> {
    let mut paths: Vec<&Path> = Vec::new();
    for path in item.methods().map(|method| method.attribute.path()) {
        if !paths.iter().any(|known| text(known) == text(path)) {
            paths.push(path);
        }
    }
    paths
}

/// The type of a tool that only its block lists.
fn hidden(tool: &ToolFn<'_>, owner: &Owner) -> TokenStream {
    let cfgs = tool.item.cfgs();
    let ty = &tool.ty;
    let (generics, _, clause) = owner.generics.split_for_impl();
    let field = is_generic(owner).then(|| {
        let of = &owner.ty;
        quote!(of: ::core::marker::PhantomData<fn() -> *const #of>)
    });
    quote! {
        #(#cfgs)*
        #[allow(non_camel_case_types, dead_code)]
        struct #ty #generics #clause { #field }
    }
}

fn is_generic(owner: &Owner) -> bool {
    !owner.generics.params.is_empty()
}

/// The function that lists the tools.
fn list(item: &ItemImpl, owner: &Owner, name: &Ident, tools: &[ToolFn<'_>]) -> TokenStream {
    if item.of_trait.is_some() {
        return TokenStream::new();
    }
    let private = private(Span::call_site());
    let ty = &owner.ty;
    let (parameters, arguments, clause) = owner.generics.split_for_impl();
    let mut signatures = quote!(#ty #parameters #clause);
    let mut states: Vec<TokenStream> = Vec::new();
    for state in tools.iter().flat_map(ToolFn::states) {
        state.to_tokens(&mut signatures);
    }
    let state = generic(&signatures, name);
    for ty in tools.iter().flat_map(ToolFn::states) {
        let provides = provides(&state, ty);
        if !states
            .iter()
            .any(|known| known.to_string() == provides.to_string())
        {
            states.push(provides);
        }
    }
    let lasting = owner.generics.type_params().map(|parameter| {
        let ident = &parameter.ident;
        quote!(#ident: 'static)
    });
    let arguments = is_generic(owner).then(|| arguments.as_turbofish());
    let value = is_generic(owner).then(|| quote!(of: ::core::marker::PhantomData));
    let entries = tools.iter().map(|tool| {
        let cfgs: Vec<&Attribute> = tool.item.cfgs().collect();
        let ty = &tool.ty;
        quote!(#(#cfgs)* &#ty #arguments { #value })
    });
    quote! {
        impl #parameters #ty #clause {
            /// The tools among the methods, for a toolbox whose state provides what they borrow.
            #[must_use]
            #[allow(unreachable_pub)]
            pub fn #name<#state>() -> #private::ToolList<#state>
            where
                #state: #private::State,
                #(#lasting,)*
                #(#states,)*
            {
                #private::ToolList::new(&[#(#entries),*])
            }
        }
    }
}
