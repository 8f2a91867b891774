//! Which of the songs that people asked for a play is, if it is one.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter =
            Table::alter().table("play").add_column(big_integer_null("entry_id")).to_owned();
        manager.alter_table(alter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter = Table::alter().table("play").drop_column("entry_id").to_owned();
        manager.alter_table(alter).await
    }
}
