//! Spotify's faults, in three tables: what befalls a poll, a command or a refresh, what people read of
//! it, what is kept, and when it is over by itself. Those of sign-ins are in `sign_in_refused`.

mod refreshes;

use auxroom::model::StatusKind;
use serde_json::{Value, json};
use simulator::{Effect, Fault};

use crate::harness::{BEGIN, LOOK, NEXT, PAUSE, Party, TestApp, play_of};

const UNREACHABLE: Option<(&str, &str)> = Some(("status", "Spotify cannot be reached."));
const SLOW_DOWN: Option<(&str, &str)> = Some(("status", "Spotify asks us to slow down."));
const PREMIUM: Option<(&str, &str)> = Some(("alert", "Spotify lets only Premium accounts be"));
const UNKNOWN: Option<(&str, &str)> = Some(("alert", "Spotify does not know the host's account"));

/// What befalls a poll.
struct OfPoll {
    effect: Effect,
    /// What everybody reads, and by which role; nothing if nobody notices.
    reads: Option<(&'static str, &'static str)>,
    /// Who presses something meanwhile is told so.
    refusal: Option<&'static str>,
    /// How much later Spotify is asked again, and all is well.
    over_after_ms: u64,
}

fn answer(status: u16, body: Value) -> Effect {
    Effect::Answer { status, headers: Default::default(), body }
}

fn rate_limited(retry_after: Option<u64>) -> Effect {
    Fault::rate_limited(LOOK, retry_after).effect
}

fn refused(status: u16, message: &str, reason: &str) -> Effect {
    answer(status, json!({ "error": { "status": status, "message": message, "reason": reason } }))
}

fn without(field: &str) -> Effect {
    Effect::Edit { remove: vec![field.to_owned()], set: serde_json::Map::new() }
}

fn with(field: &str, value: Value) -> Effect {
    Effect::Edit { remove: vec![], set: [(field.to_owned(), value)].into_iter().collect() }
}

fn unreachable(effect: Effect) -> OfPoll {
    OfPoll { effect, reads: UNREACHABLE, refusal: None, over_after_ms: 2_000 }
}

fn unnoticed(effect: Effect) -> OfPoll {
    OfPoll { effect, reads: None, refusal: None, over_after_ms: 9_000 }
}

fn slow_down(effect: Effect, over_after_ms: u64) -> OfPoll {
    OfPoll { effect, reads: SLOW_DOWN, refusal: Some("RateLimited"), over_after_ms }
}

fn told(effect: Effect, reads: Option<(&'static str, &'static str)>) -> OfPoll {
    OfPoll { effect, reads, refusal: None, over_after_ms: 2_000 }
}

fn polls() -> Vec<OfPoll> {
    vec![
        slow_down(rate_limited(Some(3)), 3_000),
        slow_down(rate_limited(Some(72_000)), 72_000_000),
        slow_down(rate_limited(None), 30_000),
        slow_down(refused(429, "Too many requests", "QUOTA_EXCEEDED"), 30_000),
        unreachable(answer(500, Value::Null)),
        unreachable(answer(502, "<html>Bad Gateway</html>".into())),
        unreachable(answer(503, json!({ "error": { "status": 503 } }))),
        unreachable(answer(504, Value::Null)),
        unreachable(answer(400, json!({ "error": "weird" }))),
        unreachable(answer(301, Value::Null)),
        unreachable(answer(200, json!([1, 2]))),
        unreachable(answer(200, json!({ "item": { "uri": 7 } }))),
        unreachable(Effect::Close),
        unreachable(Effect::Hang),
        unreachable(Effect::Truncate),
        unreachable(Effect::Malform),
        unreachable(Effect::Text("oPClBVDz".to_owned())),
        unreachable(Effect::Flood(100_000_000)),
        unreachable(with("/item/name", json!(7))),
        unreachable(with("/is_playing", json!("yes"))),
        unnoticed(without("/item/artists")),
        unnoticed(without("/item/album")),
        unnoticed(with("/item/album", Value::Null)),
        unnoticed(with("/item/external_ids", Value::Null)),
        unnoticed(with("/device", Value::Null)),
        unnoticed(with("/tomorrow", json!({ "new": [1, 2] }))),
        // Spotify's clock, a day behind and in the year 2286.
        unnoticed(with("/timestamp", json!(BEGIN - 86_400_000))),
        unnoticed(with("/timestamp", json!(9_999_999_999_999_u64))),
        unnoticed(with("/timestamp", json!(-1))),
        told(refused(403, "Premium required", "PREMIUM_REQUIRED"), PREMIUM),
        told(refused(403, "Active premium subscription required for the owner", ""), PREMIUM),
        told(answer(403, "User not registered in the Developer Dashboard".into()), UNKNOWN),
    ]
}

