//! What the model is told, word for word.

use tool_runtime::dialect::{Anthropic, Bedrock, Gemini, Mcp, Ollama, OpenAiChat, OpenAiResponses};
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{Policy, Toolbox, tools};

use crate::desk::{Answers, count_all, look, put, ring, sum, throw_away, toolbox};

const TOLD: &str = "\
You can write several `tool_use` blocks in one reply. All calls of a reply run at the same time, and you get all of their results together. So ask in one reply for everything that you need and can ask for already, instead of one thing after the other.
- Calls of `look` and `sum` change nothing. Call any of them together, and one of them several times with different arguments.
- Calls of `put` change something. Calls in one reply that concern the same thing are made in the order in which you write them: one that reads what another changes comes behind it. All others still run at the same time.
- Calls of `count_all` and `throw_away` are to be called alone, in a reply without other calls.
- Calls of `ring` are made in any order within a reply. If the order matters, put them into different replies.
Wait for results first where an argument has to come from one: never guess it. Wait, too, where you decide by a result whether or how to make a call, above all one that changes something.";

#[test]
fn a_guidance_says_what_goes_together() {
    assert_eq!(toolbox().guidance(Anthropic).as_str(), TOLD);
    assert_eq!(toolbox().guidance(Anthropic.strict()).to_string(), TOLD);
}

#[test]
fn each_provider_is_spoken_to_in_its_words() {
    let toolbox = toolbox();
    let first = |text: String| {
        text.split_inclusive('.')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    for (text, expected) in [
        (
            toolbox.guidance(OpenAiChat),
            "You can make several tool calls in one reply.",
        ),
        (
            toolbox.guidance(OpenAiResponses),
            "You can make several function calls in one reply.",
        ),
        (
            toolbox.guidance(Gemini),
            "You can make several function calls in one reply.",
        ),
        (
            toolbox.guidance(Bedrock),
            "You can make several tool calls in one reply.",
        ),
        (
            toolbox.guidance(Ollama),
            "You can make several tool calls in one reply.",
        ),
        (
            toolbox.guidance(Mcp),
            "Make several tool calls in one reply wherever your client allows that.",
        ),
    ] {
        assert_eq!(first(text.into()), expected);
    }
}

#[test]
fn what_a_view_hides_is_not_named() {
    let view = toolbox().view(|tool| tool.effects().changes_nothing());
    let told = view.guidance(Anthropic).to_string();
    for hidden in ["put", "ring", "count_all", "throw_away", "alone"] {
        assert!(!told.contains(&format!("`{hidden}`")), "{told}");
    }
    assert!(told.contains("`look` and `sum`"), "{told}");
    assert_eq!(toolbox().view(|_| false).guidance(Anthropic).as_str(), "");
}

#[test]
fn the_policy_s_effects_count() {
    let policy = Policy::default().tool_effects("ring", DeclaredEffects::Pure);
    let tools = tools![look, put, sum, ring, count_all, throw_away];
    let toolbox = Toolbox::<Answers>::builder().tools(tools).policy(policy);
    let told = toolbox.build().expect("a toolbox").guidance(OpenAiChat);
    assert!(
        told.as_str()
            .contains("`look`, `sum` and `ring` change nothing"),
        "{told}"
    );
}

#[cfg(feature = "schema-validation")]
#[test]
fn of_many_tools_it_is_told_how_many() {
    use tool_runtime::{RuntimeTool, ToolDefinition};

    let named = |index: usize| {
        let definition = ToolDefinition::named(format!("math.read_{index}"), "Reads.");
        let definition = definition.with_effects(DeclaredEffects::Pure);
        RuntimeTool::<Answers>::new(definition, |_, _, _| async { Ok::<_, String>("ok") })
    };
    let builder = Toolbox::<Answers>::builder().tools(tools![put]);
    let few = (0..2).fold(builder, |builder, index| builder.tool(named(index)));
    let told = few.build().expect("a toolbox").guidance(OpenAiChat);
    assert!(
        told.as_str().contains("`math_read_0` and `math_read_1`"),
        "{told}"
    );
    let builder = Toolbox::<Answers>::builder().tools(tools![put]);
    let many = (0..300).fold(builder, |builder, index| builder.tool(named(index)));
    let many = many.build().expect("a toolbox");
    let told = many.guidance(OpenAiChat).to_string();
    assert!(
        told.contains("- Calls of 300 of the tools change nothing."),
        "{told}"
    );
    assert!(told.len() < 1_300, "{told}");
    let told = many.with_parallel_hints().guidance(OpenAiChat).to_string();
    assert!(
        told.contains("- Calls of the 300 tools whose descriptions say so change nothing."),
        "{told}"
    );
}

#[test]
fn hints_stand_behind_descriptions_once() {
    let hinted = toolbox().with_parallel_hints();
    let again = hinted.with_parallel_hints();
    let told = |toolbox: &Toolbox<Answers>| -> Vec<String> {
        let tools = toolbox.tools().iter();
        tools.map(|tool| tool.description().to_owned()).collect()
    };
    assert_eq!(told(&hinted), told(&again));
    assert_eq!(
        told(&hinted),
        [
            "Look at a shelf. Changes nothing: may be called together with other tools in one reply.",
            "Put something on a shelf. Changes something: calls in one reply that concern the same thing are made in the order in which you write them.",
            "Add up. Changes nothing: may be called together with other tools in one reply.",
            "Ring the bell. Calls in one reply may be made in any order.",
            "Count everything. Call it alone: in a reply without other calls.",
            "Throw a shelf away. Call it alone: in a reply without other calls.",
        ]
    );
    let manifest = hinted.manifest(OpenAiChat).expect("a manifest");
    assert!(
        manifest
            .as_str()
            .contains("Ring the bell. Calls in one reply may be made in any order.")
    );
    assert_eq!(manifest, again.manifest(OpenAiChat).expect("a manifest"));
}
