//! Play, pause, skip, and votes to skip.

use leptos::{either::EitherOf3, ev::SubmitEvent, prelude::*, server_fn::ServerFn as _};

use super::{Answer, CodeField, Live, Trouble};
use crate::{
    api::playback::{Pause, Play, Skip, VoteSkip},
    model::Role,
    text::{self, label},
};

/// The buttons that this member may use. Every one is a form, which works without scripts too.
#[component]
pub fn Controls(live: Live, code: String) -> impl IntoView {
    let play = ServerAction::<Play>::new();
    let pause = ServerAction::<Pause>::new();
    let skip = ServerAction::<Skip>::new();
    let vote = ServerAction::<VoteSkip>::new();

    let connected =
        Memo::new(move |_| live.snapshot.with(|snapshot| !snapshot.status.kind.needs_sign_in()));
    let is_host = Memo::new(move |_| live.you.get().role == Role::Host);
    let may_pause = Memo::new(move |_| {
        connected.get()
            && (is_host.get() || live.snapshot.with(|snapshot| snapshot.guest_can_pause))
    });
    let will_play = Memo::new(move |_| {
        live.snapshot.with(|snapshot| {
            snapshot.playback.as_ref().is_some_and(crate::model::Playback::will_play)
        })
    });
    let current = Memo::new(move |_| {
        live.snapshot.with(|snapshot| snapshot.playback.as_ref().and_then(|playback| playback.play))
    });
    let voted =
        Memo::new(move |_| current.get().is_some() && live.you.get().voted_play == current.get());
    let votes = Memo::new(move |_| {
        live.snapshot.with(|snapshot| (snapshot.skip.votes, snapshot.skip.needed))
    });
    let pending = Memo::new(move |_| {
        live.snapshot
            .with(|snapshot| snapshot.playback.as_ref().and_then(|playback| playback.pending))
    });

    let answer = Answer::new();
    answer.of(play);
    answer.of(pause);
    answer.of(skip);
    answer.of(vote);
    let status = Memo::new(move |_| live.snapshot.with(|snapshot| snapshot.status.kind));
    answer.until_changed(move || (status.get(), current.get(), may_pause.get()));
    // What the room's status says already is not said twice.
    let refusal =
        Signal::derive(move || answer.refusal().filter(|error| !error.is_told_by(status.get())));

    let code = StoredValue::new(code);
    let play_or_pause = move |event: SubmitEvent| {
        event.prevent_default();
        let code = code.get_value();
        if will_play.get_untracked() {
            pause.dispatch(Pause { code });
        } else {
            play.dispatch(Play { code });
        }
    };
    view! {
        <div class="controls">
            // One form for both: the button keeps the focus when it changes its name.
            {move || may_pause.get().then(|| view! {
                <form method="post" action=move || if will_play.get() { Pause::url() } else { Play::url() } on:submit=play_or_pause>
                    <CodeField code/>
                    <button class="button big" type="submit">{move || if will_play.get() { label::PAUSE } else { label::PLAY }}</button>
                </form>
            })}
            {move || match (current.get(), is_host.get()) {
                (None, _) => EitherOf3::A(()),
                (Some(_), true) => EitherOf3::B(view! {
                    <ActionForm action=skip>
                        <CodeField code/>
                        <button class="button big primary" type="submit">{label::SKIP}</button>
                    </ActionForm>
                }),
                (Some(_), false) => EitherOf3::C(view! {
                    <ActionForm action=vote>
                        <CodeField code/>
                        <input type="hidden" name="play" value=move || current.get().unwrap_or_default().to_string()/>
                        <input type="hidden" name="on" value=move || (!voted.get()).to_string()/>
                        <button
                            class="button big primary"
                            type="submit"
                            aria-pressed=move || voted.get().to_string()
                        >
                            {label::VOTE_TO_SKIP}
                        </button>
                    </ActionForm>
                }),
            }}
        </div>
        {move || current.get().map(|_| view! {
            <p class="votes">{move || { let (votes, needed) = votes.get(); text::votes_to_skip(votes, needed) }}</p>
        })}
        <p class="pending dim" role="status">{move || pending.get().map(text::pending).or_else(|| answer.news())}</p>
        <Trouble error=refusal/>
    }
}
