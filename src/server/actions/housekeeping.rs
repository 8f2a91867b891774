//! Expires sessions, sign-ins and visitors; closes and purges rooms.

use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, IntoColumnRef, IntoTableRef, Query, SelectStatement},
};
use tokio_util::sync::CancellationToken;

use crate::server::{
    clock::Clock,
    live::hub::Hub,
    rooms::lifecycle,
    store::{
        database::Database,
        entities::{connection, instant, member, room, session, sign_in, visitor},
    },
};

const HOUR_MS: u64 = 60 * 60 * 1000;
/// A room that nobody uses for this long closes.
const UNUSED_MS: u64 = 30 * 24 * HOUR_MS;
/// A closed room is deleted this much later.
const CLOSED_MS: u64 = 7 * 24 * HOUR_MS;
/// A visitor without anything may still be in the middle of their first request.
const FIRST_REQUEST_MS: u64 = HOUR_MS;

/// Sweeps at the start and every hour, until `shutdown`.
pub async fn run(database: Database, hub: Hub, clock: Clock, shutdown: CancellationToken) {
    loop {
        if let Err(error) = sweep(&database, &hub, clock.now()).await {
            tracing::error!(
                error = format!("{error:#}"),
                "The sweep failed; the next one tries again"
            );
        }
        let next = clock.now() + HOUR_MS;
        tokio::select! {
            () = clock.sleep_until(next) => {}
            () = shutdown.cancelled() => break,
        }
    }
}

/// Deletes what has expired, closes rooms that nobody uses, deletes those closed for long.
pub async fn sweep(database: &Database, hub: &Hub, now: u64) -> anyhow::Result<()> {
    let before = |ms: u64| instant(now.saturating_sub(ms));
    let writer = &database.writer;
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lte(instant(now)))
        .exec(writer)
        .await?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::ExpiresAt.lte(instant(now)))
        .exec(writer)
        .await?;
    // A display may follow a room for months without another request.
    room::Entity::update_many()
        .col_expr(room::Column::UsedAt, Expr::value(instant(now)))
        .filter(room::Column::Id.is_in(hub.watched()))
        .exec(writer)
        .await?;
    let unused = room::Entity::open().filter(room::Column::UsedAt.lte(before(UNUSED_MS)));
    for room in unused.all(&database.reader).await? {
        lifecycle::close(database, room.id, now).await?;
        hub.changed(room.id).await;
    }
    // Members, plays and votes go with their room.
    room::Entity::delete_many()
        .filter(room::Column::ClosedAt.lte(before(CLOSED_MS)))
        .exec(writer)
        .await?;
    delete_visitors(database, before(FIRST_REQUEST_MS)).await?;
    Ok(())
}

/// Deletes the visitors, created by `until`, who could not come back and left nothing.
async fn delete_visitors(database: &Database, until: i64) -> Result<(), DbErr> {
    let is_in_none = |visitors| visitor::Column::Id.not_in_subquery(visitors);
    visitor::Entity::delete_many()
        .filter(visitor::Column::CreatedAt.lte(until))
        .filter(is_in_none(column_of(session::Entity, session::Column::VisitorId)))
        .filter(is_in_none(column_of(member::Entity, member::Column::VisitorId)))
        .filter(is_in_none(column_of(connection::Entity, connection::Column::VisitorId)))
        .filter(is_in_none(column_of(sign_in::Entity, sign_in::Column::VisitorId)))
        .exec(&database.writer)
        .await?;
    Ok(())
}

fn column_of(table: impl IntoTableRef, column: impl IntoColumnRef) -> SelectStatement {
    Query::select().column(column).from(table).to_owned()
}
