//! `#[provide(crate = …)]` and `#[key(crate = …)]` above a type: where the runtime is.

use syn::parse::ParseStream;
use syn::{Attribute, Path, Token};

use crate::errors::Errors;
use crate::runtime_path::RuntimePath;

/// What the attribute `name` among `attrs` says; it can say nothing else there.
pub(crate) fn runtime(name: &str, attrs: &[Attribute], errors: &mut Errors) -> RuntimePath {
    let mut runtime = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        if runtime.is_some() {
            errors.push(
                attr,
                format_args!("`#[{name}(…)]` is given twice; keep one"),
            );
        }
        let path = attr.parse_args_with(crate_path).map_err(|_| {
            let message = format!("above a type `#[{name}(…)]` says where the runtime is: `#[{name}(crate = ::agent_kit::runtime)]`");
            syn::Error::new_spanned(attr, message)
        });
        runtime = errors
            .keep(path)
            .map(|path| RuntimePath::new(&path, errors))
            .or(runtime);
    }
    runtime.unwrap_or_default()
}

/// `crate = ::agent_kit::runtime`.
fn crate_path(input: ParseStream) -> syn::Result<Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    input.parse()
}
