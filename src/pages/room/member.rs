//! The room page of its members.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{
        rooms::{JoinRoom, LeaveRoom},
        spotify::{ConnectSpotify, MoveSpotify},
    },
    app::full_title,
    components::{
        Answer, Bar, CommandForm, Controls, FormError, Invitation, Live, NowPlaying, OutcomeNotice,
        Queue, QueueForms, Search, StatusLine, error_of, in_place, page_load, title,
    },
    model::{EndedReason, MemberView, Role, RoomCode, StatusKind, paths},
    text::{label, room},
};

/// What plays, what this member may do, who is here and how to invite more.
#[component]
pub fn MemberRoom(view: MemberView) -> impl IntoView {
    let MemberView { snapshot, you, link, movable_from, search } = view;
    let code = snapshot.code.clone();
    let live = Live::follow(snapshot, you);
    let answer = Answer::new();
    // Not a closure: the server reads it when this component's signals may be gone already.
    let first_title = live.snapshot.with_untracked(|now| title(now.playback.as_ref(), &code));
    Effect::new({
        let code = code.clone();
        move |before: Option<String>| {
            let now = live.snapshot.with(|now| title(now.playback.as_ref(), &code));
            if before.is_some_and(|before| before != now) {
                document().set_title(&full_title(now.clone()));
            }
            now
        }
    });
    view! {
        <Title text=first_title/>
        <RefreshWithoutScript code=code.clone()/>
        {move || live.ended.get().map(|reason| view! { <Ended live reason/> })}
        <div class="room" hidden=move || live.ended.get().is_some()>
            <div class="playing">
                <h1>{room::ROOM}<span class="code">{code.clone()}</span></h1>
                <OutcomeNotice/>
                <StatusLine live/>
                <SignIn live movable_from/>
                <NowPlaying live/>
                <Controls live/>
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
            </div>
            <Bar live/>
        </div>
    }
}

/// The host's ways to a Spotify account, while there is none.
#[component]
fn SignIn(live: Live, movable_from: Option<RoomCode>) -> impl IntoView {
    let connect = ServerAction::<ConnectSpotify>::new();
    let move_here = ServerAction::<MoveSpotify>::new();
    let needed = Memo::new(move |_| {
        let kind = live.snapshot.with(|snapshot| snapshot.status.kind);
        (live.you.get().role == Role::Host && kind.needs_sign_in()).then_some(kind)
    });
    let movable_from = StoredValue::new(movable_from);
    view! {
        {move || needed.get().map(|kind| {
            let movable = movable_from.get_value().map(|from| view! {
                <p>{room::movable_from(&from)}</p>
                <CommandForm code=live.code() submit=in_place(move_here)>
                    <button class="button" type="submit">{label::MOVE_SPOTIFY}</button>
                </CommandForm>
            });
            view! {
                <div class="card sign-in">
                    <p>{room::SIGN_IN}</p>
                    {movable}
                    <CommandForm code=live.code() submit=page_load(connect)>
                        <button class="button primary" type="submit">
                            {if kind == StatusKind::Reconnect { label::RECONNECT_SPOTIFY } else { label::CONNECT_SPOTIFY }}
                        </button>
                    </CommandForm>
                </div>
            }
        })}
        <FormError error=error_of(connect)/>
        <FormError error=error_of(move_here)/>
    }
}

/// Settings for the host, and the way out for everybody.
#[component]
fn Exits(live: Live) -> impl IntoView {
    let leave = ServerAction::<LeaveRoom>::new();
    let settings = paths::settings(&live.code());
    view! {
        <div class="exits">
            {move || (live.you.get().role == Role::Host).then(|| view! {
                <a class="button" href=settings.clone()>{label::SETTINGS}</a>
            })}
            // None of the router's pages.
            <a class="button" rel="external" href=paths::history(&live.code())>{label::HISTORY}</a>
            <a class="button" rel="external" href=paths::people(&live.code())>{label::PEOPLE}</a>
            <CommandForm code=live.code() submit=in_place(leave)>
                <button class="button" type="submit">{label::LEAVE_ROOM}</button>
            </CommandForm>
        </div>
        <FormError error=error_of(leave)/>
    }
}

/// Why the room is gone from this page, which may be another tab's doing.
#[component]
fn Ended(live: Live, reason: EndedReason) -> impl IntoView {
    let rejoin = ServerAction::<JoinRoom>::new();
    let (heading, text) = room::ended(reason);
    view! {
        <h1>{heading}</h1>
        <p role="alert">{text}</p>
        {match reason {
            EndedReason::Left => EitherOf3::A(view! {
                <CommandForm code=live.code() submit=page_load(rejoin)>
                    <button class="button primary" type="submit">{label::JOIN_ROOM}</button>
                    <FormError error=error_of(rejoin)/>
                </CommandForm>
            }),
            // Loads the page again: the router takes what is there already for done.
            EndedReason::Superseded => EitherOf3::B(view! {
                <p>
                    <a class="button primary" rel="external" href=paths::room(&live.code())>
                        {room::SHOW_HERE}
                    </a>
                </p>
            }),
            EndedReason::Removed | EndedReason::Closed => EitherOf3::C(()),
        }}
        <p><a class="button" href=paths::HOME>{label::BACK_TO_START}</a></p>
    }
}

/// Without scripts the page loads itself again, to its clean address, until it is told to stop.
#[component]
fn RefreshWithoutScript(code: String) -> impl IntoView {
    // What was searched for stays until one goes on.
    let stopped = use_query_map().with_untracked(|query| {
        query.get("refresh").as_deref() == Some("off") || query.get("q").is_some()
    });
    let here = paths::room(&code);
    let (refresh, says, there, link) = if stopped {
        (String::new(), room::REFRESHES_NO_LONGER, here, room::START_REFRESHING)
    } else {
        let refresh = format!("<meta http-equiv=\"refresh\" content=\"5;url={here}\">");
        (refresh, room::REFRESHES, paths::without_refresh(&here), room::STOP_REFRESHING)
    };
    // As text: a browser with scripts does not parse what is inside either.
    let html = format!("{refresh}<p class=\"dim\">{says} <a href=\"{there}\">{link}</a></p>");
    view! { <noscript inner_html=html></noscript> }
}
