//! What tests do to accounts and requests.

use std::fmt;

use serde::Deserialize;

use crate::catalogue;
use crate::faults::Fault;
use crate::player::{DeviceState, Entry, Repeat};
use crate::simulator::Simulator;
use crate::state::{CommandAnswer, NextRefresh, State};

/// Something done to one account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Plays an item now, on an active device, ahead of everything upcoming.
    Play(Wanted),
    /// Replaces everything upcoming; after it, playback stops.
    Coming(Vec<Wanted>),
    /// Pauses at the device.
    Pause,
    /// Resumes at the device.
    Resume,
    /// Jumps to this position in milliseconds at the device.
    SeekMs(u64),
    /// Ends the session: the player answers 204.
    NothingPlaying,
    /// Changes what can be played on.
    Device(DeviceState),
    /// Starts or ends a private session.
    PrivateSession(bool),
    /// Gives Premium to the account or takes it away.
    Premium(bool),
    /// Adds the account to the app's list of users or removes it.
    Registered(bool),
    /// Sets what repeats.
    Repeat(Repeat),
    /// Sets for how many milliseconds reads show the state from before a command.
    StaleMs(u64),
    /// Sets how commands report success.
    CommandAnswer(CommandAnswer),
    /// Revokes the refresh tokens.
    RevokeRefreshTokens,
    /// Lets the access tokens expire.
    ExpireAccessTokens,
    /// Sets what the next refresh does.
    NextRefresh(NextRefresh),
}

/// An item as tests name it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// See [`catalogue::uri_of`].
    pub item: String,
    /// The position from which it plays, in milliseconds.
    #[serde(default)]
    pub position_ms: u64,
    /// Its length in milliseconds, where that is not the usual one.
    #[serde(default)]
    pub duration_ms: Option<u64>,
}

impl Wanted {
    /// `item` from its start.
    pub fn new(item: impl Into<String>) -> Self {
        Self { item: item.into(), ..Self::default() }
    }

    /// The same from a position in milliseconds.
    pub fn at(self, position_ms: u64) -> Self {
        Self { position_ms, ..self }
    }

    /// The same with another length in milliseconds.
    pub fn lasting(self, duration_ms: u64) -> Self {
        Self { duration_ms: Some(duration_ms), ..self }
    }

    fn entry(&self) -> Result<Entry, ControlError> {
        let uri = catalogue::uri_of(&self.item).ok_or(ControlError::UnknownItem)?;
        Ok(Entry { uri, duration_ms: self.duration_ms })
    }
}

/// Why a control was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlError {
    /// There is no such account, or none at all.
    UnknownAccount,
    /// The item is neither a name, nor an index into the catalogue, nor a URI.
    UnknownItem,
}

impl fmt::Display for ControlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnknownAccount => "There is no such account.",
            Self::UnknownItem => "There is no such item.",
        })
    }
}

impl std::error::Error for ControlError {}

impl Simulator {
    /// Applies `control` to the account with this id, or to the one that was made or signed in last.
    ///
    /// # Errors
    /// If there is no such account or item.
    pub fn control(&self, account: Option<&str>, control: Control) -> Result<(), ControlError> {
        let now = self.now();
        self.change(|state| {
            let id = account.map(str::to_owned).or_else(|| state.latest.clone());
            control.apply(state, &id.ok_or(ControlError::UnknownAccount)?, now)
        })
    }

    /// Makes an account that nobody has signed in to, and returns its id; it signs in at the next consent.
    pub fn add_account(&self) -> String {
        let now = self.now();
        self.change(|state| {
            let id = state.add_account(now);
            state.next_consent = Some(id.clone());
            id
        })
    }

    /// Lets this account sign in at the next consent that names no other.
    ///
    /// # Errors
    /// If there is no such account.
    pub fn consent_next(&self, account: &str) -> Result<(), ControlError> {
        self.change(|state| {
            state.account(account).ok_or(ControlError::UnknownAccount)?;
            state.next_consent = Some(account.to_owned());
            Ok(())
        })
    }

    /// Sets whether the owner of the app has Premium: without it, nobody can use the app.
    pub fn owner_premium(&self, premium: bool) {
        self.change(|state| state.owner_premium = premium);
    }

    /// Adds a fault; of those that match a request, the oldest is used first.
    pub fn fault(&self, fault: Fault) {
        self.faults().add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.faults().clear();
    }

    /// Forgets the requests so far.
    pub fn reset_requests(&self) {
        self.log().clear();
    }

    /// Forgets accounts, tokens, faults and requests, and lets hanging requests continue. The clock stays.
    pub fn reset(&self) {
        self.clear_faults();
        self.change(State::clear);
        self.release();
        self.reset_requests();
    }
}

impl Control {
    fn apply(self, state: &mut State, id: &str, now: u64) -> Result<(), ControlError> {
        match self {
            Self::RevokeRefreshTokens => {
                let tokens = state.refresh_tokens.values_mut();
                tokens
                    .filter(|token| token.account == id)
                    .for_each(|token| token.is_revoked = true);
            }
            Self::ExpireAccessTokens => {
                let tokens = state.access_tokens.values_mut();
                tokens
                    .filter(|token| token.account == id)
                    .for_each(|token| token.expires_at = token.expires_at.min(now));
            }
            _ => {}
        }
        let account = state.account_mut(id).ok_or(ControlError::UnknownAccount)?;
        let player = &mut account.player;
        player.advance(now);
        match self {
            Self::Play(wanted) => {
                player.set_device(DeviceState::Active, now);
                player.set_current(wanted.entry()?, wanted.position_ms, now);
            }
            Self::Coming(wanted) => {
                player.set_upcoming(wanted.iter().map(Wanted::entry).collect::<Result<_, _>>()?)
            }
            Self::Pause => player.set_playing(false, now),
            Self::Resume => player.set_playing(true, now),
            Self::SeekMs(position_ms) => player.set_position(position_ms, now),
            Self::NothingPlaying => {
                player.set_playing(false, now);
                player.current = None;
            }
            Self::Device(device) => player.set_device(device, now),
            Self::PrivateSession(private) => player.private_session = private,
            Self::Repeat(repeat) => player.repeat = repeat,
            Self::Premium(premium) => account.premium = premium,
            Self::Registered(registered) => account.registered = registered,
            Self::StaleMs(stale_ms) => account.stale_ms = stale_ms,
            Self::CommandAnswer(answer) => account.command_answer = answer,
            Self::NextRefresh(next) => account.next_refresh = Some(next),
            Self::RevokeRefreshTokens | Self::ExpireAccessTokens => {}
        }
        Ok(())
    }
}
