//! The cover of a song in a list.

use leptos::{either::Either, prelude::*};

use crate::model::Track;

/// 48 pixels of it. The title beside is the link for the keyboard; a second stop for the same would be
/// noise.
#[component]
pub fn SmallCover(track: Track) -> impl IntoView {
    let cover = match track.image_url {
        Some(image) => {
            Either::Left(view! { <img src=image alt="" width="48" height="48" loading="lazy"/> })
        }
        None => Either::Right("♪"),
    };
    view! {
        <a class="small-cover" href=track.url target="_blank" rel="noopener" tabindex="-1" aria-hidden="true">
            {cover}
        </a>
    }
}

/// Title and artists, with links to Spotify.
#[component]
pub fn Names(track: Track, children: Children) -> impl IntoView {
    let Track { name, artists, url, .. } = track;
    view! {
        <h3><a dir="auto" href=url.clone() target="_blank" rel="noopener">{name}</a></h3>
        <p class="dim">
            <a dir="auto" href=url target="_blank" rel="noopener" tabindex="-1">{artists.join(", ")}</a>
            {children()}
        </p>
    }
}
