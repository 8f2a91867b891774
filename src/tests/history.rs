//! What was played in a room.

use auxroom::{
    model::PlayId,
    server::store::entities::{entry, member, play},
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel as _};
use simulator::{
    Control, Wanted,
    catalogue::{local_file, songs},
};

use crate::harness::{Answer, NEXT, Party, TestApp, between};

/// What the list on the page says, row by row, without its markup.
fn rows(page: &Answer) -> Vec<String> {
    let list = between(&page.body, r#"<ol class="history">"#, "</ol>");
    let text = |row: &str| {
        let pieces = row.split('<').filter_map(|piece| piece.split_once('>'));
        let words = pieces.map(|(_, words)| words.trim()).filter(|words| !words.is_empty());
        words.collect::<Vec<_>>().join(" | ")
    };
    list.split("</li>").map(text).filter(|row| !row.is_empty()).collect()
}

/// The catalogue's song at a place, as a row begins.
fn song(place: usize) -> String {
    let song = &songs()[place];
    format!("{} | {}", song.name, song.artists.join(", "))
}

/// Somebody in the room asked for what `play` is.
async fn asked_for(app: &TestApp, play: PlayId, by: &member::Model) {
    let row = entry::ActiveModel {
        room_id: Set(by.room_id),
        member_id: Set(by.id),
        uri: Set("spotify:track:any".to_owned()),
        name: Set("Any".to_owned()),
        artists: Set("[]".to_owned()),
        artist_uris: Set("[]".to_owned()),
        duration_ms: Set(200_000),
        explicit: Set(false),
        added_at: Set(1),
        ended_at: Set(Some(2)),
        ended_by: Set(Some(entry::EndedBy::Played)),
        ..Default::default()
    };
    let database = &app.database().writer;
    let entry = row.insert(database).await.expect("a song").id;
    let row = play::Entity::find_by_id(play.0).one(database).await.expect("an answer");
    let mut row = row.expect("the play").into_active_model();
    row.entry_id = Set(Some(entry));
    row.update(database).await.expect("the play");
}

#[tokio::test]
async fn history_says_what_was_played_who_asked_for_it_and_how_it_ended() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play } = app.party(2, "2").await;
    let history = format!("/room/{code}/history");
    let named = [("code", &*code), ("name", "Anna")];
    guests[0].calls("/api/rooms/name", &named).await.expect(200);
    let members = app.rows::<member::Entity>().await;
    asked_for(&app, play, &members[1]).await;
    let page = host.opens(&history).await.expect(200);
    assert_eq!(page.title(), format!("History of room {code} · Auxroom"));
    assert!(
        page.body
            .contains(r#"aria-labelledby="history" class="stack"><h1 id="history">History</h1>"#)
    );
    let first = rows(&page).remove(0);

    // Two votes skip one, and the host another; one is replaced, and one is heard to its end.
    for guest in &guests {
        guest.votes(&code, play).await.expect(200);
    }
    app.hears(NEXT, 1).await;
    app.passes(4_000).await;
    let second = events.after(play).await.current_play().expect("a play");
    asked_for(&app, second, &members[2]).await;
    host.presses("skip", &code).await.expect(200);
    app.passes(4_000).await;
    events.after(second).await;
    app.spotify_does(Control::Play(Wanted::new("5").at(0)));
    app.looks_after(9_000).await;
    app.passes(songs()[5].duration_ms + 20_000).await;
    app.spotify_does(Control::Play(Wanted::new("local").at(0)));
    app.looks_after(9_000).await;

    let page = guests[1].opens(&history).await.expect(200);
    let rows = rows(&page);
    assert!(rows[0].contains(local_file().name) && rows[0].ends_with("playing now"), "{rows:?}");
    let of = |start: &str| {
        let row = rows.iter().rev().find(|row| row.starts_with(start));
        row.unwrap_or_else(|| panic!("no {start} in {rows:?}")).clone()
    };
    assert!(of(&song(5)).ends_with("ago · played to the end"), "{rows:?}");
    let replaced = &rows[rows.len() - 3];
    assert!(replaced.ends_with("ago · another song was started"), "{rows:?}");
    let by_host = &rows[rows.len() - 2];
    assert!(by_host.ends_with("ago · asked for by Guest 2 · skipped by the host"), "{rows:?}");
    let (title, _) = first.split_once(" | ").expect("a title");
    let by_votes = &rows[rows.len() - 1];
    assert!(by_votes.starts_with(title), "{rows:?}");
    assert!(by_votes.contains(" minutes ago · asked for by Anna · "), "{rows:?}");
    assert!(by_votes.ends_with("skipped, with 2 votes"), "{rows:?}");
    // Title, artists and cover lead to Spotify.
    let link = r#"<a href="https://open.spotify.com/"#;
    assert!(page.body.contains(link) || page.body.contains("/track/"), "{}", page.body);
    app.person().opens(&history).await.expect(403).says("You are not in this room.");
    app.person().opens("/room/QQQQQQ/history").await.expect(404);
}

#[tokio::test]
async fn history_has_fifty_a_page_and_a_way_to_the_older_ones() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let history = format!("/room/{code}/history");
    host.opens(&history).await.expect(200).says("Nothing was played here yet.").never_says("Older");
    let room = app.room(&code).await.id;
    let elsewhere = app.room(&host.creates_room().await).await.id;
    for number in 0..101 {
        for (room, name) in [(room, format!("Song {number}.")), (elsewhere, "Theirs".to_owned())] {
            let row = play::ActiveModel {
                room_id: Set(room),
                uri: Set("spotify:track:any".to_owned()),
                started_at: Set(1),
                seen_at: Set(1),
                seen_progress_ms: Set(0),
                seen_playing: Set(true),
                duration_ms: Set(200_000),
                ended_at: Set(Some(2)),
                ended_by: Set(Some(play::EndedBy::Finished)),
                // One was played before titles were kept.
                name: Set(Some(name).filter(|_| number != 100)),
                ..Default::default()
            };
            row.insert(&app.database().writer).await.expect("a play");
        }
    }

    let mut path = history.clone();
    let mut seen = Vec::new();
    for (count, is_older) in [(50, false), (50, true), (1, true)] {
        let page = host.opens(&path).await.expect(200).never_says("Theirs");
        let rows = rows(&page);
        assert_eq!(rows.len(), count, "{path}");
        let newest = format!(r#"href="{history}" class="button">Newest</a>"#);
        assert_eq!(page.body.contains(&newest), is_older, "{path}: {}", page.body);
        seen.extend(rows);
        let older = page.body.split_once(r#"" class="button">Older</a>"#);
        let Some((before, _)) = older else { break };
        path = before.rsplit_once(r#"href=""#).expect("an address").1.replace("&amp;", "&");
    }
    assert_eq!(seen.len(), 101);
    assert!(
        seen[0].starts_with("♪ | A song | ") && seen[1].starts_with("♪ | Song 99. | "),
        "{:?}",
        &seen[..2]
    );
    assert!(seen[100].starts_with("♪ | Song 0. | "), "{}", seen[100]);
    for before in ["x", "-1", "99999999999999999999", ""] {
        host.opens(&format!("{history}?before={before}")).await.expect(200);
    }
}
