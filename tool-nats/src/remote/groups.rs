//! Workers that say that their tools are the same: one of them is asked for them. Pure: it knows no server and no clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use async_nats::service::{Info, PingResponse};
use tokio::time::Instant;

use crate::wire::{FORMAT, offers_told};

/// More are not looked at.
const MAX_WORKERS: usize = 10_000;

/// So many are asked at once: their answers are long, and all come by one connection.
const MAX_ASKED: usize = 64;

/// What workers have in common that have the same tools.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Same {
    service: String,
    version: String,
    offers: Offers,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Offers {
    /// As its metadata says.
    Told(String),
    /// Nothing that is understood is said of them, or what is no truth: this worker's.
    Of(String),
}

impl Same {
    fn of(ping: &PingResponse) -> Self {
        let said = |key: &str| ping.metadata.get(key).map(String::as_str);
        let is_read = said("format") == Some(FORMAT.to_string().as_str());
        let is_number =
            |text: &&str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let told = said("offers").filter(|offers| is_read && is_number(offers));
        Self {
            service: ping.name.clone(),
            version: ping.version.clone(),
            offers: match told {
                Some(offers) => Offers::Told(offers.to_owned()),
                None => Offers::Of(ping.id.clone()),
            },
        }
    }

    /// Whether this is what it says of itself.
    fn is_told_by(&self, info: &Info) -> bool {
        self.version == info.version
            && match &self.offers {
                Offers::Told(offers) => info.metadata.get("offers") == Some(offers),
                Offers::Of(_) => true,
            }
    }

    /// Whether these are the tools of all.
    fn are_tools_of(&self, info: &Info) -> bool {
        match &self.offers {
            Offers::Told(offers) => {
                let endpoints = info.endpoints.iter();
                let told = offers_told(endpoints.map(|endpoint| &endpoint.metadata));
                told.as_ref() == Some(offers)
            }
            Offers::Of(_) => true,
        }
    }
}

#[derive(Default)]
struct Group {
    ids: Vec<String>,
    /// How many questions were asked: of each worker in turn, and then again of the first.
    questions: usize,
    info: Option<Info>,
}

impl Group {
    fn has_unasked(&self) -> bool {
        self.info.is_none() && self.questions < self.ids.len()
    }
}

/// Workers with the same tools, and what one of them has said.
pub(super) struct Found {
    pub(super) info: Info,
    pub(super) ids: Vec<String>,
}

/// Who is there, and who is asked.
pub(super) struct Groups {
    groups: BTreeMap<Same, Group>,
    /// The group of each worker, by service and id.
    workers: BTreeMap<(String, String), Same>,
    /// Those that are to be asked.
    queue: VecDeque<Same>,
    /// Those that are asked and have not answered, the first first.
    asked: VecDeque<(Instant, Same)>,
    /// How long a worker has to answer before another is asked.
    patience: Duration,
    news: Instant,
    found: usize,
    services: BTreeSet<String>,
}

impl Groups {
    pub(super) fn new(patience: Duration, now: Instant) -> Self {
        Self {
            groups: BTreeMap::new(),
            workers: BTreeMap::new(),
            queue: VecDeque::new(),
            asked: VecDeque::new(),
            patience,
            news: now,
            found: 0,
            services: BTreeSet::new(),
        }
    }

    /// A worker says that it is there.
    pub(super) fn is_there(&mut self, ping: PingResponse, now: Instant) {
        let same = Same::of(&ping);
        let worker = (ping.name, ping.id);
        if self.workers.len() >= MAX_WORKERS || self.workers.contains_key(&worker) {
            return;
        }
        let group = self.groups.entry(same.clone()).or_default();
        if group.ids.is_empty() && group.info.is_none() {
            self.queue.push_back(same.clone());
        }
        self.found += usize::from(group.info.is_some());
        group.ids.push(worker.1.clone());
        self.workers.insert(worker, same);
        self.news = now;
    }

    /// The service and the id of the next worker that is to be asked now.
    pub(super) fn next_to_ask(&mut self, now: Instant) -> Option<(String, String)> {
        while self.late().is_some_and(|late| late <= now) {
            let late = self.asked.pop_front();
            self.queue.extend(late.map(|(_, same)| same));
        }
        if self.asked.len() >= MAX_ASKED {
            return None;
        }
        let same = self.queue.pop_front()?;
        let group = self.groups.get_mut(&same)?;
        if group.has_unasked() {
            self.news = now;
        }
        let id = group.ids.get(group.questions % group.ids.len())?.clone();
        group.questions += 1;
        let service = same.service.clone();
        self.asked.push_back((now, same));
        Some((service, id))
    }

    /// When the next of those that are asked has had its time.
    pub(super) fn late(&self) -> Option<Instant> {
        let (asked, _) = self.asked.front()?;
        Some(*asked + self.patience)
    }

    /// A worker says what it offers. What nobody has asked it is passed over.
    pub(super) fn answered(&mut self, info: Info, now: Instant) {
        let worker = (info.name.clone(), info.id.clone());
        let Some(same) = self.workers.get(&worker).cloned() else {
            return;
        };
        let Some(group) = self.groups.get_mut(&same) else {
            return;
        };
        let asked = group.ids.iter().take(group.questions);
        let Some(at) = asked.into_iter().position(|id| *id == info.id) else {
            return;
        };
        if group.info.is_some() || !same.is_told_by(&info) {
            return;
        }
        self.news = now;
        // Its answer is late if it is in the queue again, which is long.
        match self.asked.iter().position(|(_, asked)| *asked == same) {
            Some(at) => drop(self.asked.remove(at)),
            None => self.queue.retain(|queued| *queued != same),
        }
        self.services.insert(same.service.clone());
        if same.are_tools_of(&info) {
            self.found += group.ids.len();
            group.info = Some(info);
            return;
        }
        // What it has said of its tools is not what they are, so it speaks for itself alone.
        group.ids.remove(at);
        group.questions = group.questions.min(group.ids.len() + 1) - 1;
        match group.ids.is_empty() {
            true => drop(self.groups.remove(&same)),
            false => self.queue.push_back(same.clone()),
        }
        let alone = Same {
            offers: Offers::Of(info.id.clone()),
            ..same
        };
        let group = Group {
            ids: vec![info.id.clone()],
            questions: 1,
            info: Some(info),
        };
        self.groups.insert(alone.clone(), group);
        self.workers.insert(worker, alone);
        self.found += 1;
    }

