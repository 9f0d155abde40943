//! What a toolbox knows of calls of several tools at once: what the model is told of them, and what its turns were like.

use super::Toolbox;
use crate::Guidance;
use crate::dialect::RequestFormat;
use crate::guidance::{Class, Guided};
use crate::tool::{State, ToolDefinition};
use crate::turns::{self, Conversation, Declared, TurnStats};

impl<S> Toolbox<S> {
    /// A text for the system prompt that asks the model to make independent calls in one reply: which tools change nothing, of which
    /// the order is kept, which are to be called alone, and when to wait for a result first.
    ///
    /// Many models make one call a turn unless they are asked for more. Nothing adds it by itself; a view names its own tools and no
    /// other. What a request can say beside, `parallel_tool_calls` say, is a matter of
    /// [`RequestSettings::parallel`](crate::dialect::RequestSettings::parallel); the same in each tool's description is
    /// [`with_parallel_hints`](Self::with_parallel_hints). Effects count as the toolbox's own policy says.
    ///
    /// ```
    /// use tool_runtime::{Toolbox, dialect::Anthropic, tool, tools};
    ///
    /// /// Look up a customer.
    /// #[tool(reads("customer:{id}"))]
    /// async fn get_customer(/** The number. */ id: u64) -> u64 { id }
    ///
    /// let toolbox = Toolbox::new(tools![get_customer])?;
    /// let system = format!("You help the people at the desk.\n\n{}", toolbox.guidance(Anthropic));
    /// assert!(system.contains("\n- Calls of `get_customer` change nothing."));
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn guidance(&self, dialect: impl RequestFormat) -> Guidance {
        let terms = dialect.terms();
        let tools = self.0.definitions.iter().map(|tool| {
            let class = self.class(tool);
            Guided {
                name: tool.wire_name(terms.naming),
                class,
                is_hinted: tool.description().ends_with(class.hint()),
            }
        });
        Guidance::new(terms.several, &tools.collect::<Vec<_>>())
    }

    /// What the turns of a conversation were like: how many calls each had, which could have been one, and why or why not.
    ///
    /// Calls are taken for calls of this toolbox's tools; under a view, those that it hides are unknown. See [`turns`].
    ///
    /// ```
    /// use tool_runtime::dialect::{Anthropic, Message};
    /// use tool_runtime::{Toolbox, tool, tools};
    ///
    /// /// Look up a customer.
    /// #[tool(reads("customer:{id}"))]
    /// async fn get_customer(/** The number. */ id: u64) -> u64 { id }
    ///
    /// let toolbox = Toolbox::new(tools![get_customer])?;
    /// let history = Message::list(r#"[{"role": "user", "content": "Is 7 a customer?"},
    ///     {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "get_customer", "input": {"id": 7}}]},
    ///     {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": "7"}]},
    ///     {"role": "assistant", "content": [{"type": "text", "text": "Yes."}]}]"#)?;
    /// let stats = toolbox.turn_stats(&Anthropic.conversation(&history));
    /// println!("{stats}");
    /// assert_eq!((stats.calls(), stats.answers), (1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn turn_stats(&self, conversation: &Conversation) -> TurnStats {
        turns::stats(conversation, |name| self.declared(name))
    }

    fn declared(&self, name: &str) -> Option<Declared<'_>> {
        let all = &self.0.all;
        let index = *self.0.by_name.get(name)?;
        let rules = &all.rules.tools[index];
        Some(Declared {
            effects: &rules.effects,
            per_call: rules.per_call,
            is_destructive: all.definitions[index].is_destructive(),
        })
    }

    fn class(&self, tool: &ToolDefinition) -> Class {
        let declared = self.declared(tool.name());
        declared.map_or(Class::Unsaid, |declared| {
            Class::of(declared.effects, declared.per_call, declared.is_destructive)
        })
    }
}

impl<S: State> Toolbox<S> {
    /// The [view](Self::view) with all tools of this one, each with a sentence behind its description that says how calls of it go
    /// together with others in one reply: what [`guidance`](Self::guidance) says, but where it also fits hundreds of tools.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, dialect::OpenAiChat, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    /// let toolbox = Toolbox::new(tools![tell_time])?.with_parallel_hints();
    /// assert_eq!(
    ///     toolbox.tools()[0].description(),
    ///     "Says what time it is. Changes nothing: may be called together with other tools in one reply."
    /// );
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    #[must_use]
    pub fn with_parallel_hints(&self) -> Self {
        let mut definitions = self.0.definitions.clone();
        for tool in &mut definitions {
            let hint = self.class(tool).hint();
            // Of a view that has the hints already, the same.
            if !tool.description().ends_with(hint) {
                tool.add_to_description(hint);
            }
        }
        self.showing(definitions)
    }
}