#[tokio::test]
async fn fault_of_a_poll_is_told_keeps_what_there_is_and_passes() {
    for OfPoll { effect, reads, refusal, over_after_ms } in polls() {
        let app = TestApp::start().await;
        let Party { host, guests, code, events: _events, play } = app.party(1, "3").await;
        guests[0].votes(&code, play).await.expect(200);
        let tokens = app.connection(&code).await.expect("an account").tokens;
        let what = format!("{effect:?}");
        app.spotify.fault(Fault::new(LOOK, effect));

        app.looks_after(9_000).await;

        let page = guests[0].opens(&format!("/room/{code}")).await.expect(200);
        match reads {
            Some((role, words)) => drop(page.tells(role, words)),
            None => drop(page.never_says("Spotify cannot be reached")),
        }
        if let Some(refusal) = refusal {
            host.presses("pause", &code).await.expect(409).says(refusal);
        }
        let kept = host.sees(&code).await;
        assert_eq!((play_of(&kept), kept.skip.votes), (Some(play), 1), "{what}");
        assert_eq!(app.connection(&code).await.expect("an account").tokens, tokens, "{what}");
        let asked = app.spotify.count("*");
        app.advance(over_after_ms - 1);
        app.settles().await;
        assert_eq!(app.spotify.count("*"), asked, "{what}: too early");
        app.looks_after(1).await;
        assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok, "{what}");
    }
}

#[tokio::test]
async fn fault_of_a_connection_that_is_refused_is_told_and_passes() {
    let mut app = TestApp::start().await;
    let Party { host, guests, code, play, mut events } = app.party(1, "3").await;
    guests[0].votes(&code, play).await.expect(200);
    app.spotify_refuses_connections().await;

    app.advance(9_000);
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Unreachable).await;

    let page = guests[0].opens(&format!("/room/{code}")).await.expect(200);
    page.tells("status", "Spotify cannot be reached.");
    host.presses("pause", &code).await.expect(409).says("SpotifyUnreachable");
    let kept = host.sees(&code).await;
    assert_eq!((play_of(&kept), kept.skip.votes), (Some(play), 1));
    app.spotify_accepts_connections().await;
    // It was asked more rarely: after 2, 4, 8 seconds.
    app.passes(16_000).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
    host.presses("pause", &code).await.expect(200);
    assert!(!app.account().is_playing);
}

#[tokio::test]
async fn fault_of_our_clock_passes_within_a_minute_and_skips_nothing() {
    const AN_HOUR: u64 = 3_600_000;
    for jump in [AN_HOUR, 30 * 24 * AN_HOUR] {
        for back in [false, true] {
            let app = TestApp::start().await;
            let Party { host, guests, code, play, events: _events } = app.party(1, "3").await;
            guests[0].votes(&code, play).await.expect(200);
            let now = app.clock.now();

            // The machine's alone: Spotify's goes on as before.
            app.clock.set(if back { now.before(jump) } else { now + jump });
            app.passes(60_000).await;

            let seen = host.sees(&code).await;
            assert_eq!(seen.status.kind, StatusKind::Ok, "{jump} {back}");
            // Forward it is as if nobody had looked for as long: the song may have begun anew.
            let kept = if back { (Some(play), 1) } else { (play_of(&seen), 0) };
            assert_eq!((play_of(&seen), seen.skip.votes), kept, "{jump} {back}");
            assert_eq!(app.spotify.count(NEXT), 0);
            host.presses("pause", &code).await.expect(200);
        }
    }
}

/// What befalls a pause: the answer to who pressed it, how often Spotify is told, and whether the
/// music pauses.
type OfPause = (Fault, u16, &'static str, usize, bool);

fn pauses() -> Vec<OfPause> {
    let pause = |effect| Fault::new(PAUSE, effect);
    let bad_gateway = || pause(answer(502, "<html>Bad Gateway</html>".into()));
    let invalid = refused(401, "The access token expired", "");
    vec![
        (bad_gateway().executed(true), 409, "SpotifyUnreachable", 1, true),
        (bad_gateway().executed(false), 409, "SpotifyUnreachable", 1, false),
        (pause(answer(500, Value::Null)), 409, "SpotifyUnreachable", 1, false),
        (pause(answer(503, Value::Null)), 409, "SpotifyUnreachable", 1, false),
        (pause(Effect::Close).executed(false), 409, "SpotifyUnreachable", 1, false),
        (pause(Effect::Hang).executed(true), 409, "SpotifyUnreachable", 1, true),
        (pause(Effect::Text("oPClBVDz".to_owned())), 200, "paused", 1, true),
        (pause(refused(404, "No active device", "NO_ACTIVE_DEVICE")), 409, "NoDevice", 1, false),
        (pause(refused(404, "Device not found", "")), 409, "NoDevice", 1, false),
        (pause(refused(403, "Restriction violated", "UNKNOWN")), 200, "unchanged", 1, false),
        (pause(refused(403, "", "PREMIUM_REQUIRED")), 409, "PremiumRequired", 1, false),
        (Fault::rate_limited(PAUSE, Some(3)), 409, "RateLimited", 1, false),
        (pause(invalid), 200, "paused", 2, true),
    ]
}

#[tokio::test]
async fn fault_of_a_command_is_told_to_who_pressed_and_nothing_is_sent_blindly_again() {
    for (fault, status, says, sent, is_paused) in pauses() {
        let app = TestApp::start().await;
        let Party { host, code, events: _events, play, .. } = app.party(0, "2").await;
        let what = format!("{fault:?}");
        app.spotify.fault(fault);

        let answer = host.presses("pause", &code).await;

        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.body);
        answer.says(says);
        app.passes(15_000).await;
        assert_eq!(app.spotify.count(PAUSE), sent, "{what}");
        let shown = host.sees(&code).await;
        let playback = shown.playback.as_ref().expect("a song");
        assert_eq!((playback.is_playing, play_of(&shown)), (!is_paused, Some(play)), "{what}");
    }
}
