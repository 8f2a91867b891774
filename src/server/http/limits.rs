//! How many visitors and rooms one network may bring into being: otherwise anybody could fill the
//! database.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter, clock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::HashMapStateStore,
};

use crate::{
    error::AppError,
    server::{clock::Clock, http::network::Network},
};

/// A Wi-Fi whose 200 guests all come within five minutes never notices: it may bring 300 at once, and
/// another 300 in five minutes.
const VISITORS_AT_ONCE: u32 = 300;
const BETWEEN_VISITORS: Duration = Duration::from_secs(1);
/// An office opens a few rooms a day, a script 1,440.
const ROOMS_AT_ONCE: u32 = 20;
const BETWEEN_ROOMS: Duration = Duration::from_secs(60);
/// Networks are forgotten, once they may do everything again, when there are more than these.
const MANY_NETWORKS: usize = 10_000;

/// What each network has left. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Limits(Arc<Buckets>);

#[derive(Debug)]
struct Buckets {
    visitors: PerNetwork,
    rooms: PerNetwork,
}

type PerNetwork =
    RateLimiter<Network, HashMapStateStore<Network>, Monotonic, NoOpMiddleware<Nanos>>;

impl Limits {
    /// Full buckets, which fill with the time of `clock`.
    pub fn new(clock: &Clock) -> Self {
        let bucket = |at_once, between| {
            let quota = Quota::with_period(between).expect("more than no time");
            let at_once = NonZeroU32::new(at_once).expect("more than none");
            PerNetwork::hashmap_with_clock(quota.allow_burst(at_once), Monotonic(clock.clone()))
        };
        Self(Arc::new(Buckets {
            visitors: bucket(VISITORS_AT_ONCE, BETWEEN_VISITORS),
            rooms: bucket(ROOMS_AT_ONCE, BETWEEN_ROOMS),
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

/// The time as no clock step changes it.
#[derive(Clone, Debug)]
struct Monotonic(Clock);

impl clock::Clock for Monotonic {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
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
