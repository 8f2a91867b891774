//! The page where a host changes a room.

use leptos::{either::Either, prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use crate::{
    api::{
        rooms::{SaveSettings, load_settings},
        spotify::DisconnectSpotify,
    },
    components::{CodeField, DoneNotice, ErrorPage, SettingsFields, Trouble, error_of, use_code},
    model::{SpotifyState, paths},
};

/// The room's settings and its Spotify account.
#[component]
pub fn Settings() -> impl IntoView {
    let code = use_code();
    let view = Resource::new_blocking(code, load_settings);
    let save = ServerAction::<SaveSettings>::new();
    let disconnect = ServerAction::<DisconnectSpotify>::new();
    let saved = move || matches!(save.value().get(), Some(Ok(_)));
    view! {
        <Title text=format!("Settings of room {}", untrack(code))/>
        <Suspense>
            {move || Suspend::new(async move {
                let view = match view.await {
                    Ok(view) => view,
                    Err(error) => return Either::Left(view! { <ErrorPage error/> }),
                };
                let code = view.code.to_string();
                let stored = StoredValue::new(code.clone());
                let disconnect_form = view! {
                    <form method="post" action=DisconnectSpotify::PATH>
                        <CodeField code=stored/>
                        <button class="button" type="submit">"Disconnect Spotify"</button>
                        <Trouble error=error_of(disconnect)/>
                    </form>
                };
                let spotify = match view.spotify {
                    SpotifyState::NotConnected => "No account is connected. Connect one in the room.",
                    SpotifyState::Connected => "An account is connected. Disconnecting deletes what is stored about it; the room stays.",
                    SpotifyState::SignInLost => "The sign-in has ended. Reconnect in the room, or disconnect to delete what is stored about the account.",
                };
                let can_disconnect = view.spotify != SpotifyState::NotConnected;
                Either::Right(view! {
                    <DoneNotice/>
                    <p><a class="back" href=paths::room(&code)>{format!("Back to room {code}")}</a></p>
                    <h1>"Settings"</h1>
                    <ActionForm action=save>
                        <CodeField code=stored/>
                        <SettingsFields settings=view.settings error=error_of(save)/>
                        <button class="button primary" type="submit">"Save"</button>
                        <p class="notice quiet" role="status">{move || saved().then_some("Settings saved.")}</p>
                    </ActionForm>
                    <section class="card" aria-labelledby="spotify">
                        <h2 id="spotify">"Spotify"</h2>
                        <p>{spotify}</p>
                        {can_disconnect.then_some(disconnect_form)}
                    </section>
                    <p><a class="button danger" href=paths::close(&code)>"Close room"</a></p>
                })
            })}
        </Suspense>
    }
}
