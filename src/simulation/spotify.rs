//! A model of Spotify: one account's player, and everything that may go wrong on the way to it.

use std::{collections::VecDeque, sync::Arc};

use auxroom::{
    model::{Item, Kind, Player, SpotifyError, Track},
    server::live::room::Command,
};

use crate::dice::Dice;

/// What the account does, in true time.
#[derive(Clone, Debug)]
pub(crate) struct Spotify {
    now: u64,
    current: Option<Arc<Playing>>,
    /// What it was before the last changes: Spotify may report that a little longer.
    before: VecDeque<(u64, Option<Arc<Playing>>)>,
    next_track: u64,
    next_instance: u64,
    pub(crate) device: Device,
    /// Until when every call is refused.
    limited_until: u64,
    /// The only token that it accepts, and until when.
    pub(crate) token: i64,
    pub(crate) token_until: u64,
    /// Whether the refresh token is good.
    pub(crate) grant: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Device {
    Active,
    Gone,
    Restricted,
}

/// One playing of something.
#[derive(Clone, Debug)]
struct Playing {
    instance: u64,
    item: Content,
    is_playing: bool,
    progress_ms: u64,
    since: u64,
}

#[derive(Clone, Debug)]
enum Content {
    Track(Arc<Track>),
    Ad(u64),
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    Works,
    /// Fails so, carried out or not.
    Fails(Failure, bool),
    /// Never answered, carried out or not.
    Hangs(bool),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Failure {
    RateLimited(Option<u64>),
    ServerError,
    Refused,
    Unauthorized,
    Restricted,
    Premium,
    NotRegistered,
}

impl Failure {
    fn error(self) -> SpotifyError {
        match self {
            Self::RateLimited(retry_after_ms) => SpotifyError::RateLimited { retry_after_ms },
            Self::ServerError => SpotifyError::Failed("status 502".into()),
            Self::Refused => SpotifyError::NoAnswer("connection refused".into()),
            Self::Unauthorized => SpotifyError::Unauthorized,
            Self::Restricted => SpotifyError::Restricted,
            Self::Premium => SpotifyError::PremiumRequired,
            Self::NotRegistered => SpotifyError::NotRegistered,
        }
    }
}

impl Fate {
    /// Draws what becomes of a request; `per_mille` of them fail.
    pub(crate) fn draw(dice: &mut Dice, per_mille: u32) -> Self {
        if !dice.happens(per_mille) {
            return Self::Works;
        }
        let executed = dice.within(0..=1) == 1;
        match dice.within(0..=11) {
            0 => Self::Fails(Failure::RateLimited(Some(dice.within(1..=40) * 1_000)), false),
            1 => Self::Fails(Failure::RateLimited(Some(dice.within(1..=1_200) * 1_000)), false),
            2 => Self::Fails(Failure::RateLimited(None), false),
            3..=5 => Self::Fails(Failure::ServerError, executed),
            6 => Self::Fails(Failure::Refused, false),
            7 => Self::Fails(Failure::Unauthorized, false),
            8 => Self::Fails(Failure::Restricted, false),
            9 => Self::Fails(Failure::Premium, false),
            10 => Self::Fails(Failure::NotRegistered, false),
            _ => Self::Hangs(executed),
        }
    }
}

impl Spotify {
    pub(crate) fn new(now: u64) -> Self {
        let mut spotify = Self {
            now,
            current: None,
            before: VecDeque::new(),
            next_track: 1,
            next_instance: 1,
            device: Device::Active,
            limited_until: 0,
            token: 1,
            token_until: now + 3_600_000,
            grant: true,
        };
        spotify.start(None, 0);
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
            match dice.within(0..=19) {
                0 => self.set(None),
                1 | 2 if !matches!(playing.item, Content::Ad(_)) => {
                    self.start_ad(dice.within(5..=30))
                }
                3 => self.start(playing.track(), 0),
                _ => self.start(None, dice.within(0..=9)),
            }
            self.now = now;
        }
    }

    /// Names the playing of a track, for comparison; nothing for advertisements.
    pub(crate) fn instance(&self) -> Option<u64> {
        let playing = self.current.as_ref()?;
        matches!(playing.item, Content::Track(_)).then_some(playing.instance)
    }

    /// Another track, from another list.
    pub(crate) fn start(&mut self, track: Option<Arc<Track>>, variety: u64) {
        let track = track.unwrap_or_else(|| {
            self.next_track += 1;
            Arc::new(made_up(self.next_track % 40, variety))
        });
        self.put(Content::Track(track));
    }

    fn start_ad(&mut self, seconds: u64) {
        self.put(Content::Ad(seconds * 1_000));
    }

    fn put(&mut self, item: Content) {
        self.next_instance += 1;
        let (instance, since) = (self.next_instance, self.now);
        self.set(Some(Playing { instance, item, is_playing: true, progress_ms: 0, since }));
    }

    /// Moves to another place in the track.
    pub(crate) fn seek(&mut self, per_mille: u64) {
        if let Some(playing) = self.current.clone() {
            let progress_ms = playing.length() * per_mille / 1_000;
            self.set(Some(Playing { progress_ms, since: self.now, ..Playing::clone(&playing) }));
        }
    }

    /// No device is active any more.
    pub(crate) fn go_away(&mut self) {
        self.device = Device::Gone;
        self.set(None);
    }

    /// Resumes or pauses.
    pub(crate) fn set_playing(&mut self, is_playing: bool) {
        match self.current.clone() {
            Some(playing) => {
                let progress_ms = playing.progress(self.now);
                let since = self.now;
                let playing = Playing::clone(&playing);
                self.set(Some(Playing { is_playing, progress_ms, since, ..playing }));
            }
            None if is_playing => self.start(None, 0),
            None => {}
        }
    }

