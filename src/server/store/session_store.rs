//! Sessions in the database.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _,
    QueryFilter as _,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::{
    model::{Millis, VisitorId},
    server::{
        clock::Clock,
        store::{
            database::Database,
            entities::{instant, session},
            failure::unless_not_writable,
        },
    },
};

/// How long a browser that stays away is remembered: 180 days.
pub const LIFETIME_MS: u64 = 180 * 24 * 60 * 60 * 1000;

/// The one value that every session holds.
#[derive(Clone, Deserialize, Serialize)]
pub struct Visit {
    /// Whose session it is.
    pub visitor: VisitorId,
    /// Whether all other sessions of the visitor end as soon as the browser comes with this one's
    /// id: a sign-in has changed that, and the answer may have been lost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends_others: bool,
    /// When the cookie was last sent, in Unix milliseconds.
    pub renewed_at: Millis,
}

impl Visit {
    /// Where a session holds it.
    pub const KEY: &str = "visitor";

    fn of(record: &Record) -> Result<Self> {
        let visit = record.data.get(Self::KEY).cloned().unwrap_or_default();
        serde_json::from_value(visit).map_err(|error| Error::Encode(error.to_string()))
    }
}

/// Keeps sessions in the table `session`.
#[derive(Clone, Debug)]
pub struct DatabaseStore {
    database: Database,
    clock: Clock,
}

impl DatabaseStore {
    /// A store in `database`, whose sessions age by `clock`.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock }
    }

    /// Ends all sessions of the visitor but the one with this id; false if they go on for now because
    /// the database cannot be written to.
    pub async fn end_other_sessions(
        &self,
        visitor: VisitorId,
        id: &Id,
    ) -> std::result::Result<bool, DbErr> {
        let ended = session::Entity::delete_many()
            .filter(session::Column::VisitorId.eq(visitor.0))
            .filter(session::Column::IdHash.ne(hash(id)))
            .exec(&self.database.writer)
            .await;
        unless_not_writable(ended.map(|_| true))
    }

    fn row(&self, record: &Record) -> Result<session::ActiveModel> {
        let data = serde_json::to_string(&record.data);
        Ok(session::ActiveModel {
            id_hash: Set(hash(&record.id)),
            visitor_id: Set(Visit::of(record)?.visitor.0),
            data: Set(data.map_err(|error| Error::Encode(error.to_string()))?),
            expires_at: Set(instant(self.clock.now() + LIFETIME_MS)),
        })
    }
}

#[async_trait::async_trait]
impl SessionStore for DatabaseStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 bits from a cryptographic source do not collide.
        let insert = session::Entity::insert(self.row(record)?);
        insert.exec_without_returning(&self.database.writer).await.map_err(backend)?;
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // Fails if the session ended meanwhile: it stays ended, and its cookie is not sent again.
        let updated = self.row(record)?.update(&self.database.writer).await.map(drop);
        unless_not_writable(updated).map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = session::Entity::find_by_id(hash(id))
            .filter(session::Column::ExpiresAt.gt(instant(self.clock.now())))
            // Not `one`: SQLite plans a statement anew whenever its LIMIT is bound, and this
            // precedes every page.
            .all(&self.database.reader)
            .await
            .map_err(backend)?
            .pop();
        let Some(row) = row else { return Ok(None) };
        let data = serde_json::from_str(&row.data);
        Ok(Some(Record {
            id: *id,
            data: data.map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(row.expires_at / 1000)
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    /// Deletes nothing, so `Session::flush` ends nothing: this is called when an id changes, before
    /// the browser knows the new one. `end_other_sessions` ends the old one once it does.
    async fn delete(&self, _id: &Id) -> Result<()> {
        Ok(())
    }
}

/// What the table keeps of a cookie's value: enough to recognise it, not to send it.
pub fn hash(id: &Id) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(id.to_string()))
}

fn backend(error: DbErr) -> Error {
    Error::Backend(error.to_string())
}
