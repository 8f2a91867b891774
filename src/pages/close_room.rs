//! The page that asks before it closes a room.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use crate::{
    api::rooms::{CloseRoom as Close, load_settings},
    components::{CodeField, ErrorPage, Trouble, error_of, use_code},
    model::paths,
};

/// Close the room for everybody, or keep it.
#[component]
pub fn CloseRoom() -> impl IntoView {
    let code = use_code();
    let view = Resource::new_blocking(code, load_settings);
    let close = ServerAction::<Close>::new();
    view! {
        <Title text=format!("Close room {}", untrack(code))/>
        <Suspense>
            {move || Suspend::new(async move {
                let view = match view.await {
                    Ok(view) => view,
                    Err(error) => return Either::Left(view! { <ErrorPage error/> }),
                };
                let code = view.code.to_string();
                let stored = StoredValue::new(code.clone());
                Either::Right(view! {
                    <h1>{format!("Close room {code}?")}</h1>
                    <p>"Everybody leaves, Spotify is disconnected, and the code stops working. The music that plays goes on in Spotify."</p>
                    <ActionForm action=close>
                        <CodeField code=stored/>
                        <button class="button danger" type="submit">"Close room"</button>
                        <a class="button" href=paths::room(&code)>"Keep room"</a>
                        <Trouble error=error_of(close)/>
                    </ActionForm>
                })
            })}
        </Suspense>
    }
}
