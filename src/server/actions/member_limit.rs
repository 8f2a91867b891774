//! How often a member may do what has Spotify asked at once.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter, middleware::NoOpMiddleware, nanos::Nanos, state::keyed::HashMapStateStore,
};

use crate::{
    error::AppError,
    model::MemberId,
    server::clock::{Clock, Monotonic},
};

/// Members are forgotten, once they may do everything again, when there are more than these.
const MANY_MEMBERS: usize = 10_000;

/// How often each member may do something. Cheap to clone; clones share what is left.
#[derive(Clone, Debug)]
pub struct MemberLimit {
    left: Arc<PerMember>,
    refusal: AppError,
}

type PerMember =
    RateLimiter<MemberId, HashMapStateStore<MemberId>, Monotonic, NoOpMiddleware<Nanos>>;

impl MemberLimit {
    /// Full buckets for so many times at once, which fill by one after each time of `between`, by
    /// `clock`. Whoever does it more often reads `refusal`.
    pub fn new(at_once: NonZeroU32, between: Duration, refusal: AppError, clock: &Clock) -> Self {
        let quota = Quota::with_period(between).expect("more than no time").allow_burst(at_once);
        let left = PerMember::hashmap_with_clock(quota, Monotonic(clock.clone()));
        Self { left: Arc::new(left), refusal }
    }

    /// Counts once more.
    ///
    /// # Errors
    /// The refusal, if that is too often.
    pub(super) fn count(&self, member: MemberId) -> Result<(), AppError> {
        if self.left.len() > MANY_MEMBERS {
            self.left.retain_recent();
        }
        self.left.check_key(&member).map_err(|_| self.refusal)
    }
}
