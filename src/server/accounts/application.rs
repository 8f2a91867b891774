//! How long Spotify asked the application to wait, kept across restarts.

use sea_orm::{
    ActiveValue::Set,
    DbErr, EntityTrait as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use crate::{
    model::Millis,
    server::spotify::Service,
    server::store::{
        database::Database,
        entities::{application, instant, millis},
    },
};

/// Until when Spotify must not be asked on behalf of `client_id`: its accounts service, and its Web
/// API.
pub async fn rate_limits(database: &Database, client_id: &str) -> Result<(Millis, Millis), DbErr> {
    let row = application::Entity::find_by_id(client_id).one(&database.reader).await?;
    Ok(row
        .map(|row| (millis(row.accounts_limited_until), millis(row.rate_limited_until)))
        .unwrap_or_default())
}

/// Records that a service must not be asked before `until`, unless a later time is stored.
pub async fn keep_rate_limit(
    database: &Database,
    client_id: &str,
    service: Service,
    until: Millis,
) -> Result<(), DbErr> {
    use application::Column::{AccountsLimitedUntil, ClientId, RateLimitedUntil};

    let until = instant(until);
    let column = match service {
        Service::Accounts => AccountsLimitedUntil,
        Service::WebApi => RateLimitedUntil,
    };
    let of = |service_of_column| if service == service_of_column { until } else { 0 };
    let row = application::ActiveModel {
        client_id: Set(client_id.to_owned()),
        rate_limited_until: Set(of(Service::WebApi)),
        accounts_limited_until: Set(of(Service::Accounts)),
    };
    let only_longer = OnConflict::column(ClientId)
        .update_column(column)
        .action_and_where(Expr::col((application::Entity, column)).lt(until))
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
        let database = Database::open("sqlite::memory:").await.expect("a database");
        let kept = async |client: &str| rate_limits(&database, client).await.expect("an answer").1;
        let keep = async |client: &str, until: u64| {
            keep_rate_limit(&database, client, Service::WebApi, Millis(until))
                .await
                .expect("an answer");
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
    async fn rate_limit_of_the_accounts_service_is_its_own() {
        let database = Database::open("sqlite::memory:").await.expect("a database");
        let keep = async |service, until: u64| {
            keep_rate_limit(&database, "one", service, Millis(until)).await.expect("an answer");
        };
        keep(Service::Accounts, 5_000).await;
        assert_eq!(
            rate_limits(&database, "one").await.expect("an answer"),
            (Millis(5_000), Millis(0))
        );

        keep(Service::WebApi, 9_000).await;
        keep(Service::Accounts, 6_000).await;
        keep(Service::WebApi, 8_000).await;

        assert_eq!(
            rate_limits(&database, "one").await.expect("an answer"),
            (Millis(6_000), Millis(9_000))
        );
    }

    #[tokio::test]
    async fn rate_limit_survives_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display());
        let database = Database::open(&url).await.expect("a database");
        keep_rate_limit(&database, "one", Service::WebApi, Millis(5_000)).await.expect("an answer");
        drop(database);

        let database = Database::open(&url).await.expect("a database");

        assert_eq!(rate_limits(&database, "one").await.expect("an answer").1, Millis(5_000));
    }
}
