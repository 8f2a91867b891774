//! The authorization request and what it leads to.

use simulator::{RedirectUris, catalogue};

use crate::harness::{REDIRECT_URI, World, authorize};

#[tokio::test]
async fn consent_redirects_back_with_a_code_and_the_same_state() {
    let world = World::start().await;

    let answer = world.agree(&[], "").await;

    assert_eq!(answer.status, 303);
    assert!(answer.header("location").starts_with(&format!("{REDIRECT_URI}?code=")));
    assert_eq!(answer.location_query()["state"], "a state&more");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn cancelling_redirects_back_with_an_error_and_no_code() {
    let world = World::start().await;

    let answer = world.form(&authorize(&[]), None, &[("decision", "cancel")]).await;

    let query = answer.location_query();
    assert_eq!(query["error"], "access_denied");
    assert_eq!(query["state"], "a state&more");
    assert!(!query.contains_key("code"));
    assert!(world.simulator.accounts().is_empty());
}

#[tokio::test]
async fn mistakes_of_the_app_are_never_sent_back_to_it() {
    let world = World::start().await;
    let wrong = [
        ("client_id", "another", "INVALID_CLIENT: Invalid client"),
        (
            "redirect_uri",
            "http://127.0.0.1:3000/spotify/callback/",
            "INVALID_CLIENT: Invalid redirect URI",
        ),
        (
            "redirect_uri",
            "http://127.0.0.1:3001/spotify/callback",
            "INVALID_CLIENT: Invalid redirect URI",
        ),
        (
            "redirect_uri",
            "http://127.0.0.1:3000/Spotify/callback",
            "INVALID_CLIENT: Invalid redirect URI",
        ),
        ("redirect_uri", "https://example.org/", "INVALID_CLIENT: Invalid redirect URI"),
        ("redirect_uri", "", "INVALID_CLIENT: Invalid redirect URI"),
        (
            "redirect_uri",
            "http://localhost:3000/spotify/callback",
            "INVALID_CLIENT: Insecure redirect URI",
        ),
        (
            "redirect_uri",
            "http://192.168.1.5:3000/spotify/callback",
            "INVALID_CLIENT: Insecure redirect URI",
        ),
        ("redirect_uri", "http://127.0.0.1.example.org/", "INVALID_CLIENT: Insecure redirect URI"),
        ("response_type", "token", "response_type must be code"),
        ("scope", "user-read-everything", "INVALID_SCOPE: Invalid scope"),
        ("code_challenge", "abc", "code_challenge_method must be S256"),
        ("code_challenge_method", "S256", "code_challenge required"),
    ];
    for (name, value, problem) in wrong {
        let path = authorize(&[(name, value)]);
        let page = world.get(&path, "").await;
        let form = world.form(&path, None, &[("decision", "agree")]).await;
        for answer in [page, form] {
            assert_eq!(answer.status, 400, "{name}={value}");
            assert!(answer.text.contains(problem), "{name}={value}: {}", answer.text);
            assert_eq!(answer.header("location"), "");
        }
    }
}

#[tokio::test]
async fn a_challenge_has_43_characters_of_base64url() {
    let world = World::start().await;
    for challenge in ["abc", &"a".repeat(44), &"+".repeat(43)] {
        let path = authorize(&[("code_challenge_method", "S256"), ("code_challenge", challenge)]);
        assert_eq!(world.get(&path, "").await.status, 400, "{challenge}");
    }
}

#[tokio::test]
async fn an_insecure_address_is_refused_even_when_registered() {
    let uri = "http://localhost:3000/spotify/callback";
    let world =
        World::with(|options| options.redirect_uris = RedirectUris::Exact(vec![uri.to_owned()]))
            .await;

    let answer = world.get(&authorize(&[("redirect_uri", uri)]), "").await;

    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("INVALID_CLIENT: Insecure redirect URI"));
}

#[tokio::test]
async fn any_origin_means_any_host_and_exactly_the_path() {
    let path = "/spotify/callback".to_owned();
    let world =
        World::with(|options| options.redirect_uris = RedirectUris::AnyOrigin { path }).await;
    let status = async |uri: &str| world.get(&authorize(&[("redirect_uri", uri)]), "").await.status;

    assert_eq!(status("http://192.168.1.5:3000/spotify/callback").await, 200);
    assert_eq!(status("https://music.example.org/spotify/callback").await, 200);
    assert_eq!(status("http://[fe80::1]:3000/spotify/callback").await, 200);
    assert_eq!(status("http://192.168.1.5:3000/spotify/callback?x=1").await, 400);
    assert_eq!(status("http://192.168.1.5:3000/other/spotify/callback").await, 400);
    assert_eq!(status("ftp://192.168.1.5/spotify/callback").await, 400);
    assert_eq!(status("http:///spotify/callback").await, 400);
    assert_eq!(status("http://good.example@bad.example/spotify/callback").await, 400);
}

#[tokio::test]
async fn each_consent_makes_an_account_whose_speaker_plays() {
    let world = World::start().await;

    world.agree(&[], "new").await;
    world.agree(&[], "new").await;

    let accounts = world.simulator.accounts();
    assert_eq!(accounts.len(), 2);
    assert_ne!(accounts[0].id, accounts[1].id);
    assert_ne!(accounts[0].display_name, accounts[1].display_name);
    assert!(accounts.iter().all(|account| account.is_playing));
    assert_ne!(accounts[0].coming, accounts[1].coming);
    let first = accounts[0].uri.as_deref().and_then(catalogue::song);
    assert!(first.is_some());
}

#[tokio::test]
async fn with_controls_an_account_can_sign_in_again() {
    let world = World::start().await;
    world.agree(&[], "new").await;
    let account = world.simulator.accounts()[0].clone();

    let page = world.get(&authorize(&[]), "").await;
    let option = format!("<option value=\"{}\">{}</option>", account.id, account.display_name);
    assert!(page.text.contains(&option), "{}", page.text);

    world.agree(&[], &account.id).await;
    assert_eq!(world.simulator.accounts().len(), 1);
}

#[tokio::test]
async fn without_controls_nobody_can_choose_an_account() {
    let world = World::with(|options| options.controls = false).await;
    world.agree(&[], "new").await;
    let id = world.simulator.accounts()[0].id.clone();

    assert!(!world.get(&authorize(&[]), "").await.text.contains(&id));
    world.agree(&[], &id).await;
    assert_eq!(world.simulator.accounts().len(), 2);
    assert_eq!(world.get("/control/accounts", "").await.status, 404);
}

#[tokio::test]
async fn consent_without_a_decision_is_refused() {
    let world = World::start().await;
    assert_eq!(world.form(&authorize(&[]), None, &[]).await.status, 400);
}
