//! How a request to Spotify fares: what may go wrong on the way, and on the way back.

use auxroom::{
    model::{Player, SpotifyError},
    server::live::room::Command,
};

use super::{Device, Spotify};
use crate::dice::Dice;

/// Spotify may report what was true so long ago.
pub(crate) const LONGEST_LAG_MS: u64 = 2_500;
/// A used-up quota lasts until tomorrow.
const QUOTA_EXCEEDED_MS: u64 = 20 * 3_600_000;

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
    /// A success whose text makes no sense.
    Nonsense,
    Refused,
    Unauthorized,
    Restricted,
    Premium,
    NotRegistered,
}

/// What a poll showed, as the checks know it and the room does not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shown {
    /// The playing of a track that the answer names.
    pub(crate) instance: Option<u64>,
    /// When Spotify made the answer.
    pub(crate) served_at: u64,
    pub(crate) has_length: bool,
    /// When it is over if it just plays on, as far as the answer says so.
    pub(crate) ends_at: Option<u64>,
}

impl Failure {
    fn error(self) -> SpotifyError {
        match self {
            Self::RateLimited(retry_after_ms) => SpotifyError::RateLimited { retry_after_ms },
            Self::ServerError => SpotifyError::Failed("status 502".into()),
            Self::Nonsense => SpotifyError::Failed("an answer that makes no sense".into()),
            Self::Refused => SpotifyError::NoAnswer("connection refused".into()),
            Self::Unauthorized => SpotifyError::Unauthorized,
            Self::Restricted => SpotifyError::Restricted,
            Self::Premium => SpotifyError::PremiumRequired,
            Self::NotRegistered => SpotifyError::NotRegistered,
        }
    }
}

impl Fate {
    /// Whether a command is not carried out.
    pub(super) fn is_not_done(self) -> bool {
        matches!(self, Self::Fails(_, false) | Self::Hangs(false))
    }

    /// Draws what becomes of a request; `per_mille` of them fail.
    pub(crate) fn draw(dice: &mut Dice, per_mille: u32) -> Self {
        if !dice.happens(per_mille) {
            return Self::Works;
        }
        let executed = dice.within(0..=1) == 1;
        let failure = match dice.within(0..=12) {
            0 => Failure::RateLimited(Some(dice.within(1..=40) * 1_000)),
            1 if dice.within(0..=9) == 0 => Failure::RateLimited(Some(QUOTA_EXCEEDED_MS)),
            1 => Failure::RateLimited(Some(dice.within(1..=1_200) * 1_000)),
            2 => Failure::RateLimited(None),
            3..=5 => return Self::Fails(Failure::ServerError, executed),
            6 => return Self::Fails(Failure::Nonsense, executed),
            7 => Failure::Refused,
            8 => Failure::Unauthorized,
            9 => Failure::Restricted,
            10 => Failure::Premium,
            11 => Failure::NotRegistered,
            _ => return Self::Hangs(executed),
        };
        Self::Fails(failure, false)
    }
}

impl Spotify {
    /// Whether calls were answered from then on.
    pub(crate) fn can_be_asked_since(&self, since: u64) -> bool {
        self.limited_until < since
            && self.accounts_limited_until < since
            && self.private_until < since
            && self.disturbed_at < since
            && self.device == Device::Active
    }

    /// Refuses calls until then.
    fn limit(&mut self, failure: Failure) {
        if let Failure::RateLimited(Some(ms)) = failure {
            self.limited_until = self.limited_until.max(self.now + ms);
        }
    }

    /// The same of a command: to it any success is one, whatever its text says.
    pub(super) fn command_refusal(&mut self, fate: Fate, token: i64) -> Option<SpotifyError> {
        let refusal = self.refusal(fate, token);
        refusal.filter(|_| !matches!(fate, Fate::Fails(Failure::Nonsense, true)))
    }

    /// Why a call with this token fails before it is looked at.
    pub(super) fn refusal(&mut self, fate: Fate, token: i64) -> Option<SpotifyError> {
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
    ) -> (Result<Option<Player>, SpotifyError>, Shown) {
        let mut shown = Shown { served_at: self.now, ..Shown::default() };
        if let Some(error) = self.refusal(fate, token) {
            return (Err(error), shown);
        }
        if self.now < self.private_until {
            return (Ok(None), shown);
        }
        let is_old = dice.happens(300);
        let lag_ms = dice.within(0..=LONGEST_LAG_MS);
        let old = self.before.back().filter(|(at, _)| is_old && self.now - at < lag_ms);
        let answer = old.map_or(&self.current, |(_, before)| before).clone();
        let leaves_out = dice.happens(15);
        let player = answer.as_ref().map(|playing| playing.player(self.now, leaves_out));
        let player = player.map(|player| Player { repeats: self.repeats, ..player });
        let item = player.as_ref().and_then(|player| player.item.as_ref());
        if let (Some(item), Some(playing)) = (item, answer) {
            shown.instance = Some(playing.instance);
            shown.has_length = item.track.duration_ms > 0;
        }
        shown.ends_at = player.as_ref().and_then(|player| ends_at(player, self.now));
        (Ok(player), shown)
    }

    /// Carries a command out, or not.
    pub(crate) fn command(
        &mut self,
        command: Command,
        fate: Fate,
        token: i64,
        dice: &mut Dice,
    ) -> Result<(), SpotifyError> {
        let refusal = self.command_refusal(fate, token);
        if fate.is_not_done() {
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
                    Command::Skip if self.play_queued() => {}
                    Command::Skip => self.start_new(dice.within(0..=9)),
                }
                refusal.map_or(Ok(()), Err)
            }
        }
    }

    /// Answers a refresh, which the accounts service counts on its own, with `refresh_token`: the
    /// next refresh token, and when the new token expires. With rotation the old refresh token is
    /// dead at once, whether the answer arrives or not.
    pub(crate) fn refresh(
        &mut self,
        fate: Fate,
        refresh_token: u64,
        rotates: bool,
    ) -> Result<(u64, u64), SpotifyError> {
        if self.now < self.accounts_limited_until {
            return Err(Failure::RateLimited(Some(self.accounts_limited_until - self.now)).error());
        }
        if let Fate::Fails(Failure::RateLimited(said), _) = fate {
            // Where Spotify does not say how long, the accounts layer does.
            let wait_ms = said.unwrap_or(30_000);
            self.accounts_limited_until = self.now + wait_ms;
            return Err(Failure::RateLimited(Some(wait_ms)).error());
        }
        if refresh_token != self.refresh_token {
            return Err(SpotifyError::InvalidGrant);
        }
        if matches!(fate, Fate::Works | Fate::Fails(_, true) | Fate::Hangs(true)) {
            self.token += 1;
            self.token_until = self.now + 3_600_000;
            self.refresh_token += u64::from(rotates);
        }
        match fate {
            Fate::Works => Ok((self.refresh_token, 3_600_000)),
            Fate::Fails(..) => Err(Failure::ServerError.error()),
            Fate::Hangs(_) => Err(SpotifyError::NoAnswer("timed out".into())),
        }
    }
}

/// When what plays is over if it just plays on. What is at its end already may be stuck there.
fn ends_at(player: &Player, now: u64) -> Option<u64> {
    let item = player.item.as_ref().filter(|_| player.is_playing)?;
    let left_ms = item.track.duration_ms.saturating_sub(player.progress_ms);
    (left_ms > 0).then_some(now + left_ms)
}
