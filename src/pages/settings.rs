//! The page where a host changes a room.

use leptos::{either::Either, prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use crate::{
    api::{
        rooms::{RenewCode, StopJoining},
        settings::{SaveSettings, load_settings},
        spotify::DisconnectSpotify,
    },
    components::{
        CommandForm, ErrorPage, FormError, OutcomeNotice, SettingsFields, SkipRuleFields,
        SongRuleFields, error_of, use_query, use_room_code,
    },
    error::AppError,
    model::{Outcome, Preset, SpotifyState, paths},
    text::{self, label, room, settings},
};

/// The room's settings and its Spotify account.
#[component]
pub fn Settings() -> impl IntoView {
    let code = use_room_code();
    let view = load_settings(code.clone(), use_query("preset").unwrap_or_default());
    let save = ServerAction::<SaveSettings>::new();
    let disconnect = ServerAction::<DisconnectSpotify>::new();
    let stop_joining = ServerAction::<StopJoining>::new();
    let renew_code = ServerAction::<RenewCode>::new();
    view! {
        <Title text=settings::title(&code)/>
        <Suspense>
            {Suspend::new(async move {
                let view = match view.await {
                    Ok(view) => view,
                    Err(error) => return Either::Left(view! { <ErrorPage error/> }),
                };
                let code = view.code.to_string();
                let can_disconnect = view.spotify != SpotifyState::NotConnected;
                let disconnect_form = can_disconnect.then(|| view! {
                    <CommandForm code=code.clone() action=DisconnectSpotify::PATH>
                        <button class="button" type="submit">{label::DISCONNECT_SPOTIFY}</button>
                        <FormError error=error_of(disconnect)/>
                    </CommandForm>
                });
                // A preset in the address would come back when the page is loaded again.
                let in_place = view.preset_notice.is_none().then(|| view! {
                    <p
                        class="notice quiet"
                        role="status"
                        data-saved=text::outcome(Outcome::Saved)
                        data-lost=text::error(AppError::Offline)
                    ></p>
                });
                let presets = view.presets.into_iter().map(|Preset { path, name, purpose }| view! {
                    <li><a href=path>{name}</a><p class="dim">{purpose}</p></li>
                });
                let (stops, change_joining) = match view.joining_stopped {
                    false => ("true", label::STOP_JOINING),
                    true => ("false", label::ALLOW_JOINING),
                };
                Either::Right(view! {
                    <OutcomeNotice/>
                    <p><a class="back" href=paths::room(&code)>{room::back(&code)}</a></p>
                    <h1>{label::SETTINGS}</h1>
                    <nav class="card" aria-label=label::PRESETS>
                        <p>{settings::PRESETS_HINT}</p>
                        <ul class="prose">{presets.collect_view()}</ul>
                    </nav>
                    <p class="notice" role="status">{view.preset_notice}</p>
                    <CommandForm code=code.clone() action=SaveSettings::PATH>
                        <SettingsFields settings=view.settings error=error_of(save)/>
                        <SkipRuleFields share=view.settings.skip_share error=error_of(save)/>
                        <SongRuleFields rules=view.settings.songs error=error_of(save)/>
                        <button class="button primary" type="submit">{label::SAVE}</button>
                        {in_place}
                    </CommandForm>
                    <nav class="exits" aria-label=label::MORE_SETTINGS>
                        <a class="button" href=paths::fallback(&code)>{label::FALLBACK_PLAYLIST}</a>
                        <a class="button" href=paths::blocked(&code)>{label::BLOCKED}</a>
                    </nav>
                    <section class="card" aria-labelledby="guests">
                        <h2 id="guests">{settings::GUESTS}</h2>
                        <p>{settings::joining(view.joining_stopped)}</p>
                        <CommandForm code=code.clone() action=StopJoining::PATH>
                            <input type="hidden" name="on" value=stops/>
                            <button class="button" type="submit">{change_joining}</button>
                            <FormError error=error_of(stop_joining)/>
                        </CommandForm>
                        <p>{settings::NEW_CODE}</p>
                        <CommandForm code=code.clone() action=RenewCode::PATH>
                            <button class="button" type="submit">{label::NEW_CODE}</button>
                            <FormError error=error_of(renew_code)/>
                        </CommandForm>
                    </section>
                    <section class="card" aria-labelledby="spotify">
                        <h2 id="spotify">{settings::SPOTIFY}</h2>
                        <p>{settings::spotify(view.spotify)}</p>
                        <p><a class="button" href=paths::speakers(&code)>{label::SPEAKERS}</a></p>
                        {disconnect_form}
                    </section>
                    <section class="card" aria-labelledby="health">
                        <h2 id="health">{settings::HEALTH}</h2>
                        <p class="lines">{view.health}</p>
                    </section>
                    <p><a class="button danger" href=paths::close(&code)>{label::CLOSE_ROOM}</a></p>
                })
            })}
        </Suspense>
    }
}
