//! The home page.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use crate::{
    api::rooms::{LeaveRoom, load_home},
    components::{FormError, OutcomeNotice, error_of},
    model::paths,
    text::{self, home, label},
};

/// Create a room, join one, return to those one is in.
#[component]
pub fn Home() -> impl IntoView {
    let view = load_home();
    // A room that was left with an error comes back here.
    let leave = ServerAction::<LeaveRoom>::new();
    view! {
        <Title text=""/>
        <OutcomeNotice/>
        <FormError error=error_of(leave)/>
        <h1>{home::HEADING}</h1>
        <p class="lead">{home::LEAD}</p>
        <nav class="stack" aria-label=label::GET_STARTED>
            <a class="button primary" href=paths::CREATE>{label::CREATE_A_ROOM}</a>
            <a class="button" href=paths::JOIN>{label::JOIN_A_ROOM}</a>
        </nav>
        <Suspense>
            {Suspend::new(async move {
                match view.await {
                    Err(error) => Some(Either::Left(view! { <p class="trouble" role="alert">{text::error(error)}</p> })),
                    Ok(view) if view.rooms.is_empty() => None,
                    Ok(view) => {
                        let rooms = view.rooms.into_iter().map(|(code, is_host)| {
                            view! {
                                <li>
                                    <a class="row" href=paths::room(code.as_str())>
                                        <span class="code">{code.to_string()}</span>
                                        <span class="dim">{home::role(is_host)}</span>
                                    </a>
                                </li>
                            }
                        }).collect_view();
                        Some(Either::Right(view! {
                            <section class="card" aria-labelledby="your-rooms">
                                <h2 id="your-rooms">{home::YOUR_ROOMS}</h2>
                                <ul class="rows">{rooms}</ul>
                            </section>
                        }))
                    }
                }
            })}
        </Suspense>
    }
}
