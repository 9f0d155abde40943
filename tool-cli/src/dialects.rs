//! The providers by name, each with what it may be set to.

use std::fmt;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgMatches};
use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
    StreamingDialect,
};

use crate::exit::Failure;

/// A provider, and the values of its dialect.
pub(crate) struct Provider {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    pub(crate) plain: &'static dyn Dialect,
    lenient: &'static dyn Dialect,
    /// With strict schemas, and lenient beside, if it has such.
    strict: Option<[&'static dyn Dialect; 2]>,
    /// What reads a streamed response, if it has such.
    pub(crate) streaming: Option<&'static dyn StreamingDialect>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

pub(crate) static PROVIDERS: [Provider; 8] = [
    Provider {
        name: "openai-chat",
        plain: &OpenAiChat,
        lenient: &OpenAiChat.lenient(),
        strict: Some([&OpenAiChat.strict(), &OpenAiChat.strict().lenient()]),
        streaming: Some(&OpenAiChat),
    },
    Provider {
        name: "openai-responses",
        plain: &OpenAiResponses,
        lenient: &OpenAiResponses.lenient(),
        strict: Some([
            &OpenAiResponses.strict(),
            &OpenAiResponses.strict().lenient(),
        ]),
        streaming: Some(&OpenAiResponses),
    },
    Provider {
        name: "anthropic",
        plain: &Anthropic,
        lenient: &Anthropic.lenient(),
        strict: Some([&Anthropic.strict(), &Anthropic.strict().lenient()]),
        streaming: Some(&Anthropic),
    },
    Provider {
        name: "gemini",
        plain: &Gemini,
        lenient: &Gemini.lenient(),
        strict: None,
        streaming: Some(&Gemini),
    },
    Provider {
        name: "bedrock",
        plain: &Bedrock,
        lenient: &Bedrock.lenient(),
        strict: Some([&Bedrock.strict(), &Bedrock.strict().lenient()]),
        streaming: Some(&Bedrock),
    },
    Provider {
        name: "mcp",
        plain: &Mcp,
        lenient: &Mcp.lenient(),
        strict: None,
        streaming: None,
    },
    Provider {
        name: "mistral",
        plain: &Mistral,
        lenient: &Mistral.lenient(),
        strict: Some([&Mistral.strict(), &Mistral.strict().lenient()]),
        streaming: Some(&Mistral),
    },
    Provider {
        name: "ollama",
        plain: &Ollama,
        lenient: &Ollama.lenient(),
        strict: None,
        streaming: Some(&Ollama),
    },
];

impl Provider {
    /// What it is called in sentences.
    pub(crate) fn title(&self) -> &'static str {
        self.plain.name()
    }

    /// Its dialect with these settings; nothing where there is no such thing as a strict schema.
    pub(crate) fn with(&self, strict: bool, lenient: bool) -> Option<&'static dyn Dialect> {
        match (strict, lenient) {
            (false, false) => Some(self.plain),
            (false, true) => Some(self.lenient),
            (true, _) => self
                .strict
                .map(|[strict, both]| if lenient { both } else { strict }),
        }
    }

    /// The same, with what is to be said where there is none.
    pub(crate) fn settled(
        &self,
        strict: bool,
        lenient: bool,
    ) -> Result<&'static dyn Dialect, Failure> {
        self.with(strict, lenient).ok_or_else(|| {
            let title = self.title();
            Failure::unusable(format!(
                "{title} has no strict schemas; leave out `--strict`"
            ))
        })
    }
}

/// The option `--dialect`.
pub(crate) fn option(help: &'static str) -> Arg {
    let names = PROVIDERS.iter().map(|provider| provider.name);
    let parser = PossibleValuesParser::new(names).map(|name| {
        let mut providers = PROVIDERS.iter();
        providers.find(|provider| provider.name == name)
    });
    Arg::new("dialect")
        .long("dialect")
        .short('d')
        .value_name("PROVIDER")
        .value_parser(parser)
        .help(help)
}

/// The provider that was named.
pub(crate) fn named(matches: &ArgMatches) -> Option<&'static Provider> {
    let named = matches.get_one::<Option<&'static Provider>>("dialect");
    named.copied().flatten()
}

/// The providers that were named, or all.
pub(crate) fn named_or_all(matches: &ArgMatches) -> Vec<&'static Provider> {
    match matches.get_many::<Option<&'static Provider>>("dialect") {
        Some(named) => named.copied().flatten().collect(),
        None => PROVIDERS.iter().collect(),
    }
}
