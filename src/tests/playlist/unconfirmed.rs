//! A playlist of which nobody heard how far it came: no second one is made, and no song is in it twice.

use auxroom::{
    model::VisitorId,
    server::{
        actions::{playlist, spotify::Addresses},
        chance,
    },
};
use simulator::{Effect, Fault};

use super::{ADD, FIND, MAKE, made, plays, saves, song, with_plays};
use crate::harness::TestApp;

#[tokio::test]
async fn playlist_whose_making_was_not_confirmed_is_looked_for_before_another_is_made() {
    for is_made in [true, false] {
        let app = TestApp::start().await;
        let (host, code) = with_plays(&app, 3).await;
        app.spotify.fault(Fault::new(MAKE, Effect::Close).executed(is_made));
        saves(&host, &code).await.expect(409).says("SpotifyUnreachable");
        assert_eq!(made(&app).len(), usize::from(is_made));
        let app = app.crash_and_restart().await;

        saves(&host, &code).await.expect(200);

        let [made] = &made(&app)[..] else { panic!("one playlist") };
        assert_eq!((made.uris.len(), app.spotify.count(FIND)), (3, 1), "{is_made}");
    }
}

#[tokio::test]
async fn playlist_has_no_song_twice_whose_adding_was_not_confirmed() {
    for is_added in [true, false] {
        let app = TestApp::start().await;
        let (host, code) = with_plays(&app, 120).await;
        app.spotify.fault(Fault::new(ADD, Effect::Pass));
        app.spotify.fault(Fault::new(ADD, Effect::Close).executed(is_added));
        saves(&host, &code).await.expect(409).says("SpotifyUnreachable");
        let sent = if is_added { 120 } else { 100 };
        assert_eq!(made(&app)[0].uris.len(), sent);
        // More is played, and its owner adds nothing.
        plays(&app, &code, 120..121).await;

        saves(&host, &code).await.expect(200);

        assert_eq!(made(&app)[0].uris, (0..121).map(song).collect::<Vec<_>>(), "{is_added}");
    }
}

#[tokio::test]
async fn playlist_is_gone_on_with_after_a_crash_between_making_it_and_adding_to_it() {
    for is_added in [true, false] {
        let app = TestApp::start_patient().await;
        let (host, code) = with_plays(&app, 3).await;
        app.spotify.fault(Fault::new(ADD, Effect::Hang).executed(is_added));
        // Not by the router, which carries on in this process after what only looks like a crash.
        let (actions, pressed_in) = (app.state.app.clone(), code.clone());
        let visitor = VisitorId(app.connection(&code).await.expect("an account").visitor_id);
        let pressing = tokio::spawn(async move {
            let addresses = Addresses { accounts_url: String::new(), public_url: String::new() };
            let rng = &mut chance::rng();
            playlist::save(&actions, Some(visitor), &pressed_in, &addresses, rng).await
        });
        app.spotify.wait_for_request(ADD, 1).await;
        // Nobody else is let near it meanwhile.
        saves(&host, &code).await.expect(409).says("AlreadySaving");
        pressing.abort();
        let app = app.crash().await;
        app.advance(60_000);
        let app = app.starts().await;

        saves(&host, &code).await.expect(200);

        let [made] = &made(&app)[..] else { panic!("one playlist") };
        assert_eq!(made.uris, (0..3).map(song).collect::<Vec<_>>(), "{is_added}");
        assert_eq!(app.spotify.count(MAKE), 1);
    }
}
