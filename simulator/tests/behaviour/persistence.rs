//! What survives a restart.

use std::path::PathBuf;

use simulator::{Control, Wanted};

use crate::harness::{ALL_SCOPES, World};

/// A file of this test alone, gone before and after it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let place = Self(
            std::env::temp_dir().join(format!("simulator-{}-{name}.json", std::process::id())),
        );
        let _ = std::fs::remove_file(&place.0);
        place
    }

    async fn world(&self) -> World {
        World::with(|options| options.file = Some(self.0.clone())).await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn tokens_codes_and_players_survive_a_restart() {
    let place = Place::new("restart");
    let before = place.world().await;
    let code = before.code("").await;
    let tokens = before.sign_in_with(ALL_SCOPES).await;
    before.control(Control::Play(Wanted::new("5").at(1_000)));
    before.pass(500);
    before.command("PUT /pause", &tokens.access).await;
    let player = before.player(&tokens.access).await;

    let after = place.world().await;
    after.pass(500);

    let mut same = after.player(&tokens.access).await;
    // Each is served on a port of its own, which the links name.
    same = serde_json::from_str(&same.to_string().replace(&after.url, &before.url)).expect("JSON");
    assert_eq!(same, player);
    assert_eq!(after.simulator.accounts(), before.simulator.accounts());
    assert_eq!(after.exchange(&code).await.status, 200);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh.as_str())];
    assert_eq!(after.form("/api/token", Some("app:secret"), &fields).await.status, 200);
}

#[tokio::test]
async fn playback_continues_across_a_restart() {
    let place = Place::new("meantime");
    let before = place.world().await;
    let token = before.sign_in().await;
    let next = before.simulator.accounts()[0].coming[0].clone();
    let length = before.player(&token).await["item"]["duration_ms"].as_u64().expect("a length");

    let after = place.world().await;
    after.pass(length + 1_000);

    let player = after.player(&token).await;
    assert_eq!(player["item"]["uri"], next);
    assert_eq!(player["progress_ms"], 1_000);
}

#[tokio::test]
async fn a_restart_with_the_same_seed_draws_other_tokens() {
    let place = Place::new("seed");
    let first = place.world().await.sign_in().await;
    let after = place.world().await;
    let second = after.sign_in().await;
    assert_ne!(first, second);
    assert_eq!(after.simulator.accounts().len(), 2);
}

#[tokio::test]
async fn file_of_an_earlier_version_is_understood() {
    let place = Place::new("earlier");
    place.world().await.sign_in().await;
    let text = std::fs::read_to_string(&place.0).expect("a file");
    assert!(text.contains("\"context_index\""));
    std::fs::write(&place.0, text.replace("\"context_index\"", "\"place\"")).expect("written");
    assert_eq!(place.world().await.simulator.accounts().len(), 1);
}

#[tokio::test]
async fn damaged_file_means_starting_afresh() {
    let place = Place::new("damaged");
    std::fs::write(&place.0, "{ half a file").expect("written");
    let world = place.world().await;
    assert!(world.simulator.accounts().is_empty());
    world.sign_in().await;
    assert_eq!(place.world().await.simulator.accounts().len(), 1);
}

#[tokio::test]
async fn tokens_expired_long_ago_are_forgotten() {
    let place = Place::new("pruned");
    let world = place.world().await;
    let token = world.sign_in().await;
    world.pass(26 * 60 * 60 * 1_000);
    world.sign_in().await;
    assert!(!std::fs::read_to_string(&place.0).expect("a file").contains(&token));
}

#[tokio::test]
async fn the_same_seed_makes_the_same_accounts() {
    let first = World::start().await;
    let second = World::start().await;
    assert_eq!(first.sign_in().await, second.sign_in().await);
    assert_eq!(first.simulator.accounts(), second.simulator.accounts());
    let chance = World::with(|options| options.seed = None).await;
    chance.sign_in().await;
    assert_ne!(first.simulator.accounts(), chance.simulator.accounts());
}

#[tokio::test]
async fn accounts_and_tokens_without_end_do_not_fill_the_file() {
    let place = Place::new("bounded");
    let world = place.world().await;
    let first = world.sign_in().await;
    for _ in 0..30 {
        world.sign_in().await;
    }
    let of_thirty = std::fs::metadata(&place.0).expect("a file").len();
    for _ in 0..170 {
        world.sign_in().await;
    }
    let latest = world.sign_in().await;

    assert_eq!(world.simulator.accounts().len(), 100);
    assert!(std::fs::metadata(&place.0).expect("a file").len() < 4 * of_thirty);
    assert_eq!(world.get("/v1/me", &first).await.status, 401);
    assert_eq!(world.get("/v1/me", &latest).await.status, 200);
}

#[tokio::test]
async fn requests_at_once_are_saved_together() {
    let place = Place::new("together");
    let world = place.world().await;
    let tokens = futures_util::future::join_all((0..40).map(|_| world.sign_in())).await;

    let after = place.world().await;

    for token in tokens {
        assert_eq!(after.get("/v1/me", &token).await.status, 200);
    }
}
