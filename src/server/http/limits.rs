//! What one network may do: bring visitors and rooms into being, since anybody could fill the
//! database, and try codes, since anybody could find rooms.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};

use crate::{
    error::AppError,
    server::{
        clock::{Clock, Monotonic},
        http::network::Network,
    },
};

/// A Wi-Fi whose 200 guests all come within five minutes never notices: it may bring 300 at once, and
/// another 300 in five minutes.
const VISITORS_AT_ONCE: u32 = 300;
const BETWEEN_VISITORS: Duration = Duration::from_secs(1);
/// An office opens a few rooms a day, a script 1,440.
const ROOMS_AT_ONCE: u32 = 20;
const BETWEEN_ROOMS: Duration = Duration::from_secs(60);
/// Codes that lead nowhere, from one network and from all together. There are 31^6 = 887,503,681
/// codes: with 20 rooms open, one in 44,375,184 guesses finds one. One network needs 2.8 years for so
/// many, and all together need 51 days. Who types a code wrong tries it a few times.
const MISSES_AT_ONCE: u32 = 30;
const BETWEEN_MISSES: Duration = Duration::from_secs(2);
const MISSES_OF_ALL_AT_ONCE: u32 = 600;
const BETWEEN_MISSES_OF_ALL: Duration = Duration::from_millis(100);
/// So long a network that guesses learns nothing about any code.
const BLOCKED: Duration = Duration::from_secs(60);
/// Networks are forgotten, once they may do everything again, when there are more than these.
const MANY_NETWORKS: usize = 10_000;

/// What each network has left. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Limits(Arc<Buckets>);

#[derive(Debug)]
struct Buckets {
    visitors: PerNetwork,
    rooms: PerNetwork,
    misses: PerNetwork,
    misses_of_all: RateLimiter<NotKeyed, InMemoryState, Monotonic, NoOpMiddleware<Nanos>>,
    /// Until when, by `Clock::elapsed`.
    // A std mutex: it is never held across an await.
    blocked: Mutex<HashMap<Network, Duration>>,
    clock: Clock,
}

type PerNetwork =
    RateLimiter<Network, HashMapStateStore<Network>, Monotonic, NoOpMiddleware<Nanos>>;

impl Limits {
    /// Full buckets, which fill with the time of `clock`.
    pub fn new(clock: &Clock) -> Self {
        let quota = |at_once, between| {
            let quota = Quota::with_period(between).expect("more than no time");
            quota.allow_burst(NonZeroU32::new(at_once).expect("more than none"))
        };
        let monotonic = || Monotonic(clock.clone());
        let bucket =
            |at_once, between| PerNetwork::hashmap_with_clock(quota(at_once, between), monotonic());
        let of_all = quota(MISSES_OF_ALL_AT_ONCE, BETWEEN_MISSES_OF_ALL);
        Self(Arc::new(Buckets {
            visitors: bucket(VISITORS_AT_ONCE, BETWEEN_VISITORS),
            rooms: bucket(ROOMS_AT_ONCE, BETWEEN_ROOMS),
            misses: bucket(MISSES_AT_ONCE, BETWEEN_MISSES),
            misses_of_all: RateLimiter::direct_with_clock(of_all, monotonic()),
            blocked: Mutex::default(),
            clock: clock.clone(),
        }))
    }

    /// Counts somebody who was never here.
    ///
    /// # Errors
    /// If too many came from their network.
    pub fn count_visitor(&self, network: Network) -> Result<(), AppError> {
        check(&self.0.visitors, network, AppError::TooManyVisitors)
    }

    /// Counts a new room.
    ///
    /// # Errors
    /// If too many were created from its network.
    pub fn count_room(&self, network: Network) -> Result<(), AppError> {
        check(&self.0.rooms, network, AppError::TooManyRooms)
    }

    /// What somebody hears who may not be in the room that they named: whoever tried too many codes
    /// learns nothing, not even from the right one. Counts codes that lead nowhere.
    pub fn screen(&self, network: Network, refusal: AppError) -> AppError {
        if !matches!(refusal, AppError::RoomNotFound | AppError::NotMember) {
            return refusal;
        }
        if self.is_blocked(network) {
            return AppError::TooManyGuesses;
        }
        let is_miss = refusal == AppError::RoomNotFound;
        if is_miss
            && (check(&self.0.misses, network, refusal).is_err()
                || self.0.misses_of_all.check().is_err())
        {
            self.block(network);
            return AppError::TooManyGuesses;
        }
        refusal
    }

    /// Keeps a stranger out who tried too many codes, though this one may be right.
    ///
    /// # Errors
    /// `TooManyGuesses` from their network.
    pub fn let_stranger_look(&self, network: Network) -> Result<(), AppError> {
        if self.is_blocked(network) { Err(AppError::TooManyGuesses) } else { Ok(()) }
    }

