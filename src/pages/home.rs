//! The home page.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use crate::{
    api::rooms::{LeaveRoom, load_home},
    components::{DoneNotice, Trouble, error_of},
    model::paths,
};

/// Create a room, join one, return to those one is in.
#[component]
pub fn Home() -> impl IntoView {
    let view = Resource::new_blocking(|| (), |()| load_home());
    // A room that was left with an error comes back here.
    let leave = ServerAction::<LeaveRoom>::new();
    view! {
        <Title text=""/>
        <DoneNotice/>
        <Trouble error=error_of(leave)/>
        <h1>"One speaker, many opinions"</h1>
        <p class="lead">
            "Everybody in the room sees what plays and votes to skip it. Guests need no account and no app: just the room's code."
        </p>
        <nav class="stack" aria-label="Begin">
            <a class="button primary" href=paths::CREATE>"Create a room"</a>
            <a class="button" href=paths::JOIN>"Join a room"</a>
        </nav>
        <Suspense>
            {move || Suspend::new(async move {
                match view.await {
                    Err(error) => Some(Either::Left(view! { <p class="trouble" role="alert">{error.to_string()}</p> })),
                    Ok(view) if view.rooms.is_empty() => None,
                    Ok(view) => {
                        let rooms = view.rooms.into_iter().map(|(code, is_host)| {
                            view! {
                                <li>
                                    <a class="row" href=paths::room(code.as_str())>
                                        <span class="code">{code.to_string()}</span>
                                        <span class="dim">{if is_host { "you host" } else { "you are a guest" }}</span>
                                    </a>
                                </li>
                            }
                        }).collect_view();
                        Some(Either::Right(view! {
                            <section class="card" aria-labelledby="your-rooms">
                                <h2 id="your-rooms">"Your rooms"</h2>
                                <ul class="rows">{rooms}</ul>
                            </section>
                        }))
                    }
                }
            })}
        </Suspense>
    }
}
