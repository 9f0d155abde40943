//! Where what is sent.

use std::fmt::Write as _;

/// The subjects of one service under one prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subjects {
    prefix: String,
    service: String,
}

/// A token of a subject has no more characters of a tool's name.
const MAX_NAME: usize = 64;

impl Subjects {
    /// # Errors
    ///
    /// If a subject cannot have them, in words.
    pub(crate) fn new(prefix: &str, service: &str) -> Result<Self, String> {
        if !prefix.split('.').all(is_token) || prefix.len() > 128 {
            return Err(format!(
                "the prefix of subjects has 1 to 128 ASCII letters, digits, `_`, `-`, and `.` between them; found `{}`",
                prefix.escape_debug()
            ));
        }
        if !is_token(service) || service.len() > MAX_NAME {
            return Err(format!(
                "the name of a service has 1 to {MAX_NAME} ASCII letters, digits, `_` and `-`; found `{}`",
                service.escape_debug()
            ));
        }
        Ok(Self {
            prefix: prefix.to_owned(),
            service: service.to_owned(),
        })
    }

    pub(crate) fn service(&self) -> &str {
        &self.service
    }

    /// Where calls of a definition are sent.
    pub(crate) fn call(&self, endpoint: &str, fingerprint: &str) -> String {
        let Self { prefix, service } = self;
        format!("{prefix}.{service}.call.{endpoint}.{fingerprint}")
    }

    /// Where a worker is told that a call is not wanted any more; the token `*` is any call.
    pub(crate) fn cancel(&self, worker: &str, token: &str) -> String {
        let Self { prefix, service } = self;
        format!("{prefix}.{service}.cancel.{worker}.{token}")
    }
}

/// What a tool's endpoint is called.
pub(crate) fn endpoint(tool: &str, fingerprint: &str) -> String {
    if is_token(tool) && tool.len() <= MAX_NAME {
        return tool.to_owned();
    }
    let legal = |character: char| match is_legal(character) {
        true => character,
        false => '_',
    };
    let mut endpoint: String = tool.chars().map(legal).take(MAX_NAME).collect();
    let _ = write!(endpoint, "-{}", fingerprint.get(..8).unwrap_or_default());
    endpoint
}

/// The last token of a subject.
pub(crate) fn last_token(subject: &str) -> &str {
    subject.rsplit('.').next().unwrap_or_default()
}

/// Whether it is one token of a subject, whatever else it is.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_legal)
}

fn is_legal(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: &str = "ba7816bf8f01cfea414140de5dae2223b00361a3";

    #[test]
    fn subjects_have_tokens_of_their_own() {
        let subjects = Subjects::new("shop.tools", "desk").unwrap();
        assert_eq!(
            subjects.call("get_customer", FINGERPRINT),
            "shop.tools.desk.call.get_customer.ba7816bf8f01cfea414140de5dae2223b00361a3"
        );
        assert_eq!(
            subjects.cancel("worker7", "*"),
            "shop.tools.desk.cancel.worker7.*"
        );
    }

    #[test]
    fn names_that_would_be_other_subjects_are_refused() {
        for prefix in ["", ".", "a.", "a..b", "a.*", ">", "a b", "ä", "a\r\nPUB x"] {
            assert!(Subjects::new(prefix, "desk").is_err(), "{prefix:?}");
        }
        for service in ["", "a.b", "*", "a b", "ä", &"a".repeat(65)] {
            assert!(Subjects::new("tools", service).is_err(), "{service:?}");
        }
    }

    #[test]
    fn any_name_of_a_tool_is_one_token() {
        assert_eq!(endpoint("get_customer", FINGERPRINT), "get_customer");
        assert_eq!(endpoint("math.add >", FINGERPRINT), "math_add__-ba7816bf");
        let long = endpoint(&"ä".repeat(1_000), FINGERPRINT);
        assert!(is_token(&long) && long.len() == MAX_NAME + 9);
    }
}
