//! A browser.

use sea_orm::entity::prelude::*;

/// A browser. The session cookie only points to it.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "visitor")]
pub struct Model {
    /// Never shown to anybody.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When it first did something worth remembering.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
