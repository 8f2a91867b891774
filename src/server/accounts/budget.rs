//! How many calls this application allows itself, over all rooms and the sign-in: Spotify counts them
//! together, and whoever asks too often is locked out for hours.
//!
//! Spotify does not publish its limit. What comes too fast waits: urgent calls first, all others in
//! turn, so that many rooms become slower together.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, Reference as _},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use tokio::sync::{Mutex, watch};

use crate::server::clock::{Clock, Monotonic};

/// Spotify counts the calls of the last 30 s.
const WINDOW: Duration = Duration::from_secs(30);

type Bucket = RateLimiter<NotKeyed, InMemoryState, Monotonic, NoOpMiddleware<Nanos>>;

/// Which calls go first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Urgency {
    /// A person waits for it.
    Urgent,
    /// It may come later.
    Routine,
}

/// The calls that are left. Clones share them.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    all: Bucket,
    /// Leaves something for what is urgent.
    routine: Bucket,
    // Fair: whoever waits longest is next.
    urgent_turn: Mutex<()>,
    routine_turn: Mutex<()>,
    urgent_waiting: watch::Sender<usize>,
    waiting: watch::Sender<usize>,
    /// When the calls of the last window were made.
    // A std mutex: it is never held across an await.
    made: std::sync::Mutex<VecDeque<Duration>>,
    calls: usize,
    clock: Clock,
}

/// Counted as waiting, as long as this lives.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl Budget {
    /// A budget of this many calls in any 30 s: a third of them at once, the others spread evenly. A
    /// quarter of those at once, and a tenth of the others, are for urgent calls only.
    pub fn new(calls: NonZeroU32, clock: &Clock) -> Self {
        let at_once = (calls.get() / 3).max(1);
        let spread = (calls.get() - at_once).max(1);
        let bucket = |at_once: u32, spread: f64| {
            let quota = Quota::with_period(WINDOW.div_f64(spread)).expect("more than no time");
            let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
            Bucket::direct_with_clock(quota.allow_burst(at_once), Monotonic(clock.clone()))
        };
        Self(Arc::new(Shared {
            all: bucket(at_once, spread.into()),
            routine: bucket(at_once - at_once / 4, 0.9 * f64::from(spread)),
            urgent_turn: Mutex::default(),
            routine_turn: Mutex::default(),
            urgent_waiting: watch::Sender::new(0),
            waiting: watch::Sender::new(0),
            made: std::sync::Mutex::default(),
            calls: usize::try_from(calls.get()).unwrap_or(usize::MAX),
            clock: clock.clone(),
        }))
    }

    /// Returns once a call may be made, and counts it. Whoever no longer waits loses their turn.
    pub async fn spend(&self, urgency: Urgency) {
        self.wait_for_turn(urgency).await;
        self.made().push_back(self.0.clock.elapsed());
    }

    async fn wait_for_turn(&self, urgency: Urgency) {
        let Shared { all, routine, urgent_turn, routine_turn, urgent_waiting, waiting, .. } =
            &*self.0;
        let _waiting = Waiting::begin(waiting);
        match urgency {
            Urgency::Urgent => {
                let _first = Waiting::begin(urgent_waiting);
                let _turn = urgent_turn.lock().await;
                self.take(all).await;
            }
            Urgency::Routine => {
                let _turn = routine_turn.lock().await;
                self.take(routine).await;
                loop {
                    // The sender lives in `self`, so the channel cannot close here.
                    let _ = urgent_waiting.subscribe().wait_for(|urgent| *urgent == 0).await;
                    match all.check() {
                        Ok(()) => return,
                        Err(late) => self.wait(late.earliest_possible()).await,
                    }
                }
            }
        }
    }

    /// How many calls of the last 30 s' budget are left.
    pub fn left(&self) -> usize {
        self.0.calls.saturating_sub(self.made().len())
    }

    /// The calls of the last window.
    fn made(&self) -> MutexGuard<'_, VecDeque<Duration>> {
        // Nothing that holds the lock can leave the list half changed.
        let mut made = self.0.made.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.0.clock.elapsed();
        while made.front().is_some_and(|at| *at + WINDOW <= now) {
            made.pop_front();
        }
        made
    }

    /// How many calls wait.
    pub fn waiting(&self) -> watch::Receiver<usize> {
        self.0.waiting.subscribe()
    }

    async fn take(&self, bucket: &Bucket) {
        while let Err(late) = bucket.check() {
            self.wait(late.earliest_possible()).await;
        }
    }

    async fn wait(&self, until: Nanos) {
        let clock = &self.0.clock;
        let left = until.duration_since(Monotonic(clock.clone()).now());
        clock.sleep(left.into()).await;
    }
}

