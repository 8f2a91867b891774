//! Votes to skip: the one place that decides whether a vote counts.

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

use super::revision;
use crate::{
    error::AppError,
    model::{MemberId, Millis, Outcome, PlayId, RoomId},
    server::store::{
        database::Database,
        entities::{instant, member, play, room, skip_vote},
    },
};

/// A vote, or its withdrawal.
#[derive(Clone, Copy, Debug)]
pub struct Vote {
    /// The room.
    pub room: RoomId,
    /// Who votes.
    pub member: MemberId,
    /// The play to skip.
    pub play: PlayId,
    /// Whether it is cast rather than withdrawn.
    pub on: bool,
    /// When.
    pub at: Millis,
}

/// What became of a vote, and the room's revision with it in it.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// What the voter is told.
    pub outcome: Outcome,
    /// The room's revision once that is stored.
    pub revision: u64,
}

/// Counts votes. Those that come while others are being counted are counted together next, in one
/// transaction: a whole room that votes at once does not queue for one transaction each.
#[derive(Clone, Debug)]
pub struct VoteBatcher {
    database: Database,
    // A std mutex: it is never held across an await.
    waiting: Arc<Mutex<Vec<Waiting>>>,
    counting: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct Waiting {
    vote: Vote,
    counted: oneshot::Sender<Result<Counted, AppError>>,
}

impl VoteBatcher {
    /// A batcher that keeps votes in `database`.
    pub fn new(database: Database) -> Self {
        Self { database, waiting: Arc::default(), counting: Arc::default() }
    }

    /// Counts a vote, or its withdrawal. Decides the skip with the last vote that it needs.
    ///
    /// # Errors
    /// `NotMember` if they have just left, `RoomClosed` if the room was just closed.
    pub async fn cast(&self, vote: Vote) -> Result<Counted, AppError> {
        let (counted, answer) = oneshot::channel();
        self.waiting().push(Waiting { vote, counted });
        {
            let _counting = self.counting.lock().await;
            let batch = std::mem::take(&mut *self.waiting());
            // None: whoever counted before counted this one too.
            if !batch.is_empty() {
                self.count(batch).await;
            }
        }
        answer.await.unwrap_or(Err(AppError::Internal))
    }

    async fn count(&self, batch: Vec<Waiting>) {
        let votes: Vec<Vote> = batch.iter().map(|waiting| waiting.vote).collect();
        let answers = self.try_count(&votes).await.map_err(AppError::from);
        for (position, waiting) in batch.into_iter().enumerate() {
            let answer = answers.as_ref().map_or_else(|error| Err(*error), |all| all[position]);
            let _ = waiting.counted.send(answer);
        }
    }

