//! A member's vote for a song that waits.

use sea_orm::entity::prelude::*;

/// A vote: its key allows one per member and song.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "entry_vote")]
pub struct Model {
    /// The song.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: i64,
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// When.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
