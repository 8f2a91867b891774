//! A member's wish to skip a play.

use sea_orm::entity::prelude::*;

/// A vote: its key allows one per member and play.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "skip_vote")]
pub struct Model {
    /// The play.
    #[sea_orm(primary_key, auto_increment = false)]
    pub play_id: i64,
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// When.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
