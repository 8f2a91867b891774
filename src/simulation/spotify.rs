//! A model of Spotify: one account's player. How requests fare on the way to it is in `requests`.

mod playing;
mod queue;
mod requests;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

pub(crate) use self::{
    playing::made_up,
    requests::{Fate, LONGEST_LAG_MS, Shown},
};
use self::{
    playing::{Content, Playing},
    queue::UserQueue,
};
use crate::dice::Dice;

/// What the account does, in true time.
#[derive(Clone, Debug)]
pub(crate) struct Spotify {
    now: u64,
    current: Option<Arc<Playing>>,
    /// What it was before the last changes: Spotify may report that a little longer.
    before: VecDeque<(u64, Option<Arc<Playing>>)>,
    queue: UserQueue,
    /// Something else than what it was told followed on what had ended.
    pub(crate) starved: Option<TrackEnd>,
    /// The URI of the last track that began.
    last_uri: String,
    /// When it went silent by itself at a track's end, if it still is.
    pub(crate) silent: Option<TrackEnd>,
    /// When each playing of a track was over.
    left: HashMap<u64, u64>,
    next_track: u64,
    next_instance: u64,
    pub(crate) device: Device,
    /// The current track is played again and again.
    pub(crate) repeats: bool,
    /// Until then polls are told that nothing plays.
    pub(crate) private_until: u64,
    /// When progress moved last in a way that a poll cannot tell from something else.
    pub(crate) disturbed_at: u64,
    pub(crate) relinked_at: u64,
    /// Until when every call is refused.
    limited_until: u64,
    accounts_limited_until: u64,
    /// The only token that it accepts, and until when.
    pub(crate) token: i64,
    pub(crate) token_until: u64,
    /// The only refresh token that it accepts.
    pub(crate) refresh_token: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Device {
    Active,
    Gone,
    Restricted,
}

impl Spotify {
    pub(crate) fn new(now: u64) -> Self {
        let mut spotify = Self {
            now,
            current: None,
            before: VecDeque::new(),
            queue: UserQueue::default(),
            starved: None,
            last_uri: String::new(),
            silent: None,
            left: HashMap::new(),
            next_track: 1,
            next_instance: 1,
            device: Device::Active,
            repeats: false,
            private_until: 0,
            disturbed_at: now,
            relinked_at: 0,
            limited_until: 0,
            accounts_limited_until: 0,
            token: 1,
            token_until: now + 3_600_000,
            refresh_token: 1,
        };
        spotify.start_new(1);
        spotify
    }

    /// Lets the time pass: tracks end and follow each other.
    pub(crate) fn advance(&mut self, now: u64, dice: &mut Dice) {
        self.now = now;
        while let Some(playing) = self.current.clone() {
            let end = playing.since + playing.length().saturating_sub(playing.progress_ms);
            if !playing.is_playing || end > now {
                return;
            }
            self.now = end;
            let is_ad = matches!(playing.item, Content::Ad(_));
            match dice.within(0..=19) {
                0 => {
                    self.set(None);
                    self.falls_silent(&playing, end);
                }
                1 | 2 if !is_ad => self.start_ad(dice.within(5..=30)),
                _ if self.repeats && !is_ad => self.put(playing.item.clone()),
                _ if self.play_queued() => {}
                3 if !is_ad => self.put(playing.item.clone()),
                4 if !is_ad => {
                    self.stop_at_start(playing.item.clone());
                    self.falls_silent(&playing, end);
                }
                _ => {
                    self.starved = Some(TrackEnd { at: end, uri: self.last_uri.clone() });
                    self.start_new(dice.within(0..=9));
                }
            }
            self.now = now;
        }
    }

    /// Nothing follows by itself. Of what nobody knows the length, nobody can tell whether it has ended or
    /// its device has gone.
    fn falls_silent(&mut self, ended: &Playing, end: u64) {
        let is_known = match &ended.item {
            Content::Track { track, .. } => track.duration_ms > 0,
            Content::Ad(_) => true,
        };
        self.silent = is_known.then(|| TrackEnd { at: end, uri: self.last_uri.clone() });
    }

