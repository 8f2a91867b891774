//! What a session cookie stands for.

use sea_orm::entity::prelude::*;

/// A session.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// SHA-256 of the cookie's value, so that a copy of the database opens no session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id_hash: String,
    /// Whose it is.
    pub visitor_id: i64,
    /// The session's values as JSON.
    pub data: String,
    /// From then on it is void.
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
