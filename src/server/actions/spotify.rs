//! Connect, disconnect and move a Spotify account.

use rand::Rng;
use sea_orm::DatabaseTransaction;

use super::{App, authorise, commit, note_room};
use crate::{
    error::AppError,
    model::{Outcome, RoomId, VisitorId},
    server::{
        accounts::{
            connections::{self, Attached, Proven},
            sign_in::{self, Consent, Purpose},
        },
        rooms::{lifecycle, people::Host},
    },
};

/// What Spotify's consent page hands back.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Names the consent that was asked for.
    pub state: &'a str,
    /// What to exchange for tokens, if the person agreed.
    pub code: &'a str,
    /// Why not, if they did not.
    pub error: &'a str,
}

impl<'a> Answer<'a> {
    /// What to exchange; nothing if the person pressed Cancel.
    ///
    /// # Errors
    /// `SignInFailed` if it is neither: Spotify's own trouble, or an address that somebody made up.
    fn grant(self) -> Result<Option<&'a str>, AppError> {
        match self {
            Self { error: "access_denied", .. } => Ok(None),
            Self { error: "", code, .. } if !code.is_empty() => Ok(Some(code)),
            _ => Err(AppError::SignInFailed),
        }
    }
}

/// What became of a sign-in.
#[derive(Debug)]
pub struct Completed {
    /// The code of the room that it was for.
    pub room: String,
    /// What it was for.
    pub purpose: Purpose,
    /// What people read.
    pub outcome: Outcome,
}

/// Where a browser finds what it is sent to.
#[derive(Debug)]
pub struct Addresses {
    /// Spotify's accounts service.
    pub accounts_url: String,
    /// This server.
    pub public_url: String,
}

/// Remembers that the host is sent to Spotify; returns the consent page's address.
///
/// # Errors
/// If the visitor is not the host.
pub async fn connect(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    addresses: &Addresses,
    rng: &mut (impl Rng + Send),
) -> Result<String, AppError> {
    let host = authorise::host(app, visitor, code).await?;
    begin(app, &host, Purpose::Connect, addresses, rng).await
}

/// The same for a host who has been let in, and any purpose.
pub(super) async fn begin(
    app: &App,
    Host(host): &Host,
    purpose: Purpose,
    Addresses { accounts_url, public_url }: &Addresses,
    rng: &mut (impl Rng + Send),
) -> Result<String, AppError> {
    let (visitor, room) = (host.visitor, host.room);
    let consent = Consent { visitor, room, purpose, accounts_url, public_url };
    Ok(sign_in::begin(&app.database, &app.spotify, &consent, app.clock.now(), rng).await?)
}

/// Ends the way back from Spotify: connects the account if its owner agreed.
///
/// # Errors
/// `SignInExpired` if nothing was asked for; otherwise why the sign-in failed.
pub async fn complete(
    app: &App,
    visitor: Option<VisitorId>,
    answer: Answer<'_>,
    public_url: &str,
) -> Result<Completed, AppError> {
    let pending = sign_in::take(&app.database, visitor, answer.state, app.clock.now()).await?;
    let room = RoomId(pending.room_id);
    note_room(room);
    let code = lifecycle::code_of_open(&app.database, room).await?;
    let purpose = pending.purpose;
    let Some(grant) = answer.grant()? else {
        let outcome = match purpose {
            Purpose::Connect => Outcome::Declined,
            Purpose::ChoosePlaylist => Outcome::LibraryDeclined,
            Purpose::SavePlaylist => Outcome::PlaylistDeclined,
        };
        return Ok(Completed { room: code, purpose, outcome });
    };
    let (account_id, granted) =
        sign_in::prove(&app.spotify, &app.limiter, &pending, grant, public_url).await?;
    let proven = Proven {
        visitor: VisitorId(pending.visitor_id),
        room,
        client_id: app.spotify.client_id(),
        account_id: &account_id,
        granted: &granted,
    };
    let (sealer, now) = (&app.sealer, app.clock.now());
    let attached = commit(app, room, async |writing| {
        if purpose != Purpose::Connect {
            stays_the_same(&writing.transaction, &proven).await?;
        }
        let attached = connections::attach(&writing.transaction, sealer, &proven, now).await?;
        if let Attached::Elsewhere { room } = attached {
            // Its sign-in is a new one too.
            writing.revise(room).await?;
        }
        Ok(attached)
    })
    .await?;
    let outcome = match (attached, purpose) {
        (Attached::Here, Purpose::Connect) => Outcome::Connected,
        (Attached::Here, Purpose::ChoosePlaylist) => Outcome::LibraryAllowed,
        (Attached::Here, Purpose::SavePlaylist) => Outcome::PlaylistAllowed,
        (Attached::Elsewhere { .. }, _) => Outcome::Elsewhere,
    };
    Ok(Completed { room: code, purpose, outcome })
}

/// Whoever agrees to more does so for the account that drives the room: another one would take its
/// place, and what was played would go with it.
async fn stays_the_same(
    transaction: &DatabaseTransaction,
    Proven { client_id, account_id, room, .. }: &Proven<'_>,
) -> Result<(), AppError> {
    match connections::drives(transaction, client_id, account_id, *room).await? {
        true => Ok(()),
        false => Err(AppError::OtherAccount),
    }
}

/// Deletes the room's account with all that is stored about it.
///
/// # Errors
/// If the visitor is not the host.
pub async fn disconnect(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<(), AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    commit(
        app,
        room,
        async |writing| Ok(connections::disconnect(&writing.transaction, room).await?),
    )
    .await
}

/// Moves the host's own account here from the other room that it drives.
///
/// # Errors
/// If the visitor is not the host; `NothingToMove` if they have no account in another room.
pub async fn move_here(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<(), AppError> {
    let host = authorise::host(app, visitor, code).await?.0;
    let client_id = app.spotify.client_id();
    commit(app, host.room, async |writing| {
        let tx = &writing.transaction;
        let left = connections::move_here(tx, client_id, host.visitor, host.room).await?;
        writing.revise(left).await?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn callback_gives_a_code_a_cancellation_or_a_failure(
            state: String,
            code in prop_oneof![Just(String::new()), any::<String>()],
            error in prop_oneof![Just(""), Just("access_denied"), Just("server_error"), Just(" ")],
        ) {
            let grant = Answer { state: &state, code: &code, error }.grant();
            match (error, code.as_str()) {
                ("access_denied", _) => prop_assert_eq!(grant, Ok(None)),
                ("", "") => prop_assert_eq!(grant, Err(AppError::SignInFailed)),
                ("", code) => prop_assert_eq!(grant, Ok(Some(code)), "byte for byte"),
                _ => prop_assert_eq!(grant, Err(AppError::SignInFailed)),
            }
        }
    }
}
