//! Doubles: what stands in for a tool.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;

use crate::tool::{
    Answer, CallContext, Failure, Preparation, Prepared, State, Tool, ToolDefinition,
};
use crate::{BuildError, ToolError, Toolbox};

/// What stands in for a tool: a closure, and a list of the calls that came to it.
///
/// It is a handle: what was given to [`replace`] and what the test has kept are one. The closure takes the arguments as an `A`, a struct
/// of the test's or a [`serde_json::Value`], and the call's context. It answers text, a JSON value or [`Content`](crate::Content), and
/// fails with whatever a tool may fail with.
///
/// ```
/// use serde_json::{Value, json};
/// use tool_runtime::testing::{self, Double};
/// use tool_runtime::{ToolCall, ToolError, Toolbox, tool, tools};
///
/// /// Send an email.
/// #[tool(writes("mail"))]
/// async fn send_email(/** To whom. */ to: String, /** The text. */ text: String) {
///     unreachable!("no test sends an email to {to}: {text}");
/// }
///
/// fn toolbox() -> Toolbox {
///     Toolbox::new(tools![send_email]).unwrap() // the program's own
/// }
///
/// # /*
/// #[tokio::test]
/// # */
/// # #[tokio::main(flavor = "current_thread")]
/// async fn one_email_is_sent() {
///     let email = Double::new(|_: Value, _| async { Ok::<_, ToolError>("sent") });
///     let toolbox = testing::replace(&toolbox(), "send_email", &email).unwrap();
///
///     let call = |arguments| [ToolCall::new("call_1", "send_email", arguments)];
///     toolbox.run(call(r#"{"to": "ada@example.org", "text": "Hello."}"#)).await;
///     toolbox.run(call(r#"{"to": "ada@example.org"}"#)).await; // refused: it is what the tool refuses
///
///     assert_eq!(email.calls(), [json!({"to": "ada@example.org", "text": "Hello."})]);
/// }
/// # one_email_is_sent();
/// ```
pub struct Double<A> {
    answer: Arc<Closure<A>>,
    calls: Arc<Mutex<Vec<String>>>,
}

type Closure<A> = dyn Fn(A, CallContext) -> Answering + Send + Sync;

type Answering = Pin<Box<dyn Future<Output = Result<Answer, ToolError>> + Send>>;

impl<A: DeserializeOwned + 'static> Double<A> {
    /// A double that answers with this closure.
    pub fn new<F, Fut, T, E>(answer: F) -> Self
    where
        F: Fn(A, CallContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<Answer>,
        E: Failure,
    {
        Self {
            answer: Arc::new(move |arguments, context| {
                let answer = answer(arguments, context);
                Box::pin(async move {
                    let answer = answer.await.map(Into::into);
                    answer.map_err(Failure::into_tool_error)
                })
            }),
            calls: Arc::default(),
        }
    }

    /// The arguments of the calls that came to it, in the order in which they began: of each attempt of a call whose arguments the
    /// real tool takes, after what a policy repaired or an approver changed.
    ///
    /// # Panics
    ///
    /// If arguments are no `A`; the call has failed with that then.
    #[track_caller]
    pub fn calls(&self) -> Vec<A> {
        let texts = self.texts().clone();
        let read = texts.iter().map(|text| read(text));
        match read.collect() {
            Ok(calls) => calls,
            Err(problem) => panic!("{problem}"),
        }
    }

    fn texts(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answered(self, arguments: String, context: CallContext) -> Result<Answer, ToolError> {
        let read = read(&arguments).map_err(ToolError::new);
        self.texts().push(arguments);
        (self.answer)(read?, context).await
    }
}

fn read<A: DeserializeOwned>(arguments: &str) -> Result<A, String> {
    serde_json::from_str(arguments).map_err(|error| {
        format!("the double takes other arguments than its tool: {error} in `{arguments}`")
    })
}

impl<A> Clone for Double<A> {
    fn clone(&self) -> Self {
        Self {
            answer: Arc::clone(&self.answer),
            calls: Arc::clone(&self.calls),
        }
    }
}

impl<A> fmt::Debug for Double<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Double").field("calls", &*calls).finish()
    }
}

/// The same toolbox, or view of one, with a [`Double`] in the place of one tool.
///
/// All else stays: the definition, so the model reads what it did; what its calls touch, so they keep their order; policy and layers.
/// Arguments that the real tool refuses are refused, and what it would do with others is dropped before it begins. (The closure of a
/// [`RuntimeTool`](crate::RuntimeTool) is called for that, and its future is not polled.) A double of a plain `fn` takes no thread. With
/// the toolbox that was given it shares no limits and no order.
///
/// # Errors
///
/// If the toolbox has no tool of that name.
pub fn replace<S: State, A: DeserializeOwned + Send + 'static>(
    toolbox: &Toolbox<S>,
    name: &str,
    double: &Double<A>,
) -> Result<Toolbox<S>, BuildError> {
    toolbox.with_tool(name, |real| {
        let double = double.clone();
        Arc::new(StandIn { real, double })
    })
}

struct StandIn<S, A> {
    real: Arc<dyn Tool<S>>,
    double: Double<A>,
}

impl<S: State, A: DeserializeOwned + Send + 'static> Tool<S> for StandIn<S, A> {
    fn definition(&self) -> ToolDefinition {
        self.real.definition()
    }

    fn prepare(&self, arguments: &str, context: CallContext, state: Arc<S>) -> Prepared {
        let real = self.real.prepare(arguments, context.clone(), state);
        if let Preparation::Rejected(_) = real.work {
            return real;
        }
        let double = self.double.clone();
        let answer = double.answered(arguments.to_owned(), context);
        Prepared {
            work: Preparation::Future(Box::pin(answer)),
            ..real
        }
    }
}
