//! The attributes of a parameter: which role they give it, with every one accounted for. None is dropped in silence.

use syn::{Attribute, Ident, Meta, PatType};

use super::arg;
use super::options::nearest;
use super::spelled;
use crate::errors::Errors;
use crate::parse::doc;
use crate::parse::item::is_lint;

#[derive(Clone, Copy)]
pub(super) enum Marker {
    State,
    Context,
    Flatten,
}

impl Marker {
    const ALL: [Self; 3] = [Self::State, Self::Context, Self::Flatten];

    fn written(self) -> &'static str {
        match self {
            Self::State => "#[state]",
            Self::Context => "#[context]",
            Self::Flatten => "#[arg(flatten)]",
        }
    }
}

/// What the attributes of a parameter say.
#[derive(Default)]
pub(super) struct Marked {
    /// The parameter's role, if it is not an argument; of a wrong attribute, what it most likely was to be.
    pub(super) role: Option<Marker>,
    /// A refused attribute may hold the description that is missing.
    pub(super) hides_description: bool,
}

pub(super) fn read(parameter: &PatType, errors: &mut Errors) -> Marked {
    let mut marked = Marked::default();
    for attr in &parameter.attrs {
        // Not if it was most likely meant as a role.
        let is_option = arg::is_option(attr) && !arg::is_flatten(attr) && flattens(attr).is_none();
        if doc::is_doc(attr) || is_lint(attr) || is_option {
            continue;
        }
        let found = role(attr).or_else(|| refused(attr, &mut marked, errors));
        let Some(found) = found else { continue };
        if !matches!(found, Marker::Flatten) && !matches!(attr.meta, Meta::Path(_)) {
            errors.push(
                attr,
                format_args!(
                    "`{0}` stands alone; write `{0} {1}: {2}`",
                    found.written(),
                    spelled(&parameter.pat),
                    spelled(&parameter.ty)
                ),
            );
        }
        if let Some(first) = marked.role {
            errors.push(
                attr,
                format_args!(
                    "a parameter has one role; keep `{}` or `{}`",
                    first.written(),
                    found.written()
                ),
            );
        } else {
            marked.role = Some(found);
        }
    }
    marked
}

fn role(attr: &Attribute) -> Option<Marker> {
    if attr.path().is_ident("state") {
        Some(Marker::State)
    } else if attr.path().is_ident("context") {
        Some(Marker::Context)
    } else if arg::is_flatten(attr) {
        Some(Marker::Flatten)
    } else {
        None
    }
}

/// Refuses what a parameter does not take; the role that was meant, where that can be told.
fn refused(attr: &Attribute, marked: &mut Marked, errors: &mut Errors) -> Option<Marker> {
    let path = spelled(attr.path());
    if path == "cfg" || path == "cfg_attr" {
        errors.push(
            attr,
            format_args!("a tool's parameters do not depend on `{path}`; write two functions, each with its own `#[cfg(…)]`"),
        );
        marked.hides_description = true;
        return None;
    }
    let flattens = flattens(attr);
    let meant = flattens.or_else(|| meant(&path));
    if let Some(meant) = meant {
        errors.push(
            attr,
            format_args!(
                "unknown attribute `{}`; did you mean `{}`?",
                spelled(&attr.meta),
                meant.written()
            ),
        );
    } else if nearest(&path, ["description"]).is_some() {
        errors.push(
            attr,
            format_args!("a parameter is described by a doc comment; write `/// What it is.` instead of `{}`", spelled(&attr.meta)),
        );
        marked.hides_description = true;
    } else {
        errors.push(
            attr,
            match path.as_str() {
                "validate" | "garde" => format!(
                    "`{path}` is not read here; write the bound as `#[arg(range(min = 1))]`, `length(…)` or `pattern = \"…\"`"
                ),
                _ => format!(
                    "attribute `{path}` says nothing about a tool's parameter; write `///`, `#[state]`, `#[context]`, `#[arg(…)]`, `#[serde(…)]` or `#[schemars(…)]`"
                ),
            },
        );
    }
    if flattens.is_some() {
        // What the other parameters are, it does not decide.
        marked.hides_description = true;
        return None;
    }
    meant
}

/// `#[arg(flaten)]` and `#[serde(flatten)]`.
pub(super) fn flattens(attr: &Attribute) -> Option<Marker> {
    if !["arg", "serde"]
        .iter()
        .any(|name| attr.path().is_ident(name))
    {
        return None;
    }
    let option = attr.parse_args::<Ident>().ok()?.to_string();
    nearest(&option, ["flatten"]).map(|_| Marker::Flatten)
}

fn meant(path: &str) -> Option<Marker> {
    if path == "ctx" {
        return Some(Marker::Context);
    }
    let near = nearest(path, ["state", "context", "flatten"])?;
    Marker::ALL
        .into_iter()
        .find(|marker| marker.written().contains(near))
}
