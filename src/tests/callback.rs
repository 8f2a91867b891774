//! The way back from Spotify with an address that somebody made up.

use auxroom::server::store::entities::sign_in;
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree as _},
    test_runner::TestRunner,
};
use url::form_urlencoded::Serializer;

use crate::harness::{TestApp, all_rows};

/// How many addresses are made up.
const CASES: usize = 120;

/// A query with the names that Spotify uses, in any number and with any values, and some that is no
/// query at all.
fn any_query() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        6 => prop::sample::select(vec!["state", "code", "error"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let value = prop_oneof![
        any::<String>(),
        "[A-Za-z0-9_-]{43}",
        Just("access_denied".to_owned()),
        Just(String::new()),
    ];
    let pairs = prop::collection::vec((name, value), 0..6);
    let encoded =
        |pairs| Serializer::new(String::new()).extend_pairs::<_, String, String>(pairs).finish();
    prop_oneof![
        5 => pairs.prop_map(encoded),
        1 => "(state=|code=|error=|%|%[0-9a-f]|%ff|%00|&|\\[\\]|[a-z]){0,30}",
    ]
}

#[tokio::test]
async fn callback_that_somebody_made_up_is_refused_and_takes_nothing_from_the_real_one() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let before = all_rows(&app.database().reader).await;
    assert_eq!(app.count::<sign_in::Entity>().await, 1);
    let mut runner = TestRunner::deterministic();
    for case in 0..CASES {
        let query = any_query().new_tree(&mut runner).expect("a query").current();
        let person = if case % 2 == 0 { host.clone() } else { app.person() };

        let page = person.opens(&format!("/spotify/callback?{query}")).await;

        assert_eq!(page.status, 403, "{query}: {}", page.body);
        page.tells("alert", "This Spotify sign-in has expired or was already used.");
    }
    assert_eq!(all_rows(&app.database().reader).await, before);
    assert_eq!(app.wire.heard("POST /api/token").len(), 0, "Spotify hears nothing of it");

    let back = host.decides(&consent, "agree").await;
    host.follows(&back).await.expect(200).says("Spotify is connected.");
}
