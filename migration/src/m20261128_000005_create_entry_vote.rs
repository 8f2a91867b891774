//! A member's vote for a song that waits: one per member and song, by the key.

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
                    .table("entry_vote")
                    .col(big_integer("entry_id"))
                    .col(big_integer("member_id"))
                    .col(big_integer("created_at"))
                    .primary_key(Index::create().col("entry_id").col("member_id"))
                    .foreign_key(&mut belongs_to("entry_vote", "entry_id", "entry"))
                    .foreign_key(&mut belongs_to("entry_vote", "member_id", "member"))
                    .to_owned(),
            )
            .await?;
        let of_member = Index::create()
            .name("entry_vote_member_id")
            .table("entry_vote")
            .col("member_id")
            .to_owned();
        manager.create_index(of_member).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("entry_vote").to_owned()).await
    }
}