    /// Whether a group is not known, and has workers that were not asked.
    pub(super) fn has_unasked(&self) -> bool {
        let asked = self.asked.iter().map(|(_, same)| same);
        let mut unknown = self.queue.iter().chain(asked);
        unknown.any(|same| self.groups.get(same).is_some_and(Group::has_unasked))
    }

    /// When something was heard that was not known, or a worker was asked for the first time.
    pub(super) fn news(&self) -> Instant {
        self.news
    }

    /// How many workers there are whose tools are known.
    pub(super) fn found(&self) -> usize {
        self.found
    }

    /// Whether it has such a worker.
    pub(super) fn has_found(&self, service: &str) -> bool {
        self.services.contains(service)
    }

    pub(super) fn into_found(self) -> Vec<Found> {
        let found = |Group { ids, info, .. }: Group| info.map(|info| Found { info, ids });
        self.groups.into_values().filter_map(found).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(250);

    fn ping(id: &str, offers: Option<&str>) -> PingResponse {
        let mut metadata = json!({"format": "1", "prefix": "tools"});
        if let Some(offers) = offers {
            metadata["offers"] = offers.into();
        }
        let ping =
            json!({"type": "", "name": "desk", "id": id, "version": "1.0.0", "metadata": metadata});
        serde_json::from_value(ping).unwrap()
    }

    /// Without tools.
    fn info(id: &str, offers: Option<&str>) -> Info {
        let PingResponse { metadata, .. } = ping(id, offers);
        let info = json!({
            "type": "", "name": "desk", "id": id, "version": "1.0.0", "description": "", "metadata": metadata,
            "endpoints": [],
        });
        serde_json::from_value(info).unwrap()
    }

    fn to_ask(groups: &mut Groups, now: Instant) -> Vec<String> {
        let asked = std::iter::from_fn(|| groups.next_to_ask(now));
        asked.map(|(_, id)| id).collect()
    }

    #[test]
    fn of_the_same_each_is_asked_in_turn_and_the_first_again() {
        let begin = Instant::now();
        let after = |times: u32| begin + PATIENCE * times;
        let mut groups = Groups::new(PATIENCE, begin);
        let offers = offers_told([]);
        for id in ["a", "b"] {
            groups.is_there(ping(id, offers.as_deref()), begin);
            groups.is_there(ping(id, offers.as_deref()), begin);
        }
        assert_eq!(to_ask(&mut groups, begin), ["a"]);
        assert_eq!(to_ask(&mut groups, begin + PATIENCE / 2), [""; 0]);
        assert!(groups.has_unasked());
        // Nobody has asked it.
        groups.answered(info("b", offers.as_deref()), begin);
        assert_eq!(groups.found(), 0);
        assert_eq!(to_ask(&mut groups, after(1)), ["b"]);
        assert_eq!((groups.has_unasked(), groups.news()), (false, after(1)));
        assert_eq!(to_ask(&mut groups, after(2)), ["a"]);
        assert_eq!(groups.news(), after(1));
        // Late, and still an answer.
        groups.answered(info("b", offers.as_deref()), after(2));
        groups.answered(info("a", offers.as_deref()), after(2));
        groups.is_there(ping("c", offers.as_deref()), after(2));
        assert_eq!((groups.found(), groups.has_found("desk")), (3, true));
        assert_eq!(
            (to_ask(&mut groups, after(3)).len(), groups.late()),
            (0, None)
        );
        let [found] = &groups.into_found()[..] else {
            panic!("one group");
        };
        assert_eq!((found.info.id.as_str(), found.ids.len()), ("b", 3));
    }

    #[test]
    fn no_more_are_asked_at_once_and_no_more_looked_at() {
        let now = Instant::now();
        let mut groups = Groups::new(PATIENCE, now);
        for id in 0..MAX_WORKERS + 1 {
            groups.is_there(ping(&id.to_string(), None), now);
        }
        let mut answered = 0;
        while let Some((_, first)) = groups.next_to_ask(now) {
            let mut asked = to_ask(&mut groups, now);
            assert!(asked.len() < MAX_ASKED, "{}", asked.len());
            asked.push(first);
            answered += asked.len();
            for id in asked {
                groups.answered(info(&id, None), now);
            }
        }
        assert_eq!((answered, groups.found()), (MAX_WORKERS, MAX_WORKERS));
    }

    #[test]
    fn who_says_to_have_what_it_has_not_leaves_the_others() {
        let now = Instant::now();
        let mut groups = Groups::new(PATIENCE, now);
        let offers = Some("0123456789012345678901234567890123456789");
        for id in ["a", "b"] {
            groups.is_there(ping(id, offers), now);
        }
        assert_eq!(to_ask(&mut groups, now), ["a"]);
        groups.answered(info("a", offers), now);
        assert_eq!((groups.found(), groups.has_unasked()), (1, true));
        assert_eq!(to_ask(&mut groups, now), ["b"]);
        groups.answered(info("b", offers), now);
        assert_eq!((groups.found(), groups.has_unasked()), (2, false));
        assert_eq!(groups.into_found().len(), 2);
    }
}
