//! The faults in force: counts what was seen and decides for each request.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use super::spec::{Clause, Fault, FaultSpec};
use crate::rng;

/// The faults of one running simulator. Clones share one state; they may be set at any time.
#[derive(Debug, Clone)]
pub struct FaultSwitch {
    seed: u64,
    state: Arc<Mutex<State>>,
    changed: Arc<watch::Sender<()>>,
}

#[derive(Debug)]
struct State {
    spec: FaultSpec,
    since: Instant,
    counters: Vec<Counter>,
    hits: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Clone, Default)]
struct Counter {
    seen: u64,
    hit: u64,
}

/// Whether the port is open, and when that changes by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Door {
    Open { until: Option<Instant> },
    Shut { until: Option<Instant> },
}

impl FaultSwitch {
    /// Faults in force from now on. `seed` decides which requests a share hits.
    pub(crate) fn new(spec: FaultSpec, seed: u64) -> Self {
        let state = State {
            counters: vec![Counter::default(); spec.clauses().len()],
            spec,
            since: Instant::now(),
            hits: BTreeMap::new(),
        };
        Self {
            seed,
            state: Arc::new(Mutex::new(state)),
            changed: Arc::new(watch::Sender::new(())),
        }
    }

    /// Replaces the faults; counts and times start anew, [`hits`](Self::hits) go on.
    pub fn set(&self, spec: FaultSpec) {
        let mut state = self.lock();
        state.counters = vec![Counter::default(); spec.clauses().len()];
        state.spec = spec;
        state.since = Instant::now();
        drop(state);
        self.changed.send_replace(());
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.set(FaultSpec::default());
    }

    /// How many requests met this kind of fault (a word of the grammar). Refused connections are not seen by the
    /// simulator, so they are not counted.
    #[must_use]
    pub fn hits(&self, kind: &str) -> u64 {
        self.lock().hits.get(kind).copied().unwrap_or(0)
    }

    /// Decides for one request. `goes_to` and `carries` answer the selectors `on` and `key`.
    pub(super) fn decide(
        &self,
        goes_to: impl Fn(&str) -> bool,
        carries: impl Fn(&str) -> bool,
    ) -> Option<Fault> {
        let now = Instant::now();
        let mut guard = self.lock();
        let state = &mut *guard;
        let since = state.since;
        let clauses = state.spec.clauses().iter().zip(&mut state.counters).enumerate();
        for (index, (clause, counter)) in clauses {
            let select = &clause.select;
            if clause.fault == Fault::Refuse
                || !in_force(clause, since, now)
                || select.on.as_deref().is_some_and(|name| !goes_to(name))
                || select.key.as_deref().is_some_and(|key| !carries(key))
            {
                continue;
            }
            let number = counter.seen;
            counter.seen += 1;
            let by_share = select
                .share
                .is_none_or(|share| rng::share(self.seed, index as u64, number) < share);
            if number < select.skip || !by_share || select.count.is_some_and(|count| counter.hit >= count) {
                continue;
            }
            counter.hit += 1;
            *state.hits.entry(clause.fault.kind()).or_default() += 1;
            return Some(clause.fault.clone());
        }
        None
    }

    /// Whether the port is open now.
    pub(super) fn door(&self) -> Door {
        let now = Instant::now();
        let state = self.lock();
        let refusals = || {
            state
                .spec
                .clauses()
                .iter()
                .filter(|clause| clause.fault == Fault::Refuse)
        };
        match refusals().find(|clause| in_force(clause, state.since, now)) {
            Some(clause) => Door::Shut {
                until: end(clause, state.since),
            },
            None => {
                let starts = refusals().map(|clause| state.since + clause.select.after);
                Door::Open {
                    until: starts.filter(|start| *start > now).min(),
                }
            }
        }
    }

    /// Told at each [`set`](Self::set).
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end(clause: &Clause, since: Instant) -> Option<Instant> {
    clause
        .select
        .lasts
        .map(|lasts| since + clause.select.after + lasts)
}

fn in_force(clause: &Clause, since: Instant, now: Instant) -> bool {
    since + clause.select.after <= now && end(clause, since).is_none_or(|end| now < end)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn switch(spec: &str) -> FaultSwitch {
        FaultSwitch::new(spec.parse().unwrap(), 1)
    }

    fn kind(faults: &FaultSwitch) -> Option<&'static str> {
        faults
            .decide(|name| name == "API001", |key| key == "known")
            .map(|fault| fault.kind())
    }

    #[test]
    fn count_and_skip() {
        let faults = switch("html:skip=1,count=2");
        let kinds: Vec<_> = (0..5).map(|_| kind(&faults)).collect();
        assert_eq!(kinds, [None, Some("html"), Some("html"), None, None]);
        assert_eq!(faults.hits("html"), 2);
    }

    #[test]
    fn the_first_clause_that_agrees_decides() {
        let faults = switch("html:on=API002;empty:key=other;dtd:on=API001,key=known,count=1;slow");
        assert_eq!([kind(&faults), kind(&faults)], [Some("dtd"), Some("slow")]);
    }

    #[test]
    fn a_share_is_the_same_in_each_run() {
        let run = || {
            let faults = switch("html:share=0.1");
            (0..1000).filter(|_| kind(&faults).is_some()).count()
        };
        assert_eq!(run(), run());
        assert!((70..130).contains(&run()), "{}", run());
    }

    #[tokio::test(start_paused = true)]
    async fn time_windows_open_and_close() {
        let faults = switch("html:after=10s,for=5s;refuse:after=20s,for=1s");
        let start = Instant::now();
        assert_eq!(kind(&faults), None);
        assert_eq!(
            faults.door(),
            Door::Open {
                until: Some(start + Duration::from_secs(20))
            }
        );
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(kind(&faults), Some("html"));
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(kind(&faults), None);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(
            faults.door(),
            Door::Shut {
                until: Some(start + Duration::from_secs(21))
            }
        );
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(faults.door(), Door::Open { until: None });
        faults.set("refuse".parse().unwrap());
        assert_eq!(faults.door(), Door::Shut { until: None });
        faults.clear();
        assert_eq!(faults.door(), Door::Open { until: None });
    }
}
