//! Whose calls a batch has: what is one tenant's is nothing to another.

use std::sync::Arc;

/// Whose calls they are; nobody's in particular if there is none.
pub(crate) type Tenant = Option<Arc<str>>;

/// The order that a batch's calls are in with those of other batches: one of a tenant's, or one of nobody's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Scope {
    pub(super) tenant: Tenant,
    pub(super) name: Arc<str>,
}

/// What the keys of a call are read in.
#[derive(Clone, Debug)]
pub(super) struct Realm {
    pub(super) tenant: Tenant,
    pub(super) scope: Option<Scope>,
}

impl Realm {
    /// Of a batch that says so, or of one inside a call of the other: who does not say whose calls they are there goes on with the same.
    pub(super) fn inside(outer: Option<&Self>, tenant: Tenant, scope: Option<Arc<str>>) -> Self {
        let tenant = tenant.or_else(|| outer?.tenant.clone());
        Self {
            scope: scope.map(|name| Scope {
                tenant: tenant.clone(),
                name,
            }),
            tenant,
        }
    }

    /// Whether the same key means something else in the other.
    ///
    /// Only where both say so: what is nobody's may be anybody's, so it is respected by all and respects all.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        let differ = |one: Option<&Arc<str>>, other: Option<&Arc<str>>| matches!((one, other), (Some(one), Some(other)) if one != other);
        let name = |realm: &Self| realm.scope.as_ref().map(|scope| Arc::clone(&scope.name));
        differ(self.tenant.as_ref(), other.tenant.as_ref())
            || differ(name(self).as_ref(), name(other).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::{Realm, Scope};

    fn realm(text: &str) -> Realm {
        let (tenant, scope) = text.split_once('/').unwrap();
        let said = |text: &str| (!text.is_empty()).then(|| text.into());
        let tenant = said(tenant);
        Realm {
            scope: said(scope).map(|name| Scope {
                tenant: tenant.clone(),
                name,
            }),
            tenant,
        }
    }

    #[test]
    fn keys_are_others_where_both_say_whose_they_are_and_it_differs() {
        let same = ["/", "a/", "/x", "a/x"];
        for one in same {
            for other in same {
                assert!(!realm(one).is_apart_from(&realm(other)), "{one} {other}");
            }
        }
        for (one, other) in [
            ("a/", "b/"),
            ("a/x", "b/"),
            ("a/x", "b/x"),
            ("/x", "/y"),
            ("a/x", "a/y"),
            ("a/x", "/y"),
        ] {
            assert!(realm(one).is_apart_from(&realm(other)), "{one} {other}");
            assert!(realm(other).is_apart_from(&realm(one)), "{other} {one}");
        }
        // No text of one tenant's is another's.
        assert!(realm("a/b").is_apart_from(&realm("ab/")));
    }
}
