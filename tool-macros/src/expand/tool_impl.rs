//! `impl Tool<S>`: prepare, then run.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, PathArguments, ReturnType, Type};

use super::arguments::arguments;
use super::options::carrier;
use super::{Subject, approval, holes};
use crate::model::toolset::Owner;
use crate::model::{Kind, Role, ToolFn, contains};
use crate::runtime_path::private;

/// ```text
/// impl<S> Tool<S> for get_customer
/// where
///     S: State,
///     S: Provide<Db>,
/// {
///     fn definition(&self) -> ToolDefinition {
///         __TOOL_DECLARATION.define()
///     }
///
///     fn prepare(&self, arguments: &str, context: CallContext, state: Arc<S>) -> Prepared {
///         let mut __tool_0 = Slot::<u64>::empty();
///         if let Err(errors) = decode(&__TOOL_DECLARATION, arguments, &mut [&mut __tool_0]) {
///             return Prepared::rejected(errors);
///         }
///         let __tool_0 = __tool_0.take();
///         let holes = [hole(Some(&__tool_0))];
///         Prepared::new(Box::pin(async move {
///             let returned = get_customer(__tool_0, Provide::<Db>::provide(&*state)).await;
///             match Returned(returned).split() {
///                 Ok(value) => Rendered(value).render(),
///                 Err(error) => Err(error),
///             }
///         })).with_holes(holes)
///     }
/// }
/// ```
///
/// A plain `fn` becomes `Prepared::blocking(Box::new(move || { … }))`, without the `.await`. Without holes in its effect
/// templates a tool has nothing of `holes`, and without `approval` nothing of that.
///
/// The box is made here and handed over as `dyn Future`: nothing else may be generic over it, since every function
/// that is gets compiled once per tool.
pub(super) fn expand(tool: &ToolFn<'_>) -> TokenStream {
    let private = private(Span::call_site());
    let Subject {
        parameters,
        ty,
        predicates,
    } = Subject::of(tool);
    let generic = tool.generic();
    let states = tool.states().map(|ty| provides(&generic, ty));
    let decode = decode(tool);
    let holes = holes::expand(tool);
    let with_holes = holes.as_ref().map(|_| quote!(.with_holes(__tool_holes)));
    let approval = approval::expand(tool);
    let needs_approval = approval
        .as_ref()
        .map(|_| quote!(.needing_approval(__tool_approval)));
    let run = run(tool);
    let definition = definition(tool);
    quote! {
        #[automatically_derived]
        impl<#(#parameters,)* #generic> #private::Tool<#generic> for #ty
        where
            #(#predicates,)*
            #generic: #private::State,
            #(#states,)*
        {
            fn definition(&self) -> #private::ToolDefinition {
                #definition
            }

            fn prepare(
                &self,
                __tool_arguments: &::core::primitive::str,
                __tool_context: #private::CallContext,
                __tool_state: #private::Arc<#generic>,
            ) -> #private::Prepared {
                #decode
                #holes
                #approval
                #run #with_holes #needs_approval
            }
        }
    }
}

