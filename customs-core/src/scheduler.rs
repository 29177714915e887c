//! Runs jobs by their timetables and urgent requests as they come, for as long as the process lives.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::shift;
use crate::{
    Board, CallContext, Clock, CompanyId, Error, ErrorKind, ErrorReport, ErrorRow, Instance, JobName, Lane,
    Pipeline, Receipt, RecordKey, RecordOutcome, RunId, Stage, Stop, TakeRequests, Tally, Timetable, Trigger,
    UrgentDesk, UrgentRequest,
};

/// How often the queue is looked into although nobody in this process put anything in.
const LOOK: Duration = Duration::from_secs(5);
/// Urgent requests that are worked on at once; they share the quota's reserve.
const URGENT_AT_ONCE: usize = 8;
/// What is done is kept so long.
const KEEP: Duration = Duration::from_secs(90 * 24 * 3600);
/// A wait is looked at again so often: the clock may have been set.
const DOZE: Duration = Duration::from_secs(60);

/// A job and when it runs.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The job.
    pub pipeline: Pipeline,
    /// When it runs.
    pub timetable: Timetable,
    /// Each tick comes up to so much later, by chance, so that many installations do not all ask at once.
    pub jitter: Duration,
}

/// Runs jobs by their timetables, and urgent requests beside them.
///
/// - Runs of one job never overlap: a tick that comes while the job's run is under way is skipped and counted.
/// - An urgent run waits for no full run, and uses the quota's reserve.
/// - A run that panics or hangs is reported, and the job goes on with its next tick.
/// - When it is told to stop, runs leave what they have not begun and settle what they have; requests that were not done
///   wait in the queue for the next process.
#[derive(Debug)]
pub struct Scheduler {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    jobs: Vec<Planned>,
    names: Vec<(CompanyId, JobName)>,
    desk: UrgentDesk,
    board: Board,
    clock: Arc<dyn Clock>,
    stop: Stop,
}

impl Scheduler {
    /// A scheduler of these jobs; `desk` is where urgent requests come in.
    pub fn new(jobs: Vec<Planned>, desk: UrgentDesk, clock: Arc<dyn Clock>) -> Self {
        let stop = Stop::new();
        let names: Vec<_> = jobs
            .iter()
            .map(|j| (j.pipeline.job().company.clone(), j.pipeline.job().name.clone()))
            .collect();
        let timetables = jobs.iter().map(|j| j.timetable.to_string());
        let board = Board::new(names.iter().cloned().zip(timetables).map(|((c, j), t)| (c, j, t)));
        let with_stop = |planned: Planned| Planned {
            pipeline: planned.pipeline.stopping_with(stop.clone()),
            ..planned
        };
        Self {
            shared: Arc::new(Shared {
                jobs: jobs.into_iter().map(with_stop).collect(),
                names,
                desk,
                board,
                clock,
                stop,
            }),
        }
    }

    /// What goes on.
    pub fn board(&self) -> Board {
        self.shared.board.clone()
    }

    /// Works until `stop` returns, and then until everything is settled, but no longer than `grace`. Returns whether
    /// everything was: if not, the rest is taken up again by the next process, as after a crash.
    pub async fn run(self, stop: impl Future<Output = ()>, grace: Duration) -> bool {
        let shared = self.shared;
        let mut work = JoinSet::new();
        for index in 0..shared.jobs.len() {
            work.spawn(Arc::clone(&shared).keep_timetable(index));
        }
        work.spawn(Arc::clone(&shared).serve_urgent());
        stop.await;
        info!(message = "Stopping.");
        shared.stop.stop();
        let all = async { while work.join_next().await.is_some() {} };
        let settled = tokio::time::timeout(grace, all).await.is_ok();
        if !settled {
            warn!(message = "Not everything was settled in time; the next process takes it up.");
        }
        settled
    }
}

impl Shared {
    async fn keep_timetable(self: Arc<Self>, index: usize) {
        let Some(planned) = self.jobs.get(index) else {
            return;
        };
        let mut ticks = Ticks::new(&planned.timetable, &*self.clock);
        loop {
            let jitter = planned.jitter.mul_f64(fastrand::f64());
            self.board.next_at(index, ticks.next_at(&*self.clock, jitter));
            tokio::select! {
                () = self.stop.given() => return,
                () = ticks.wait(&*self.clock, jitter) => {}
            }
            self.board.next_at(index, None);
            let _ = self.guarded(index, Lane::Main, Vec::new()).await;
            let missed = ticks.skip_missed(&*self.clock);
            if missed > 0 {
                self.board.skip(index, missed);
                warn!(message = "Skipped: the run took longer than the interval.", job = %planned.pipeline.job().name, missed);
            }
            if self.stop.is_given() {
                return;
            }
        }
    }

