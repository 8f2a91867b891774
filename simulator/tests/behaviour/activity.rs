//! How many requests await their answer.

use std::time::Duration;

use simulator::{Activity, Effect, Fault};

use crate::harness::World;

const PLAYER: &str = "GET /v1/me/player";
const NOTHING: Activity = Activity { in_progress: 0, hanging: 0 };

/// Returns once the activity is `expected`.
async fn becomes(world: &World, expected: Activity) {
    let mut activity = world.simulator.activity();
    let reached = activity.wait_for(|activity| *activity == expected);
    let reached = tokio::time::timeout(Duration::from_secs(10), reached).await;
    assert!(reached.is_ok(), "{:?} does not become {expected:?}", world.simulator.activity());
    let counts = (world.simulator.in_progress(), world.simulator.hanging());
    assert_eq!(counts, (expected.in_progress, expected.hanging));
}

#[tokio::test]
async fn activity_changes_with_every_request_and_returns_to_nothing() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let mut activity = world.simulator.activity();
    assert_eq!(*activity.borrow_and_update(), NOTHING);

    world.get("/v1/me/player", &token).await;

    assert!(activity.has_changed().expect("a simulator"));
    assert_eq!(*activity.borrow_and_update(), NOTHING);
    world.get("/control/clock", "").await;
    assert!(!activity.has_changed().expect("a simulator"));
}

#[tokio::test]
async fn activity_tells_hanging_requests_from_those_in_progress() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::new(PLAYER, Effect::Hang).times(2));
    let hang = || world.get("/v1/me/player", &token);

    let (first, second, ()) = tokio::join!(hang(), hang(), async {
        world.simulator.wait_for_request(PLAYER, 2).await;
        assert_eq!((world.simulator.in_progress(), world.simulator.hanging()), (0, 2));
        world.get("/v1/me", &token).await;
        becomes(&world, Activity { in_progress: 0, hanging: 2 }).await;
        world.simulator.release();
    });

    assert_eq!((first.status, second.status), (200, 200));
    becomes(&world, NOTHING).await;
}

#[tokio::test]
async fn activity_counts_late_and_hanging_requests_until_their_client_goes_away() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::new(PLAYER, Effect::Hang));
    world.simulator.fault(Fault::new(PLAYER, Effect::Pass).delayed(3_600_000));
    for expected in
        [Activity { in_progress: 0, hanging: 1 }, Activity { in_progress: 1, hanging: 0 }]
    {
        tokio::select! {
            answer = world.get("/v1/me/player", &token) => panic!("{answer:?}"),
            () = becomes(&world, expected) => {}
        }
        // The client's future is dropped, and its connection with it.
        becomes(&world, NOTHING).await;
    }
}

#[tokio::test]
async fn activity_ends_with_an_answer_that_is_cut_off() {
    for effect in [Effect::Close, Effect::Truncate] {
        let world = World::start().await;
        let token = world.sign_in().await;
        world.simulator.fault(Fault::new(PLAYER, effect));

        let failed = world.try_send(world.request("GET", "/v1/me/player", &token, "")).await;

        assert!(failed.is_err(), "{failed:?}");
        assert_eq!(*world.simulator.activity().borrow(), NOTHING);
    }
}
