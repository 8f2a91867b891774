//! What is published equals what the store says, once everything is read.

use auxroom::{
    model::StatusKind,
    server::live::room::{Effect, Event},
};

use super::Verdict;
use crate::party::Party;

#[derive(Default)]
pub(crate) struct Views {
    /// Changes that the room was not told of yet.
    pub(crate) pending_changes: u32,
    pub(super) is_refreshing: bool,
    /// Whether the room may know an old state, because the store failed since it was read.
    store_failed: bool,
    /// The same, of which play goes on.
    pub(super) save_failed: bool,
}

impl Views {
    /// The store failed at a statement whose failure the room hears of, or at a refresh.
    pub(crate) fn store_failed(&mut self, effect: &Effect) {
        self.store_failed |= !matches!(effect, Effect::Release(..));
        self.save_failed |= matches!(effect, Effect::SavePlay { .. });
    }

    pub(super) fn hears(&mut self, event: &Event) {
        match event {
            Event::Changed => self.pending_changes = self.pending_changes.saturating_sub(1),
            Event::Reloaded(Ok(_)) => (self.store_failed, self.save_failed) = (false, false),
            Event::Refreshed(..) => self.is_refreshing = false,
            _ => {}
        }
    }
}

impl Party {
    pub(super) fn check_view(&self) -> Verdict {
        let (Some(process), Some(view)) = (&self.process, &self.view) else { return Ok(()) };
        let views = &self.checks.view;
        let is_settled = process.store_queue.is_empty()
            && !process.is_store_busy
            && !views.is_refreshing
            && !views.store_failed
            && views.pending_changes == 0;
        if !is_settled {
            return Ok(());
        }
        let (snapshot, facts) = (&view.snapshot, self.store.facts());
        if (view.revision, view.closed) != (facts.revision, facts.closed) {
            let (shown, stored) = (view.revision, facts.revision);
            return Err(format!("shows revision {shown} of {stored}"));
        }
        if view.members != facts.members {
            return Err(format!("shows {:?}, the store has {:?}", view.members, facts.members));
        }
        let shown = (snapshot.members, snapshot.votes_to_skip, snapshot.guest_can_pause);
        let settings = facts.settings;
        let stored = (facts.present(), settings.votes_to_skip.get(), settings.guest_can_pause);
        let skip = (snapshot.skip.people, snapshot.skip.needed);
        if shown != stored || skip != facts.needed() {
            return Err(format!("shows {shown:?}, the store has {stored:?}"));
        }
        let given = view.play.map_or(0, |play| self.checks.votes.of(play));
        if snapshot.skip.votes as usize != given {
            return Err(format!("shows {} votes of {given}", snapshot.skip.votes));
        }
        self.check_shown_play()
    }

    fn check_shown_play(&self) -> Verdict {
        let (Some(view), facts) = (&self.view, self.store.facts()) else { return Ok(()) };
        let playback = view.snapshot.playback.as_ref();
        let track = playback.and_then(|playback| playback.track.as_ref());
        let stored = facts.play.as_ref().map(|play| (play.id, &play.uri));
        let shown = view.play.zip(track.map(|track| &track.uri));
        if view.play.is_some() && shown != stored {
            return Err(format!("shows play {shown:?}, the store has {stored:?}"));
        }
        let is_connected =
            !matches!(view.snapshot.status.kind, StatusKind::NotConnected | StatusKind::Reconnect);
        if is_connected != self.store.connection.is_some_and(|row| row.is_usable) {
            return Err(format!("shows {:?}", view.snapshot.status.kind));
        }
        if !is_connected && playback.is_some() {
            return Err("shows what an account plays that is gone".to_owned());
        }
        Ok(())
    }
}
