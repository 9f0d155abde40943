//! What a program's log gets: every event and span, of whatever level, with all of its fields in words.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// An event, or a span.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) level: tracing::Level,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

impl Recorded {
    /// The fields but the call's id, as `name=value`.
    pub(crate) fn line(&self) -> String {
        let fields = self.fields.iter().filter(|(name, _)| **name != "call_id");
        let fields: Vec<_> = fields
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{} {}", self.level, fields.join(" "))
    }
}

static RECORDED: Mutex<All> = Mutex::new(All {
    told: Vec::new(),
    of_calls: BTreeMap::new(),
});

/// All that was told. Whoever waits for what is told of a call looks often, and holds up whoever tells while it looks.
#[derive(Debug)]
struct All {
    told: Vec<Recorded>,
    /// Where what has a call's id stands.
    of_calls: BTreeMap<String, Vec<usize>>,
}

impl All {
    fn push(&mut self, recorded: Recorded) {
        if let Some(id) = recorded.fields.get("call_id") {
            let places = self.of_calls.entry(id.clone()).or_default();
            places.push(self.told.len());
        }
        self.told.push(recorded);
    }
}

/// Records what all threads of the test's process tell from now on.
pub(crate) fn record() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Recorder).expect("the only one"));
}

/// What was told of calls with this id.
pub(crate) fn of_call(id: &str) -> Vec<Recorded> {
    let all = RECORDED.lock().unwrap();
    let places = all.of_calls.get(id).into_iter().flatten();
    places.map(|place| all.told[*place].clone()).collect()
}

/// All that was told.
pub(crate) fn all() -> String {
    format!("{:?}", RECORDED.lock().unwrap().told)
}

struct Recorder;

impl Recorder {
    fn keep(metadata: &'static Metadata<'static>, tell: impl FnOnce(&mut Fields)) {
        let mut fields = Fields::default();
        tell(&mut fields);
        let recorded = Recorded {
            level: *metadata.level(),
            fields: fields.0,
        };
        let panics = recorded.fields.get("call_id");
        let panics = panics.is_some_and(|id| id == "panics");
        RECORDED.lock().unwrap().push(recorded);
        assert!(!panics, "on purpose");
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Self::keep(span.metadata(), |fields| span.record(fields));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let recorded = Recorded {
            level: tracing::Level::TRACE,
            fields: fields.0,
        };
        RECORDED.lock().unwrap().push(recorded);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        Self::keep(event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