    /// One run in a task of its own, so that its panic is its own. Returns its receipt and outcomes, unless it broke.
    async fn guarded(
        self: &Arc<Self>,
        index: usize,
        lane: Lane,
        keys: Vec<RecordKey>,
    ) -> Result<(Receipt, Vec<RecordOutcome>), Error> {
        let Some(planned) = self.jobs.get(index) else {
            return Err(Error::new(ErrorKind::Internal, "there is no such job"));
        };
        let pipeline = planned.pipeline.beside();
        // A run ends by its deadline. Twice that, and a while for its ledger, and it hangs.
        let limit = pipeline.job().deadline * 2 + Duration::from_secs(180);
        let on_board = self.board.begin(index, lane, self.clock.now(), pipeline.clone());
        let mut task = JoinSet::new();
        task.spawn(async move {
            match lane {
                Lane::Main => (pipeline.run_once(Trigger::Schedule).await, Vec::new()),
                Lane::Urgent => pipeline.run_keys(keys).await,
            }
        });
        let ended = tokio::time::timeout(limit, task.join_next()).await;
        drop(on_board);
        let broken = match ended {
            Ok(Some(Ok((receipt, outcomes)))) => {
                self.board.close(index, lane, self.clock.now(), &receipt);
                return Ok((receipt, outcomes));
            }
            Ok(Some(Err(panic))) => panicked(panic),
            Ok(None) | Err(_) => Error::new(
                ErrorKind::Internal,
                format!("the run hung: it did not end within {limit:?}"),
            ),
        };
        self.board.broken(index);
        self.report(planned, &broken).await;
        Err(broken)
    }

    async fn report(&self, planned: &Planned, error: &Error) {
        let job = planned.pipeline.job();
        error!(message = "A run broke.", company = %job.company, job = %job.name, error = %error.chain());
        let now = self.clock.now();
        let cx = CallContext::new(job.company.clone(), job.name.clone(), RunId::new(now));
        let report = ErrorReport::new(now, None, ErrorRow::new(Stage::Plan, error));
        planned.pipeline.reporter().report(&cx, &report).await;
    }

