//! A history as a conversation whose turns can be looked at: what was called and what came back, and who spoke in between.

use super::{Form, Speaker, answered, turns};
use crate::dialect::Message;
use crate::dialect::response::Members;
use crate::turns::{Answered, Conversation, Exchanged, texts};

pub(in crate::dialect) fn conversation(form: &impl Form, history: &[Message]) -> Conversation {
    let turns = turns(form, history);
    let answers = answered::by(&turns);
    let mut conversation = Conversation::new();
    let mut at = 0;
    for (turn, answers) in turns.iter().zip(&answers) {
        speak(form, &history[at..turn.began], &mut conversation);
        let asked = &history[turn.began..turn.asked];
        if turn.calls.is_empty() {
            speak(form, asked, &mut conversation);
        }
        let results = history[turn.asked..turn.answered].iter();
        let results: Vec<_> = results.flat_map(|message| found(form, message)).collect();
        let mut calls: Vec<_> = turn.calls.iter().map(|call| (call.clone(), None)).collect();
        for (call, answer) in answers.calls().zip(results) {
            if let Some(call) = call {
                calls[call].1 = Some(answered_by(calls[call].0.name(), answer));
            }
        }
        if !calls.is_empty() {
            let said = asked.iter().map(|message| texts(message.as_str()));
            let said: Vec<String> = said.collect();
            conversation.push_turn(Exchanged::new(said.join("\n"), calls));
        }
        speak(form, &history[turn.asked..turn.answered], &mut conversation);
        at = turn.answered;
    }
    speak(form, &history[at..], &mut conversation);
    conversation
}

/// A result as it stands in a history.
#[derive(Debug)]
pub(in crate::dialect) struct Answer {
    /// Its content, as JSON.
    pub(in crate::dialect) json: String,
    /// Whether it is marked as an error, where there is a mark for that.
    pub(in crate::dialect) is_error: Option<bool>,
}

/// The results in a message, in the order in which `Form::said` finds them.
fn found(form: &impl Form, message: &Message) -> Vec<Answer> {
    let members = Members::of(message.as_str()).ok().flatten();
    members.map_or_else(Vec::new, |members| form.answers(&members))
}

fn answered_by(name: &str, answer: Answer) -> Answered {
    let text = texts(&answer.json);
    // Without a mark it is what this runtime writes: a failure begins with the tool's name, or says that there is none.
    let is_error = answer.is_error.unwrap_or_else(|| {
        text.starts_with(&format!("`{name}` ")) || text.starts_with("There is no tool named `")
    });
    Answered { text, is_error }
}

/// What is said beside calls and results.
fn speak(form: &impl Form, messages: &[Message], conversation: &mut Conversation) {
    for message in messages {
        let Ok(Some(members)) = Members::of(message.as_str()) else {
            continue;
        };
        match form.speaker(&members) {
            Speaker::User(text) => conversation.push_user(text),
            Speaker::Model => conversation.push_text(texts(members.text()), true),
            Speaker::Other => conversation.push_text(texts(members.text()), false),
            Speaker::Nobody => {}
        }
    }
}
