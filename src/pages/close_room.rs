//! The page that asks before it closes a room.

use leptos::{either::Either, prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use crate::{
    api::{rooms::CloseRoom as Close, settings::load_settings},
    components::{CommandForm, ErrorPage, FormError, error_of, use_room_code},
    model::paths,
    text::{close, label},
};

/// Close the room for everybody, or keep it.
#[component]
pub fn CloseRoom() -> impl IntoView {
    let code = use_room_code();
    let view = load_settings(code.clone(), String::new());
    let action = ServerAction::<Close>::new();
    view! {
        <Title text=close::title(&code)/>
        <Suspense>
            {Suspend::new(async move {
                let view = match view.await {
                    Ok(view) => view,
                    Err(error) => return Either::Left(view! { <ErrorPage error/> }),
                };
                let code = view.code.to_string();
                Either::Right(view! {
                    <h1>{close::question(&code)}</h1>
                    <p>{close::CONSEQUENCES}</p>
                    <CommandForm code=code.clone() action=Close::PATH>
                        <button class="button danger" type="submit">{label::CLOSE_ROOM}</button>
                        <a class="button" href=paths::room(&code)>{label::KEEP_ROOM}</a>
                        <FormError error=error_of(action)/>
                    </CommandForm>
                })
            })}
        </Suspense>
    }
}
