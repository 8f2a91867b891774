//! What plays: cover, title, artists, album.

use leptos::{either::Either, prelude::*};

use super::{Live, Progress};
use crate::{
    model::{Kind, Playback, StatusKind, Track},
    text::{
        label,
        now_playing::{self, ASKING, EXPLICIT, LOCAL_FILE, NOTHING, UNKNOWN, unnamed},
        room,
    },
};

/// The song that plays, as large as the screen allows.
#[component]
pub fn NowPlaying(live: Live) -> impl IntoView {
    // Redrawn only when something else plays; progress moves inside.
    let playing = live.part(|snapshot| {
        let playback = snapshot.playback.as_ref();
        playback.map(|playback| (playback.kind, playback.track.clone())).ok_or(
            match snapshot.status.kind {
                StatusKind::Ok => ASKING,
                StatusKind::RateLimited | StatusKind::Unreachable => UNKNOWN,
                _ => NOTHING,
            },
        )
    });
    view! {
        <section class="now" aria-label=label::NOW_PLAYING>
            {move || match playing.get() {
                Err(why) => Either::Left(view! {
                    <div class="cover empty" aria-hidden="true">
                        <span class="note">"♪"</span>
                    </div>
                    <h2>{why}</h2>
                }),
                Ok((kind, track)) => Either::Right(view! {
                    {match track {
                        Some(track) => Either::Left(view! { <Item track/> }),
                        None => Either::Right(view! { <Unnamed kind/> }),
                    }}
                    <Progress live/>
                }),
            }}
            // Read out when the song changes, never at every tick.
            <p class="visually-hidden" aria-live="polite">{move || announcement(playing.get())}</p>
        </section>
    }
}

/// A track with its links to Spotify.
#[component]
fn Item(track: Track) -> impl IntoView {
    let Track { name, artists, album, image_url, explicit, url, .. } = track;
    let artists = artists.join(", ");
    let cover = match image_url {
        Some(image) => Either::Left(view! { <img src=image alt="" width="640" height="640"/> }),
        None => Either::Right(view! { <span class="note" aria-hidden="true">"♪"</span> }),
    };
    let explicit = explicit.then(|| view! { <abbr class="explicit" title=EXPLICIT>"E"</abbr> });
    match url {
        Some(url) => Either::Left(view! {
            // The title is the link for the keyboard; a second stop for the same would be noise.
            <a class="cover" href=url.clone() target="_blank" rel="noopener" tabindex="-1" aria-hidden="true">{cover}</a>
            <h2 dir="auto"><a href=url.clone() target="_blank" rel="noopener">{name}</a></h2>
            <p class="artists" dir="auto">{explicit}<a href=url.clone() target="_blank" rel="noopener">{artists}</a></p>
            <p class="more">
                <span class="album" dir="auto">{album}</span>
                <a class="spotify" href=url target="_blank" rel="noopener">{label::OPEN_IN_SPOTIFY}</a>
            </p>
        }),
        None => Either::Right(view! {
            <div class="cover">{cover}</div>
            <h2 dir="auto">{name}</h2>
            <p class="artists" dir="auto">{explicit}{artists}</p>
            <p class="album" dir="auto">{album}</p>
            <p class="dim">{LOCAL_FILE}</p>
        }),
    }
}

/// Something that Spotify does not name.
#[component]
fn Unnamed(kind: Kind) -> impl IntoView {
    view! {
        <div class="cover empty" aria-hidden="true">
            <span class="note">"♪"</span>
        </div>
        <h2>{unnamed(kind)}</h2>
    }
}

fn announcement(playing: Result<(Kind, Option<Track>), &'static str>) -> String {
    match playing {
        // Over in a moment.
        Err(ASKING) => String::new(),
        Err(why) => why.to_owned(),
        Ok((kind, None)) => unnamed(kind).to_owned(),
        Ok((_, Some(track))) => now_playing::announcement(&track),
    }
}

/// The page's title while something plays.
pub fn title(playback: Option<&Playback>, code: &str) -> String {
    match playback.and_then(|playback| playback.track.as_ref()) {
        Some(track) => room::title(&track.name, code),
        None => room::name(code),
    }
}
