//! The faults of one simulator.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fastrand::Rng;

use super::action::{Action, Content};
use super::rule::{Fault, When};

/// The faults that wait for their request.
#[derive(Debug)]
pub(crate) struct Faults {
    begun: Vec<Fault>,
    seed: u64,
    list: Mutex<List>,
}

#[derive(Debug)]
struct List {
    rng: Rng,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    fault: Fault,
    /// Each fault has chances of its own, so they do not depend on how its requests are mixed with those of others.
    rng: Rng,
    seen: u64,
    struck: u64,
}

/// What is done to a request.
#[derive(Debug, Clone)]
pub(crate) struct Blow {
    /// Position of the fault in the list.
    pub(crate) fault: usize,
    pub(super) after_commit: bool,
    pub(super) action: Action,
}

impl Faults {
    /// These faults, with chances that follow from the seed.
    pub(crate) fn new(seed: u64, begun: Vec<Fault>) -> Self {
        let list = Mutex::new(List::new(seed, &begun));
        Self { begun, seed, list }
    }

    /// Adds faults behind those that are there.
    pub(crate) fn add(&self, faults: impl IntoIterator<Item = Fault>) {
        self.list().add(faults);
    }

    /// Forgets all faults, and begins with the chances anew.
    pub(crate) fn clear(&self) {
        *self.list() = List::new(self.seed, &[]);
    }

    /// Back to how it began.
    pub(crate) fn reset(&self) {
        *self.list() = List::new(self.seed, &self.begun);
    }

    /// What strikes this request: the first fault that matches and is not used up. All that match count it.
    pub(crate) fn strike(&self, method: &str, path: &str) -> Option<Blow> {
        let mut blow = None;
        for (at, waiting) in self.list().waiting.iter_mut().enumerate() {
            if !waiting.fault.matching.covers(method, path) {
                continue;
            }
            waiting.seen += 1;
            let picked = waiting.fault.matching.picks(waiting.seen, &mut waiting.rng);
            if picked && waiting.struck < waiting.fault.limit() && blow.is_none() {
                waiting.struck += 1;
                blow = Some(Blow {
                    fault: at,
                    after_commit: waiting.fault.when == When::AfterCommit,
                    action: waiting.fault.action.clone(),
                });
            }
        }
        blow
    }

    /// All faults, with how many requests they matched and how often they struck.
    pub(crate) fn waiting(&self) -> Vec<(Fault, u64, u64)> {
        let list = self.list();
        let waiting = list.waiting.iter();
        waiting
            .map(|waiting| (waiting.fault.clone(), waiting.seen, waiting.struck))
            .collect()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn new(seed: u64, faults: &[Fault]) -> Self {
        let mut list = Self {
            rng: Rng::with_seed(seed),
            waiting: Vec::new(),
        };
        list.add(faults.iter().cloned());
        list
    }

    fn add(&mut self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            self.waiting.push(Waiting {
                fault,
                rng: self.rng.fork(),
                seen: 0,
                struck: 0,
            });
        }
    }
}

/// What was done, for the journal.
impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = match (self.action.content(), self.after_commit) {
            (Content::Normal | Content::Inject(_) | Content::Partial(_), _) => "",
            (_, false) => "before the commit: ",
            (_, true) => "after the commit: ",
        };
        write!(f, "{when}{}", self.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(faults: &Faults, requests: usize) -> Vec<Option<usize>> {
        (0..requests)
            .map(|_| faults.strike("POST", "/v1/pages").map(|blow| blow.fault))
            .collect()
    }

    #[test]
    fn the_first_that_is_due_strikes_and_all_count() {
        let on = || Fault::on("POST", "/v1/pages").status(500);
        let faults = Faults::new(0, vec![on().nth(2).times(2), on().times(2), on().every(5)]);
        let expected = [
            Some(1),
            Some(0),
            Some(0),
            Some(1),
            Some(2),
            None,
            None,
            None,
            None,
            Some(2),
        ];
        assert_eq!(struck(&faults, 10), expected);
        faults.reset();
        assert_eq!(struck(&faults, 10), expected);
        faults.clear();
        assert_eq!(struck(&faults, 1), [None]);
    }

    #[test]
    fn the_seed_decides() {
        let faults = |seed| Faults::new(seed, vec![Fault::on("POST", "/v1/pages").probability(0.25)]);
        let first = struck(&faults(7), 1000);
        assert_eq!(first, struck(&faults(7), 1000));
        assert_ne!(first, struck(&faults(8), 1000));
        let hits = first.iter().flatten().count();
        assert!((200..300).contains(&hits), "{hits}");
        let mixed = faults(7);
        let among_others: Vec<Option<usize>> = (0..1000)
            .map(|_| {
                mixed.strike("GET", "/v1/users/me");
                mixed.strike("POST", "/v1/pages").map(|blow| blow.fault)
            })
            .collect();
        assert_eq!(first, among_others, "requests of others change nothing");
    }

    #[test]
    fn a_random_mix_strikes_its_share() {
        let kinds = Fault::random(0.0).len();
        assert!(
            struck(&Faults::new(1, Fault::random(0.0)), 1000)
                .iter()
                .all(Option::is_none)
        );
        assert!(
            struck(&Faults::new(1, Fault::random(1.0)), 1000)
                .iter()
                .all(Option::is_some)
        );
        let some = struck(&Faults::new(1, Fault::random(0.3)), 10_000);
        let mut hits = vec![0; kinds];
        some.iter().flatten().for_each(|at| hits[*at] += 1);
        let all: i32 = hits.iter().sum();
        assert!((2800..3200).contains(&all), "{all}");
        let fair = all / i32::try_from(kinds).expect("a number");
        assert!(
            hits.iter().all(|hits| (fair / 2..fair * 2).contains(hits)),
            "{hits:?}"
        );
    }
}
