//! The hosts of the format, and what is different at each: a table that the rest of the folder reads.

use crate::dialect::ids::Ids as CallIds;
use crate::dialect::lower::subset::{self, Subset};
use crate::dialect::stream::Framing;

/// Who speaks the format.
pub(in crate::dialect) trait Host {
    const DIFFERENCES: Differences;
}

/// What one host says, or takes, otherwise than another.
#[derive(Debug)]
pub(in crate::dialect) struct Differences {
    pub(super) name: &'static str,
    /// What it takes of schemas.
    pub(super) schemas: Subset,
    /// What it takes of strict schemas, if it has such.
    pub(super) strict: Option<Subset>,
    /// The API refuses a request with more tools.
    pub(super) max_tools: Option<usize>,
    /// What it says in `tool_choice`, if it has that.
    pub(super) choice: Option<Choice>,
    /// What is to be known of its `parallel_tool_calls`, if it has that.
    pub(super) parallel: Option<Parallel>,
    /// What is expected of a response, for errors.
    pub(super) expected: &'static str,
    /// How the events of a stream are told apart.
    pub(super) framing: Framing,
    /// Where the message stands in it.
    pub(super) envelope: Envelope,
    /// What it takes as the id of a call.
    pub(super) call_ids: CallIds,
    /// What is there for the id of a call that has none.
    pub(super) no_id: Option<&'static str>,
    /// Whether a result has an id.
    pub(super) ids: Ids,
    /// The member of a result that names the tool, if there is one.
    pub(super) tool_name: Option<&'static str>,
    /// The message that has to stand between results and what the user says, if there is one.
    pub(super) before_user: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// In the one element of `choices`.
    Choices,
    /// In the response itself.
    Message,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    Always,
    /// If the call has one.
    AsGiven,
}

/// The words of `tool_choice`.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) required: &'static str,
    /// What to do instead of `"none"`, where the answers to that are bad.
    pub(super) instead_of_none: Option<&'static str>,
}

/// What is to be known of `parallel_tool_calls`.
#[derive(Debug)]
pub(super) struct Parallel {
    /// The models that refuse it.
    pub(super) refusing: Option<&'static str>,
    /// Whether several calls in one turn switch strict schemas off for some models.
    pub(super) is_lax: bool,
}

#[rustfmt::skip]
pub(in crate::dialect) const OPENAI: Differences = Differences {
    name:      "OpenAI Chat Completions",
    schemas:   subset::OPENAI,
    strict:    Some(subset::OPENAI_STRICT),
    max_tools: Some(128),
    choice:    Some(Choice { required: "required", instead_of_none: None }),
    parallel:  Some(Parallel { refusing: Some("some reasoning models"), is_lax: true }),
    expected:  "a response of OpenAI Chat Completions (an object with `choices`)",
    framing:   Framing::Events,
    envelope:  Envelope::Choices,
    call_ids:  CallIds::OPENAI_CHAT,
    no_id:     None,
    ids:       Ids::Always,
    tool_name: None,
    before_user: None,
};

// It takes `required` too, and took `any` before that. That `none` beside tools gives bad answers, and that a user's message may not
// follow a result, is what pydantic-ai has found.
#[rustfmt::skip]
pub(super) const MISTRAL: Differences = Differences {
    name:      "Mistral",
    schemas:   subset::MISTRAL,
    strict:    Some(subset::MISTRAL_STRICT),
    max_tools: None,
    choice:    Some(Choice { required: "any", instead_of_none: Some("leave `tools` and this out of the request") }),
    parallel:  Some(Parallel { refusing: None, is_lax: false }),
    expected:  "a response of Mistral (an object with `choices`)",
    framing:   Framing::Events,
    envelope:  Envelope::Choices,
    call_ids:  CallIds::MISTRAL,
    no_id:     Some("null"),
    ids:       Ids::AsGiven,
    tool_name: Some("name"),
    before_user: Some("{\"role\":\"assistant\",\"content\":\"OK.\"}"),
};

#[rustfmt::skip]
pub(super) const OLLAMA: Differences = Differences {
    name:      "Ollama",
    schemas:   subset::OLLAMA,
    strict:    None,
    max_tools: None,
    choice:    None,
    parallel:  None,
    expected:  "a response of Ollama (an object with `message` and `done`)",
    framing:   Framing::Lines,
    envelope:  Envelope::Message,
    call_ids:  CallIds::ANY,
    no_id:     None,
    ids:       Ids::AsGiven,
    tool_name: Some("tool_name"),
    before_user: None,
};
