//! What people see.

use simulator::catalogue;

use crate::harness::{World, authorize};

fn assert_is_plain_page(text: &str) {
    for needed in
        ["<!DOCTYPE html>\n<html lang=\"en\">", "<title>", "name=\"viewport\"", "<h1", "</html>"]
    {
        assert!(text.contains(needed), "{needed} in {text}");
    }
    for forbidden in ["<script", "<style", "style=", "onclick="] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
}

#[tokio::test]
async fn the_consent_page_says_what_is_asked() {
    let world = World::start().await;

    let page = world.get(&authorize(&[("scope", "user-modify-playback-state")]), "").await;

    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_is_plain_page(&page.text);
    assert!(page.text.contains("user-modify-playback-state"));
    assert!(!page.text.contains("user-read-playback-state"));
    assert!(page.text.contains("simulation"));
    for button in [">Agree</button>", ">Cancel</button>", "<label for=\"account\">Account</label>"]
    {
        assert!(page.text.contains(button), "{button}");
    }
}

#[tokio::test]
async fn errors_are_pages_too_and_show_nothing_of_the_request() {
    let world = World::start().await;
    let page = world.get(&authorize(&[("client_id", "<script>alert(1)</script>")]), "").await;
    assert_eq!(page.status, 400);
    assert_is_plain_page(&page.text);
}

#[tokio::test]
async fn every_song_has_a_page_with_its_text_escaped() {
    let world = World::start().await;
    for song in catalogue::songs() {
        let page = world.get(&format!("/track/{}", song.id.as_deref().expect("an id")), "").await;
        assert_eq!(page.status, 200);
        assert_is_plain_page(&page.text);
    }
    let untitled =
        catalogue::songs().iter().find(|song| song.name.starts_with('<')).expect("a song");
    let page = world.get(&format!("/track/{}", untitled.id.as_deref().expect("an id")), "").await;
    assert!(page.text.contains("&lt;Untitled&gt; &quot;No. 4&quot;"), "{}", page.text);
    let missing = world.get("/track/0000000000000000000000", "").await;
    assert_eq!(missing.status, 404);
    assert_is_plain_page(&missing.text);
}

#[tokio::test]
async fn covers_are_drawings_that_may_be_kept() {
    let world = World::start().await;
    let mut drawings = std::collections::HashSet::new();
    for song in catalogue::songs() {
        let album = song.album.id.as_deref().expect("an id");
        let cover = world.get(&format!("/cover/{album}/640.svg"), "").await;
        assert_eq!(cover.header("content-type"), "image/svg+xml");
        assert_eq!(cover.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(cover.text.contains("width=\"640\"") && !cover.text.contains("style="));
        drawings.insert(cover.text);
    }
    let albums: std::collections::HashSet<_> =
        catalogue::songs().iter().map(|song| song.album.name).collect();
    assert_eq!(drawings.len(), albums.len());
    for path in [
        "/cover/short/640.svg",
        "/cover/0000000000000000000000/100.svg",
        "/cover/0000000000000000000000/640.png",
    ] {
        assert_eq!(world.get(path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_style_sheet_is_served() {
    let world = World::start().await;
    let style = world.get("/style.css", "").await;
    assert!(style.header("content-type").starts_with("text/css"));
    assert!(style.text.contains("prefers-color-scheme: light"));
}