    /// Takes urgent requests as they come in, from this process or another.
    async fn serve_urgent(self: Arc<Self>) {
        let hands = Arc::new(Semaphore::new(URGENT_AT_ONCE));
        let mut work = JoinSet::new();
        let Some(instance) = self.jobs.first().map(|j| j.pipeline.instance().clone()) else {
            return;
        };
        let lease = self
            .jobs
            .iter()
            .map(|j| j.pipeline.job().deadline)
            .max()
            .unwrap_or_default()
            * 2
            + Duration::from_secs(240);
        let mut swept = None;
        loop {
            while work.try_join_next().is_some() {}
            let free = hands.available_permits();
            let mut took = 0;
            if free > 0 && !self.stop.is_given() {
                let take = TakeRequests {
                    instance: &instance,
                    jobs: &self.names,
                    limit: free,
                    lease,
                    alone: false,
                };
                match self.desk.queue().take(take).await {
                    Ok(requests) => {
                        took = requests.len();
                        for request in requests {
                            let hand = hands.clone().try_acquire_owned();
                            let (shared, instance) = (Arc::clone(&self), instance.clone());
                            work.spawn(async move {
                                let _hand = hand;
                                shared.do_request(&instance, request).await;
                            });
                        }
                    }
                    Err(error) => {
                        warn!(message = "The queue cannot be looked into.", error = %error.chain());
                    }
                }
            }
            if self.stop.is_given() {
                break;
            }
            if took == free && took > 0 {
                // There may be more: the next one is taken as soon as a hand is free.
                let any = async { drop(hands.acquire().await) };
                tokio::select! { () = self.stop.given() => {}, () = any => {} }
                continue;
            }
            self.sweep(&mut swept).await;
            tokio::select! {
                () = self.stop.given() => {}
                () = self.desk.news() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        while work.join_next().await.is_some() {}
    }

    async fn do_request(self: &Arc<Self>, instance: &Instance, request: UrgentRequest) {
        let (id, keys) = (&request.id, request.keys);
        let index = self
            .names
            .iter()
            .position(|(c, j)| *c == request.company && *j == request.job);
        let Some(index) = index else { return };
        let lane = if keys.is_empty() { Lane::Main } else { Lane::Urgent };
        let (receipt, records) = match self.guarded(index, lane, keys.clone()).await {
            Ok(ended) => ended,
            // It is done, and failed: whoever asked can ask again. Doing it over and over would help nobody.
            Err(error) => {
                let text = Some(error.chain().to_string());
                let receipt = Receipt::draw_up(RunId::new(self.clock.now()), 0, Tally::default(), 0, text);
                (receipt, Vec::new())
            }
        };
        shift::end(self.desk.queue(), &*self.clock, instance, id, receipt, records).await;
    }

    /// Once a day: what was done long ago is forgotten.
    async fn sweep(&self, swept: &mut Option<Instant>) {
        let a_day = Duration::from_secs(24 * 3600);
        if swept.is_some_and(|at| at.elapsed() < a_day) {
            return;
        }
        *swept = Some(Instant::now());
        let before = self.clock.now().checked_sub(KEEP).unwrap_or(jiff::Timestamp::MIN);
        if let Err(error) = self.desk.queue().forget(before).await {
            warn!(message = "Old requests could not be deleted.", error = %error.chain());
        }
    }
}

fn panicked(error: JoinError) -> Error {
    Error::new(ErrorKind::Internal, "the run panicked").source(error)
}

/// The ticks of a timetable. An interval counts from the start by a clock that nobody sets; times of day go by the clock on
/// the wall.
enum Ticks<'a> {
    Every {
        every: Duration,
        next: Instant,
    },
    Cron {
        times: &'a crate::CronTimes,
        next: Option<jiff::Timestamp>,
    },
}

impl<'a> Ticks<'a> {
    fn new(timetable: &'a Timetable, clock: &dyn Clock) -> Self {
        match timetable {
            Timetable::Every(every) => Self::Every {
                every: (*every).max(Duration::from_millis(1)),
                next: Instant::now(),
            },
            Timetable::Cron(times) => Self::Cron {
                next: times.after(clock.now()),
                times,
            },
        }
    }

    fn next_at(&self, clock: &dyn Clock, jitter: Duration) -> Option<jiff::Timestamp> {
        let next = match self {
            Self::Every { next, .. } => {
                let wait = next.saturating_duration_since(Instant::now());
                clock.now().saturating_add(wait).ok()?
            }
            Self::Cron { next, .. } => (*next)?,
        };
        next.saturating_add(jitter).ok()
    }

    /// Returns when the tick has come. One that has passed comes at once: at most one is made up for.
    async fn wait(&self, clock: &dyn Clock, jitter: Duration) {
        match self {
            Self::Every { next, .. } => tokio::time::sleep_until(*next + jitter).await,
            Self::Cron { next: None, .. } => std::future::pending().await,
            Self::Cron { next: Some(next), .. } => {
                let due = next.saturating_add(jitter).unwrap_or(*next);
                loop {
                    match Duration::try_from(due.duration_since(clock.now())) {
                        Ok(left) if !left.is_zero() => tokio::time::sleep(left.min(DOZE)).await,
                        Ok(_) | Err(_) => return,
                    }
                }
            }
        }
    }

    /// Goes on to the first tick to come; returns how many passed meanwhile, the one that was waited for aside.
    fn skip_missed(&mut self, clock: &dyn Clock) -> u64 {
        match self {
            Self::Every { every, next } => {
                let passed = Instant::now().saturating_duration_since(*next).as_nanos() / every.as_nanos();
                let missed = u32::try_from(passed).unwrap_or(u32::MAX - 1);
                *next += *every * (missed + 1);
                u64::from(missed)
            }
            Self::Cron { times, next } => {
                let (now, mut missed) = (clock.now(), 0);
                let mut at = next.and_then(|at| times.after(at));
                // A clock that was set far ahead would make this long: it is cut short.
                while at.is_some_and(|at| at <= now) && missed < 100_000 {
                    missed += 1;
                    at = at.and_then(|at| times.after(at));
                }
                *next = if missed < 100_000 { at } else { times.after(now) };
                // A clock that was set back would let the job wait until the old time comes again.
                if let Some(soon) = times.after(now).filter(|soon| next.is_none_or(|at| *soon < at)) {
                    *next = Some(soon);
                }
                missed
            }
        }
    }
}
