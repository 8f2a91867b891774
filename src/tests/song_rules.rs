//! What a host decides about songs.

use auxroom::model::{Order, RoomView, SongRules};

use crate::harness::{Person, TestApp};

/// What the room's page says of its rules.
async fn rules(person: &Person, code: &str) -> SongRules {
    let answer = person.calls_for(&format!("/api/rooms/view?code={code}")).await.expect(200);
    match serde_json::from_str(&answer.body).expect("a view") {
        RoomView::Member(view) => view.snapshot.rules,
        RoomView::Stranger => panic!("not a member of {code}"),
    }
}

/// A form of the settings page: what was sent beside the room and its votes.
fn form<'a>(code: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let head = [("code", code), ("votes_to_skip", "2"), ("song_rules", "all")];
    head.into_iter().chain(more.iter().copied()).collect()
}

fn strict() -> SongRules {
    SongRules {
        order: Order::FairTurns,
        requests_open: false,
        explicit_allowed: true,
        songs_per_person: Some(3),
        longest_minutes: None,
        no_repeat_minutes: Some(1440),
    }
}

/// As a browser sends them: a box that is off is missing, an empty number is empty.
const STRICT: [(&str, &str); 5] = [
    ("order", "fair_turns"),
    ("explicit_allowed", "on"),
    ("songs_per_person", " 3 "),
    ("longest_minutes", ""),
    ("no_repeat_minutes", "1440"),
];

