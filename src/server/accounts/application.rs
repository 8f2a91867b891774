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

/// Until when each service must not be asked on behalf of `client_id`.
pub async fn rate_limits(
    database: &Database,
    client_id: &str,
) -> Result<[(Service, Millis); 5], DbErr> {
    let row = application::Entity::find_by_id(client_id).one(&database.reader).await?;
    Ok(Service::ALL.map(|service| {
        let until = row.as_ref().map(|row| match service {
            Service::Accounts => row.accounts_limited_until,
            Service::WebApi => row.rate_limited_until,
            Service::Search => row.search_limited_until,
            Service::Tracks => row.tracks_limited_until,
            Service::Playlists => row.playlists_limited_until,
        });
        (service, until.map(millis).unwrap_or_default())
    }))
}

/// Records that a service must not be asked before `until`, unless a later time is stored.
pub async fn keep_rate_limit(
    database: &Database,
    client_id: &str,
    service: Service,
    until: Millis,
) -> Result<(), DbErr> {
    use application::Column as C;

    let until = instant(until);
    let column = match service {
        Service::Accounts => C::AccountsLimitedUntil,
        Service::WebApi => C::RateLimitedUntil,
        Service::Search => C::SearchLimitedUntil,
        Service::Tracks => C::TracksLimitedUntil,
        Service::Playlists => C::PlaylistsLimitedUntil,
    };
    let of = |service_of_column| if service == service_of_column { until } else { 0 };
    let row = application::ActiveModel {
        client_id: Set(client_id.to_owned()),
        rate_limited_until: Set(of(Service::WebApi)),
        accounts_limited_until: Set(of(Service::Accounts)),
        search_limited_until: Set(of(Service::Search)),
        tracks_limited_until: Set(of(Service::Tracks)),
        playlists_limited_until: Set(of(Service::Playlists)),
    };
    let only_longer = OnConflict::column(C::ClientId)
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

    async fn kept(database: &Database, client: &str, service: Service) -> u64 {
        let limits = rate_limits(database, client).await.expect("an answer");
        let limit = limits.into_iter().find(|(of, _)| *of == service);
        limit.expect("every service").1.0
    }

    async fn keep(database: &Database, client: &str, service: Service, until: u64) {
        keep_rate_limit(database, client, service, Millis(until)).await.expect("an answer");
    }

    #[tokio::test]
    async fn rate_limit_is_kept_for_each_application_and_never_shortened() {
        let database = Database::open("sqlite::memory:").await.expect("a database");
        let kept = async |client: &str| kept(&database, client, Service::WebApi).await;
        let keep = async |client: &str, until: u64| {
            keep(&database, client, Service::WebApi, until).await;
        };
        assert_eq!(kept("one").await, 0, "nothing was asked of it yet");

        keep("one", 5_000).await;
        keep("two", 9_000).await;
        assert_eq!((kept("one").await, kept("two").await), (5_000, 9_000));

        keep("one", 4_000).await;
        keep("one", 5_000).await;
        assert_eq!(kept("one").await, 5_000);
        keep("one", 6_000).await;
        assert_eq!((kept("one").await, kept("two").await), (6_000, 9_000));
    }

    #[tokio::test]
    async fn rate_limit_of_each_service_is_its_own() {
        let database = Database::open("sqlite::memory:").await.expect("a database");
        for first in Service::ALL {
            let client = &format!("{first:?}");
            keep(&database, client, first, 5_000).await;
            for service in Service::ALL {
                let expected = if service == first { 5_000 } else { 0 };
                assert_eq!(kept(&database, client, service).await, expected, "{service:?}");
            }
            for (at, service) in (10_000..).step_by(1_000).zip(Service::ALL) {
                keep(&database, client, service, at).await;
                keep(&database, client, service, at - 1).await;
            }
            for (at, service) in (10_000..).step_by(1_000).zip(Service::ALL) {
                assert_eq!(kept(&database, client, service).await, at, "{service:?}");
            }
        }
    }

    #[tokio::test]
    async fn rate_limit_survives_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display());
        let database = Database::open(&url).await.expect("a database");
        keep(&database, "one", Service::Search, 5_000).await;
        drop(database);

        let database = Database::open(&url).await.expect("a database");

        assert_eq!(kept(&database, "one", Service::Search).await, 5_000);
    }
}
