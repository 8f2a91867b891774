//! Sessions in the database, the latest in memory too.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use quick_cache::sync::Cache;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, DbErr, EntityTrait as _};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::{
    clock::Clock,
    database::Database,
    entities::{instant, session},
    session::LIFETIME_MS,
};

/// So many sessions stay in memory: about 4 MB of them.
const REMEMBERED: usize = 10_000;

/// Keeps sessions in the table `session`, which nobody else changes while the program runs: what
/// was read once is kept in memory, since every request asks for its session.
#[derive(Clone, Debug)]
pub struct DatabaseStore {
    database: Database,
    clock: Clock,
    remembered: Arc<Cache<String, Record>>,
}

impl DatabaseStore {
    /// A store in `database`, whose sessions age by `clock`.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock, remembered: Arc::new(Cache::new(REMEMBERED)) }
    }

    /// Deletes the session whose id has this hash.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn forget(&self, id_hash: &str) -> std::result::Result<(), DbErr> {
        let (delete, writer) =
            (session::Entity::delete_by_id(id_hash), self.database.writer.clone());
        self.change(id_hash, async move { delete.exec(&writer).await }).await.map(drop)
    }

    /// Changes a row and then forgets what was read of it, even if nobody waits for that any more.
    async fn change<T: Send + 'static>(
        &self,
        id_hash: &str,
        statement: impl Future<Output = std::result::Result<T, DbErr>> + Send + 'static,
    ) -> std::result::Result<T, DbErr> {
        let (remembered, id_hash) = (self.remembered.clone(), id_hash.to_owned());
        let change = tokio::spawn(async move {
            let changed = statement.await;
            remembered.remove(&id_hash);
            changed
        });
        change.await.map_err(|error| DbErr::Custom(error.to_string()))?
    }

    async fn read(&self, id: &Id, id_hash: &str) -> Result<Option<Record>> {
        let row = session::Entity::find_by_id(id_hash)
            .one(&self.database.reader)
            .await
            .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data = serde_json::from_str(&row.data);
        Ok(Some(Record {
            id: *id,
            data: data.map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(row.expires_at / 1000)
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    fn is_alive(&self, record: &Record) -> bool {
        record.expiry_date.unix_timestamp() > instant(self.clock.now()) / 1000
    }

    fn row(&self, record: &Record) -> Result<session::ActiveModel> {
        let data = serde_json::to_string(&record.data);
        Ok(session::ActiveModel {
            id_hash: Set(hash(&record.id)),
            data: Set(data.map_err(|error| Error::Encode(error.to_string()))?),
            expires_at: Set(instant(self.clock.now() + LIFETIME_MS)),
        })
    }
}

#[async_trait::async_trait]
impl SessionStore for DatabaseStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 bits from a cryptographic source do not meet twice.
        let insert = session::Entity::insert(self.row(record)?);
        insert.exec_without_returning(&self.database.writer).await.map_err(backend)?;
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (row, writer) = (self.row(record)?, self.database.writer.clone());
        // Fails if the session ended meanwhile: it stays ended, and its cookie is not sent again.
        let update = async move { row.update(&writer).await };
        self.change(&hash(&record.id), update).await.map(drop).map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let id_hash = hash(id);
        let record = match self.remembered.get_value_or_guard_async(&id_hash).await {
            Ok(record) => Some(record),
            Err(place) => {
                let record = self.read(id, &id_hash).await?;
                if let Some(record) = &record {
                    // Refused if it was forgotten since: what was read may be of before.
                    let _ = place.insert(record.clone());
                }
                record
            }
        };
        Ok(record.filter(|record| self.is_alive(record)))
    }

    /// Deletes nothing, so `Session::flush` ends nothing: this is asked for when an id changes, and
    /// the browser does not know the new one yet. `forget` ends the old one when it does.
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
