//! The room page.

mod member;
mod stranger;

use leptos::{either::EitherOf3, prelude::*};
use leptos_router::hooks::use_query_map;

use self::{member::MemberRoom, stranger::StrangerRoom};
use crate::{
    api::rooms::load_room,
    components::{ErrorPage, use_room_code},
    model::RoomView,
};

/// The room for its members; an invitation for everybody else.
#[component]
pub fn Room() -> impl IntoView {
    let code = use_room_code();
    let query = use_query_map();
    let view = Resource::new_blocking(
        move || {
            let field = |name| query.with(|query| query.get(name)).unwrap_or_default();
            (code(), field("q"), field("offset"))
        },
        |(code, q, offset)| load_room(code, q, offset),
    );
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match view.await {
                    Err(error) => EitherOf3::A(view! { <ErrorPage error/> }),
                    Ok(RoomView::Stranger) => EitherOf3::B(view! { <StrangerRoom code=code()/> }),
                    Ok(RoomView::Member(view)) => EitherOf3::C(view! { <MemberRoom view=*view/> }),
                }
            })}
        </Suspense>
    }
}
