//! The codes that a room had before: its members' links go on working, and nobody else's.

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
                    .table("former_code")
                    .col(string("code").primary_key())
                    .col(big_integer("room_id"))
                    .foreign_key(&mut belongs_to("former_code", "room_id", "room"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("former_code_room")
                    .table("former_code")
                    .col("room_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("former_code").to_owned()).await
    }
}