impl<'a> Waiting<'a> {
    fn begin(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::task::JoinSet;

    use super::*;
    use crate::model::Millis;

    const CALLS: NonZeroU32 = NonZeroU32::new(60).expect("more than none");

    /// Lets this many calls want to be made, and tells how many were.
    fn wanted(budget: &Budget, urgency: Urgency, calls: usize) -> (JoinSet<()>, Arc<AtomicUsize>) {
        let (mut wanted, made) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
        for _ in 0..calls {
            let (budget, made) = (budget.clone(), made.clone());
            wanted.spawn(async move {
                budget.spend(urgency).await;
                made.fetch_add(1, Ordering::Relaxed);
            });
        }
        (wanted, made)
    }

    /// Lets time pass in steps, each with what happens in it: on one thread whatever can go on has
    /// gone on once everybody else had a turn.
    async fn pass(clock: &Clock, ms: u64) {
        for _ in 0..=ms / 250 {
            for _ in 0..500 {
                tokio::task::yield_now().await;
            }
            clock.advance(if ms == 0 { 0 } else { 250 });
        }
    }

    #[tokio::test]
    async fn budget_holds_in_any_window_whatever_is_wanted() {
        let clock = Clock::manual(Millis(1_800_000_000_000));
        let budget = Budget::new(CALLS, &clock);
        let (_routine, polls) = wanted(&budget, Urgency::Routine, 100);
        let (_urgent, commands) = wanted(&budget, Urgency::Urgent, 100);
        let made = || polls.load(Ordering::Relaxed) + commands.load(Ordering::Relaxed);

        pass(&clock, 0).await;
        assert_eq!((made(), budget.left()), (20, 40), "at once");
        pass(&clock, 30_000).await;
        assert!((59..=60).contains(&made()), "{} in a window", made());
        pass(&clock, 30_000).await;
        assert!((98..=100).contains(&made()), "{} in two", made());
    }

    #[tokio::test]
    async fn budget_leaves_commands_their_part_while_many_poll() {
        let clock = Clock::manual(Millis(1_800_000_000_000));
        let budget = Budget::new(CALLS, &clock);
        let (_routine, polls) = wanted(&budget, Urgency::Routine, 1_000);
        pass(&clock, 60_000).await;
        let before = polls.load(Ordering::Relaxed);
        assert!((86..=88).contains(&before), "{before} polls: 15 at once, 72 in a minute");

        let (_urgent, commands) = wanted(&budget, Urgency::Urgent, 5);
        pass(&clock, 0).await;

        assert_eq!(commands.load(Ordering::Relaxed), 5);
    }

    #[tokio::test]
    async fn budget_lets_commands_that_have_to_wait_go_before_polls() {
        let clock = Clock::manual(Millis(1_800_000_000_000));
        let budget = Budget::new(CALLS, &clock);
        let (_first, _) = wanted(&budget, Urgency::Urgent, 20);
        pass(&clock, 0).await;
        let (_routine, polls) = wanted(&budget, Urgency::Routine, 20);
        pass(&clock, 0).await;
        let (_urgent, commands) = wanted(&budget, Urgency::Urgent, 10);

        pass(&clock, 7_250).await;

        let made = (commands.load(Ordering::Relaxed), polls.load(Ordering::Relaxed));
        assert!(made.0 >= 9 && made.1 == 0, "{made:?}");
    }

    #[tokio::test]
    async fn budget_is_not_spent_by_who_goes_away() {
        let clock = Clock::manual(Millis(1_800_000_000_000));
        let budget = Budget::new(CALLS, &clock);
        let (_first, _) = wanted(&budget, Urgency::Urgent, 20);
        pass(&clock, 0).await;
        let (gone, _) = wanted(&budget, Urgency::Urgent, 50);
        pass(&clock, 0).await;
        assert_eq!(*budget.waiting().borrow(), 50);

        drop(gone);
        let (_urgent, commands) = wanted(&budget, Urgency::Urgent, 1);
        pass(&clock, 750).await;

        assert_eq!((commands.load(Ordering::Relaxed), *budget.waiting().borrow()), (1, 0));
    }
}
