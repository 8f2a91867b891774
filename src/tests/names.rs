//! What people are called in a room.

use auxroom::{
    model::{RoomView, You},
    server::store::entities::{member, visitor},
};

use crate::harness::{Answer, Person, TestApp};

/// What the room's page says of whoever opens it.
async fn you(person: &Person, code: &str) -> You {
    let answer = person.calls_for(&format!("/api/rooms/view?code={code}")).await.expect(200);
    match serde_json::from_str(&answer.body).expect("a view") {
        RoomView::Member(view) => view.you,
        RoomView::Stranger => panic!("not a member of {code}"),
    }
}

async fn name(person: &Person, code: &str) -> Option<String> {
    you(person, code).await.name
}

impl Person {
    async fn joins_as(&self, code: &str, name: &str) -> Answer {
        self.calls("/api/rooms/join", &[("code", code), ("name", name)]).await
    }

    async fn is_called(&self, code: &str, name: &str) -> Answer {
        self.calls("/api/rooms/name", &[("code", code), ("name", name)]).await
    }
}

#[tokio::test]
async fn name_is_said_at_joining_or_not_and_kept_for_those_who_come_back() {
    let app = TestApp::start().await;
    let host = app.person();
    let created = [("votes_to_skip", "2"), ("name", " Zoe ")];
    let created = host.posts("/api/rooms/create", &created).await.expect(302);
    let code = created.location().trim_start_matches("/room/")[..6].to_owned();
    let (anna, nobody) = (app.person(), app.person());
    let form = anna.opens(&format!("/room/{code}")).await.expect(200);
    assert!(form.says("Your name").field("name").contains("nickname"));
    app.person().opens("/join").await.expect(200).says("Your name").field("name");
    app.person().opens("/create").await.expect(200).says("Your name").field("name");

    anna.joins_as(&code, "  Anna  Lena ").await.expect(200);
    nobody.joins_as(&code, "  ").await.expect(200);

    assert_eq!(name(&host, &code).await.as_deref(), Some("Zoe"));
    assert_eq!(name(&anna, &code).await.as_deref(), Some("Anna Lena"));
    assert_eq!(name(&nobody, &code).await, None);
    anna.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    anna.joins(&code).await;
    assert_eq!(name(&anna, &code).await.as_deref(), Some("Anna Lena"));
    let app = app.crash_and_restart().await;
    assert_eq!(name(&anna, &code).await.as_deref(), Some("Anna Lena"));
    drop(app);
}

#[tokio::test]
async fn name_that_is_changed_reaches_the_open_pages_of_whoever_has_it() {
    let app = TestApp::start().await;
    let code = app.person().creates_room().await;
    let guest = app.guest_in(&code).await;
    let mut events = guest.watches(&code).await;
    events.you(|you| you.name.is_none()).await;

    let changed = guest.is_called(&code, "Zoe\u{308}").await.expect(200);

    assert_eq!(changed.body, r#""renamed""#);
    events.you(|you| you.name.as_deref() == Some("Zo\u{eb}")).await;
    let form = [("code", &*code), ("name", "Kim")];
    let changed = guest.posts("/api/rooms/name", &form).await;
    changed.leads_to(&format!("/room/{code}/people?done=renamed"));
    events.you(|you| you.name.as_deref() == Some("Kim")).await;
}

#[tokio::test]
async fn name_that_somebody_has_or_that_looks_like_theirs_is_told_apart() {
    let app = TestApp::start().await;
    let (one, other) = (app.person(), app.person());
    let (code, elsewhere) = (one.creates_room().await, other.creates_room().await);
    one.is_called(&code, "Anna").await.expect(200);
    for (said, shown) in
        [("Anna", "Anna 2"), ("anna", "anna 3"), ("\u{410}nna", "\u{410}nna 4"), ("Bob", "Bob")]
    {
        let guest = app.person();
        guest.joins_as(&code, said).await.expect(200);
        assert_eq!(name(&guest, &code).await.as_deref(), Some(shown));
        // Whoever is gone may come back.
        guest.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    }
    // Who keeps it keeps it as it is, and it is free elsewhere.
    one.is_called(&code, "Anna").await.expect(200);
    assert_eq!(name(&one, &code).await.as_deref(), Some("Anna"));
    other.is_called(&elsewhere, "Anna").await.expect(200);
    assert_eq!(name(&other, &elsewhere).await.as_deref(), Some("Anna"));
    let sly = app.person();
    sly.joins_as(&code, "somebody").await.expect(200);
    assert_eq!(name(&sly, &code).await.as_deref(), Some("somebody 2"));
}

#[tokio::test]
async fn name_that_is_none_is_explained_beside_its_field_and_nobody_joins() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let visitors = app.count::<visitor::Entity>().await;
    let says =
        "A name has at most 24 characters, at least one letter or digit, and nothing invisible.";
    for said in ["!!", "An\u{202e}na", "An\u{200b}na", "An\u{7}na", &"n".repeat(25)] {
        let stranger = app.person();
        let answer = stranger.joins_as(&code, said).await.expect(422);
        assert_eq!(answer.body, r#""Name""#, "{said:?}");
        let form = [("code", &*code), ("name", said)];
        let page = stranger.posts_and_reads("/api/rooms/join", &form).await.expect(200);
        assert_eq!(page.title(), "Join a room · Auxroom");
        assert_eq!(
            (page.text_of("name-error"), page.text_of("code-error")),
            (says, ""),
            "{said:?}"
        );
        assert!(page.field("code").contains(&code) && !page.field("code").contains("aria-invalid"));
        assert!(page.field("name").contains(r#"aria-invalid="true""#));
        assert_eq!(stranger.cookie(), None);

        let form = [("votes_to_skip", "7"), ("name", said)];
        stranger.calls("/api/rooms/create", &form).await.expect(422).says("Name");
        let page = stranger.posts_and_reads("/api/rooms/create", &form).await.expect(200);
        assert_eq!(
            (page.text_of("name-error"), page.text_of("votes-error")),
            (says, ""),
            "{said:?}"
        );
        assert!(page.field("votes_to_skip").contains(r#"value="7""#));
        host.is_called(&code, said).await.expect(422).says("Name");
    }
    host.is_called(&code, " ").await.expect(422).says("Name");
    assert_eq!(app.count::<visitor::Entity>().await, visitors);
    assert!(app.rows::<member::Entity>().await.iter().all(|row| row.name.is_none()));
    // A code that leads nowhere comes first, and keeps the name.
    let form = [("code", "QQQQQQ"), ("name", "<Anna>")];
    let page = app.person().posts_and_reads("/api/rooms/join", &form).await.expect(200);
    assert!(page.field("name").contains(r#"value="&lt;Anna&gt;""#), "{}", page.field("name"));
    assert_eq!(page.text_of("name-error"), "");
}
