//! The attribute of a tool with what is missing in it.

use crate::tool::{Access, DeclaredEffects};

/// `#[tool(…)]` with the effects that are there and these added; what they cover is left out.
pub(super) fn amended(effects: &DeclaredEffects, added: &[(Access, String)]) -> String {
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    let mut own_group = None;
    if let DeclaredEffects::Keys {
        reads: own_reads,
        writes: own_writes,
        group,
    } = effects
    {
        reads.extend(own_reads.iter().map(str::to_owned));
        writes.extend(own_writes.iter().map(str::to_owned));
        own_group = group.as_deref();
    }
    for (access, template) in added {
        // What is written may be read.
        reads.retain(|read| !covers(template, read));
        if *access == Access::Write {
            writes.retain(|write| !covers(template, write));
            writes.push(template.clone());
        } else if !writes.iter().any(|write| covers(write, template)) {
            reads.push(template.clone());
        }
    }
    let listed = |name, templates: &[String]| {
        let quoted: Vec<_> = templates
            .iter()
            .map(|template| format!("{template:?}"))
            .collect();
        (!quoted.is_empty()).then(|| format!("{name}({})", quoted.join(", ")))
    };
    let group = own_group.map(|group| format!("exclusive = {group:?}"));
    let keys = [listed("reads", &reads), listed("writes", &writes), group];
    let options: Vec<_> = keys.into_iter().flatten().collect();
    format!("#[tool({})]", options.join(", "))
}

/// Whether one template says at least what the other does.
fn covers(template: &str, other: &str) -> bool {
    let as_segments = |template: &str| template.replace("/}", "}");
    let rest = match other.strip_prefix(template) {
        Some(rest) => rest.to_owned(),
        // A path goes at least as far as one segment of it.
        None => match template.ends_with("/}") && as_segments(template) == as_segments(other) {
            true => String::new(),
            false => return false,
        },
    };
    rest.is_empty() || rest.starts_with([':', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_unless_it_is_covered() {
        let effects = DeclaredEffects::reads(["rates", "cart:{id}", "fs:{path}"])
            .and_writes(["cart:{id}/log"])
            .in_group("g");
        let add = |access, template: &str| amended(&effects, &[(access, template.to_owned())]);
        assert_eq!(
            add(Access::Write, "cart:{id}"),
            r#"#[tool(reads("rates", "fs:{path}"), writes("cart:{id}"), exclusive = "g")]"#
        );
        assert_eq!(
            add(Access::Read, "fs:{path/}"),
            r#"#[tool(reads("rates", "cart:{id}", "fs:{path/}"), writes("cart:{id}/log"), exclusive = "g")]"#
        );
        assert_eq!(
            add(Access::Read, "carts"),
            r#"#[tool(reads("rates", "cart:{id}", "fs:{path}", "carts"), writes("cart:{id}/log"), exclusive = "g")]"#
        );
        assert_eq!(
            amended(&DeclaredEffects::Pure, &[(Access::Read, "a".to_owned())]),
            r#"#[tool(reads("a"))]"#
        );
    }
}
