//! A code that a room had before.

use sea_orm::entity::prelude::*;

/// A code that lets in nobody new, and is not given to another room.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "former_code")]
pub struct Model {
    /// The code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The room that had it.
    pub room_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
