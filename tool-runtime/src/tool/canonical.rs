//! The arguments of a call in one form, so that calls which mean the same can be told.

use super::parameter::Parameters;
use super::schema::Schema;
use crate::json::Cursor;

/// How the arguments of a tool are brought into one form.
#[derive(Clone, Debug)]
pub(crate) struct Canonical(Vec<Member>);

#[derive(Clone, Debug)]
struct Member {
    name: String,
    aliases: &'static [&'static str],
    is_required: bool,
    /// In that form, if there is one and it can be shown.
    default: Option<String>,
}

impl Canonical {
    pub(super) fn of(parameters: &Parameters, schema: &Schema) -> Self {
        let aliases = |name: &str| match parameters {
            Parameters::Each(parameters) => {
                let mut parameters = parameters.table.iter();
                let parameter = parameters.find(|parameter| parameter.name == name);
                parameter.map_or(&[][..], |parameter| parameter.aliases)
            }
            // Those that serde knows are not known here: what is written with one differs from what is not.
            Parameters::Whole(_) => &[],
        };
        let members = schema.names().into_iter();
        let members = members.map(|(name, is_required)| Member {
            aliases: aliases(&name),
            default: schema.default(&name).and_then(|text| form(&text)),
            name,
            is_required,
        });
        Self(members.collect())
    }

    /// Arguments in one form: names in order, aliases and white space gone, defaults written out, `null` gone where it is
    /// absence. `None` if they have none, and then they equal no others. That two texts have different forms says nothing.
    pub(crate) fn form(&self, arguments: &str) -> Option<String> {
        let mut members: Vec<(String, String)> = Vec::new();
        // An empty text is an object for a tool that takes nothing, and for no other.
        if !self.0.is_empty() || !arguments.trim().is_empty() {
            let mut cursor = Cursor::object(arguments)?;
            while cursor.advance().ok()? {
                let key = cursor.key().ok()?;
                let value = cursor.value().ok()?;
                let known = self
                    .0
                    .iter()
                    .find(|member| member.name == key || member.aliases.contains(&key.as_ref()));
                match known {
                    Some(member) if value == "null" && !member.is_required => {}
                    Some(member) => members.push((member.name.clone(), form(value)?)),
                    None => members.push((key.into_owned(), form(value)?)),
                }
            }
            if cursor.rest().trim() != "" {
                return None;
            }
        }
        for member in &self.0 {
            let given = members.iter().any(|(name, _)| *name == member.name);
            if let Some(default) = member.default.as_ref().filter(|_| !given) {
                members.push((member.name.clone(), default.clone()));
            }
        }
        object(members)
    }
}

/// A value in one form: its objects' members by name, its strings with one spelling, its numbers as they stand.
pub(crate) fn form(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(mut cursor) = Cursor::object(text) {
        let mut members = Vec::new();
        while cursor.advance().ok()? {
            let key = cursor.key().ok()?.into_owned();
            members.push((key, form(cursor.value().ok()?)?));
        }
        return object(members);
    }
    if let Some(mut cursor) = Cursor::array(text) {
        let mut elements = Vec::new();
        while cursor.advance().ok()? {
            elements.push(form(cursor.value().ok()?)?);
        }
        return Some(format!("[{}]", elements.join(",")));
    }
    match text.starts_with('"') {
        true => {
            let string: String = serde_json::from_str(text).ok()?;
            serde_json::to_string(&string).ok()
        }
        false => Some(text.to_owned()),
    }
}

/// `None` if a name is there twice: which one counts is the reader's to say.
fn object(mut members: Vec<(String, String)>) -> Option<String> {
    members.sort();
    if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    let members = members.iter().map(|(name, value)| {
        let name = serde_json::to_string(name).ok()?;
        Some(format!("{name}:{value}"))
    });
    let members: Option<Vec<String>> = members.collect();
    Some(format!("{{{}}}", members?.join(",")))
}
