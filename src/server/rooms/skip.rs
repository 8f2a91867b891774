//! Votes to skip, and a skip that is sent once.
//!
//! Deciding, recording and sending are apart: the decision is a conditional UPDATE that one caller
//! wins, the sending is recorded before it happens, and who finds a decision that did not come
//! true within 10 s looks first and sends once more at most. So no crash loses or doubles it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _,
    QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement},
};
use tokio::sync::oneshot;

use crate::server::{
    http::caller::Member,
    store::{
        database::Database,
        entities::{instant, member, millis, play, room, skip_vote},
    },
};
use crate::{error::AppError, model::Outcome};

/// How long a decided skip may take to come true.
pub const SETTLE_MS: u64 = 10_000;

/// Takes votes in. Those that come while others are being counted are counted together next, in one
/// transaction: a whole room that votes at once does not queue for one transaction each.
#[derive(Clone, Debug)]
pub struct BallotBox {
    database: Database,
    // A std mutex: it is never held across an await.
    waiting: Arc<Mutex<Vec<Ballot>>>,
    counting: Arc<tokio::sync::Mutex<()>>,
}

/// A vote, or its withdrawal.
#[derive(Debug)]
struct Ballot {
    member: Member,
    play_id: u64,
    on: bool,
    now: u64,
    outcome: oneshot::Sender<Result<Outcome, AppError>>,
}

impl BallotBox {
    /// A box whose votes are kept in `database`.
    pub fn new(database: Database) -> Self {
        Self { database, waiting: Arc::default(), counting: Arc::default() }
    }

    /// Counts, or withdraws, the member's vote to skip `play_id`. Decides the skip with the last
    /// vote that it needs.
    ///
    /// # Errors
    /// `NotMember` if they have just left, or if the database does not answer.
    pub async fn cast(
        &self,
        member: Member,
        play_id: u64,
        on: bool,
        now: u64,
    ) -> Result<Outcome, AppError> {
        let (outcome, counted) = oneshot::channel();
        self.waiting().push(Ballot { member, play_id, on, now, outcome });
        {
            let _counting = self.counting.lock().await;
            let ballots = std::mem::take(&mut *self.waiting());
            // None: whoever counted before counted this one too.
            if !ballots.is_empty() {
                self.count(ballots).await;
            }
        }
        counted.await.unwrap_or(Err(AppError::Internal))
    }

    async fn count(&self, ballots: Vec<Ballot>) {
        let outcomes = self.try_count(&ballots).await.map_err(AppError::from);
        for (place, ballot) in ballots.into_iter().enumerate() {
            let outcome = outcomes.as_ref().map_or_else(|error| Err(*error), |all| all[place]);
            let _ = ballot.outcome.send(outcome);
        }
    }