    fn is_blocked(&self, network: Network) -> bool {
        let until = self.blocked().get(&network).copied();
        until.is_some_and(|until| self.0.clock.elapsed() < until)
    }

    fn block(&self, network: Network) {
        if network.is_loopback() {
            return;
        }
        let now = self.0.clock.elapsed();
        let mut blocked = self.blocked();
        blocked.retain(|_, until| now < *until);
        blocked.insert(network, now + BLOCKED);
    }

    fn blocked(&self) -> MutexGuard<'_, HashMap<Network, Duration>> {
        // Nothing that holds the lock can leave the map half changed.
        self.0.blocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(bucket: &PerNetwork, network: Network, refusal: AppError) -> Result<(), AppError> {
    // All clients of a proxy that the installer did not name would count as one.
    if network.is_loopback() {
        return Ok(());
    }
    if bucket.len() > MANY_NETWORKS {
        bucket.retain_recent();
    }
    bucket.check_key(&network).map_err(|_| refusal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Millis;

    fn network(address: &str) -> Network {
        Network::of(address.parse().expect("an address"))
    }

    fn let_in(limits: &Limits, network: Network) -> usize {
        (0..1_000).take_while(|_| limits.count_visitor(network).is_ok()).count()
    }

    #[test]
    fn rate_limit_of_visitors_lets_a_party_in_and_no_flood() {
        let clock = Clock::manual(Millis(1_800_000_000_000));
        let limits = Limits::new(&clock);
        let (party, neighbour) = (network("203.0.113.7"), network("198.51.100.1"));

        assert_eq!(let_in(&limits, party), 300);
        assert_eq!(limits.count_visitor(party), Err(AppError::TooManyVisitors));
        assert_eq!(limits.count_visitor(neighbour), Ok(()));
        clock.advance(10_000);
        assert_eq!(let_in(&limits, party), 10);
        clock.advance(3_600_000);
        assert_eq!(let_in(&limits, party), 300);
    }

    #[test]
    fn rate_limit_of_guesses_hides_every_room_for_a_minute() {
        let clock = Clock::manual(Millis(1_800_000_000_000));
        let limits = Limits::new(&clock);
        let (guesser, guest) = (network("203.0.113.7"), network("198.51.100.1"));
        let misses = (0..100)
            .filter(|_| limits.screen(guesser, AppError::RoomNotFound) == AppError::RoomNotFound)
            .count();
        assert_eq!(misses, 30);

        for refusal in [AppError::RoomNotFound, AppError::NotMember] {
            assert_eq!(limits.screen(guesser, refusal), AppError::TooManyGuesses);
            assert_eq!(limits.screen(guest, refusal), refusal);
        }
        assert_eq!(limits.let_stranger_look(guesser), Err(AppError::TooManyGuesses));
        assert_eq!(limits.let_stranger_look(guest), Ok(()));
        assert_eq!(limits.screen(guesser, AppError::NotHost), AppError::NotHost);

        clock.advance(60_000);
        assert_eq!(limits.let_stranger_look(guesser), Ok(()));
        for _ in 0..100 {
            assert_eq!(limits.screen(guesser, AppError::NotMember), AppError::NotMember, "a hit");
        }
    }

    #[test]
    fn rate_limit_of_guesses_holds_for_many_networks_together() {
        let limits = Limits::new(&Clock::manual(Millis(0)));
        let networks = (0..100).map(|third| network(&format!("203.0.{third}.7")));
        let guesses = networks.flat_map(|network| std::iter::repeat_n(network, 20));

        let misses = guesses
            .filter(|network| {
                limits.screen(*network, AppError::RoomNotFound) == AppError::RoomNotFound
            })
            .count();

        assert_eq!(misses, 600);
        assert_eq!(limits.let_stranger_look(network("198.51.100.1")), Ok(()));
    }

    #[test]
    fn rate_limit_counts_nobody_on_this_machine() {
        let limits = Limits::new(&Clock::manual(Millis(0)));
        for address in ["127.0.0.1", "::1"] {
            assert_eq!(let_in(&limits, network(address)), 1_000, "{address}");
        }
    }

    #[test]
    fn rate_limit_forgets_networks_that_may_do_everything_again() {
        let clock = Clock::manual(Millis(0));
        let limits = Limits::new(&clock);
        for third in 0..=MANY_NETWORKS {
            let address = std::net::Ipv4Addr::from_bits(
                0x0B00_0000 + (u32::try_from(third).unwrap_or(0) << 8),
            );
            assert_eq!(limits.count_room(Network::of(address.into())), Ok(()));
        }
        clock.advance(120_000);

        assert_eq!(limits.count_room(network("203.0.113.7")), Ok(()));

        assert_eq!(limits.0.rooms.len(), 1);
    }
}
