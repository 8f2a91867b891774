//! How Spotify does, besides a missing sign-in.

use crate::model::{Millis, StatusKind};

/// How Spotify does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Health {
    /// It answers.
    #[default]
    Ok,
    /// It answers polls, but refused a command for a reason that people must read.
    Hindered(StatusKind),
    /// Polls or commands fail.
    Failing {
        /// How often in a row.
        attempts: u32,
        kind: StatusKind,
        /// Until then only a person's command is tried.
        retry_at: Millis,
    },
    /// It asked to wait; asking earlier would lengthen that.
    RateLimited {
        /// How often in a row.
        attempts: u32,
        until: Millis,
    },
}

impl Health {
    /// What it is after `next`, which does not end a wait that any room was told meanwhile.
    pub(super) fn then(self, next: Self, now: Millis) -> Self {
        match (self.rate_limited_until(now), next) {
            (Some(waits), Self::RateLimited { attempts, until }) => {
                Self::RateLimited { attempts, until: until.max(waits) }
            }
            (Some(_), _) => self,
            (None, next) => next,
        }
    }

    /// How many requests failed in a row.
    pub(super) fn attempts(self) -> u32 {
        match self {
            Self::Ok | Self::Hindered(_) => 0,
            Self::Failing { attempts, .. } | Self::RateLimited { attempts, .. } => attempts,
        }
    }

    /// Until when nothing is asked, not even by a person's command.
    pub(super) fn rate_limited_until(self, now: Millis) -> Option<Millis> {
        match self {
            Self::RateLimited { until, .. } if now < until => Some(until),
            _ => None,
        }
    }

    /// When the room may ask again by itself.
    pub(super) fn next_attempt(self) -> Millis {
        match self {
            Self::Ok | Self::Hindered(_) => Millis(0),
            Self::Failing { retry_at, .. } => retry_at,
            Self::RateLimited { until, .. } => until,
        }
    }

    /// What remains of it after a poll that worked: those hindrances that a poll does not disprove.
    pub(super) fn after_poll(self, plays: bool) -> Self {
        match self {
            Self::Hindered(StatusKind::NoDevice) if plays => Self::Ok,
            // Polling needs no Premium account.
            Self::Hindered(
                StatusKind::NoDevice | StatusKind::PremiumRequired | StatusKind::SkipRefused,
            ) => self,
            _ => Self::Ok,
        }
    }

    /// What remains of it once a device was chosen.
    pub(super) fn with_speaker(self) -> Self {
        match self {
            Self::Hindered(StatusKind::NoDevice) => Self::Ok,
            _ => self,
        }
    }

    /// What remains of it once votes or the play changed.
    pub(super) fn without_refused_skip(self) -> Self {
        if self == Self::Hindered(StatusKind::SkipRefused) { Self::Ok } else { self }
    }

    /// What people read, and when it is tried again.
    pub(super) fn status(self) -> Option<(StatusKind, Option<Millis>)> {
        match self {
            Self::Ok => None,
            Self::Hindered(kind) => Some((kind, None)),
            Self::Failing { kind: StatusKind::Unreachable, retry_at, .. } => {
                Some((StatusKind::Unreachable, Some(retry_at)))
            }
            Self::Failing { kind, .. } => Some((kind, None)),
            Self::RateLimited { until, .. } => Some((StatusKind::RateLimited, Some(until))),
        }
    }
}
