//! The codes that rooms are known by.

use std::collections::HashSet;

use auxroom::{
    model::{Millis, RoomCode, Settings, VisitorId},
    server::{rooms::lifecycle, store::entities::visitor},
};
use rand::{SeedableRng as _, rngs::StdRng};
use reqwest::Method;

use crate::harness::{BEGIN, TestApp};

#[tokio::test]
async fn codes_are_six_characters_that_nobody_confuses_and_no_two_are_the_same() {
    let app = TestApp::start().await;
    let host = app.person();
    let mut codes = HashSet::new();
    for _ in 0..40 {
        codes.insert(host.creates_room().await);
    }

    assert_eq!(codes.len(), 40);
    for code in &codes {
        assert_eq!(code.len(), 6, "{code}");
        let known = |letter: char| "ABCDEFGHJKMNPQRSTUVWXYZ23456789".contains(letter);
        assert!(code.chars().all(known), "{code}");
    }
    let used: HashSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
    assert!(used.len() > 20, "codes use the whole alphabet: {used:?}");
}

#[tokio::test]
async fn a_code_that_is_taken_is_drawn_again() {
    let app = TestApp::start().await;
    app.person().creates_room().await;
    let visitor = VisitorId(app.rows::<visitor::Entity>().await[0].id);
    let chance = StdRng::seed_from_u64(1);
    let mut codes = Vec::new();

    // The same chance each time: the first draw is taken from the second room on.
    for _ in 0..3 {
        let mut rng = chance.clone();
        let settings = Settings::default();
        let now = Millis(BEGIN);
        let code = lifecycle::create(app.database(), visitor, None, settings, now, &mut rng).await;
        codes.push(code.unwrap());
    }

    let different: HashSet<&RoomCode> = codes.iter().collect();
    assert_eq!(different.len(), 3, "{codes:?}");
    for code in &codes {
        assert_eq!(app.members(code.as_str()).await, 1, "{code}");
    }
}

#[tokio::test]
async fn every_spelling_of_an_address_leads_to_the_one() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let lower = code.to_lowercase();
    let (start, end) = lower.split_at(3);

    for (spelling, right) in [
        (lower.clone(), code.clone()),
        (format!("{start}-{end}"), code.clone()),
        (format!("{start}%20{end}"), code.clone()),
        (format!("%20{lower}%20"), code.clone()),
        (format!("{lower}?done=saved&refresh=off"), format!("{code}?done=saved&refresh=off")),
        (format!("{lower}/settings"), format!("{code}/settings")),
        (format!("{start}-{end}/settings?done=saved"), format!("{code}/settings?done=saved")),
        (format!("{lower}/close"), format!("{code}/close")),
        (format!("{lower}/events"), format!("{code}/events")),
    ] {
        let answer = host.opens(&format!("/room/{spelling}")).await.expect(308);
        assert_eq!(answer.location(), format!("/room/{right}"), "{spelling}");
    }
    host.follows(&format!("/room/{lower}")).await.expect(200).says("Leave room");
    // A method that is not for pages keeps its own answer at the right address.
    host.send(host.request(Method::HEAD, &format!("/room/{lower}"))).await.expect(308);
    // The right address stays where it is, and so does what the room is not known by.
    host.opens(&format!("/room/{code}")).await.expect(200);
}

#[tokio::test]
async fn an_address_that_cannot_be_a_room_is_not_found() {
    let app = TestApp::start().await;
    let host = app.person();
    host.creates_room().await;
    for code in ["QQQQQQ", "QQQQQ", "QQQQQQQ", "ABC10O", "%C3%84BC234", "%ff%fe", "%3Cscript%3E"] {
        for page in ["", "/settings", "/close"] {
            let path = format!("/room/{code}{page}");
            let answer = host.opens(&path).await.expect(404);
            assert_eq!(answer.title(), "No such room · Auxroom", "{path}");
            answer.says("There is no room with that code.").never_says("<script>");
        }
    }
    host.opens("/room/QQQQQQ/events").await.expect(404);
    host.opens("/room/QQQQQQ/elsewhere")
        .await
        .expect(404)
        .says("There is nothing at this address.");
}