    /// Names the playing of a track; nothing for advertisements.
    pub(crate) fn instance(&self) -> Option<u64> {
        let playing = self.current.as_ref()?;
        matches!(playing.item, Content::Track { .. }).then_some(playing.instance)
    }

    /// When a playing of a track was over, if it is.
    pub(crate) fn left_at(&self, instance: u64) -> Option<u64> {
        self.left.get(&instance).copied()
    }

    /// Another track, from another list.
    pub(crate) fn start_new(&mut self, variety: u64) {
        self.next_track += 1;
        let (track, length_ms) = made_up(self.next_track % 40, variety);
        self.put(Content::Track { track: Arc::new(track), length_ms, is_relinked: false });
    }

    fn start_ad(&mut self, seconds: u64) {
        self.put(Content::Ad(seconds * 1_000));
    }

    /// A list has ended: it stands at its start again, and does not play.
    fn stop_at_start(&mut self, item: Content) {
        self.begin(item, false);
    }

    fn put(&mut self, item: Content) {
        self.begin(item, true);
    }

    fn begin(&mut self, item: Content, is_playing: bool) {
        self.next_instance += 1;
        let (instance, since) = (self.next_instance, self.now);
        if let Content::Track { track, .. } = &item {
            self.last_uri.clone_from(&track.uri);
        }
        self.set(Some(Playing { instance, item, is_playing, progress_ms: 0, since }));
    }

    /// Moves to another place in the track.
    pub(crate) fn seek(&mut self, per_mille: u64) {
        self.disturbed_at = self.now;
        if let Some(playing) = self.current.clone() {
            let progress_ms = playing.length() * per_mille / 1_000;
            self.set(Some(Playing { progress_ms, since: self.now, ..Playing::clone(&playing) }));
        }
    }

    /// The same recording goes on under another URI.
    pub(crate) fn relink(&mut self) {
        let Some(playing) = self.current.clone() else { return };
        let mut playing = Playing::clone(&playing);
        playing.progress_ms = playing.progress(self.now);
        playing.since = self.now;
        self.relinked_at = self.now;
        if let Content::Track { is_relinked, .. } = &mut playing.item {
            *is_relinked = !*is_relinked;
        }
        self.set(Some(playing));
    }

    /// Another account: it never reports what the one before did.
    pub(crate) fn forget_the_past(&mut self) {
        self.before.clear();
        self.queue.clear();
    }

    /// No device is active any more.
    pub(crate) fn go_away(&mut self) {
        self.device = Device::Gone;
        self.set(None);
    }

    /// Resumes or pauses.
    pub(crate) fn set_playing(&mut self, is_playing: bool) {
        self.disturbed_at = self.now;
        match self.current.clone() {
            Some(playing) => {
                let progress_ms = playing.progress(self.now);
                let since = self.now;
                let playing = Playing::clone(&playing);
                self.set(Some(Playing { is_playing, progress_ms, since, ..playing }));
            }
            None if is_playing => self.start_new(1),
            None => {}
        }
    }

    fn set(&mut self, playing: Option<Playing>) {
        self.silent = None;
        let before = std::mem::replace(&mut self.current, playing.map(Arc::new));
        let instance = |playing: &Option<Arc<Playing>>| playing.as_ref().map(|it| it.instance);
        if let Some(left) = instance(&before)
            && instance(&self.current) != Some(left)
        {
            self.left.insert(left, self.now);
            self.queue.left(left, self.now);
        }
        self.before.push_back((self.now, before));
        if self.before.len() > 4 {
            self.before.pop_front();
        }
    }
}

/// A track has ended, and nothing was there to follow.
#[derive(Clone, Debug)]
pub(crate) struct TrackEnd {
    pub(crate) at: u64,
    /// Its URI; an advertisement may have followed on it.
    pub(crate) uri: String,
}
