//! The third table: what befalls a refresh.

use auxroom::model::StatusKind;
use serde_json::{Value, json};
use simulator::{Effect, Fault};

use super::{SLOW_DOWN, UNREACHABLE, answer, rate_limited, with, without};
use crate::harness::{Party, TOKEN, TestApp};

const RECONNECT: Option<(&str, &str)> = Some(("alert", "The host needs to reconnect."));

/// What befalls a refresh.
struct OfRefresh {
    effect: Effect,
    /// What everybody reads, and by which role; nothing if nobody notices.
    reads: Option<(&'static str, &'static str)>,
    /// How much later Spotify is asked again, and all is well; nothing if the host has to reconnect.
    over_after_ms: Option<u64>,
}

fn refreshes() -> Vec<OfRefresh> {
    let unreachable = |effect| OfRefresh { effect, reads: UNREACHABLE, over_after_ms: Some(2_000) };
    let slow_down = |effect, ms| OfRefresh { effect, reads: SLOW_DOWN, over_after_ms: Some(ms) };
    let unnoticed = |effect| OfRefresh { effect, reads: None, over_after_ms: Some(9_000) };
    let ended = |description: &str| OfRefresh {
        effect: answer(400, json!({ "error": "invalid_grant", "error_description": description })),
        reads: RECONNECT,
        over_after_ms: None,
    };
    vec![
        ended("Refresh token expired"),
        ended("Refresh token revoked"),
        unreachable(answer(500, Value::Null)),
        unreachable(answer(503, Value::Null)),
        unreachable(answer(400, json!({ "error": "server_error" }))),
        unreachable(answer(400, json!({ "error": "invalid_client" }))),
        unreachable(answer(200, json!([1]))),
        unreachable(Effect::Text("oPClBVDz".to_owned())),
        unreachable(Effect::Hang),
        unreachable(Effect::Close),
        unreachable(Effect::Truncate),
        unreachable(Effect::Malform),
        unreachable(Effect::Flood(100_000_000)),
        slow_down(rate_limited(Some(5)), 5_000),
        slow_down(rate_limited(Some(72_000)), 72_000_000),
        slow_down(rate_limited(None), 30_000),
        unnoticed(without("/refresh_token")),
        unnoticed(with("/refresh_token", Value::Null)),
        unnoticed(with("/tomorrow", json!({ "new": [1, 2] }))),
    ]
}

#[tokio::test]
async fn fault_of_a_refresh_is_told_keeps_the_sign_in_and_passes() {
    for OfRefresh { effect, reads, over_after_ms } in refreshes() {
        let app = TestApp::start().await;
        let Party { host, guests, code, events, .. } = app.party(1, "3").await;
        let what = format!("{effect:?}");
        let before = app.spotify.count(TOKEN);
        app.spotify.fault(Fault::new(TOKEN, effect));

        // In the last minute of the token's life.
        app.advance(59 * 60_000 + 1_000);
        app.hears(TOKEN, before + 1).await;

        let page = guests[0].opens(&format!("/room/{code}")).await.expect(200);
        match reads {
            Some((role, words)) => drop(page.tells(role, words)),
            None => drop(page.never_says("Spotify cannot be reached")),
        }
        let kept = app.connection(&code).await.is_some_and(|row| row.tokens.is_some());
        assert_eq!(kept, over_after_ms.is_some(), "{what}");
        match over_after_ms {
            Some(ms) => app.looks_after(ms).await,
            None => {
                assert_eq!(app.asked_in(120_000).await, 0, "{what}: it is dead");
                app.spotify.consent_next(&app.account().id).expect("the account");
                host.connects_spotify(&code).await;
                drop(events);
                let mut events = host.watches(&code).await;
                events.snapshot(|snapshot| snapshot.playback.is_some()).await;
            }
        }
        assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok, "{what}");
        host.presses("pause", &code).await.expect(200);
    }
}
