//! What each provider accepts of JSON Schema, as tables.

/// What a provider accepts of JSON Schema, draft 2020-12.
#[derive(Debug)]
pub(in crate::dialect) struct Subset {
    /// The keywords it takes; `None` if it takes all.
    pub(super) keywords: Option<&'static [&'static str]>,
    /// The formats of strings it takes. Those of numbers are no provider's: they become bounds.
    pub(super) formats: &'static [&'static str],
    /// What may stand beside a `$ref`.
    pub(super) refs: Refs,
    /// Where a schema may contain itself.
    pub(super) recursion: Recursion,
    /// What becomes of a property that is not required.
    pub(super) optional: Optional,
    /// Whether an object takes what its properties name and nothing else, and each schema says of what type it is.
    pub(super) closed: bool,
    /// Whether an array says of what its items are.
    pub(super) items: bool,
    /// The largest `minItems`.
    pub(super) min_items: u64,
    /// Whether the arguments as a whole have a description. Where they have none, the tool's says what is told of them.
    pub(super) described: bool,
    pub(super) patterns: Patterns,
    pub(super) enums: Enums,
    /// How properties are named.
    pub(super) names: Names,
    /// Whether a property that is a choice, or may be left out, counts against a limit of the request.
    pub(super) counts: bool,
    /// How large one schema may be.
    pub(super) sizes: &'static [Size],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refs {
    /// Any keyword.
    Beside,
    /// None.
    Alone,
    /// What a `$ref` leads to stands in its place, unless it contains itself.
    Inlined,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recursion {
    Anywhere,
    /// Only where every property on the way may be left out.
    Optional,
    Nowhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Optional {
    /// It stays as it is.
    Left,
    /// It is required, and `null` stands for its absence.
    Null,
    /// It may be left out, and so needs no `null`.
    Absent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patterns {
    Any,
    /// Without look-around.
    NoLookAround,
    /// Without look-around, back-references and word boundaries.
    Simple,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enums {
    Any,
    /// No arrays and objects.
    Primitives,
    /// Strings and numbers.
    TextsAndNumbers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Any,
    /// At the root `[a-zA-Z0-9_.-]{1,64}`.
    AsciiAtRoot,
    /// Everywhere `[A-Za-z_][A-Za-z0-9_]{0,63}`.
    Identifiers,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) of: Measure,
    pub(super) limit: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Measure {
    Properties,
    Depth,
    EnumValues,
    /// The characters of the strings of one enum of more than 250 values.
    LargeEnum,
    /// The characters of all names, enum values and constants.
    Characters,
}

/// The formats that the specification of JSON Schema names.
#[rustfmt::skip]
const FORMATS: &[&str] = &[
    "date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname",
    "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template",
    "json-pointer", "relative-json-pointer", "regex",
];

/// The formats of OpenAI's strict schemas.
#[rustfmt::skip]
const OPENAI_FORMATS: &[&str] = &[
    "date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid",
];

/// Those of Anthropic's.
#[rustfmt::skip]
const ANTHROPIC_FORMATS: &[&str] = &[
    "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
];

/// The keywords of OpenAI's strict schemas.
#[rustfmt::skip]
const OPENAI_KEYWORDS: &[&str] = &[
    "$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum",
    "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum",
    "minItems", "minLength", "minimum", "multipleOf", "pattern", "properties", "required",
    "title", "type",
];

/// Those of Anthropic's.
#[rustfmt::skip]
const ANTHROPIC_KEYWORDS: &[&str] = &[
    "$defs", "$ref", "additionalProperties", "anyOf", "const", "default", "description", "enum",
    "format", "items", "minItems", "pattern", "properties", "required", "title", "type",
];

/// Those that Gemini documents.
#[rustfmt::skip]
const GEMINI_KEYWORDS: &[&str] = &[
    "$defs", "$ref", "additionalProperties", "anyOf", "description", "enum", "format", "items",
    "maxItems", "maximum", "minItems", "minimum", "prefixItems", "properties", "required",
    "title", "type",
];

/// Those that Ollama's server keeps of a property (its `ToolProperty`); of the arguments as a whole it keeps fewer.
#[rustfmt::skip]
const OLLAMA_KEYWORDS: &[&str] = &[
    "anyOf", "description", "enum", "items", "properties", "required", "type",
];

/// A provider that reads the schema and enforces nothing of it.
const FULL: Subset = Subset {
    keywords: None,
    formats: FORMATS,
    refs: Refs::Beside,
    recursion: Recursion::Anywhere,
    optional: Optional::Left,
    closed: false,
    items: false,
    min_items: u64::MAX,
    described: true,
    patterns: Patterns::Any,
    enums: Enums::Any,
    names: Names::Any,
    counts: false,
    sizes: &[],
};

pub(in crate::dialect) const OPENAI: Subset = Subset {
    items: true,
    ..FULL
};

pub(in crate::dialect) const OPENAI_STRICT: Subset = Subset {
    keywords: Some(OPENAI_KEYWORDS),
    formats: OPENAI_FORMATS,
    refs: Refs::Alone,
    recursion: Recursion::Anywhere,
    optional: Optional::Null,
    closed: true,
    items: true,
    min_items: u64::MAX,
    described: true,
    patterns: Patterns::NoLookAround,
    enums: Enums::Any,
    names: Names::Any,
    counts: false,
    sizes: &[
        Size {
            of: Measure::Properties,
            limit: 5000,
        },
        Size {
            of: Measure::Depth,
            limit: 10,
        },
        Size {
            of: Measure::EnumValues,
            limit: 1000,
        },
        Size {
            of: Measure::LargeEnum,
            limit: 15_000,
        },
        Size {
            of: Measure::Characters,
            limit: 120_000,
        },
    ],
};

pub(in crate::dialect) const ANTHROPIC: Subset = Subset {
    names: Names::AsciiAtRoot,
    ..FULL
};

/// Bounds are in no list of what it takes.
pub(in crate::dialect) const ANTHROPIC_STRICT: Subset = Subset {
    keywords: Some(ANTHROPIC_KEYWORDS),
    formats: ANTHROPIC_FORMATS,
    refs: Refs::Alone,
    recursion: Recursion::Nowhere,
    optional: Optional::Absent,
    closed: true,
    items: true,
    min_items: 1,
    described: true,
    patterns: Patterns::Simple,
    enums: Enums::Primitives,
    names: Names::AsciiAtRoot,
    counts: true,
    sizes: &[],
};

/// Amazon's own models do not follow a `$ref`.
pub(in crate::dialect) const BEDROCK: Subset = Subset {
    refs: Refs::Inlined,
    ..FULL
};

/// The models that take strict tools are Anthropic's before all, and what those do not take the others need not.
pub(in crate::dialect) const BEDROCK_STRICT: Subset = ANTHROPIC_STRICT;

/// `additionalProperties` is in the list. What is said of it there is that maps tend to arrive empty; `false` stands at the root
/// of every schema, and inside of it means the same.
pub(in crate::dialect) const GEMINI: Subset = Subset {
    keywords: Some(GEMINI_KEYWORDS),
    formats: &["date-time", "date", "time"],
    refs: Refs::Inlined,
    recursion: Recursion::Optional,
    optional: Optional::Left,
    closed: false,
    items: true,
    min_items: u64::MAX,
    described: true,
    patterns: Patterns::Any,
    enums: Enums::TextsAndNumbers,
    names: Names::Identifiers,
    counts: false,
    sizes: &[],
};

/// Some models of the provider write as text what stands behind a `$ref`.
pub(in crate::dialect) const MISTRAL: Subset = Subset {
    refs: Refs::Inlined,
    ..FULL
};

/// What the provider takes of strict schemas is published nowhere: what OpenAI takes is little enough.
pub(in crate::dialect) const MISTRAL_STRICT: Subset = Subset {
    refs: Refs::Inlined,
    ..OPENAI_STRICT
};

/// The server drops what it does not keep, and a `$ref` among it, so that nothing is left of what that leads to.
pub(in crate::dialect) const OLLAMA: Subset = Subset {
    keywords: Some(OLLAMA_KEYWORDS),
    refs: Refs::Inlined,
    recursion: Recursion::Nowhere,
    described: false,
    ..FULL
};

pub(in crate::dialect) const MCP: Subset = FULL;

impl Subset {
    /// Whether a `$ref` may stay.
    pub(in crate::dialect) fn follows_references(&self) -> bool {
        self.refs != Refs::Inlined
    }

    pub(super) fn takes(&self, keyword: &str) -> bool {
        self.keywords
            .is_none_or(|keywords| keywords.contains(&keyword))
    }
}

impl Names {
    /// Whether a property may be named so, or what a name has to be: from 1 to so many characters.
    pub(super) fn takes(self, name: &str, is_root: bool) -> Result<(), &'static str> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_short = (1..=64).contains(&name.len());
        let (is_taken, taken) = match self {
            Self::AsciiAtRoot if is_root => (
                is_short && name.chars().all(|c| is_word(c) || c == '.' || c == '-'),
                "64 ASCII letters, digits, `_`, `.` and `-`",
            ),
            Self::Identifiers => (
                is_short
                    && name.chars().all(is_word)
                    && !name.starts_with(|c: char| c.is_ascii_digit()),
                "64 ASCII letters, digits and `_`, beginning with a letter or `_`",
            ),
            Self::Any | Self::AsciiAtRoot => return Ok(()),
        };
        if is_taken { Ok(()) } else { Err(taken) }
    }
}