    async fn try_count(
        &self,
        ballots: &[Ballot],
    ) -> anyhow::Result<Vec<Result<Outcome, AppError>>> {
        let transaction = self.database.begin().await?;
        let mut outcomes = Vec::with_capacity(ballots.len());
        let mut voted = BTreeMap::new();
        for ballot in ballots {
            let outcome = count_one(&transaction, ballot).await?;
            if outcome == Ok(Outcome::Voted) {
                voted.insert(ballot.member.room.id, ballot.now);
            }
            outcomes.push(outcome);
        }
        for (room_id, now) in voted {
            decide(&transaction, room_id, now).await?;
        }
        transaction.commit().await?;
        Ok(outcomes)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Ballot>> {
        // Nothing that holds the lock can leave the list half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn count_one(
    transaction: &DatabaseTransaction,
    ballot: &Ballot,
) -> Result<Result<Outcome, AppError>, DbErr> {
    let Ballot { member, play_id, on, now, .. } = ballot;
    if *on && insert(transaction, member, *play_id, *now).await? {
        return Ok(Ok(Outcome::Voted));
    }
    let place = member::Entity::present(member.room.id)
        .filter(member::Column::Id.eq(member.place.id))
        .one(transaction)
        .await?;
    if place.is_none() {
        return Ok(Err(AppError::NotMember));
    }
    let play = play::Entity::going_on(member.room.id)
        .filter(play::Column::Id.eq(instant(*play_id)))
        .one(transaction)
        .await?;
    let Some(play) = play else { return Ok(Ok(Outcome::PlayEnded)) };
    if *on {
        return Ok(Ok(Outcome::Voted));
    }
    skip_vote::Entity::delete_by_id((play.id, member.place.id)).exec(transaction).await?;
    Ok(Ok(Outcome::Withdrawn))
}

/// Counts a vote; false if it counted before, the play is over or the member has left.
async fn insert(
    database: &impl ConnectionTrait,
    member: &Member,
    play_id: u64,
    now: u64,
) -> Result<bool, DbErr> {
    let Member { room, place } = member;
    let vote = Query::select()
        .column((play::Entity, play::Column::Id))
        .column((member::Entity, member::Column::Id))
        .expr(Expr::value(instant(now)))
        .from(play::Entity)
        .from(member::Entity)
        .and_where(play::Column::Id.eq(instant(play_id)))
        .and_where(play::Column::RoomId.eq(room.id))
        .and_where(play::Column::EndedAt.is_null())
        .and_where(member::Column::Id.eq(place.id))
        .and_where(member::Column::LeftAt.is_null())
        .to_owned();
    let columns =
        [skip_vote::Column::PlayId, skip_vote::Column::MemberId, skip_vote::Column::CreatedAt];
    let insert = Query::insert()
        .into_table(skip_vote::Entity)
        .columns(columns)
        .select_from(vote)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .to_owned();
    Ok(database.execute(&insert).await?.rows_affected() == 1)
}

/// Decides the skip of what plays in the room, if it has the votes it needs.
///
/// # Errors
/// If the database does not answer.
pub async fn decide(database: &impl ConnectionTrait, room_id: i64, now: u64) -> Result<(), DbErr> {
    let votes = Query::select()
        .expr(Expr::col((skip_vote::Entity, skip_vote::Column::MemberId)).count())
        .from(skip_vote::Entity)
        .and_where(
            Expr::col((skip_vote::Entity, skip_vote::Column::PlayId))
                .equals((play::Entity, play::Column::Id)),
        )
        .to_owned();
    let needed = Query::select()
        .column(room::Column::VotesToSkip)
        .from(room::Entity)
        .and_where(room::Column::Id.eq(room_id))
        .to_owned();
    play::Entity::update_many()
        .col_expr(play::Column::SkipClaimedAt, Expr::value(instant(now)))
        .filter(play::Column::RoomId.eq(room_id))
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::SkipClaimedAt.is_null())
        .filter(subquery(votes).gte(subquery(needed)))
        .exec(database)
        .await?;
    Ok(())
}

fn subquery(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}

/// Decides to skip `play_id`: true for the one caller who wins.
///
/// # Errors
/// If the database does not answer.
pub async fn claim(database: &impl ConnectionTrait, play_id: i64, now: u64) -> Result<bool, DbErr> {
    let claimed = play::Entity::update_many()
        .col_expr(play::Column::SkipClaimedAt, Expr::value(instant(now)))
        .filter(play::Column::Id.eq(play_id))
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::SkipClaimedAt.is_null())
        .exec(database)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Records that the skip is about to be sent: true if it may be.
///
/// # Errors
/// If the database does not answer.
pub async fn record_sending(
    database: &Database,
    play: &play::Model,
    now: u64,
) -> Result<bool, DbErr> {
    let unchanged = match play.skip_sent_at {
        Some(sent_at) => play::Column::SkipSentAt.eq(sent_at),
        None => play::Column::SkipSentAt.is_null(),
    };
    let recorded = play::Entity::update_many()
        .col_expr(play::Column::SkipSentAt, Expr::value(instant(now)))
        .filter(play::Column::Id.eq(play.id))
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::SkipClaimedAt.is_not_null())
        .filter(unchanged)
        .exec(&database.writer)
        .await?;
    Ok(recorded.rows_affected == 1)
}

/// Takes the decision back: Spotify refused the skip, or it did not come true. The votes stay, and
/// the next one decides anew.
///
/// # Errors
/// If the database does not answer.
pub async fn release(database: &Database, play_id: i64) -> Result<(), DbErr> {
    play::Entity::update_many()
        .col_expr(play::Column::SkipClaimedAt, Expr::value(None::<i64>))
        .col_expr(play::Column::SkipSentAt, Expr::value(None::<i64>))
        .filter(play::Column::Id.eq(play_id))
        .filter(play::Column::EndedAt.is_null())
        .exec(&database.writer)
        .await?;
    Ok(())
}

/// What to do about a decided skip of a play that Spotify still reports.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Nothing was decided.
    Nothing,
    /// Send it, now.
    Send,
    /// Wait until then; look before anything else.
    Wait {
        /// When to decide again, in Unix milliseconds.
        until: u64,
    },
    /// It was sent twice and did not come true.
    GiveUp,
}

/// Decides on a play that was looked at, and goes on, at `looked_at`.
pub fn step(play: &play::Model, looked_at: u64, now: u64) -> Step {
    let Some(claimed_at) = play.skip_claimed_at.map(millis) else { return Step::Nothing };
    let again_at = claimed_at + SETTLE_MS;
    let (due, step) = match play.skip_sent_at.map(millis) {
        // Sent blindly, it would hit the next song if this one ended a moment ago.
        None => (claimed_at, Step::Send),
        Some(sent_at) if sent_at < again_at => (again_at, Step::Send),
        Some(sent_at) => (sent_at + SETTLE_MS, Step::GiveUp),
    };
    // What was seen before the skip was due says nothing about it.
    if now >= due && looked_at >= due { step } else { Step::Wait { until: due } }
}

#[cfg(test)]
mod tests;
