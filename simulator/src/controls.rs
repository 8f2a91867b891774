//! Controls of tests: what happens to accounts, and what they are seen to do.

pub(crate) mod http;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::player::{Entry, Repeat};
use crate::state::{CommandAnswer, NextRefresh, State};
use crate::{Simulator, catalogue};

/// Something done to one account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Plays an item now, on an active device, before all that was to come.
    Play(Wanted),
    /// Replaces all that was to come; after it, playback stops.
    Coming(Vec<Wanted>),
    /// Pauses at the device.
    Pause,
    /// Goes on at the device.
    Resume,
    /// Jumps to this position in milliseconds at the device.
    SeekMs(u64),
    /// Ends the session: the player answers 204.
    NothingPlaying,
    /// Changes what can be played on.
    Device(DeviceState),
    /// Starts or ends a private session.
    PrivateSession(bool),
    /// Whether the account has Premium.
    Premium(bool),
    /// Whether the account is on the app's list of users.
    Registered(bool),
    /// What repeats.
    Repeat(Repeat),
    /// For how long reads show the state from before a command, in milliseconds.
    StaleMs(u64),
    /// How commands say that they succeeded.
    CommandAnswer(CommandAnswer),
    /// Takes the refresh tokens back.
    RevokeRefreshTokens,
    /// Ends the life of the access tokens.
    ExpireAccessTokens,
    /// What the next refresh does.
    NextRefresh(NextRefresh),
}

/// An item as tests name it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// See [`catalogue::uri_of`].
    pub item: String,
    /// Where it starts, in milliseconds.
    #[serde(default)]
    pub position_ms: u64,
    /// Its length in milliseconds when that is not its usual one.
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

/// What an account can be played on.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// No device is reachable.
    None,
    /// Devices are reachable and none is active.
    Inactive,
    /// The active one takes no commands.
    Restricted,
    /// The speaker is active; what was paused stays so.
    Active,
}

/// Why a control was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlError {
    /// There is no such account, or none at all.
    UnknownAccount,
    /// The item is neither a name, nor a place in the catalogue, nor a URI.
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

/// An account, and what it does at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountSummary {
    /// What `GET /me` calls `id`.
    pub id: String,
    /// What `GET /me` calls `account_id`.
    pub account_id: String,
    /// The name that people see.
    pub display_name: String,
    /// URI of what plays or is paused.
    pub uri: Option<String>,
    /// Whether it plays.
    pub is_playing: bool,
    /// How far it is, in milliseconds.
    pub progress_ms: u64,
    /// URIs of the next twenty items.
    pub coming: Vec<String>,
}

impl Simulator {
    /// Does something to the account of this id, or to the one that was last made or signed in.
    ///
    /// # Errors
    /// When there is no such account or item.
    pub fn control(&self, account: Option<&str>, control: Control) -> Result<(), ControlError> {
        let now = self.now();
        self.change(|state| {
            let id = account.map(str::to_owned).or_else(|| state.latest.clone());
            control.apply(state, &id.ok_or(ControlError::UnknownAccount)?, now)
        })
    }

    /// All accounts, oldest first, as they really are: stale reads do not count here.
    pub fn accounts(&self) -> Vec<AccountSummary> {
        let now = self.now();
        self.read(|state| {
            let summary = |account: &crate::state::Account| {
                let mut player = account.player.clone();
                player.advance(now);
                let current = player.session().map(|(_, current)| current);
                AccountSummary {
                    id: account.id.clone(),
                    account_id: account.account_id.clone(),
                    display_name: account.display_name.clone(),
                    uri: current.map(|current| current.entry.uri.clone()),
                    is_playing: current.is_some_and(|current| current.is_playing),
                    progress_ms: current.map_or(0, |current| current.progress_ms(now)),
                    coming: player.upcoming().take(20).map(|entry| entry.uri.clone()).collect(),
                }
            };
            state.accounts.iter().map(summary).collect()
        })
    }

    /// Makes an account that nobody signed in to yet, and returns its id; the next consent is its.
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
    /// When there is no such account.
    pub fn consent_next(&self, account: &str) -> Result<(), ControlError> {
        self.change(|state| {
            state.account(account).ok_or(ControlError::UnknownAccount)?;
            state.next_consent = Some(account.to_owned());
            Ok(())
        })
    }

    /// Whether the owner of the app has Premium: without it, nobody can use the app.
    pub fn owner_premium(&self, premium: bool) {
        self.change(|state| state.owner_premium = premium);
    }

    /// Forgets accounts, tokens, faults and requests; what hangs goes on. The clock stays.
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
                player.set_coming(wanted.iter().map(Wanted::entry).collect::<Result<_, _>>()?)
            }
            Self::Pause => player.set_playing(false, now),
            Self::Resume => player.set_playing(true, now),
            Self::SeekMs(position_ms) => player.set_position(position_ms, now),
            Self::NothingPlaying => player.current = None,
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
