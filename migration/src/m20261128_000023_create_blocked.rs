//! Songs and artists that a host does not want to hear in a room.

use sea_orm_migration::{prelude::*, schema::*};

use super::belongs_to;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("blocked")
                    .col(big_integer("room_id"))
                    .col(text("uri"))
                    .col(text("name"))
                    .col(big_integer("blocked_at"))
                    .primary_key(Index::create().col("room_id").col("uri"))
                    .foreign_key(&mut belongs_to("blocked", "room_id", "room"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("blocked").to_owned()).await
    }
}