#[tokio::test]
async fn song_rules_of_a_new_room_forbid_nothing() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;

    assert_eq!(rules(&host, &code).await, SongRules::default());
    let page = host.opens(&format!("/room/{code}/settings")).await.expect(200);
    assert!(page.body.contains(r#"role="radiogroup" aria-labelledby="order""#));
    for name in ["requests_open", "explicit_allowed"] {
        assert!(page.field(name).contains("checked"), "{name}");
    }
    for name in ["songs_per_person", "longest_minutes", "no_repeat_minutes"] {
        assert!(page.field(name).contains(r#"value="""#), "{}", page.field(name));
    }
}

#[tokio::test]
async fn song_rules_of_a_form_are_saved_shown_and_survive_a_crash() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let guest = app.guest_in(&code).await;
    let mut events = guest.watches(&code).await;

    let saved = host.posts("/api/rooms/settings", &form(&code, &STRICT)).await;

    saved.leads_to(&format!("/room/{code}/settings?done=saved"));
    events.snapshot(|snapshot| snapshot.rules == strict()).await;
    let app = app.crash_and_restart().await;
    assert_eq!(rules(&host, &code).await, strict());
    let page = host.opens(&format!("/room/{code}/settings")).await.expect(200);
    assert!(page.body.contains(r#"value="fair_turns" checked"#), "{}", page.body);
    assert!(!page.body.contains(r#"value="most_votes" checked"#));
    assert!(!page.field("requests_open").contains("checked"));
    assert!(page.field("explicit_allowed").contains("checked"));
    for (name, value) in
        [("songs_per_person", "3"), ("longest_minutes", ""), ("no_repeat_minutes", "1440")]
    {
        assert!(page.field(name).contains(&format!(r#"value="{value}""#)), "{name}");
    }
    drop(app);
}

#[tokio::test]
async fn song_rules_stay_when_a_script_saves_what_there_was_before_them() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    host.posts("/api/rooms/settings", &form(&code, &STRICT)).await.expect(302);

    host.sets(&code, "5", "on").await;

    assert_eq!(rules(&host, &code).await, strict());
    // One rule alone changes one rule alone.
    let one = [("code", &*code), ("votes_to_skip", "5"), ("requests_open", "true")];
    host.calls("/api/rooms/settings", &one).await.expect(200);
    assert_eq!(rules(&host, &code).await, SongRules { requests_open: true, ..strict() });
    // Said of all of them, nothing is off, or no limit.
    let all = [("order", "first_come")];
    host.calls("/api/rooms/settings", &form(&code, &all)).await.expect(200);
    let bare = SongRules {
        order: Order::FirstCome,
        requests_open: false,
        explicit_allowed: false,
        ..SongRules::default()
    };
    assert_eq!(rules(&host, &code).await, bare);
}

#[tokio::test]
async fn song_rules_that_make_no_sense_change_nothing_and_are_explained_beside_their_field() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    host.posts("/api/rooms/settings", &form(&code, &STRICT)).await.expect(302);
    let before = app.room(&code).await;

    for (name, most, senseless) in [
        ("songs_per_person", 50, ["0", "51", "three"]),
        ("longest_minutes", 60, ["0", "61", "<b>"]),
        ("no_repeat_minutes", 1440, ["-1", "1441", "2.5"]),
    ] {
        for value in senseless {
            let sent =
                form(&code, &[("order", "first_come"), ("explicit_allowed", "on"), (name, value)]);
            let answer = host.calls("/api/rooms/settings", &sent).await.expect(422);
            assert_eq!(answer.body, format!(r#"{{"SongRules":"{name}"}}"#));

            let page = host.posts_and_reads("/api/rooms/settings", &sent).await.expect(200);
            let error = page.text_of(&format!("{}-error", name.replace('_', "-")));
            assert_eq!(error, format!("A whole number from 1 to {most}, or nothing for no limit."));
            let kept = format!(r#"value="{}""#, value.replace('<', "&lt;").replace('>', "&gt;"));
            assert!(page.field(name).contains(&kept), "{}", page.field(name));
            assert!(page.field(name).contains(r#"aria-invalid="true""#), "{}", page.field(name));
            assert_eq!(page.text_of("votes-error"), "");
            // What else was filled in is kept too, and was not saved.
            assert!(page.body.contains(r#"value="first_come" checked"#));
            assert!(!page.field("requests_open").contains("checked"));
            assert!(page.field("explicit_allowed").contains("checked"));
        }
    }
    let answer =
        host.calls("/api/rooms/settings", &form(&code, &[("order", "best")])).await.expect(422);
    assert_eq!(answer.body, r#"{"SongRules":"order"}"#);
    let page =
        host.posts_and_reads("/api/rooms/settings", &form(&code, &[("order", "best")])).await;
    assert_eq!(page.text_of("order-error"), "Choose one of these.");
    assert_eq!(app.room(&code).await, before);
}

#[tokio::test]
async fn song_rules_of_a_preset_fill_in_the_form_and_are_saved_by_the_host_alone() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let before = app.room(&code).await;
    let settings = format!("/room/{code}/settings");

    let page = host.opens(&settings).await.expect(200).never_says("Filled in for");
    for (word, name) in [("party", "House party"), ("office", "Office"), ("wedding", "Wedding")] {
        let link = format!(r#"href="{settings}?preset={word}">{name}</a>"#);
        assert!(page.body.contains(&link), "{link} is not in {}", page.body);
    }
    let page = host.opens(&format!("{settings}?preset=office")).await.expect(200);

    let page = page.tells("status", "Nothing has changed yet");
    assert!(page.body.contains(r#"value="fair_turns" checked"#));
    assert!(page.field("guest_can_pause").contains("checked"));
    assert!(!page.field("explicit_allowed").contains("checked"));
    assert!(page.field("songs_per_person").contains(r#"value="3""#));
    assert_eq!(app.room(&code).await, before);
    host.opens(&format!("{settings}?preset=nothing")).await.expect(200).never_says("Filled in for");
    // What was filled in and refused is shown again, and not the preset.
    let sent = form(&code, &[("order", "first_come"), ("longest_minutes", "61")]);
    let page = host.posts_and_reads("/api/rooms/settings", &sent).await.expect(200);
    assert!(page.field("longest_minutes").contains(r#"value="61""#));
}
