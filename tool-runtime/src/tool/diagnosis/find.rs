//! The value at a path.

use super::node::Node;
use super::value::Value;

pub(super) struct Found<'a> {
    /// None if it is not there.
    pub(super) value: Option<&'a Value<'a>>,
    /// Its node, as far as that can be said without looking at alternatives.
    pub(super) node: usize,
    /// The byte where its member begins, or where one that is missing would stand.
    pub(super) at: usize,
    /// Which of its members or elements it is, on each level: the order of the text.
    #[cfg_attr(not(feature = "schema-validation"), expect(dead_code))]
    pub(super) place: Vec<usize>,
}

/// Follows `path`, as in `.items[0].quantity`, from a value that is of the node `node`.
pub(super) fn find<'a>(
    nodes: &[Node],
    mut node: usize,
    mut value: &'a Value<'a>,
    path: &str,
) -> Found<'a> {
    let (mut rest, mut at, mut place) = (path, 0, Vec::new());
    while !rest.is_empty() {
        match value {
            Value::Object(members) => {
                let inside = rest.strip_prefix('.').unwrap_or(rest);
                let member = members.iter().enumerate().find_map(|(index, member)| {
                    let rest = inside.strip_prefix(&*member.key)?;
                    (rest.is_empty() || rest.starts_with(['.', '[']))
                        .then_some((index, member, rest))
                });
                let Some((index, member, after)) = member else {
                    at = members.last().map_or(at, |member| member.at.end);
                    place.push(usize::MAX);
                    return missing(at, place);
                };
                place.push(index);
                node = nodes[node].member(&member.key).unwrap_or_default();
                (value, rest, at) = (&member.value, after, member.at.start);
            }
            Value::Array(elements) => {
                let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
                let element = index.and_then(|(index, after)| {
                    let index: usize = index.parse().ok()?;
                    Some((index, elements.get(index)?, after))
                });
                let Some((index, element, after)) = element else {
                    return missing(at, place);
                };
                place.push(index);
                node = nodes[node].item(index);
                (value, rest) = (element, after);
                if let Value::Object(members) = element {
                    at = members.first().map_or(at, |member| member.at.start);
                }
            }
            Value::Scalar(_) => {
                return missing(at, place);
            }
        }
    }
    Found {
        value: Some(value),
        node,
        at,
        place,
    }
}

fn missing<'a>(at: usize, place: Vec<usize>) -> Found<'a> {
    Found {
        value: None,
        node: 0,
        at,
        place,
    }
}
