//! A member's wish to skip a play: one per member and play, by the key.

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
                    .table("skip_vote")
                    .col(big_integer("play_id"))
                    .col(big_integer("member_id"))
                    .col(big_integer("created_at"))
                    .primary_key(Index::create().col("play_id").col("member_id"))
                    .foreign_key(&mut belongs_to("skip_vote", "play_id", "play"))
                    .foreign_key(&mut belongs_to("skip_vote", "member_id", "member"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("skip_vote").to_owned()).await
    }
}
