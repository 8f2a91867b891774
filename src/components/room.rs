//! An open room: what the browser takes over.

use leptos::{either::EitherOf3, prelude::*, server_fn::ServerFn as _};

use super::{
    Answer, Bar, CommandForm, Controls, FormError, Invitation, Live, Notice, NowPlaying, Queue,
    QueueForms, Search, StatusLine, title,
};
use crate::{
    api::{
        rooms::{JoinRoom, LeaveRoom},
        spotify::{ConnectSpotify, MoveSpotify},
    },
    error::AppError,
    model::{EndedReason, MemberView, Role, RoomCode, RoomPage, StatusKind, paths},
    text::{frame, label, room},
};

/// The id of the element that the room is drawn into.
pub const LIVE_ID: &str = "live";
/// The id of the element with the [`RoomPage`] that it was drawn from.
pub const LIVE_PAGE_ID: &str = "live-page";

/// What plays, what this member may do, who is here and how to invite more.
#[component]
pub fn MemberRoom(page: RoomPage) -> impl IntoView {
    let RoomPage { view, answered } = page;
    let MemberView { snapshot, you, link, movable_from, search, demo } = view;
    let code = snapshot.code.clone();
    let live = Live::follow(snapshot, you);
    let answer = Answer::first(&answered, "/api/queue/");
    let pressed = Answer::first(&answered, "/api/playback/");
    let sign_in_refused = answered.refusal_below("/api/spotify/");
    Effect::new({
        let code = code.clone();
        move |before: Option<String>| {
            let now = live.snapshot.with(|now| title(now.playback.as_ref(), &code));
            if before.is_some_and(|before| before != now) {
                document().set_title(&frame::title(&now));
            }
            now
        }
    });
    view! {
        {move || live.ended.get().map(|reason| view! { <Ended live reason/> })}
        <div class="room" hidden=move || live.ended.get().is_some()>
            <div class="playing">
                <h1>{room::ROOM}<span class="code">{code.clone()}</span></h1>
                <Notice done=answered.done/>
                <StatusLine live/>
                <SignIn live movable_from refused=sign_in_refused/>
                <NowPlaying live/>
                <Controls live answer=pressed/>
            </div>
            <div class="songs">
                <QueueForms live answer/>
                <Search live answer first=search/>
                <Queue live answer/>
            </div>
            <div class="around">
                <p class="facts dim">{move || live.snapshot.with(room::facts)}</p>
                <Invitation code link/>
                <Exits live/>
                {(!demo.is_empty()).then(|| view! { <div inner_html=demo></div> })}
            </div>
            <Bar live/>
        </div>
    }
}

/// The host's ways to a Spotify account, while there is none.
#[component]
fn SignIn(live: Live, movable_from: Option<RoomCode>, refused: Option<AppError>) -> impl IntoView {
    let needed = Memo::new(move |_| {
        let kind = live.snapshot.with(|snapshot| snapshot.status.kind);
        (live.you.get().role == Role::Host && kind.needs_sign_in()).then_some(kind)
    });
    let movable_from = StoredValue::new(movable_from);
    view! {
        {move || needed.get().map(|kind| {
            let movable = movable_from.get_value().map(|from| view! {
                <p>{room::movable_from(&from)}</p>
                <CommandForm code=live.code() action=MoveSpotify::PATH>
                    <button class="button" type="submit">{label::MOVE_SPOTIFY}</button>
                </CommandForm>
            });
            view! {
                <div class="card sign-in">
                    <p>{room::SIGN_IN}</p>
                    {movable}
                    <CommandForm code=live.code() action=ConnectSpotify::PATH>
                        <button class="button primary" type="submit">
                            {if kind == StatusKind::Reconnect { label::RECONNECT_SPOTIFY } else { label::CONNECT_SPOTIFY }}
                        </button>
                    </CommandForm>
                </div>
            }
        })}
        <FormError error=Signal::stored(refused)/>
    }
}

/// Settings for the host, and the way out for everybody.
#[component]
fn Exits(live: Live) -> impl IntoView {
    let (settings, speakers) = (paths::settings(&live.code()), paths::speakers(&live.code()));
    view! {
        <div class="exits">
            {move || (live.you.get().role == Role::Host).then(|| view! {
                <a class="button" href=settings.clone()>{label::SETTINGS}</a>
                <a class="button" href=speakers.clone()>{label::SPEAKERS}</a>
            })}
            <a class="button" href=paths::history(&live.code())>{label::HISTORY}</a>
            <a class="button" href=paths::people(&live.code())>{label::PEOPLE}</a>
            <CommandForm code=live.code() action=LeaveRoom::PATH>
                <button class="button" type="submit">{label::LEAVE_ROOM}</button>
            </CommandForm>
        </div>
    }
}

/// Why the room is gone from this page, which may be another tab's doing.
#[component]
fn Ended(live: Live, reason: EndedReason) -> impl IntoView {
    let (heading, text) = room::ended(reason);
    view! {
        <h1>{heading}</h1>
        <p role="alert">{text}</p>
        {match reason {
            EndedReason::Left => EitherOf3::A(view! {
                <CommandForm code=live.code() action=JoinRoom::PATH>
                    <button class="button primary" type="submit">{label::JOIN_ROOM}</button>
                </CommandForm>
            }),
            EndedReason::Superseded => EitherOf3::B(view! {
                <p>
                    <a class="button primary" href=paths::room(&live.code())>
                        {room::SHOW_HERE}
                    </a>
                </p>
            }),
            EndedReason::Removed | EndedReason::Closed => EitherOf3::C(()),
        }}
        <p><a class="button" href=paths::HOME>{label::BACK_TO_START}</a></p>
    }
}