/// With `output_schema`, where the closure is never called:
///
/// ```text
/// let output = returned(|| async { Typed(get_customer(never(), never()).await).of() });
/// Schematic(output).describe(__TOOL_DECLARATION.define())
/// ```
fn definition(tool: &ToolFn<'_>) -> TokenStream {
    let defined = quote!(__TOOL_DECLARATION.define());
    if !tool.output_schema {
        return defined;
    }
    let returned = returned(tool);
    let private = private(Span::call_site());
    let there = self::private(returned);
    let never = tool.params.iter().map(|_| quote!(#private::never()));
    let call = call(tool, never);
    let output = local("output", returned);
    let described = quote_spanned!(returned=> #there::Schematic(#output).describe(#defined));
    quote! {
        #[allow(unused_imports)]
        use #private::AnyTyped as _;
        let #output = #private::returned(|| async { #private::Typed(#call).of() });
        #described
    }
}

/// What the toolbox's state is called: rustc quotes it. `S` would shadow a type of the user's that has that name, and what
/// a macro in the signature stands for is not seen here.
pub(super) fn generic(signature: &TokenStream, ty: &Ident) -> Ident {
    let ours = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => ident == "S",
        TokenTree::Punct(punct) => punct.as_char() == '!',
        _ => false,
    };
    let name = match ty == "S" || contains(signature.clone(), &ours) {
        true => "__ToolState",
        false => "S",
    };
    Ident::new(name, Span::call_site())
}

impl ToolFn<'_> {
    /// What its toolbox's state is called.
    pub(super) fn generic(&self) -> Ident {
        let mut signature = self.item.sig.to_token_stream();
        if let Some(owner) = self.owner {
            owner.ty.to_tokens(&mut signature);
            owner.generics.params.to_tokens(&mut signature);
            owner.generics.where_clause.to_tokens(&mut signature);
        }
        generic(&signature, &self.ty)
    }

    /// The types that a toolbox's state must provide.
    pub(super) fn states(&self) -> impl Iterator<Item = &Type> {
        self.params.iter().filter_map(|param| match &param.role {
            Role::State { ty } => Some(ty),
            _ => None,
        })
    }
}

pub(super) fn provides(generic: &Ident, ty: &Type) -> TokenStream {
    let private = private(Span::call_site());
    quote_spanned! {ty.span()=> #generic: #private::Provide<#ty> }
}

/// The variable that holds the argument with this index.
pub(super) fn slot(index: usize) -> Ident {
    format_ident!("__tool_{index}")
}

fn decode(tool: &ToolFn<'_>) -> TokenStream {
    let private = private(Span::call_site());
    let names: Vec<Ident> = (0..arguments(tool).count()).map(slot).collect();
    let declared = arguments(tool).zip(&names).map(|(argument, name)| {
        let span = argument.ty.span();
        let private = self::private(span);
        let read = argument.read();
        quote_spanned! {span=> let mut #name = #private::Slot::<#read>::empty(); }
    });
    let taken = arguments(tool).zip(&names).map(|(argument, name)| {
        let field = carrier(&argument).map(|_| quote!(.0));
        quote!(let #name = #name.take()#field;)
    });
    quote! {
        #(#declared)*
        if let ::core::result::Result::Err(__tool_errors) =
            __TOOL_DECLARATION.decode(__tool_arguments, &mut [#(&mut #names),*])
        {
            return #private::Prepared::rejected(__tool_errors);
        }
        #(#taken)*
    }
}

fn run(tool: &ToolFn<'_>) -> TokenStream {
    let private = private(Span::call_site());
    let mut index = 0;
    let values = tool.params.iter().map(|param| match &param.role {
        Role::Argument { ty, borrowed, .. } => {
            let slot = slot(index);
            index += 1;
            let private = self::private(ty.span());
            match borrowed {
                true => quote_spanned! {ty.span()=> <#ty as #private::Borrowed>::borrowed(&#slot) },
                false => quote!(#slot),
            }
        }
        Role::State { ty } => {
            let private = self::private(ty.span());
            let state = local("state", ty.span());
            quote_spanned! {ty.span()=> #private::Provide::<#ty>::provide(&*#state) }
        }
        Role::Context { span } => {
            let context = local("context", *span);
            quote_spanned! {*span=> &#context }
        }
    });
    let call = call(tool, values);
    // What is not `Send` is said at the function, what cannot be returned at the return type.
    let function = tool.ident().span();
    let [answer, failure] = match &tool.item.sig.output {
        ReturnType::Type(_, ty) => parts(ty),
        ReturnType::Default => [Span::call_site(); 2],
    };
    let result = local("returned", failure);
    let there = self::private(failure);
    let split = quote_spanned!(failure=> #there::Returned(#result).split());
    let value = local("value", answer);
    let there = self::private(answer);
    let render = quote_spanned!(answer=> #there::Rendered(#value).render());
    // Not `?`: its `return` breeds an error where the return type is one that rustc does not find.
    let body = quote! {
        #[allow(unused_imports)]
        use #private::{AnyReturn as _, AnyValue as _, Ready as _};
        #[allow(clippy::let_unit_value)]
        let #result = #call;
        match #split {
            ::core::result::Result::Ok(#value) => #render,
            ::core::result::Result::Err(__tool_error) => ::core::result::Result::Err(__tool_error),
        }
    };
    let there = self::private(function);
    match tool.kind {
        Kind::Future | Kind::Inline => {
            let boxed = quote_spanned! {function=> #there::Box::pin(async move { #body }) };
            quote!(#private::Prepared::new(#boxed))
        }
        Kind::Blocking => {
            let boxed = quote_spanned! {function=> #there::Box::new(move || { #body }) };
            quote!(#private::Prepared::blocking(#boxed))
        }
    }
}

/// The function called, to the end of its future if it returns one.
fn call(tool: &ToolFn<'_>, values: impl Iterator<Item = TokenStream>) -> TokenStream {
    let ident = tool.ident();
    let function = match tool.owner {
        Some(Owner { ty, .. }) => quote!(<#ty>::#ident),
        None => ident.to_token_stream(),
    };
    match tool.kind {
        Kind::Future => quote!(#function(#(#values),*).await),
        Kind::Blocking | Kind::Inline => quote!(#function(#(#values),*)),
    }
}

/// Where the return type stands.
fn returned(tool: &ToolFn<'_>) -> Span {
    match &tool.item.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => Span::call_site(),
    }
}

/// Where the answer and the failure are written: in a `Result<T, E>` its parts, else the whole type.
fn parts(ty: &Type) -> [Span; 2] {
    let whole = [ty.span(); 2];
    let Type::Path(path) = ty else { return whole };
    let Some(last) = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Result")
    else {
        return whole;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return whole;
    };
    let mut spans = arguments.args.iter().map(Spanned::span);
    [(); 2].map(|()| spans.next().unwrap_or(whole[0]))
}

/// A variable of ours, located at a user's token but never resolved there: if that token comes out of a
/// `macro_rules!`, hygiene would make it another variable.
fn local(name: &str, span: Span) -> Ident {
    format_ident!("__tool_{name}", span = Span::call_site().located_at(span))
}
