//! Accounts, their players and tokens, and how they misbehave.

mod credentials;

use std::collections::HashMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::player::commands::Refusal;
use crate::player::{Device, Player};
use crate::playlists::MadePlaylist;

pub(crate) use credentials::{AccessToken, Grant, RefreshToken};

const HOUR_MS: u64 = 60 * 60 * 1_000;
/// Lifetime of an access token in milliseconds.
pub(crate) const ACCESS_LIFETIME_MS: u64 = HOUR_MS;
/// Lifetime of a refresh token in milliseconds: six months from the authorization, however often it is used.
pub(crate) const REFRESH_LIFETIME_MS: u64 = 183 * 24 * HOUR_MS;

/// More accounts than anybody signs in with; whoever goes on agreeing must not fill the disk.
const MOST_ACCOUNTS: usize = 100;
/// More access tokens than so many accounts need.
const MOST_TOKENS: usize = 1_000;

const NAMES: [&str; 8] = [
    "Robin Vale",
    "Noor Lindqvist",
    "Zoë Amaral",
    "Sasha Okafor",
    "Mika Tanaka",
    "Ines Moreau",
    "Jonas Brandt",
    "Priya Nair",
];

/// Accounts, tokens and players; serialised, this is the whole file that survives a restart.
#[derive(Deserialize, Serialize)]
pub(crate) struct State {
    pub(crate) accounts: Vec<Account>,
    /// Id of the account that was last made or signed in.
    pub(crate) latest: Option<String>,
    /// Id of the account that signs in at the next consent.
    pub(crate) next_consent: Option<String>,
    pub(crate) owner_premium: bool,
    pub(crate) codes: HashMap<String, Grant>,
    pub(crate) access_tokens: HashMap<String, AccessToken>,
    pub(crate) refresh_tokens: HashMap<String, RefreshToken>,
    /// How many random strings were drawn: with a seed, a restart must not draw the same ones again.
    drawn: u64,
    #[serde(skip)]
    seed: Option<u64>,
}

/// How player commands report success.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandAnswer {
    /// 204, as documented.
    #[default]
    NoContent,
    /// 200 with a few letters that are not JSON.
    Text,
    /// 202 without a body.
    Accepted,
}

/// What the next refresh does instead of the usual.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextRefresh {
    /// Hands out a new refresh token and revokes the old one.
    Rotate,
    /// Answers without a refresh token.
    Omit,
    /// Fails with this error of the accounts service.
    Fail {
        /// Such as `invalid_grant`.
        error: String,
        /// Such as `Refresh token revoked`.
        description: String,
    },
}

/// One listener.
#[derive(Deserialize, Serialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) account_id: String,
    pub(crate) display_name: String,
    pub(crate) premium: bool,
    pub(crate) registered: bool,
    pub(crate) command_answer: CommandAnswer,
    pub(crate) next_refresh: Option<NextRefresh>,
    /// For how many milliseconds reads show the state from before a command.
    pub(crate) stale_ms: u64,
    pub(crate) player: Player,
    /// What apps made, the oldest first.
    #[serde(default)] // older files have none
    pub(crate) made_playlists: Vec<MadePlaylist>,
    outdated: Option<Outdated>,
}

/// The player as it would be without the latest commands.
#[derive(Deserialize, Serialize)]
struct Outdated {
    player: Player,
    /// Unix milliseconds.
    until: u64,
}

impl Account {
    /// The player as reads show it.
    pub(crate) fn shown(&self, now: u64) -> Player {
        let outdated = self.outdated.as_ref().filter(|outdated| now < outdated.until);
        let mut player = outdated.map_or(&self.player, |outdated| &outdated.player).clone();
        player.advance(now);
        player
    }

    /// Carries out a command of the Web API.
    pub(crate) fn command(
        &mut self,
        now: u64,
        command: impl FnOnce(&mut Player) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if !self.premium {
            return Err(Refusal::PremiumRequired);
        }
        self.player.advance(now);
        let before = self.player.clone();
        let outcome = command(&mut self.player);
        if outcome.is_err() {
            self.player = before;
        } else if self.stale_ms > 0 {
            let outdated = self.outdated.take().filter(|outdated| now < outdated.until);
            let player = outdated.map_or(before, |outdated| outdated.player);
            self.outdated = Some(Outdated { player, until: now + self.stale_ms });
        }
        outcome
    }
}

