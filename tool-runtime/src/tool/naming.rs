//! What a tool is called on the wire: a provider's rule of names, and what becomes of a name that does not keep to it.

/// What a provider takes as the name of a tool: ASCII letters, digits, `_`, and what is said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Naming {
    pub(crate) max: usize,
    pub(crate) marks: &'static [char],
    /// Whether it begins with a letter or `_`.
    pub(crate) begins_as_word: bool,
}

impl Naming {
    /// What every provider takes. Some take a digit in front, or twice as many characters; no model needs either.
    pub(crate) const PORTABLE: Self = Self {
        max: 64,
        marks: &['-'],
        begins_as_word: true,
    };

    /// Gemini's `FunctionDeclaration`.
    pub(crate) const GEMINI: Self = Self {
        max: 128,
        marks: &['-', '.', ':'],
        begins_as_word: true,
    };

    /// MCP's `Tool`.
    pub(crate) const MCP: Self = Self {
        max: 128,
        marks: &['-', '.'],
        begins_as_word: false,
    };

    /// Every rule there is.
    pub(crate) const ALL: [Self; 3] = [Self::PORTABLE, Self::GEMINI, Self::MCP];

    pub(crate) fn takes(&self, name: &str) -> bool {
        let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
        (1..=self.max).contains(&name.len())
            && name.chars().all(|c| self.takes_character(c))
            && (!self.begins_as_word || name.starts_with(begins))
    }

    fn takes_character(&self, c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '_' || self.marks.contains(&c)
    }

    /// `name` as it is, or the nearest that the provider takes: `math.add` becomes `math_add`. One that would have to be
    /// cut, or of which nothing is left, ends in its number.
    pub(crate) fn nearest(&self, name: &str) -> String {
        let mapped = self.mapped(name);
        let says_nothing = mapped.chars().all(|c| !c.is_ascii_alphanumeric());
        match mapped.len() > self.max || says_nothing {
            true => self.numbered(name, 0),
            false => mapped,
        }
    }

    /// Another that is hardly anybody else's: the beginning of the nearest, and a number that comes of the whole name.
    pub(crate) fn numbered(&self, name: &str, attempt: u32) -> String {
        let mut mapped = self.mapped(name);
        if mapped.chars().all(|c| !c.is_ascii_alphanumeric()) {
            "tool".clone_into(&mut mapped);
        }
        let number = format!("_{:08x}", number(name, attempt));
        mapped.truncate(self.max - number.len());
        mapped + &number
    }

    fn mapped(&self, name: &str) -> String {
        let taken = |c: char| if self.takes_character(c) { c } else { '_' };
        let mapped: String = name.chars().map(taken).collect();
        let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
        match self.begins_as_word && !mapped.starts_with(begins) {
            true => format!("_{mapped}"),
            false => mapped,
        }
    }
}

/// FNV-1a, which is the same everywhere and for ever.
fn number(name: &str, attempt: u32) -> u32 {
    let bytes = name.bytes().chain(attempt.to_le_bytes());
    bytes.fold(0x811c_9dc5, |number, byte| {
        (number ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// A tool's names on the wire, under the rules that do not take its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WireNames(Vec<(Naming, String)>);

impl WireNames {
    /// The nearest to `name` under each rule.
    pub(crate) fn of(name: &str) -> Self {
        let refused = Naming::ALL.into_iter().filter(|naming| !naming.takes(name));
        Self(
            refused
                .map(|naming| (naming, naming.nearest(name)))
                .collect(),
        )
    }

    pub(crate) fn under(&self, naming: Naming) -> Option<&str> {
        let mut names = self.0.iter();
        let found = names.find(|(rule, _)| *rule == naming);
        found.map(|(_, name)| name.as_str())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, name)| name.as_str())
    }

    /// The same names, each as `settle` has it.
    pub(crate) fn settled(&self, mut settle: impl FnMut(Naming, &str) -> String) -> Self {
        let settled = self
            .0
            .iter()
            .map(|(naming, name)| (*naming, settle(*naming, name)));
        Self(settled.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Naming;

    #[track_caller]
    fn check(naming: Naming, name: &str, expected: &str) {
        let nearest = naming.nearest(name);
        assert_eq!(nearest, expected);
        assert!(naming.takes(&nearest));
        let numbered = naming.numbered(name, 0);
        assert!(naming.takes(&numbered), "{numbered}");
        assert_ne!(numbered, naming.numbered(name, 1));
    }

    #[test]
    fn a_name_becomes_the_nearest_that_is_taken() {
        check(Naming::PORTABLE, "get_weather-2", "get_weather-2");
        check(Naming::PORTABLE, "math.add", "math_add");
        check(Naming::PORTABLE, "a/b c:d", "a_b_c_d");
        check(Naming::PORTABLE, "2fa", "_2fa");
        check(Naming::PORTABLE, "-v", "_-v");
        check(Naming::PORTABLE, "größe", "gr__e");
        check(Naming::PORTABLE, "天气", "tool_114e222f");
        check(Naming::PORTABLE, "..", "tool_fc774add");
        check(Naming::GEMINI, "math.add:int", "math.add:int");
        check(Naming::GEMINI, ".add", "_.add");
        check(Naming::MCP, ".add", ".add");
        check(Naming::MCP, "math.add:int", "math.add_int");
    }

    #[test]
    fn a_long_name_keeps_its_beginning() {
        let name = "a".repeat(200);
        for naming in Naming::ALL {
            let nearest = naming.nearest(&name);
            assert_eq!(nearest.len(), naming.max);
            assert!(nearest.starts_with("aaa"), "{nearest}");
            assert_ne!(nearest, naming.nearest(&(name.clone() + "b")));
        }
        check(Naming::PORTABLE, &"b".repeat(64), &"b".repeat(64));
    }
}
