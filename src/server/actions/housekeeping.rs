//! Expires sessions, sign-ins and visitors; closes and purges rooms.
//!
//! What was played is part of a room: it stays for as long as the room is open, and goes when that
//! closes. Votes go with the end of the play. So there is nothing about either to sweep, and how long
//! everything else stays is in `.github/PRIVACY.md`.

use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, IntoColumnRef, IntoTableRef, Query, SelectStatement},
};
use tokio_util::sync::CancellationToken;

use super::{App, rooms};
use crate::{
    error::AppError,
    model::RoomId,
    server::store::{
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

/// Sweeps now; returns what sweeps every hour from here on, until `shutdown`.
pub async fn begin(app: App, shutdown: CancellationToken) -> impl Future<Output = ()> + Send {
    sweep_or_log(&app).await;
    let mut next = app.clock.now() + HOUR_MS;
    async move {
        loop {
            tokio::select! {
                () = app.clock.sleep_until(next) => {}
                () = shutdown.cancelled() => break,
            }
            sweep_or_log(&app).await;
            next = app.clock.now() + HOUR_MS;
        }
    }
}

async fn sweep_or_log(app: &App) {
    if let Err(error) = sweep(app).await {
        tracing::error!(error = format!("{error:#}"), "The sweep failed; the next one tries again");
    }
}

/// Deletes what has expired, closes rooms that nobody uses, deletes those closed for long.
pub async fn sweep(app: &App) -> anyhow::Result<()> {
    let (database, now) = (&app.database, app.clock.now());
    let before = |ms: u64| instant(now.before(ms));
    let writer = &database.writer;
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lte(instant(now)))
        .exec(writer)
        .await?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::ExpiresAt.lte(instant(now)))
        .exec(writer)
        .await?;
    // A display may follow a room for months, and a page that refreshes itself is authorised from
    // memory: neither writes.
    room::Entity::update_many()
        .col_expr(room::Column::UsedAt, Expr::value(instant(now)))
        .filter(room::Column::Id.is_in(app.hub.live().into_iter().map(|room| room.0)))
        .exec(writer)
        .await?;
    let unused = room::Entity::open().filter(room::Column::UsedAt.lte(before(UNUSED_MS)));
    for room in unused.all(&database.reader).await? {
        match rooms::close_room(app, RoomId(room.id)).await {
            // Its host closed it a moment ago.
            Ok(()) | Err(AppError::RoomClosed) => {}
            Err(error) => return Err(error.into()),
        }
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