    async fn try_count(&self, votes: &[Vote]) -> anyhow::Result<Vec<Result<Counted, AppError>>> {
        let transaction = self.database.begin().await?;
        let mut outcomes = Vec::with_capacity(votes.len());
        // Per room: when somebody voted last, if anybody did.
        let mut rooms: BTreeMap<RoomId, Option<Millis>> = BTreeMap::new();
        for vote in votes {
            let outcome = count_one(&transaction, vote).await?;
            let voted_at = rooms.entry(vote.room).or_default();
            if outcome == Ok(Outcome::Voted) {
                *voted_at = Some(vote.at);
            }
            outcomes.push(outcome);
        }
        let mut revisions = BTreeMap::new();
        for (room, voted_at) in rooms {
            let revision = revision::revise(&transaction, room).await?;
            revisions.insert(room, revision.ok_or(AppError::RoomClosed));
            if let Some(at) = voted_at {
                decide(&transaction, room, at).await?;
            }
        }
        transaction.commit().await?;
        let counted = votes.iter().zip(outcomes).map(|(vote, outcome)| {
            Ok(Counted { outcome: outcome?, revision: revisions[&vote.room]? })
        });
        Ok(counted.collect())
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        // Nothing that holds the lock can leave the list half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn count_one(
    transaction: &DatabaseTransaction,
    vote: &Vote,
) -> Result<Result<Outcome, AppError>, DbErr> {
    if vote.on && insert(transaction, vote).await? {
        return Ok(Ok(Outcome::Voted));
    }
    let membership = member::Entity::present(vote.room.0)
        .filter(member::Column::Id.eq(vote.member.0))
        .one(transaction)
        .await?;
    if membership.is_none() {
        return Ok(Err(AppError::NotMember));
    }
    let play = play::Entity::going_on(vote.room.0)
        .filter(play::Column::Id.eq(vote.play.0))
        .one(transaction)
        .await?;
    let Some(play) = play else { return Ok(Ok(Outcome::PlayEnded)) };
    if vote.on {
        return Ok(Ok(Outcome::Voted));
    }
    skip_vote::Entity::delete_by_id((play.id, vote.member.0)).exec(transaction).await?;
    Ok(Ok(Outcome::Withdrawn))
}

/// Counts a vote; false if it counted before, the play is over or the member has left.
async fn insert(database: &impl ConnectionTrait, vote: &Vote) -> Result<bool, DbErr> {
    let row = Query::select()
        .column((play::Entity, play::Column::Id))
        .column((member::Entity, member::Column::Id))
        .expr(Expr::value(instant(vote.at)))
        .from(play::Entity)
        .from(member::Entity)
        .and_where(play::Column::Id.eq(vote.play.0))
        .and_where(play::Column::RoomId.eq(vote.room.0))
        .and_where(play::Column::EndedAt.is_null())
        .and_where(member::Column::Id.eq(vote.member.0))
        .and_where(member::Column::RoomId.eq(vote.room.0))
        .and_where(member::Column::LeftAt.is_null())
        .to_owned();
    let columns =
        [skip_vote::Column::PlayId, skip_vote::Column::MemberId, skip_vote::Column::CreatedAt];
    let insert = Query::insert()
        .into_table(skip_vote::Entity)
        .columns(columns)
        .select_from(row)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .to_owned();
    Ok(database.execute(&insert).await?.rows_affected() == 1)
}

/// Decides the skip of what plays in the room, if it has the number of votes it needs. Where a share of
/// the people decides, the room's task counts those who are here: `decide_with`.
///
/// # Errors
/// The database's.
pub(super) async fn decide(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    at: Millis,
) -> Result<(), DbErr> {
    // Nothing, which no number of votes reaches, where a share decides.
    let needed = Query::select()
        .column(room::Column::VotesToSkip)
        .from(room::Entity)
        .and_where(room::Column::Id.eq(room.0))
        .and_where(room::Column::SkipShare.is_null())
        .to_owned();
    claim(transaction, room, subquery(needed), at).await
}

/// Decides the skip of what plays in the room, if it has so many votes.
///
/// # Errors
/// The database's.
pub async fn decide_with(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    needed: u32,
    at: Millis,
) -> Result<(), DbErr> {
    claim(transaction, room, Expr::value(needed), at).await
}

async fn claim(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    needed: Expr,
    at: Millis,
) -> Result<(), DbErr> {
    let votes = Query::select()
        .expr(Expr::col((skip_vote::Entity, skip_vote::Column::MemberId)).count())
        .from(skip_vote::Entity)
        .and_where(
            Expr::col((skip_vote::Entity, skip_vote::Column::PlayId))
                .equals((play::Entity, play::Column::Id)),
        )
        .to_owned();
    play::Entity::update_many()
        .col_expr(play::Column::SkipClaimedAt, Expr::value(instant(at)))
        .filter(play::Column::RoomId.eq(room.0))
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::SkipClaimedAt.is_null())
        .filter(subquery(votes).gte(needed))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Takes the decision to skip a play back. The votes stay: they decide anew at once if an instant is
/// given and they suffice, otherwise the next one does.
///
/// # Errors
/// The database's.
pub async fn release_skip(
    database: &Database,
    room: RoomId,
    play: PlayId,
    decide_at: Option<Millis>,
) -> Result<(), DbErr> {
    let transaction = database.begin().await?;
    play::Entity::update_many()
        .col_expr(play::Column::SkipClaimedAt, Expr::value(None::<i64>))
        .col_expr(play::Column::SkipSentAt, Expr::value(None::<i64>))
        .filter(play::Column::Id.eq(play.0))
        .filter(play::Column::EndedAt.is_null())
        .exec(&transaction)
        .await?;
    if let Some(at) = decide_at {
        decide(&transaction, room, at).await?;
    }
    transaction.commit().await
}

fn subquery(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}
