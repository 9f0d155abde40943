//! What a tracing backend gets: every span with its parent, and every event with its span. All threads tell one subscriber, and each test
//! has a span of its own in which it does everything.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument as _, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

type Fields = BTreeMap<&'static str, String>;

/// A span.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    name: &'static str,
    parent: Option<usize>,
    pub(crate) fields: Fields,
    events: Vec<Fields>,
    /// When it began and ended, in the order of all that was told.
    pub(crate) opened: usize,
    pub(crate) closed: Option<usize>,
}

impl Span {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Its name, as OpenTelemetry has it.
    pub(crate) fn name(&self) -> &str {
        self.field("otel.name").unwrap_or(self.name)
    }
}

/// The spans of one test, the one that it has of its own first.
#[derive(Clone, Debug)]
pub(crate) struct Trace(Vec<(usize, Span)>);

impl Trace {
    /// Everything inside of the test's own span: a line for each span and each event.
    pub(crate) fn outline(&self) -> String {
        let mut lines = String::new();
        self.write(self.0[0].0, 0, &mut lines);
        lines
    }

    fn write(&self, of: usize, depth: usize, lines: &mut String) {
        let (_, span) = self.0.iter().find(|(number, _)| *number == of).unwrap();
        for event in &span.events {
            *lines += &format!("{}- {}\n", "  ".repeat(depth), event["message"]);
        }
        let children = self.0.iter().filter(|(_, span)| span.parent == Some(of));
        for (number, child) in children {
            *lines += &format!("{}{}\n", "  ".repeat(depth), child.name());
            self.write(*number, depth + 1, lines);
        }
    }

    /// The spans with this name, in their order.
    pub(crate) fn named(&self, name: &str) -> Vec<&Span> {
        let spans = self.0.iter().map(|(_, span)| span);
        spans.filter(|span| span.name() == name).collect()
    }

    /// The spans of calls, in the order of the calls.
    pub(crate) fn calls(&self) -> Vec<&Span> {
        let spans = self.0.iter().map(|(_, span)| span);
        let mut calls: Vec<_> = spans.filter(|span| span.name == "execute_tool").collect();
        let index = |span: &&Span| {
            span.fields["tool_runtime.call.index"]
                .parse::<usize>()
                .unwrap()
        };
        calls.sort_by_key(index);
        calls
    }

    /// The names of spans that have not ended.
    pub(crate) fn open(&self) -> Vec<&str> {
        let open = self.0[1..].iter().filter(|(_, span)| span.closed.is_none());
        open.map(|(_, span)| span.name()).collect()
    }

    /// All that a backend could read.
    pub(crate) fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// A subscriber with spans of its own, which no other knows.
pub(crate) fn subscriber() -> impl Subscriber + Send + Sync {
    Registry::default().with(Recorder)
}

/// What is traced from here on belongs to the test with this name.
pub(crate) fn test(name: &'static str) -> tracing::Span {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(subscriber()).expect("the only one");
    });
    info_span!(target: "test", "test", name)
}

/// What was traced of the test with this name.
pub(crate) fn trace(name: &str) -> Trace {
    let told = told();
    let root = told
        .spans
        .iter()
        .position(|span| span.field("name") == Some(name));
    let mut trace = vec![root.expect("a test")];
    for (number, span) in told.spans.iter().enumerate() {
        if span.parent.is_some_and(|parent| trace.contains(&parent)) {
            trace.push(number);
        }
    }
    let spans = trace.into_iter();
    Trace(
        spans
            .map(|number| (number, told.spans[number].clone()))
            .collect(),
    )
}

/// Does this on one thread, in a span of its own: what it came to, and what was traced.
pub(crate) fn traced<T>(name: &'static str, work: impl Future<Output = T>) -> (T, Trace) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    traced_on(&runtime.unwrap(), name, work)
}

/// The same on this runtime.
pub(crate) fn traced_on<T>(
    runtime: &tokio::runtime::Runtime,
    name: &'static str,
    work: impl Future<Output = T>,
) -> (T, Trace) {
    let done = runtime.block_on(work.instrument(test(name)));
    (done, trace(name))
}

#[derive(Default)]
struct Told {
    spans: Vec<Span>,
    steps: usize,
}

static TOLD: Mutex<Option<Told>> = Mutex::new(None);

struct Guard(MutexGuard<'static, Option<Told>>);

impl std::ops::Deref for Guard {
    type Target = Told;

    fn deref(&self) -> &Told {
        self.0.as_ref().unwrap()
    }
}

impl std::ops::DerefMut for Guard {
    fn deref_mut(&mut self) -> &mut Told {
        self.0.as_mut().unwrap()
    }
}

fn told() -> Guard {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    told.get_or_insert_default().steps += 1;
    Guard(told)
}

/// The place of a span among all.
struct Number(usize);

/// A span in which this subscriber panics, as one that is broken.
struct Broken;

struct Recorder;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let parent = span.parent();
        let parent = parent.and_then(|span| span.extensions().get::<Number>().map(|n| n.0));
        let mut fields = Read::default();
        attributes.record(&mut fields);
        let mut told = told();
        let opened = told.steps;
        span.extensions_mut().insert(Number(told.spans.len()));
        let call = fields.0.get("gen_ai.tool.call.id").cloned();
        told.spans.push(Span {
            name: attributes.metadata().name(),
            parent,
            fields: fields.0,
            events: Vec::new(),
            opened,
            closed: None,
        });
        drop(told);
        match call.as_deref() {
            Some("breaks_new") => panic!("on purpose"),
            Some("breaks_later") => span.extensions_mut().insert(Broken),
            _ => {}
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Read::default();
        values.record(&mut fields);
        if let Some(number) = number(id, &context) {
            told().spans[number].fields.extend(fields.0);
        }
        breaks(id, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Read::default();
        event.record(&mut fields);
        let span = context.event_span(event);
        let number = span.and_then(|span| span.extensions().get::<Number>().map(|n| n.0));
        if let Some(number) = number {
            told().spans[number].events.push(fields.0);
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        breaks(id, &context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        breaks(id, &context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(number) = number(&id, &context) {
            let mut told = told();
            told.spans[number].closed = Some(told.steps);
        }
    }
}

fn number<S: Subscriber + for<'a> LookupSpan<'a>>(
    id: &Id,
    context: &Context<'_, S>,
) -> Option<usize> {
    let span = context.span(id)?;
    span.extensions().get::<Number>().map(|number| number.0)
}

fn breaks<S: Subscriber + for<'a> LookupSpan<'a>>(id: &Id, context: &Context<'_, S>) {
    let broken = context
        .span(id)
        .is_some_and(|span| span.extensions().get::<Broken>().is_some());
    assert!(!broken, "on purpose");
}

#[derive(Default)]
struct Read(Fields);

impl Visit for Read {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
