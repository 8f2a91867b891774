//! A room and what its host allows.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("room")
                    .col(big_pk_auto("id"))
                    .col(string_uniq("code"))
                    .col(integer("votes_to_skip"))
                    .col(boolean("guest_can_pause"))
                    .col(big_integer("created_at"))
                    .col(big_integer("used_at"))
                    .col(big_integer_null("closed_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("room").to_owned()).await
    }
}