impl State {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self {
            accounts: Vec::new(),
            latest: None,
            next_consent: None,
            owner_premium: true,
            codes: HashMap::new(),
            access_tokens: HashMap::new(),
            refresh_tokens: HashMap::new(),
            drawn: 0,
            seed,
        }
    }

    /// The same, with random strings from `seed`.
    pub(crate) fn seeded(self, seed: Option<u64>) -> Self {
        Self { seed, ..self }
    }

    /// Forgets everything but how many random strings were drawn.
    pub(crate) fn clear(&mut self) {
        *self = Self { drawn: self.drawn, ..Self::new(self.seed) };
    }

    /// Makes an account with a playing speaker, and returns its id. The oldest one makes way for one too many.
    pub(crate) fn add_account(&mut self, now: u64) -> String {
        if self.accounts.len() >= MOST_ACCOUNTS {
            let oldest = self.accounts.remove(0).id;
            self.codes.retain(|_, grant| grant.account != oldest);
            self.access_tokens.retain(|_, token| token.account != oldest);
            self.refresh_tokens.retain(|_, token| token.account != oldest);
        }
        let id = self.random(25).to_ascii_lowercase();
        let number = self.accounts.len();
        let name = NAMES[number % NAMES.len()];
        let round = number / NAMES.len();
        let device = |id: String, name: &str, kind: &str, supports_volume, volume_percent| Device {
            id,
            name: name.to_owned(),
            kind: kind.to_owned(),
            is_restricted: false,
            supports_volume,
            volume_percent,
        };
        let devices = vec![
            device(
                self.random(40).to_ascii_lowercase(),
                "Living room speaker",
                "Speaker",
                true,
                60,
            ),
            device(self.random(40).to_ascii_lowercase(), "Phone", "Smartphone", false, 100),
        ];
        let (account_id, playlist) = (self.random(22), self.random(22));
        self.accounts.push(Account {
            account_id,
            display_name: if round == 0 {
                name.to_owned()
            } else {
                format!("{name} {}", round + 1)
            },
            premium: true,
            registered: true,
            command_answer: CommandAnswer::default(),
            next_refresh: None,
            stale_ms: 0,
            player: Player::new(&playlist, devices, now),
            made_playlists: Vec::new(),
            outdated: None,
            id: id.clone(),
        });
        self.latest = Some(id.clone());
        id
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    pub(crate) fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    /// A string of letters and digits that nobody can guess, unless seeded.
    pub(crate) fn random(&mut self, length: usize) -> String {
        let mut source = match self.seed {
            Some(seed) => StdRng::seed_from_u64(seed.wrapping_add(self.drawn)),
            None => StdRng::from_os_rng(),
        };
        self.drawn += 1;
        std::iter::repeat_with(|| char::from(source.sample(rand::distr::Alphanumeric)))
            .take(length)
            .collect()
    }

    /// Forgets codes and tokens that expired so long ago that their answer no longer matters, and the oldest of too
    /// many.
    pub(crate) fn prune(&mut self, now: u64) {
        self.codes.retain(|_, grant| now < grant.authorized_at + HOUR_MS);
        self.access_tokens.retain(|_, token| now < token.expires_at + 24 * HOUR_MS);
        self.refresh_tokens
            .retain(|_, token| now < token.authorized_at + REFRESH_LIFETIME_MS + 24 * HOUR_MS);
        forget_oldest(&mut self.codes, |grant| grant.authorized_at);
        forget_oldest(&mut self.access_tokens, |token| token.expires_at);
        forget_oldest(&mut self.refresh_tokens, |token| token.authorized_at);
    }
}

/// Forgets half of too many, the oldest first.
fn forget_oldest<T>(all: &mut HashMap<String, T>, age: impl Fn(&T) -> u64) {
    if all.len() <= MOST_TOKENS {
        return;
    }
    let mut by_age: Vec<_> = all.iter().map(|(key, one)| (age(one), key.clone())).collect();
    by_age.sort_unstable();
    for (_, key) in by_age.into_iter().take(MOST_TOKENS / 2) {
        all.remove(&key);
    }
}
