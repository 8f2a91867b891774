//! The room page.

use leptos::{either::EitherOf3, nonce::use_nonce, prelude::*};
use leptos_meta::Title;

use super::stranger::StrangerRoom;
use crate::{
    api::rooms::load_room,
    components::{
        ErrorPage, LIVE_ID, LIVE_PAGE_ID, MemberRoom, title, use_answered, use_query, use_room_code,
    },
    model::{MemberView, RoomPage, RoomView, paths},
    text::room,
};

/// The room for its members; an invitation for everybody else.
#[component]
pub fn Room() -> impl IntoView {
    let code = use_room_code();
    let field = |name| use_query(name).unwrap_or_default();
    let view = load_room(code.clone(), field("q"), field("offset"));
    view! {
        <Suspense>
            {Suspend::new(async move {
                match view.await {
                    Err(error) => EitherOf3::A(view! { <ErrorPage error/> }),
                    Ok(RoomView::Stranger) => EitherOf3::B(view! { <StrangerRoom code/> }),
                    Ok(RoomView::Member(view)) => EitherOf3::C(view! { <LiveRoom view=*view/> }),
                }
            })}
        </Suspense>
    }
}

/// The room, and what the browser takes it over with.
#[component]
fn LiveRoom(view: MemberView) -> impl IntoView {
    let nonce = use_nonce().map(|nonce| nonce.as_inner().to_string());
    let (playback, code) = (view.snapshot.playback.as_ref(), view.snapshot.code.clone());
    let first_title = title(playback, &code);
    let page = RoomPage { view, answered: use_answered() };
    let json = script_json(&page);
    view! {
        <Title text=first_title/>
        <RefreshWithoutScript code/>
        <div id=LIVE_ID>
            <MemberRoom page/>
        </div>
        <script id=LIVE_PAGE_ID type="application/json" nonce=nonce inner_html=json></script>
    }
}

/// JSON that stands in a script: whatever a song is called, it does not end it.
fn script_json(page: &RoomPage) -> String {
    serde_json::to_string(page).unwrap_or_default().replace('<', "\\u003c")
}

/// Without scripts the page loads itself again, to its clean address, until it is told to stop.
#[component]
fn RefreshWithoutScript(code: String) -> impl IntoView {
    // What was searched for stays until one goes on.
    let stopped = use_query("refresh").as_deref() == Some("off") || use_query("q").is_some();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Answered, Outcome};

    #[test]
    fn room_page_reads_back_from_its_script_which_no_text_ends() {
        let text = "</script><script>alert(1)//<!-- \" \\ \u{2028} é";
        let refused = Some((text.to_owned(), crate::error::AppError::RoomClosed));
        let page: RoomPage = RoomPage {
            view: serde_json::from_value(serde_json::json!({
                "snapshot": {
                    "version": 1, "code": text, "votes_to_skip": 2, "guest_can_pause": false,
                    "skip_share": null, "members": 1, "playback": null,
                    "skip": { "votes": 0, "needed": 2, "people": null },
                    "status": { "kind": "ok", "text": text, "retry_at": null },
                    "rules": crate::model::SongRules::default(), "queue": [],
                    "fallback": null,
                },
                "you": {
                    "now": 1, "role": "guest", "voted_play": null, "name": text,
                    "voted_entries": [], "own_entries": [], "lost": [],
                },
                "link": text, "movable_from": null, "search": null, "demo": "",
            }))
            .expect("a view"),
            answered: Answered { done: Some(Outcome::Added), refused },
        };

        let json = script_json(&page);

        assert!(!json.contains('<'), "{json}");
        assert_eq!(serde_json::from_str::<RoomPage>(&json).expect("a page"), page);
    }
}
