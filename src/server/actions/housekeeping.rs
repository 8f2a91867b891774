//! What grows old goes.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use crate::server::{
    http::state::AppState,
    rooms::lifecycle,
    store::entities::{instant, room, session, sign_in},
};

const HOUR_MS: u64 = 60 * 60 * 1000;
/// A room that nobody uses for this long closes.
const UNUSED_MS: u64 = 30 * 24 * HOUR_MS;
/// A closed room is deleted this much later.
const CLOSED_MS: u64 = 7 * 24 * HOUR_MS;

/// Sweeps at the start and every hour, until the process stops.
pub async fn run(app: AppState) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(
                error = format!("{error:#}"),
                "The sweep failed; the next one tries again"
            );
        }
        let next = app.clock.now() + HOUR_MS;
        tokio::select! {
            () = app.clock.sleep_until(next) => {}
            () = app.shutdown.cancelled() => break,
        }
    }
}

/// Deletes what has expired, closes rooms that nobody uses, deletes those closed for long.
///
/// # Errors
/// If the database does not answer.
pub async fn sweep(app: &AppState) -> anyhow::Result<()> {
    let now = app.clock.now();
    let before = |ms: u64| instant(now.saturating_sub(ms));
    let writer = &app.database.writer;
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
        .filter(room::Column::Id.is_in(app.hub.watched()))
        .exec(writer)
        .await?;
    let unused = room::Entity::open().filter(room::Column::UsedAt.lte(before(UNUSED_MS)));
    for room in unused.all(&app.database.reader).await? {
        lifecycle::close(&app.database, room.id, now).await?;
        app.hub.changed(room.id).await;
    }
    // Members, plays and votes go with their room.
    room::Entity::delete_many()
        .filter(room::Column::ClosedAt.lte(before(CLOSED_MS)))
        .exec(writer)
        .await?;
    Ok(())
}
