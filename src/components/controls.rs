//! Play, pause, skip, and votes to skip.

use leptos::{either::Either, ev::SubmitEvent, prelude::*, server_fn::ServerFn as _};

use super::{Answer, CommandForm, FormError, Live};
use crate::{
    api::playback::{Pause, Play, Skip, VoteSkip},
    model::{PlayId, Playback, Role, Snapshot},
    text::{self, label},
};

/// The form that skips, or votes to: by its name other buttons belong to it.
pub const SKIP_FORM: &str = "skip";

/// The buttons that this member may use, and what the last press of one led to. Every one is a form,
/// which works without scripts too.
#[component]
pub fn Controls(live: Live, answer: Answer) -> impl IntoView {
    let is_host = Memo::new(move |_| live.you.get().role == Role::Host);
    let guest_may_pause = live.part(|now| now.guest_can_pause);
    let is_connected = live.part(|now| !now.status.kind.needs_sign_in());
    let may_pause =
        Memo::new(move |_| is_connected.get() && (is_host.get() || guest_may_pause.get()));
    let current = live.part(Snapshot::current_play);
    let is_skippable = Memo::new(move |_| current.get().is_some());
    view! {
        <div class="controls" on:submit=move |event: SubmitEvent| answer.send(&event)>
            {move || may_pause.get().then(|| view! { <PlayOrPause live/> })}
            {move || is_skippable.get().then(|| match is_host.get() {
                true => Either::Left(view! { <SkipButton live current/> }),
                false => Either::Right(view! { <VoteButton live current/> }),
            })}
        </div>
        {move || is_skippable.get().then(|| view! { <Votes live/> })}
        <LastPress live answer current may_pause/>
    }
}

/// One button for both: it keeps the focus when it changes its name.
#[component]
fn PlayOrPause(live: Live) -> impl IntoView {
    let will_play = live.part(|now| now.playback.as_ref().is_some_and(Playback::will_play));
    let name = move || if will_play.get() { label::PAUSE } else { label::PLAY };
    let action = move || if will_play.get() { Pause::PATH } else { Play::PATH };
    view! {
        <form method="post" action=action>
            <input type="hidden" name="code" value=live.code()/>
            <button class="button big" type="submit">{name}</button>
        </form>
    }
}

/// The host's skip, which needs no votes. It names the play: pressed late, it must not hit the next.
#[component]
fn SkipButton(live: Live, current: Memo<Option<PlayId>>) -> impl IntoView {
    view! {
        <CommandForm id=SKIP_FORM code=live.code() action=Skip::PATH>
            <input type="hidden" name="play" value=move || current.get().unwrap_or_default().to_string()/>
            <button class="button big primary" type="submit">{label::SKIP}</button>
        </CommandForm>
    }
}

/// A guest's vote to skip the current play, which a second press withdraws.
#[component]
fn VoteButton(live: Live, current: Memo<Option<PlayId>>) -> impl IntoView {
    let has_voted = Memo::new(move |_| {
        current.get().is_some_and(|play| live.you.get().voted_play == Some(play))
    });
    view! {
        <CommandForm id=SKIP_FORM code=live.code() action=VoteSkip::PATH>
            <input type="hidden" name="play" value=move || current.get().unwrap_or_default().to_string()/>
            <input type="hidden" name="on" value=move || (!has_voted.get()).to_string()/>
            <button
                class="button big primary"
                type="submit"
                aria-pressed=move || has_voted.get().to_string()
            >
                {label::VOTE_TO_SKIP}
            </button>
        </CommandForm>
    }
}

/// How many votes there are, and how many are needed.
#[component]
fn Votes(live: Live) -> impl IntoView {
    let skip = live.part(|now| now.skip);
    view! {
        <p class="votes">
            {move || text::votes_to_skip(skip.get())}
        </p>
    }
}

/// What the last press of a button led to, where nothing else on the page says so.
#[component]
fn LastPress(
    live: Live,
    answer: Answer,
    current: Memo<Option<PlayId>>,
    may_pause: Memo<bool>,
) -> impl IntoView {
    let status = live.part(|now| now.status.kind);
    let pending = live.part(|now| now.playback.as_ref().and_then(|playback| playback.pending));
    answer.forget_on_change(move || (status.get(), current.get(), may_pause.get()));
    let refusal =
        Signal::derive(move || answer.refusal().filter(|error| !error.is_told_by(status.get())));
    view! {
        <p class="pending dim" role="status">
            {move || pending.get().map(text::pending).or_else(|| answer.notice())}
        </p>
        <FormError error=refusal/>
    }
}
