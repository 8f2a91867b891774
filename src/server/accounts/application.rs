//! How long Spotify asked the application to wait, kept across restarts.

use sea_orm::{
    ActiveValue::Set,
    DbErr, EntityTrait as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use crate::{
    model::Millis,
    server::store::{
        database::Database,
        entities::{application, instant, millis},
    },
};

/// Until when Spotify must not be asked on behalf of `client_id`.
pub async fn rate_limited_until(database: &Database, client_id: &str) -> Result<Millis, DbErr> {
    let row = application::Entity::find_by_id(client_id).one(&database.reader).await?;
    Ok(row.map(|row| millis(row.rate_limited_until)).unwrap_or_default())
}

/// Records that Spotify must not be asked before `until`, unless a later time is stored.
pub async fn keep_rate_limit(
    database: &Database,
    client_id: &str,
    until: Millis,
) -> Result<(), DbErr> {
    use application::Column::{ClientId, RateLimitedUntil};

    let until = instant(until);
    let row = application::ActiveModel {
        client_id: Set(client_id.to_owned()),
        rate_limited_until: Set(until),
    };
    let only_longer = OnConflict::column(ClientId)
        .update_column(RateLimitedUntil)
        .action_and_where(Expr::col((application::Entity, RateLimitedUntil)).lt(until))
        .to_owned();
    application::Entity::insert(row)
        .on_conflict(only_longer)
        .exec_without_returning(&database.writer)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rate_limit_is_kept_for_each_application_and_never_shortened() {
        let database = Database::open("sqlite::memory:").await.unwrap();
        let kept = async |client: &str| rate_limited_until(&database, client).await.unwrap();
        let keep = async |client: &str, until: u64| {
            keep_rate_limit(&database, client, Millis(until)).await.unwrap();
        };
        assert_eq!(kept("one").await, Millis(0), "nothing was asked of it yet");

        keep("one", 5_000).await;
        keep("two", 9_000).await;
        assert_eq!((kept("one").await, kept("two").await), (Millis(5_000), Millis(9_000)));

        keep("one", 4_000).await;
        keep("one", 5_000).await;
        assert_eq!(kept("one").await, Millis(5_000));
        keep("one", 6_000).await;
        assert_eq!((kept("one").await, kept("two").await), (Millis(6_000), Millis(9_000)));
    }

    #[tokio::test]
    async fn rate_limit_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display());
        let database = Database::open(&url).await.unwrap();
        keep_rate_limit(&database, "one", Millis(5_000)).await.unwrap();
        drop(database);

        let database = Database::open(&url).await.unwrap();

        assert_eq!(rate_limited_until(&database, "one").await.unwrap(), Millis(5_000));
    }
}