    fn set(&mut self, playing: Option<Playing>) {
        let before = std::mem::replace(&mut self.current, playing.map(Arc::new));
        self.before.push_back((self.now, before));
        if self.before.len() > 4 {
            self.before.pop_front();
        }
    }

    /// Refuses calls until then.
    fn limit(&mut self, failure: Failure) {
        if let Failure::RateLimited(Some(ms)) = failure {
            self.limited_until = self.limited_until.max(self.now + ms);
        }
    }

    /// Why a call with this token fails before it is looked at.
    fn refusal(&mut self, fate: Fate, token: i64) -> Option<SpotifyError> {
        if self.now < self.limited_until {
            let left = self.limited_until - self.now;
            return Some(Failure::RateLimited(Some(left)).error());
        }
        if token != self.token || self.now >= self.token_until {
            return Some(SpotifyError::Unauthorized);
        }
        match fate {
            Fate::Fails(failure, _) => {
                self.limit(failure);
                if failure == Failure::Unauthorized {
                    self.token_until = self.now; // ended before its time
                }
                Some(failure.error())
            }
            Fate::Hangs(_) => Some(SpotifyError::NoAnswer("timed out".into())),
            Fate::Works => None,
        }
    }

    /// Answers a poll, perhaps with what was true a moment ago.
    pub(crate) fn poll(
        &mut self,
        fate: Fate,
        token: i64,
        dice: &mut Dice,
    ) -> Result<Option<Player>, SpotifyError> {
        if let Some(error) = self.refusal(fate, token) {
            return Err(error);
        }
        let is_old = dice.happens(300);
        let lag_ms = dice.within(0..=1_500);
        let old = self.before.back().filter(|(at, _)| is_old && self.now - at < lag_ms);
        let shown = old.map_or(&self.current, |(_, before)| before).clone();
        Ok(shown.map(|playing| playing.player(self.now, dice.happens(15))))
    }

    /// Carries a command out, or not.
    pub(crate) fn command(
        &mut self,
        command: Command,
        fate: Fate,
        token: i64,
        dice: &mut Dice,
    ) -> Result<(), SpotifyError> {
        let refusal = self.refusal(fate, token);
        if matches!(fate, Fate::Fails(_, false) | Fate::Hangs(false)) {
            return refusal.map_or(Ok(()), Err);
        }
        match (refusal, self.device) {
            (Some(error), _) if !error.may_have_happened() => Err(error),
            (_, Device::Gone) => Err(SpotifyError::NoDevice),
            (_, Device::Restricted) => Err(SpotifyError::Restricted),
            (refusal, Device::Active) => {
                let is_playing = self.current.as_ref().is_some_and(|playing| playing.is_playing);
                match command {
                    Command::Play if is_playing => return Err(SpotifyError::Restricted),
                    Command::Pause if !is_playing => return Err(SpotifyError::Restricted),
                    Command::Play => self.set_playing(true),
                    Command::Pause => self.set_playing(false),
                    Command::Skip if dice.happens(60) => self.start_ad(10),
                    Command::Skip => self.start(None, dice.within(0..=9)),
                }
                refusal.map_or(Ok(()), Err)
            }
        }
    }

    /// Answers a refresh: when the new token expires.
    pub(crate) fn refresh(&mut self, fate: Fate) -> Result<u64, SpotifyError> {
        if !self.grant {
            return Err(SpotifyError::InvalidGrant);
        }
        if self.now < self.limited_until {
            return Err(Failure::RateLimited(Some(self.limited_until - self.now)).error());
        }
        match fate {
            Fate::Works => {
                self.token += 1;
                self.token_until = self.now + 3_600_000;
                Ok(3_600_000)
            }
            Fate::Fails(failure @ Failure::RateLimited(_), _) => {
                self.limit(failure);
                Err(failure.error())
            }
            Fate::Fails(..) => Err(Failure::ServerError.error()),
            Fate::Hangs(_) => Err(SpotifyError::NoAnswer("timed out".into())),
        }
    }
}

impl Playing {
    fn length(&self) -> u64 {
        match &self.item {
            Content::Track(track) => track.duration_ms,
            Content::Ad(ms) => *ms,
        }
    }

    fn track(&self) -> Option<Arc<Track>> {
        match &self.item {
            Content::Track(track) => Some(track.clone()),
            Content::Ad(_) => None,
        }
    }

    fn progress(&self, now: u64) -> u64 {
        let elapsed = if self.is_playing { now - self.since } else { 0 };
        (self.progress_ms + elapsed).min(self.length())
    }

    /// As Spotify reports it; it leaves the item out for a moment now and then.
    fn player(&self, now: u64, leaves_out: bool) -> Player {
        let (kind, track) = match &self.item {
            Content::Track(track) => (Kind::Track, Some(track)),
            Content::Ad(_) => (Kind::Ad, None),
        };
        let item = track
            .filter(|_| !leaves_out)
            .map(|track| Item { track: Track::clone(track), isrc: None });
        Player { is_playing: self.is_playing, progress_ms: self.progress(now), kind, item }
    }
}

fn made_up(number: u64, variety: u64) -> Track {
    Track {
        uri: format!("t{number}"),
        name: format!("Song {number}"),
        artists: Vec::new(),
        album: None,
        image_url: None,
        duration_ms: [
            0, 21_000, 45_000, 90_000, 150_000, 180_000, 200_000, 210_000, 240_000, 400_000,
        ][usize::try_from(variety % 10).unwrap_or_default()]
        .max(if variety == 0 { 180_000 } else { 0 }),
        explicit: false,
        url: None,
    }
}
